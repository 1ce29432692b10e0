"""What a document asks for, as text: an example and options. Every door into a document reads them in the same way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from graphviz_lstm.cells import load_example
from graphviz_lstm.errors import InputError, describe_unknown
from graphviz_lstm.figures import draw
from graphviz_lstm.graph import TARGET, annotate, evaluate
from graphviz_lstm.interfaces.options import DETAILS, default_source, some
from graphviz_lstm.paths import find_paths, format_share
from graphviz_lstm.reports.answer import crossings_of
from graphviz_lstm.reports.words import describe_path, describe_source, format_entry

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path as FilePath

    from graphviz_lstm.figures import Figure
    from graphviz_lstm.graph.unroll import Detail, Graph
    from graphviz_lstm.paths import PathSet

FIGURE_OPTIONS = ("source", "element", "detail", "view", "path", "top", "theme")
TABLE_OPTIONS = ("source", "element", "detail", "top")
_LEADING = 10


@dataclass(frozen=True, slots=True)
class PathTable:
    """The leading paths as a table: a head, a row for each path, and one for all the others.

    Attributes
    ----------
    caption
        What it is a table of.
    head
        What the columns are.
    rows
        Share, contribution, crossings and path, each as text.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def ask_figure(example: str | FilePath, options: Mapping[str, str]) -> Figure:
    """Return the figure that a document asks for; options are those of `FIGURE_OPTIONS`, none of them required.

    Raises
    ------
    InputError
        If the example or an option is not one that can be drawn.
    """
    _require_known(options, FIGURE_OPTIONS)
    graph, paths = _ask(example, options)
    asked: dict[str, Any] = {name: options[name] for name in ("view", "theme") if name in options}
    if "top" in options:
        asked["top"] = _whole_number("top", options["top"], 1)
    if "path" in options:
        rank = _whole_number("path", options["path"], 1)
        if rank > paths.count:
            raise InputError(f"there is no path {rank:,} (there are {paths.count:,} from {paths.source} to {TARGET})")
        asked["path"] = paths.top(rank)[rank - 1]
        asked.setdefault("view", "path")
    annotated = annotate(graph, str(paths.source), element=paths.element)
    return draw(annotated, paths=paths, **asked)


def ask_table(example: str | FilePath, options: Mapping[str, str]) -> PathTable:
    """Return the table of paths that a document asks for; options are those of `TABLE_OPTIONS`, none required.

    Raises
    ------
    InputError
        If the example or an option is not one that can be listed.
    """
    _require_known(options, TABLE_OPTIONS)
    graph, paths = _ask(example, options)
    wanted = _whole_number("top", options["top"], 0) if "top" in options else _LEADING
    selection = paths.top(wanted)
    rows = [
        (
            format_share(path.share),
            format_entry(path.contribution, paths.element),
            str(crossings_of(graph, path)),
            describe_path(path),
        )
        for path in selection
    ]
    left = selection.remainder
    if left.count:
        words = f"{left.count:,} more path{'' if left.count == 1 else 's'}"
        rows.append((format_share(left.share), format_entry(left.contribution, paths.element), "", words))
    caption = f"{describe_source(str(paths.source), paths.element)} of {graph.graph['example'].name}, path by path"
    return PathTable(caption, ("Share", "Contribution", "Gates crossed", "Path"), tuple(rows))


def _ask(example: str | FilePath, options: Mapping[str, str]) -> tuple[Graph, PathSet]:
    detail = options.get("detail", "gate")
    if detail not in DETAILS:
        raise InputError(describe_unknown("detail", detail, DETAILS))
    loaded = load_example(example)
    graph = evaluate(loaded, detail=cast("Detail", detail))
    element = _element(options["element"]) if "element" in options else None
    source = options.get("source", default_source(loaded))
    return graph, some(find_paths(graph, source, TARGET, element=element))


def _require_known(options: Mapping[str, str], known: tuple[str, ...]) -> None:
    for name in options:
        if name not in known:
            raise InputError(describe_unknown("option", name, known))


def _element(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise InputError(f"unusable element: {text!r} (must be whole numbers with commas, such as 0,0)") from None


def _whole_number(name: str, text: str, least: int) -> int:
    try:
        number = int(text)
    except ValueError:
        number = least - 1
    if number < least:
        raise InputError(f"unusable {name}: {text!r} (must be a whole number of at least {least})")
    return number
