"""The table of tests that must notice: every central module is in it, every file that it names is there."""

from __future__ import annotations

import tomllib

import pytest

from tests.mutations.rooms import NOTICING, ROOT, SURVIVORS, listed_survivors, noticing

PACKAGE = ROOT / "graphviz_lstm"
CENTRAL = tomllib.loads((ROOT / "tests/mutations/cosmic-ray.toml").read_text(encoding="utf-8"))["cosmic-ray"][
    "module-path"
]


def test_every_central_module_has_tests_that_are_there() -> None:
    modules = [path for place in CENTRAL for path in [ROOT / place, *(ROOT / place).rglob("*.py")] if path.is_file()]
    assert len(modules) > 80
    named = {test for path in modules for test in noticing(path.relative_to(PACKAGE).as_posix())}
    assert sorted(test for test in named if not (ROOT / test).exists()) == []


def test_a_module_of_another_room_has_none() -> None:
    with pytest.raises(LookupError, match=r"^no tests for module 'figures/figure.py' "):
        noticing("figures/figure.py")


def test_each_row_of_the_table_holds_for_a_module() -> None:
    assert [row for row in NOTICING if not any(PACKAGE.glob(row))] == []


def test_what_is_listed_as_surviving_is_still_there_and_has_a_reason() -> None:
    """A line that has changed since may be noticed now."""
    listed = listed_survivors()
    rows = [line for line in SURVIVORS.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert len(listed) == len(rows) > 0
    for (module, before, after), why in listed.items():
        lines = [" ".join(line.split()) for line in (PACKAGE / module).read_text(encoding="utf-8").splitlines()]
        assert before in lines, (module, before)
        assert before != after
        assert len(why) > 10
