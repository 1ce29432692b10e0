"""What a document asks for, as text: an example and options. Every door into a document reads them in the same way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphviz_lstm.errors import InputError, describe_unknown
from graphviz_lstm.figures.choices import FIGURE_DETAILS
from graphviz_lstm.problems import EXAMPLES
from graphviz_lstm.reports.cell_figure import cell_figure
from graphviz_lstm.reports.study import Study
from graphviz_lstm.reports.tables import table_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path as FilePath

    from graphviz_lstm.figures import Figure
    from graphviz_lstm.reports.tables import PathTable

__all__ = ["EXAMPLES", "FIGURE_OPTIONS", "TABLE_OPTIONS", "ask_figure", "ask_table", "require_known"]

FIGURE_OPTIONS = (
    "source", "element", "detail", "view", "path", "top", "by", "layout", "steps-per-row",
    "edges", "show", "cells", "theme",
)  # fmt: skip
TABLE_OPTIONS = ("source", "element", "detail", "top")
_LEADING = 10
_PLAIN = ("view", "by", "layout", "edges", "theme")


def ask_figure(example: str | FilePath, options: Mapping[str, str]) -> Figure:
    """Return the figure that a document asks for; options are those of `FIGURE_OPTIONS`, none of them required.

    Raises
    ------
    InputError
        If the example or an option is not one that can be drawn.
    """
    detail = options.get("detail", "gate")
    if detail not in FIGURE_DETAILS:
        raise InputError(describe_unknown("detail", detail, FIGURE_DETAILS))
    units = detail == "unit"
    of_study = {name: value for name, value in options.items() if not (units and name == "detail")}
    asked: dict[str, Any] = {name: options[name] for name in _PLAIN if name in options}
    asked |= {"detail": "unit"} if units else {}
    asked |= {name: _whole_number(name, options[name], 1) for name in ("top", "path") if name in options}
    if "steps-per-row" in options:
        asked["steps_per_row"] = _whole_number("steps-per-row", options["steps-per-row"], 1)
    if "show" in options:
        asked["show"] = tuple(part for part in options["show"].replace(",", " ").split())
    if "cells" in options:
        asked["cells"] = _whole_number("cells", options["cells"], 1)
    if asked.get("view") == "cell":
        require_known(options, FIGURE_OPTIONS)
        of_paths = {name: options[name] for name in ("source", "element") if name in options}
        return cell_figure(example, **of_paths, **{name: value for name, value in asked.items() if name != "view"})
    return _study(example, of_study, FIGURE_OPTIONS).figure(**asked)


def ask_table(example: str | FilePath, options: Mapping[str, str]) -> PathTable:
    """Return the table of paths that a document asks for; options are those of `TABLE_OPTIONS`, none required.

    Raises
    ------
    InputError
        If the example or an option is not one that can be listed.
    """
    study = _study(example, options, TABLE_OPTIONS)
    return table_of(study, _whole_number("top", options.get("top", str(_LEADING)), 0))


def require_known(names: Iterable[str], known: tuple[str, ...]) -> None:
    """Refuse an option that is none.

    Raises
    ------
    InputError
        If one of the names is not known.
    """
    for name in names:
        if name not in known:
            raise InputError(describe_unknown("option", name, known))


def _study(example: str | FilePath, options: Mapping[str, str], known: tuple[str, ...]) -> Study:
    require_known(options, known)
    element = _element(options["element"]) if "element" in options else None
    detail: Any = options.get("detail", "gate")
    return Study(example, options.get("source"), element=element, detail=detail)


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
