"""What functions are applied to is named once, and by nobody else's name."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from graphviz_lstm.cells import CELLS, RNN, Cell, Equation, parse_cell
from graphviz_lstm.cells.arguments import name_arguments
from graphviz_lstm.cells.expression import Apply, Expression, Parameter, add, multiply, transform, walk
from graphviz_lstm.cells.source import equations_of
from graphviz_lstm.errors import EquationError
from graphviz_lstm.graph import unroll
from graphviz_lstm.problems import stack


def _without_name(part: Expression) -> Expression:
    return replace(part, name=None) if isinstance(part, Apply) else part


@pytest.mark.parametrize("name", CELLS)
def test_arguments_have_names_that_nothing_else_bears_in_whatever_order_equations_stand(name: str) -> None:
    cell = CELLS[name]
    plain = [replace(each, expression=transform(each.expression, _without_name)) for each in cell.equations]
    named = name_arguments(plain[::-1], cell.activations)[::-1]
    names = [p.name for e in named for p in walk(e.expression) if isinstance(p, Apply) and p.name is not None]
    assert len(names) == len(set(names))
    assert not set(names) & set(cell.ranks)
    assert [replace(each, expression=transform(each.expression, _without_name)) for each in named] == plain
    assert {*names} == {
        p.name for e in cell.equations for p in walk(e.expression) if isinstance(p, Apply) and p.name is not None
    }


# Names that arguments would have, were they free; a state read two steps late is kept under a name with a prime.
QUANTITIES = ("H", "Z_H", "Z_tanh", "G")


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Draw equations with several functions whose arguments have no names."""

    def part(depth: int) -> str:
        name = draw(st.sampled_from(quantities))
        leaf = draw(st.sampled_from(["X[t] + b", "X[t] * b", "b + 2", "1", "X[t]"])) if draw(st.booleans()) else ""
        leaf = leaf or f"{name}[t-{draw(st.integers(1, 4))}] + b"
        inner = part(depth - 1) if depth and draw(st.booleans()) else leaf
        return f"{draw(st.sampled_from(['tanh', 'sigmoid', 'f']))}({inner})"

    quantities = draw(st.lists(st.sampled_from(QUANTITIES), min_size=1, max_size=3, unique=True))
    lines = []
    for quantity in quantities:
        parts = [part(2) for _ in range(draw(st.integers(1, 4)))]
        lines.append(f"{quantity}[t] = {draw(st.sampled_from([' * ', ' + '])).join(parts)}")
    return "\n".join(lines)


def arguments_of(cell: Cell) -> dict[str, list[tuple[str, Expression]]]:
    """Return the name of each long argument -> in which equations it stands, and of what."""
    found: dict[str, list[tuple[str, Expression]]] = {}
    for equation in cell.equations:
        for part in dict.fromkeys(walk(equation.expression)):
            if isinstance(part, Apply) and part.name is not None:
                found.setdefault(part.name, []).append((equation.quantity, part))
    return found


@given(texts())
def test_however_many_functions_are_applied_each_argument_has_a_name_of_its_own(text: str) -> None:
    """None is another's, of one equation or of two, nor a quantity's or a kept state's; so both details unroll."""
    cell = parse_cell("drawn", text, activations={"f": "tanh"})
    found = arguments_of(cell)
    assert all(len(places) == 1 for places in found.values())
    graph = unroll(cell, 5, detail="operation")
    assert {data["quantity"] for _, data in graph.nodes.items()} >= found.keys()
    assert len({data["name"] for _, data in graph.nodes.items()}) == len(graph)
    assert parse_cell("drawn", "\n".join(equations_of(cell)), activations={"f": "tanh"}) == cell


def test_embedding_and_readout_of_several_layers_name_their_arguments_together() -> None:
    """A reader finds them by their quantities, as in one text; those of a layer bear its number."""
    texts_beside = {"embedding": "X[t] = tanh(row(W_X, k[t]) + d)", "readout": "Y[t] = tanh(V @ H[t] + c)"}
    net = stack([RNN, RNN], texts_beside["readout"], embedding=texts_beside["embedding"])
    assert [*arguments_of(net)] == ["Z_X", "Z_H^(1)", "Z_H^(2)", "Z_Y"]
    assert [*arguments_of(stack([RNN, RNN], texts_beside["readout"]))] == ["Z_H^(1)", "Z_H^(2)", "Z_tanh"]
    graph = unroll(net, 2, detail="operation")
    assert {"Z_X,1", "Z_Y,1"} <= set(graph)


def test_an_argument_that_is_given_anothers_name_is_refused() -> None:
    """A cell that is made in Python may name them; two of one name would be one vertex."""
    first, second = (Apply("tanh", (add(Parameter(name), Parameter("b")),), name="Z_tanh") for name in "vw")
    with pytest.raises(EquationError, match=r"two things would be called 'Z_tanh' in cell 'c': an argument in the eq"):
        Cell("c", (Equation("H", multiply(first, second)),), {}, "H")
    with pytest.raises(EquationError, match=r"two things would be called 'b' in cell 'c'"):
        Cell("c", (Equation("H", replace(first, name="b")),), {}, "H")
    assert Cell("c", (Equation("H", multiply(first, first)),), {}, "H").parameters == ("v", "b")
