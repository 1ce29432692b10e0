"""The tool that mutates: it notices what no test notices. `python -m tests.mutations --sample 60` tries a sample."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("cosmic_ray", reason="it makes the mutations: the extra `mutations`")

from coverage import CoverageData

from tests.mutations.mutating import Mutant, copied, made, mutated_modules, places, try_mutants
from tests.mutations.reaching import Reach, gathered, within

if TYPE_CHECKING:
    from pathlib import Path

SOME = """double = lambda x: 2 * x

@decorated
def function(x):
    if x > 0:
        return double(x)
    else:
        y = (x
             + 1)
        return y
table = [
    row(lambda x: x,
        1),
    row(lambda x: 2),
]
"""


@pytest.mark.slow
def test_what_no_test_asks_for_survives_and_where_one_fails_anyway_nothing_is_tried() -> None:
    """The tool is not idle: it does not call noticed whatever it tries, and calls noticed what is."""
    of_module = [each for each in map(made, places("paths/listing/share_text.py")) if each is not None]
    survives = next(each for each in of_module if "max(-2001" in each.after.replace(" ", ""))
    noticed = next(each for each in of_module if each.after == "if not not number.mantissa:")
    law = "tests/notation/test_numbers.py"
    with copied() as copy:
        reach = gathered(copy, mutated_modules(), processes=1, tests=[law])
        assert {test.partition("::")[0] for test in reach.tests_at(noticed.module, noticed.line)} == {law}
        results = try_mutants([survives, noticed], [copy], reach, patience=60.0)
        assert results.survivors == [survives]
        assert (results.tried["paths"], results.killed["paths"]) == (2, 1)
        (copy / law).write_text("assert 1 == 2\n", encoding="utf-8")
        with pytest.raises(AssertionError, match="tests fail where nothing is mutated"):
            gathered(copy, mutated_modules(), processes=1, tests=[law])


def test_of_a_decorator_those_tests_are_asked_that_come_to_its_function(tmp_path: Path) -> None:
    """And of a table's row first those that come to what stands in it; of a condition not those of what it leads to."""
    (tmp_path / "graphviz_lstm").mkdir()
    (tmp_path / "graphviz_lstm" / "some.py").write_text(SOME, encoding="utf-8")
    data = CoverageData(str(tmp_path / "reached"))
    for context, lines in (
        ("", [1, 3, 4, 11, 12, 13, 14]),
        ("t.py::a|run", [5, 6]),
        ("t.py::b|run", [5, 8, 9]),
        ("u.py::c|run", [1]),
        ("v.py::d|run", [12]),
        ("v.py::e|run", [14]),
    ):
        data.set_context(context)
        data.add_lines({str(tmp_path / "graphviz_lstm" / "some.py"): lines})
    reach = Reach(tmp_path, {"t.py::a": 2.0, "t.py::b": 1.0}, data)
    asked = {line: reach.tests_at("some.py", line) for line in (1, 3, 5, 6, 8, 9)}
    assert (asked[1][0], len(asked[1])) == ("u.py::c", 5)
    assert (set(asked[3][:2]), len(asked[3])) == ({"t.py::a", "t.py::b"}, 5)
    assert (reach.tests_at("some.py", 13)[:2], reach.tests_at("some.py", 14)[0]) == (["v.py::d", "v.py::e"], "v.py::e")
    assert asked[5] == ["t.py::b", "t.py::a"]
    assert (asked[6], asked[8]) == (["t.py::a"], ["t.py::b"])
    assert within(["u.py::c", *asked[5]], reach.seconds, 2.0) == ["u.py::c", "t.py::b"]
    assert within(asked[6], reach.seconds, 1.0) == ["t.py::a"]


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
