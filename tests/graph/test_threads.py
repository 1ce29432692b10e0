"""One thread for the products of a sweep, and as many as before when it is done."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from graphviz_lstm.graph.threads import one_thread


def threads() -> list[int]:
    """Return how many threads each library of linear algebra uses."""
    return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]


def test_inside_it_is_one_and_outside_as_many_as_before() -> None:
    """Also within one another, and where something fails."""
    with threadpool_limits(2, user_api="blas"):
        before = threads()
        with one_thread():
            with one_thread():
                assert set(threads()) <= {1}
            assert set(threads()) <= {1}
        assert threads() == before
        with pytest.raises(ZeroDivisionError), one_thread():
            raise ZeroDivisionError
        assert threads() == before


def test_sweeps_that_overlap_leave_as_many_threads_as_they_found() -> None:
    """The first to begin is the first to end."""
    first_is_in, second_is_in, first_is_out = Barrier(2), Barrier(2), Barrier(2)
    found: list[list[int]] = []

    def first() -> None:
        with one_thread():
            first_is_in.wait(10)
            found.append(threads())
            second_is_in.wait(10)
        first_is_out.wait(10)

    def second() -> None:
        first_is_in.wait(10)
        with one_thread():
            second_is_in.wait(10)
            first_is_out.wait(10)

    before = threads()
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(first), pool.submit(second)]:
            done.result()
    assert set(found[0]) <= {1}
    assert threads() == before
