"""The list of what survives: each line is there, each has a reason."""

from __future__ import annotations

from tests.mutations.survivors import ROOT, SURVIVORS, listed_survivors

PACKAGE = ROOT / "graphviz_lstm"


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
