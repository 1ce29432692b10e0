"""What a document asks for, as text: an example and options. Every door into a document reads them in the same way."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphviz_lstm.errors import InputError, describe_unknown
from graphviz_lstm.figures import Figure
from graphviz_lstm.figures.options import OPTIONS, SPELLED, read_options, require_file_use
from graphviz_lstm.figures.takes import File, Whole
from graphviz_lstm.problems import EXAMPLES
from graphviz_lstm.reports.cell_figure import cell_figure
from graphviz_lstm.reports.plots import plot
from graphviz_lstm.reports.study import Study
from graphviz_lstm.reports.tables import table_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from graphviz_lstm.figures.plots import Plot
    from graphviz_lstm.reports.tables import PathTable

__all__ = [
    "EXAMPLES", "FIGURE_OPTIONS", "PLOT_OPTIONS", "TABLE_OPTIONS",
    "ask_figure", "ask_plot", "ask_table", "require_known", "words_of",
]  # fmt: skip

FIGURE_OPTIONS = ("source", "element", *SPELLED)
_LOOKS = ("title", "width", "layout", "theme", "colours")
PLOT_OPTIONS = ("source", "element", "view", "after", "of", "tokens", *_LOOKS)
TABLE_OPTIONS = ("source", "element", "detail", "top")
_LEADING = 10
# What documents show figures as.
_FILES = (".svg", ".pdf")


def ask_figure(example: str | Path, options: Mapping[str, str], file: Callable[[str], str | Path] = str) -> Figure:
    """Return the figure that a document asks for; options are those of `FIGURE_OPTIONS`, none of them required.

    `file` says where a file is that a document names.

    Raises
    ------
    InputError
        If the example or an option is not one that can be drawn.
    """
    require_known(options, FIGURE_OPTIONS)
    asked: dict[str, Any] = read_options({name: text for name, text in options.items() if name in SPELLED})
    require_file_use(asked, _FILES)
    asked |= {name: file(str(value)) for name, value in asked.items() if isinstance(OPTIONS[name].takes, File)}
    units = asked.get("detail") == "unit"
    of_study = {name: value for name, value in options.items() if not (units and name == "detail")}
    if asked.get("view") == "cell":
        of_paths = {name: options[name] for name in ("source", "element") if name in options}
        return cell_figure(example, **of_paths, **{name: value for name, value in asked.items() if name != "view"})
    study = _study(example, of_study, FIGURE_OPTIONS)
    if not units:
        asked.pop("detail", None)
    return study.figure(**asked)


def ask_plot(example: str | Path, options: Mapping[str, str], file: Callable[[str], str | Path] = str) -> Plot:
    """Return the plot that a document asks for; options are those of `PLOT_OPTIONS`, none of them required.

    `file` says where a file is that a document names.

    Raises
    ------
    InputError
        If the example or an option is not one that can be drawn.
    """
    study = _study(example, options, PLOT_OPTIONS)
    asked: dict[str, Any] = read_options({name: text for name, text in options.items() if name in _LOOKS})
    if "colours" in asked:
        asked["colours"] = file(str(asked["colours"]))
    if "of" in options:
        asked["of"] = options["of"]
    if "after" in options:
        after = options["after"]
        asked["after"] = after if after in EXAMPLES or not Path(after).suffix else file(after)
    if "tokens" in options:
        asked["tokens"] = options["tokens"].split()
    view: Any = options.get("view", "routes")
    return plot(study, view, **asked)


def words_of(figure: Figure | Plot) -> str:
    """Return what a figure shows, for who does not see it."""
    told = figure.scene if isinstance(figure, Figure) else figure
    return f"{told.title}. {told.description}"


def ask_table(example: str | Path, options: Mapping[str, str]) -> PathTable:
    """Return the table of paths that a document asks for; options are those of `TABLE_OPTIONS`, none required.

    Raises
    ------
    InputError
        If the example or an option is not one that can be listed.
    """
    study = _study(example, options, TABLE_OPTIONS)
    return table_of(study, Whole(0).read("top", options.get("top", str(_LEADING))))


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


def _study(example: str | Path, options: Mapping[str, str], known: tuple[str, ...]) -> Study:
    require_known(options, known)
    element = _element(options["element"]) if "element" in options else None
    detail: Any = options.get("detail", "gate")
    return Study(example, options.get("source"), element=element, detail=detail)


def _element(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise InputError(f"unusable element: {text!r} (must be whole numbers with commas, such as 0,0)") from None
