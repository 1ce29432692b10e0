"""What is written can be read: an expression's text parses back to the same expression."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from graphviz_lstm.cells import CELLS, OPERATIONS, parse_cell
from graphviz_lstm.cells.expression import Apply, Number, Parameter, Quantity, add
from graphviz_lstm.cells.names import Moving
from graphviz_lstm.cells.operations import functions
from graphviz_lstm.cells.parse import _Known, _parse_equation
from graphviz_lstm.notation import EQUATION, Writer, writer_of

_NAMES = st.sampled_from(["W", "U_A", "größe", "gap", "y", "S_0", "a_1", "_x", "E_1"])
_GENERAL = "f_A"
_BETA = -0.5
_LEAVES = (
    st.builds(Number, st.one_of(st.integers(0, 10**6).map(float), st.floats(0, 1e300, allow_nan=False)))
    | st.builds(Parameter, _NAMES)
    | st.builds(Quantity, _NAMES, st.sampled_from([0, 1, 2, 16]))
    | st.just(Number(_BETA, "beta"))
)


def _grown(parts: st.SearchStrategy) -> st.SearchStrategy:
    """Return applications of every row that an equation can have, as the parser makes them."""

    def applied(name: str) -> st.SearchStrategy:
        count = 1 if name == _GENERAL else OPERATIONS[name].arity[0]
        return st.tuples(*[parts] * count).map(lambda arguments: Apply(name, arguments))

    binary = st.sampled_from(["multiply", "divide", "matmul"])
    return (
        st.lists(parts, min_size=2, max_size=4).map(lambda terms: add(*terms))
        | st.builds(lambda part: Apply("negative", (part,)), parts)
        | st.builds(lambda name, x, y: Apply(name, (x, y)), binary, parts, parts)
        | st.builds(lambda x, n: Apply("power", (x, Number(float(n)))), parts, st.integers(0, 5))
        | st.sampled_from([*functions(), _GENERAL]).flatmap(applied)
    )


EXPRESSIONS = st.recursive(_LEAVES, _grown, max_leaves=12)


def _unnamed(expression):
    """Return an expression without the names of its functions' arguments."""
    if not isinstance(expression, Apply):
        return expression
    return replace(expression, arguments=tuple(map(_unnamed, expression.arguments)), name=None)


def _read(text: str):
    return _parse_equation(f"H[t] = {text}", _Known(frozenset({_GENERAL}), {"beta": _BETA})).expression


@given(EXPRESSIONS)
def test_any_expression_parses_back_to_itself(expression) -> None:
    """Brackets stand where they must: the grammar is Python's."""
    text = Writer(EQUATION, bound={_GENERAL: "tanh"}).expression(expression, Moving())
    assert _read(text) == expression


@pytest.mark.parametrize("cell", CELLS.values(), ids=list(CELLS))
def test_a_cell_of_the_library_is_its_own_text(cell) -> None:
    """Written out and parsed again it is the same cell, the names of arguments too."""
    writer = writer_of(cell, EQUATION)
    lines = [f"{e.quantity}[t] = {writer.expression(e.expression, Moving())}" for e in cell.equations]
    told = {"activations": cell.activations, "output": cell.output, "constants": cell.constants, "ranks": cell.ranks}
    assert parse_cell(cell.name, "\n".join(lines), **told) == cell
