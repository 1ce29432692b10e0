"""The options of a figure: a row for each, which the command, the directives, `draw` and the views all read.

A new option is one row here, one keyword of `draw`, and a field of `Request` where it is a view that uses it. Light:
who reads it loads no picture's machinery.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from graphviz_lstm.errors import InputError, describe_unknown, shorten
from graphviz_lstm.figures.choices import BYS, FIGURE_DETAILS, LAYOUTS, MOST_STEPS, THEMES, TOP, VIEWS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from graphviz_lstm.figures.choices import View


@dataclass(frozen=True, slots=True)
class Names:
    """What is one of some names."""

    choices: tuple[str, ...]

    def read(self, word: str, text: str) -> str:
        """Return the name that a text is."""
        if text not in self.choices:
            raise InputError(describe_unknown(word, text, self.choices))
        return text


@dataclass(frozen=True, slots=True)
class Whole:
    """What is a whole number of at least so much."""

    least: int = 1

    def read(self, word: str, text: str) -> int:
        """Return the number that a text tells."""
        try:
            number = int(text)
        except ValueError:
            number = self.least - 1
        if number < self.least:
            raise InputError(f"unusable {word}: {shorten(text)} (must be a whole number of at least {self.least})")
        return number


@dataclass(frozen=True, slots=True)
class Flag:
    """What is said or not: if it is, the option has this value."""

    value: object = True

    def read(self, word: str, text: str) -> object:
        """Return the value, for a text that says nothing else than yes."""
        if text.strip().casefold() not in ("", "yes", "true"):
            raise InputError(f"unusable {word}: {shorten(text)} (must be nothing, or yes: leave the option out for no)")
        return self.value


@dataclass(frozen=True, slots=True)
class Words:
    """What is a text that somebody else reads."""

    metavar: str
    reader: Callable[[str], object] = str

    def read(self, _word: str, text: str) -> object:
        """Return what a text means."""
        return self.reader(text)


@dataclass(frozen=True, slots=True)
class File:
    """What is a file, found from the place where its name is written."""

    metavar: str = "FILE"

    def read(self, _word: str, text: str) -> Path:
        """Return its path."""
        return Path(text)


Takes = Names | Whole | Flag | Words | File


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a figure.

    Attributes
    ----------
    default
        That of `draw`.
    takes
        How it is read from text.
    help
        What `--help` says of it.
    views
        Those that can use it; None: every figure can, whatever it shows.
    refusal
        What is said where a view cannot: `{view}` is its name, `{value}` what was asked for.
    foreign
        Whether it is of use for a graph that is not of our making.
    spelled
        Its name in the command and in documents, where that is not the keyword with hyphens.
    """

    default: object
    takes: Takes
    help: str
    views: frozenset[View] | None = None
    refusal: str = ""
    foreign: bool = False
    spelled: str = ""


def _of(*views: View) -> frozenset[View]:
    return frozenset(views)


def _path(text: str) -> object:
    """Return the rank that a text tells."""
    return Whole().read("path", text)


OPTIONS: dict[str, Option] = {
    "detail": Option(
        None,
        Names(FIGURE_DETAILS),
        "A box for each quantity of the cell, also for each activation's argument, or for each single unit (a_3[7]).  "
        "[default: gate]",
    ),
    "view": Option(
        "flow",
        Names(VIEWS),
        "All paths together, one in focus, the leading ones one by one or side by side, the cell once with loops, or "
        "all values.  [default: flow; path, if --path is given]",
    ),
    "top": Option(
        TOP,
        Whole(),
        "How many paths: facets, metro.",
        _of("facets", "metro"),
        "the view {view!r} takes no number of paths: top={value} (view='facets' and view='metro' do)",
    ),
    "path": Option(
        None,
        Words("K", _path),
        "Put the K-th largest path in focus.",
        _of("path"),
        "the view {view!r} shows all paths, not one (view='path' does)",
    ),
    "by": Option(
        None,
        Names(BYS),
        "Flow: what the strands are of; whole: one line for each edge.  [default: crossings]",
        _of("flow"),
        "the view {view!r} has no strands: by={value} has no use in it (view='flow' has)",
    ),
    "layout": Option(
        "wide",
        Names(LAYOUTS),
        "Flow: to be read 700 pixels wide, or 360.",
        _of("flow"),
        "the view {view!r} has one layout: layout={value} has no use in it (view='flow' has two)",
    ),
    "steps_per_row": Option(
        None,
        Whole(),
        "Flow: how many steps stand side by side.",
        _of("flow"),
        "the view {view!r} has its steps in one row: steps_per_row={value} has no use in it (view='flow' wraps them)",
    ),
    "only_paths": Option(
        False,  # noqa: FBT003 -- the default
        Flag(),
        "Leave out what lies on no path, instead of drawing it pale.",
    ),
    "max_steps": Option(
        MOST_STEPS,
        Flag(None),
        "Draw every step of a long sequence, not the ends alone.",
        _of("flow", "path", "facets", "metro", "values"),
        "the view {view!r} adds up all steps: max_steps={value} has no use in it",
        spelled="whole",
    ),
    "theme": Option(
        "auto",
        Names(THEMES),
        "auto: light, or dark where an SVG's reader prefers that.",
        foreign=True,
    ),
}


def spelling(name: str) -> str:
    """Return what an option is called in the command and in documents.

    >>> spelling("steps_per_row"), spelling("max_steps")
    ('steps-per-row', 'whole')
    """
    return OPTIONS[name].spelled or name.replace("_", "-")


SPELLED = {spelling(name): name for name in OPTIONS}
"""What it is called in the command and in documents -> the keyword of `draw`."""


def read_options(texts: Mapping[str, str]) -> dict[str, object]:
    """Return the keywords of `draw` that texts tell, by what each option is called in documents.

    >>> read_options({"steps-per-row": "2", "whole": ""})
    {'steps_per_row': 2, 'max_steps': None}

    Raises
    ------
    InputError
        If one of them does not read as its option must.
    """
    return {SPELLED[word]: OPTIONS[SPELLED[word]].takes.read(word, text) for word, text in texts.items()}


def is_default(name: str, value: object) -> bool:
    """Return whether an option was left as it is."""
    default = OPTIONS[name].default
    return value is default or (type(value) is type(default) and value == default)


def require_known(asked: Mapping[str, object]) -> None:
    """Refuse a name that is none of its option's.

    Raises
    ------
    InputError
        If there is one.
    """
    for name, value in asked.items():
        takes = OPTIONS[name].takes
        if isinstance(takes, Names) and value is not OPTIONS[name].default and value not in takes.choices:
            raise InputError(describe_unknown(name, value, takes.choices))


def require_use(asked: Mapping[str, object], view: View | None) -> None:
    """Refuse an option that was changed and has no use: in that view or, where it is None, for a foreign graph.

    Raises
    ------
    InputError
        If there is one.
    """
    for name, value in asked.items():
        row = OPTIONS[name]
        if is_default(name, value):
            continue
        if view is None and not row.foreign:
            told = f"{name}={shorten(value)} has no use in it"
            raise InputError(f"a graph that is not of our making has one picture: {told}")
        if view is not None and row.views is not None and view not in row.views:
            raise InputError(row.refusal.format(view=view, value=shorten(value)))
