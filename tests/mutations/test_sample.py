"""A sample of mutations, each made in a copy of the repository: a test notices, or it is told why none needs to."""

from __future__ import annotations

import itertools
import random

import pytest

pytest.importorskip("cosmic_ray", reason="it makes the mutations: the extra `mutations`")

from tests.mutations.mutating import Mutant, copied, made, places, require_unmutated, sample, try_mutants
from tests.mutations.rooms import ROOT, listed_survivors

MODULES = sorted(
    path.relative_to(ROOT / "graphviz_lstm").as_posix()
    for room in ("graph", "paths", "gradients")
    for path in (ROOT / "graphviz_lstm" / room).rglob("*.py")
    if path.name != "__init__.py"
)


@pytest.mark.slow
def test_of_twenty_mutations_each_is_noticed_or_explained() -> None:
    """Of eight modules that are drawn and of the table of operations; `python -m tests.mutations` tries all."""
    drawn = random.Random(3).sample(MODULES, 8)  # noqa: S311 -- a sample, no secret
    known = listed_survivors()
    unexplained = (each for each in sample(places("cells/operations.py", *drawn), seed=3) if each.key not in known)
    chosen = list(itertools.islice(unexplained, 20))
    assert len({mutant.module for mutant in chosen}) > 5
    with copied() as copy:
        results = try_mutants(chosen, copy)
    assert sum(results.tried.values()) == 20
    assert list(map(str, results.survivors)) == []


@pytest.mark.slow
def test_where_no_test_looks_a_mutation_survives_and_where_one_fails_anyway_nothing_is_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The tool is not idle: it does not call noticed whatever it tries."""
    elsewhere = ["tests/notation/test_numbers.py"]
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
