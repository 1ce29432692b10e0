"""Text for a person at a terminal: folded at words where it is wider, and coloured where a colour says something.

Headings are bold, what agrees and what does not is marked, and so are the signs of shares; the words and the signs say
the same without. Elsewhere than on a terminal nothing is changed, no byte.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from textwrap import wrap

import click

_FOLDED = 20
"""Nothing is folded to fewer characters."""
_HEADING = re.compile(r"(?m)^(?! ).*:$|^(\S.*)\n([=-])\2{2,}$")
_SHARE = re.compile(r"(?<![\w.])([+-])\d[\d.,e+-]* %")
_VERDICT = re.compile(r"\b(?:all ways agree|not checked|not known|[Nn]ot proven)\b")


def is_terminal() -> bool:
    """Return whether standard output is one."""
    return sys.stdout is not None and sys.stdout.isatty()


def is_coloured() -> bool:
    """Return whether standard output takes colours: on a terminal, unless the surroundings say otherwise.

    `NO_COLOR` comes first, then `FORCE_COLOR` and `CLICOLOR_FORCE`, which hold in a pipe too.
    """
    if os.environ.get("NO_COLOR"):
        return False
    if any(os.environ.get(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return is_terminal() and os.environ.get("TERM") != "dumb"


def for_reader(text: str) -> str:
    """Return a text as it is shown where standard output leads to."""
    told = folded(text, max(_FOLDED, shutil.get_terminal_size().columns)) if is_terminal() else text
    return coloured(told) if is_coloured() else told


def folded(text: str, width: int) -> str:
    r"""Return a text whose lines are no wider, but for words that are: what goes on is indented.

    >>> print(folded("  +73.7 %  W_A -> a_0 -> S_0 -> S_1", 26))
      +73.7 %  W_A -> a_0 ->
          S_0 -> S_1
    """
    lines: list[str] = []
    for line in text.split("\n"):
        if len(line) <= width:
            lines.append(line)
            continue
        indent = len(line) - len(line.lstrip())
        further = " " * min(indent + 4, width // 2)
        lines += wrap(
            line, width, subsequent_indent=further, break_long_words=False, break_on_hyphens=False,
            replace_whitespace=False, drop_whitespace=True,
        )  # fmt: skip
    return "\n".join(lines)


def coloured(text: str) -> str:
    r"""Return a text with the colours of a terminal.

    >>> coloured("-20.2 %")
    '\x1b[35m-20.2 %\x1b[0m'
    """
    text = _HEADING.sub(lambda found: click.style(found[0], bold=True), text)
    text = _SHARE.sub(lambda found: click.style(found[0], fg="green" if found[1] == "+" else "magenta"), text)
    return _VERDICT.sub(lambda found: click.style(found[0], fg="green" if "agree" in found[0] else "yellow"), text)
