"""The figure of a cell: of one that comes with the package, or of the net of an example; no number of it matters."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphviz_lstm.cells import CELLS, Cell
from graphviz_lstm.cells.file import SUFFIX
from graphviz_lstm.cells.library import find_cell
from graphviz_lstm.errors import InputError, shorten
from graphviz_lstm.figures import draw
from graphviz_lstm.reports.question import Question

if TYPE_CHECKING:
    from graphviz_lstm.figures import Figure
    from graphviz_lstm.problems import Problem

_OF_PATHS = ("source", "element", "scheme")


def cell_figure(example: str | Path | Cell | Problem | Question, **options: Any) -> Figure:
    """Return the figure of the view `"cell"`; options are those of `draw` and of a study.

    Parameters
    ----------
    example
        A cell, the name of one of the library, the path of a cell's TOML file, a study, or what one is made of.

    Raises
    ------
    InputError
        If an option is given that a figure without paths cannot use; else as `draw`.
    """
    if isinstance(example, Question):
        options["scheme"] = example.scheme and example.scheme.name
        example = example.problem.cell
    for name in _OF_PATHS:
        if (value := options.pop(name, None)) is not None:
            raise InputError(f"the view 'cell' shows no paths: {name}={shorten(value)} has no use in it")
    return draw(_cell_of(example), view="cell", **options)


def _cell_of(example: str | Path | Cell | Problem) -> Cell:
    if isinstance(example, Cell):
        return example
    named = str(example) if isinstance(example, str | Path) else ""
    return find_cell(named) if named in CELLS or named.endswith(SUFFIX) else Question(example).problem.cell
