"""The source of a question: which vertex paths begin at, and which entry of it is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_lstm.errors import InputError, shorten
from graphviz_lstm.graph import TARGET
from graphviz_lstm.notation import text

if TYPE_CHECKING:
    from graphviz_lstm.problems import Problem


def source_of(problem: Problem, source: str | None) -> str:
    """Return the vertex that is meant: by default the cell's first parameter. Whether it is there is not asked yet.

    Raises
    ------
    InputError
        If it is the target itself, or none is named and the cell has no parameter.
    """
    cell = problem.cell
    inputs = [text(cell.name_of(name).at(problem.first_step)) for name in cell.inputs]
    known = ", ".join(map(repr, [*cell.parameters, *inputs][:3])) or "a state before the first step"
    if isinstance(source, str) and source == TARGET:
        raise InputError(f"wrong source: {source!r} is the target itself (must be another vertex, such as {known})")
    if source is None and not cell.parameters:
        raise InputError(f"no source: cell {shorten(cell.name)} has no parameters (name a vertex, such as {known})")
    return cell.parameters[0] if source is None else source
