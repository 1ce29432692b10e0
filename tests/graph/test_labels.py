"""What counts as a crossing does not depend on how an equation is cut into several."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graphviz_lstm.cells import CELLS, Cell, parse_cell
from graphviz_lstm.cells.detail import in_operations
from graphviz_lstm.graph import unroll
from graphviz_lstm.graph.labels import kinds_of
from graphviz_lstm.paths import find_paths

LAGGED = ("carousel", "crossing")


@pytest.mark.parametrize("cell", CELLS.values(), ids=list(CELLS))
def test_a_sum_with_a_name_of_its_own_is_no_way_round_a_gate(cell: Cell) -> None:
    """The parts of a cell are of the same kinds where nothing tells that they were written inside a function."""
    split = in_operations(cell)
    equations = tuple(replace(equation, inside=False) for equation in split.equations)
    plain = Cell(split.name, equations, split.activations, split.output, names=split.names, ranks=split.ranks)
    assert kinds_of(plain) == kinds_of(split)


def test_the_gates_of_an_slstm_are_crossed() -> None:
    """i and f are sums of H of the step before; m, c and n carry themselves on."""
    kinds = kinds_of(CELLS["slstm"])
    lagged = {(ref.name, head): kind for head, row in kinds.items() for ref, kind in row.items() if kind in LAGGED}
    assert {pair for pair, kind in lagged.items() if kind == "carousel"} == {("m", "m"), ("c", "c"), ("n", "n")}
    assert {head for (tail, head), kind in lagged.items() if tail == "H" and kind == "crossing"} == {"z", "i", "f", "o"}


def test_what_goes_round_through_sums_and_products_alone_is_a_carousel() -> None:
    """Also through a quantity in between, and where a gate reads what is carried."""
    cell = parse_cell(
        "between",
        """
        k[t] = f[t] * S[t-1]
        f[t] = sigmoid(W_f @ X[t] + U_f @ H[t-1])
        o[t] = sigmoid(W_o @ X[t] + k[t])
        S[t] = k[t] + W_A @ X[t]
        H[t] = o[t] * tanh(S[t])
        """,
    )
    kinds = kinds_of(cell)
    assert set(kinds["k"].values()) == {"inner", "carousel"}
    assert "crossing" in kinds["f"].values()
    paths = find_paths(unroll(cell, 3), "W_A", "E")
    assert 0 < paths.crossing("crossings").count < paths.count


def test_what_no_function_follows_is_no_crossing() -> None:
    """A linear net has no gate to cross."""
    cell = parse_cell("linear", "G[t] = U @ H[t-1] + W @ X[t]\nH[t] = 2 * G[t] + V @ H[t-1]")
    assert not {"crossing"} & {kind for row in kinds_of(cell).values() for kind in row.values()}


def test_a_state_behind_a_parameter_is_carried_on_as_any_other() -> None:
    """In whatever order an equation reads: before it the weight, behind it what comes from outside."""
    for text in ("a[t] = u * a[t-1] + W @ X[t]", "a[t] = W @ X[t] + u * a[t-1]", "a[t] = a[t-1] * u + W @ X[t]"):
        cell = parse_cell("c", f"{text}\nH[t] = tanh(a[t])")
        [kind] = [kind for reference, kind in kinds_of(cell)["a"].items() if reference.name == "a"]
        assert kind == "carousel"
