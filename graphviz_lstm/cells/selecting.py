"""Rows of the table of operations that pick and join: a row of a matrix, entries of a vector, one behind another."""

from __future__ import annotations

from graphviz_lstm.cells import numeric as num
from graphviz_lstm.cells.expression import Apply
from graphviz_lstm.cells.operation import ATOM, SUM, Operation, Partial, Writing

_MATRICES = "M. Giles, Collected matrix derivative results for forward and reverse mode AD, 2008, section 2.2"

SELECTING = (
    Operation(
        "concat",
        (2, 2),
        num.concat,
        (
            Partial("select", lambda whole: Apply("upper", whole.arguments)),
            Partial("select", lambda whole: Apply("lower", whole.arguments)),
        ),
        None,
        f"one vector behind the other; its derivatives are blocks of an identity. {_MATRICES}",
        shape="joined",
        latex=Writing(r"\left[{0}; {1}\right]", ATOM, (SUM, SUM)),
    ),
    Operation(
        "row",
        (2, 2),
        num.row,
        (Partial("select", lambda whole: Apply("one_hot", whole.arguments)),),
        None,
        f"the row of a matrix with that number, counted from 0: a unit vector times the matrix. {_MATRICES}",
        shape="row",
        latex=Writing(r"{0}\left[{1}\right]", ATOM, (ATOM, SUM)),
    ),
    # Of a loss that does not read all: no equation of a cell may say it.
    Operation(
        "entries",
        (2, None),
        num.entries,
        (Partial("select", lambda whole: Apply("unit_rows", whole.arguments)),),
        lambda _, x, *_places: x,
        f"entries of a vector by their numbers, counted from 0: rows of an identity times the vector. {_MATRICES}",
        shape="picked",
        text=Writing("{0}[{1}]", ATOM, (ATOM, SUM)),
        latex=Writing(r"{0}\left[{1}\right]", ATOM, (ATOM, SUM)),
        spoken=False,
    ),
    # What stands in the partials of these: blocks and rows of an identity, a unit vector.
    Operation("upper", (2, 2), num.upper, (), None, _MATRICES, shape="block"),
    Operation("lower", (2, 2), num.lower, (), None, _MATRICES, shape="block"),
    Operation(
        "unit_rows",
        (2, None),
        num.unit_rows,
        (),
        lambda sp, *_: sp.Integer(1),
        _MATRICES,
        shape="block",
        text=Writing("I[{1}]", ATOM, (ATOM, SUM)),
        latex=Writing(r"I\left[{1}\right]", ATOM, (ATOM, SUM)),
    ),
    Operation("one_hot", (2, 2), num.one_hot, (), None, _MATRICES, shape="pick"),
)
