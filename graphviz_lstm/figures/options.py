"""The options of a figure: a row for each, which the command, the directives, `draw` and the views all read.

A new option is one row here, one keyword of `draw`, and a field of `Request` where it is a view that uses it. Light:
who reads it loads no picture's machinery.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphviz_lstm.errors import InputError, shorten
from graphviz_lstm.figures.choices import BYS, EDGES, FIGURE_DETAILS, LAYOUTS, MOST_STEPS, SHOWN, THEMES, TOP, VIEWS
from graphviz_lstm.figures.takes import File, Flag, Names, Several, Some, Whole, Words
from graphviz_lstm.given import require_one_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from graphviz_lstm.figures.choices import Suffix, View
    from graphviz_lstm.figures.takes import Takes

_STEPS = re.compile(r"\s*(-?[0-9]{1,9})\s*(?:\.\.\s*(-?[0-9]{1,9})\s*)?", re.ASCII)


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
    suffixes
        The files that it is for; None: every file.
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
    suffixes: frozenset[Suffix] | None = None


def _of(*views: View) -> frozenset[View]:
    return frozenset(views)


def read_path(text: str) -> int | str:
    """Return the rank that a text tells, or the text where it tells the vertices of a path.

    >>> read_path("2"), read_path("W_A -> a_1 -> E")
    (2, 'W_A -> a_1 -> E')
    """
    text = text.replace("\N{RIGHTWARDS ARROW}", "->")
    if "->" in text:
        return text
    try:
        return Whole().read("path", text)
    except InputError:
        raise InputError(
            f"unusable path: {shorten(text)} (must be a rank of at least 1, or vertices with -> between them)"
        ) from None


def read_steps(given: object) -> tuple[range, ...]:
    """Return the stretches of steps that a text tells, in order.

    >>> read_steps("0..3"), read_steps("-1..0, 7")
    ((range(0, 4),), (range(-1, 1), range(7, 8)))

    Raises
    ------
    InputError
        If it tells none.
    """
    parts = [_STEPS.fullmatch(part) for part in given.split(",")] if isinstance(given, str) else [None]
    found = [(int(part[1]), int(part[2] or part[1])) for part in parts if part is not None]
    if len(found) < len(parts) or any(first > last for first, last in found):
        raise InputError(f"unusable steps: {shorten(given)} (must be such as 0..3, or 0..2,7 with commas between them)")
    shown: list[range] = []
    for first, last in sorted(found):
        if shown and first <= shown[-1].stop:
            shown[-1] = range(shown[-1].start, max(shown[-1].stop, last + 1))
        else:
            shown.append(range(first, last + 1))
    return tuple(shown)


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
        "All paths together, one in focus, the leading ones one by one or side by side, the cell once with loops, "
        "all values, or the operations of the cell (then EXAMPLE may be a cell, such as gru).  [default: flow; path, "
        "if one is put in focus]",
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
        Words("PATH"),
        "Put one path in focus: the K-th largest, by its rank, or by its vertices, such as 'W_A -> a_1 -> ...'.",
        _of("path"),
        "the view {view!r} shows all paths, not one (view='path' does)",
    ),
    "through": Option(
        (),
        Several("VERTEX"),
        "Of the paths that pass it: the largest, or that of the rank in --path; may be given again.",
        _of("path"),
        "the view {view!r} shows all paths, not those through {value} (view='path' puts one of them in focus)",
    ),
    "avoiding": Option(
        (),
        Several("VERTEX"),
        "The same of the paths that do not pass it.",
        _of("path"),
        "the view {view!r} shows all paths, not those avoiding {value} (view='path' puts one of them in focus)",
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
        "To be read 700 pixels wide, or 360: flow, path, facets, metro, values.",
        _of("flow", "path", "facets", "metro", "values"),
        "the view {view!r} has one layout: layout={value} has no use in it "
        "(view='flow', 'path', 'facets', 'metro' and 'values' have two)",
    ),
    "steps_per_row": Option(
        None,
        Whole(),
        "How many steps stand side by side: flow, path, facets, metro, values.",
        _of("flow", "path", "facets", "metro", "values"),
        "the view {view!r} has its steps in one row: steps_per_row={value} has no use in it "
        "(view='flow', 'path', 'facets', 'metro' and 'values' wrap them)",
    ),
    "edges": Option(
        None,
        Names(EDGES),
        "What stands on an edge: its flow, its local partial as symbol and number, what it gives back of the gradient, "
        "or its partial as a formula: flow with one line for each edge, path, facets, values.",
        _of("flow", "path", "facets", "values"),
        "the view {view!r} has labels of its own: edges={value} has no use in it "
        "(view='flow', 'path', 'facets' and 'values' take it)",
    ),
    "show": Option(
        (),
        Some(SHOWN, "WHAT,..."),
        "Draw also inputs, parameters, losses (of each step): flow with one line for each edge, path, values.",
        _of("flow", "path", "values"),
        "the view {view!r} shows the cell's quantities alone: show={value} has no use in it "
        "(view='flow', 'path' and 'values' take it)",
    ),
    "cells": Option(
        1,
        Whole(),
        "Cell: how many steps stand side by side, 1 or 3.",
        _of("cell"),
        "the view {view!r} shows the steps of a problem: cells={value} has no use in it (view='cell' has)",
    ),
    "only_paths": Option(
        False,  # noqa: FBT003 -- the default
        Flag(),
        "Leave out what lies on no path, instead of drawing it pale.",
        _of("flow", "path", "facets", "metro", "rolled", "values"),
        "the view {view!r} shows no paths: only_paths={value} has no use in it",
    ),
    "max_steps": Option(
        MOST_STEPS,
        Flag(None),
        "Draw every step of a long sequence, not some alone.",
        _of("flow", "path", "facets", "metro", "values"),
        "the view {view!r} adds up all steps: max_steps={value} has no use in it",
        spelled="whole",
    ),
    "steps": Option(
        None,
        Words("A..B"),
        "Draw these steps one by one, such as 0..3 or 0..2,7; of the others the flow through them is told.",
        _of("flow", "path", "facets", "metro", "values"),
        "the view {view!r} adds up all steps: steps={value} has no use in it",
    ),
    "labels": Option(
        None,
        File(),
        'Call quantities otherwise: a TOML or JSON file of names, such as {"S": "c", "H": "h"}.',
        _of("flow", "path", "facets", "metro", "rolled", "values"),
        "the view {view!r} shows the equations as they are written: labels={value} has no use in it",
        foreign=True,
    ),
    "title": Option(None, Words("TEXT"), "A title over the figure.", foreign=True),
    "legend": Option(
        True,  # noqa: FBT003 -- the default
        Flag(False),  # noqa: FBT003 -- what it says
        "Leave out the legend.",
        foreign=True,
        spelled="no-legend",
    ),
    "numbers": Option(
        True,  # noqa: FBT003 -- the default
        Flag(False),  # noqa: FBT003 -- what it says
        "Leave out the numbers on lines and in boxes.",
        _of("flow", "path", "facets", "metro", "rolled"),
        "the view {view!r} has no numbers that could be left out: numbers={value} has no use in it",
        foreign=True,
        spelled="no-numbers",
    ),
    "width": Option(
        None, Words("LENGTH"), "How wide, all in proportion: such as 12cm, 120mm, 4.5in, 700px.", foreign=True
    ),
    "font_size": Option(
        None,
        Words("POINTS"),
        "How large the names in boxes are in print, all in proportion; with --width: the steps wrap so that both hold.",
        foreign=True,
    ),
    "dpi": Option(
        None,
        Words("N"),
        "How many dots of a .png an inch has.  [default: 96]",
        foreign=True,
        suffixes=frozenset({".png"}),
    ),
    "theme": Option(
        "auto",
        Names(THEMES),
        "auto: light, or dark where an SVG's reader prefers that.",
        foreign=True,
    ),
    "colours": Option(
        None,
        File(),
        "Colours of your own: a TOML file of names and colours, such as positive = '#005f99'.",
        foreign=True,
    ),
    "fragment": Option(
        False,  # noqa: FBT003 -- the default
        Flag(),
        "Write the .tex as a fragment, to be put into a document by \\input.",
        foreign=True,
        suffixes=frozenset({".tex"}),
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
        if isinstance(takes, Names) and value is not OPTIONS[name].default:
            require_one_of(name, value, takes.choices)


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


def require_file_use(asked: Mapping[str, object], suffixes: Iterable[str]) -> None:
    """Refuse an option that was changed and is for none of the files that are to be written.

    >>> require_file_use({"dpi": 300}, [".svg", ".png"])

    Raises
    ------
    InputError
        If there is one.
    """
    written = tuple(suffixes)
    for name, value in asked.items():
        for_files = OPTIONS[name].suffixes
        if for_files is not None and not is_default(name, value) and not for_files & set(written):
            raise InputError(
                f"{spelling(name)} is for {' and '.join(sorted(for_files))}: it has no use in {' and '.join(written)}"
            )
