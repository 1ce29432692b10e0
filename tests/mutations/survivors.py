"""What no test needs to notice: the mutations that change nothing, each with its reason."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
SURVIVORS = Path(__file__).with_name("survivors.md")
_ROW = re.compile(r"^\| `(?P<module>[\w/.]+)` \| `(?P<before>.+?)` \| `(?P<after>.+?)` \| (?P<why>.+) \|$")


def listed_survivors() -> dict[tuple[str, str, str], str]:
    """Return the survivors that are explained: (module, line, the line mutated) -> why it changes nothing."""
    found = map(_ROW.match, SURVIVORS.read_text(encoding="utf-8").splitlines())
    return {(row["module"], row["before"], row["after"]): row["why"] for row in found if row}
