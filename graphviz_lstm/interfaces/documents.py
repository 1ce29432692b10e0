"""What a document asks for, as text: an example and options. Every door into a document reads them in the same way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphviz_lstm.errors import InputError, describe_unknown
from graphviz_lstm.figures import Figure
from graphviz_lstm.figures.choices import FIGURE_DETAILS
from graphviz_lstm.problems import EXAMPLES
from graphviz_lstm.reports.plots import plot
from graphviz_lstm.reports.study import Study
from graphviz_lstm.reports.tables import table_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path as FilePath

    from graphviz_lstm.figures.plots import Plot
    from graphviz_lstm.reports.tables import PathTable

__all__ = [
    "EXAMPLES", "FIGURE_OPTIONS", "PLOT_OPTIONS", "TABLE_OPTIONS",
    "ask_figure", "ask_plot", "ask_table", "require_known", "words_of",
]  # fmt: skip

FIGURE_OPTIONS = ("source", "element", "detail", "view", "path", "top", "by", "layout", "steps-per-row", "theme")
PLOT_OPTIONS = ("source", "element", "view", "after", "of", "tokens", "layout", "theme")
TABLE_OPTIONS = ("source", "element", "detail", "top")
_LEADING = 10


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
    study = _study(example, of_study, FIGURE_OPTIONS)
    asked: dict[str, Any] = {name: options[name] for name in ("view", "by", "layout", "theme") if name in options}
    asked |= {"detail": "unit"} if units else {}
    asked |= {name: _whole_number(name, options[name], 1) for name in ("top", "path") if name in options}
    if "steps-per-row" in options:
        asked["steps_per_row"] = _whole_number("steps-per-row", options["steps-per-row"], 1)
    return study.figure(**asked)


def ask_plot(example: str | FilePath, options: Mapping[str, str]) -> Plot:
    """Return the plot that a document asks for; options are those of `PLOT_OPTIONS`, none of them required.

    Raises
    ------
    InputError
        If the example or an option is not one that can be drawn.
    """
    study = _study(example, options, PLOT_OPTIONS)
    asked: dict[str, Any] = {name: options[name] for name in ("after", "of", "layout", "theme") if name in options}
    if "tokens" in options:
        asked["tokens"] = options["tokens"].split()
    view: Any = options.get("view", "routes")
    return plot(study, view, **asked)


def words_of(figure: Figure | Plot) -> str:
    """Return what a figure shows, for who does not see it."""
    told = figure.scene if isinstance(figure, Figure) else figure
    return f"{told.title}. {told.description}"


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
