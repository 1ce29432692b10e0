"""The tool that mutates: it notices what no test notices. `python -m tests.mutations --sample 60` tries a sample."""

from __future__ import annotations

import re

import pytest

pytest.importorskip("cosmic_ray", reason="it makes the mutations: the extra `mutations`")

from tests.mutations.mutating import Mutant, copied, made, places, require_unmutated, try_mutants


@pytest.mark.slow
def test_where_no_test_looks_a_mutation_survives_and_where_one_fails_anyway_nothing_is_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The tool is not idle: it does not call noticed whatever it tries."""
    elsewhere = ["tests/notation/test_round_trip.py"]
    monkeypatch.setattr("tests.mutations.mutating.noticing", lambda _: elsewhere)
    [mutant] = [
        each
        for each in filter(None, map(made, places("paths/listing/share_text.py")))
        if each.before == "_LARGEST_PLAIN = 1e6" and each.after == "_LARGEST_PLAIN = 1000001.0"
    ]
    with copied() as copy:
        require_unmutated([mutant], copy)
        results = try_mutants([mutant], copy)
        assert results.survivors == [mutant]
        assert (results.tried["paths"], results.killed["paths"]) == (1, 0)
        (copy / elsewhere[0]).write_text("assert 1 == 2\n", encoding="utf-8")
        with pytest.raises(AssertionError, match="tests fail where nothing is mutated"):
            require_unmutated([mutant], copy)


def test_what_only_annotations_say_is_no_mutation() -> None:
    """They are texts, and `|` in them means nothing when the program runs."""
    found = [each for each in map(made, places("paths/find.py")) if each is not None]
    assert all(isinstance(each, Mutant) for each in found)
    assert not [each for each in found if each.before.startswith("def ") and "|" in each.before]
    assert len({each.key for each in found}) > 10


def test_a_negative_length_of_a_shape_is_any_other() -> None:
    """NumPy takes each for as many as there are; a positive one is another shape."""
    found = [each.after for each in map(made, places("paths/units/blocks.py")) if each is not None]
    assert not [after for after in found if re.search(r"reshape\(- \d", after)]
    assert [after for after in found if "reshape(1)" in after]
