"""Random cells whose names are such as a stranger would choose, or such as the graph itself makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import strategies as st

from graphviz_lstm.cells import parse_cell
from graphviz_lstm.cells.shapes import sizes_of
from graphviz_lstm.problems import LossTerm, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# What the graph calls an initial state, a quantity at a step, an argument, a target, an elision, the loss; letters of
# many alphabets; names of functions and of activations.
NAMES = [
    *("S", "H", "a", "X", "W", "y", "gap", "E_1", "t_1", "H_t", "größe", "σ", "ξ_1", "é", "_x", "a_b_c"),
    *("S_0", "S_1", "H_0", "H_1", "H_2", "a_1", "X_0", "X_1", "y_1", "W_1", "a_1_1", "S_00", "size_1"),
    *("Z_A", "Z_S", "Z_H", "Z_a", "Z_tanh", "Z_q", "f_S", "f_A", "tanh", "max", "sigmoid", "exp", "add", "dot", "L"),
]
GENERAL = {"f_S": "tanh", "f_A": "sigmoid"}
SIZE = 2


@dataclass(frozen=True)
class Drawn:
    """A text, and what stands in it; whether a cell comes of it, remains to be seen."""

    text: str
    quantities: tuple[str, ...]


@st.composite
def cells(draw: Callable[..., Any]) -> Drawn:
    """Draw the text of a cell: one or two inputs, one to three quantities, vectors and matrices for parameters."""
    names = draw(
        st.lists(st.sampled_from(NAMES), min_size=9, max_size=9, unique=draw(st.booleans()) or draw(st.booleans()))
    )
    inputs, quantities = names[:2], tuple(names[2 : 2 + draw(st.integers(1, 3))])
    vectors, matrices = names[5:7], names[7:9]
    lines = []
    for k, quantity in enumerate(quantities):
        now = [f"{name}[t]" for name in (*inputs, *quantities[:k])]
        before = [f"{name}[t-1]" for name in quantities]
        reference = st.sampled_from([*now, *before, *before, *vectors])
        leaf = reference | st.builds("{} @ {}".format, st.sampled_from(matrices), st.sampled_from([*now, *before]))
        function = st.sampled_from(["tanh", "tanh", "sigmoid", "sin", "f_S", "f_A", "softplus"])
        applied = st.builds("{}({})".format, function, leaf)
        larger = st.builds("max({}, {})".format, reference, reference)
        factor = leaf.map("({})".format) | applied | larger | st.just("0.5")
        product = st.builds("{} * {}".format, factor, factor)
        term = leaf | applied | product | larger
        # An alias, a function of a thing alone, the same thing twice or at two lags: all come often.
        right = leaf | applied | st.lists(term, min_size=1, max_size=3).map(" + ".join)
        chosen = draw(right)
        if lines and draw(st.integers(0, 4)) == 0:
            chosen = lines[-1].partition(" = ")[2]
        lines.append(f"{quantity}[t] = {chosen}")
    return Drawn("\n".join(lines), quantities)


def bind(text: str, activations: Mapping[str, str], *, steps: int, first_step: int, seed: int) -> Problem:
    """Return a problem of a cell: random numbers, all sizes alike, a loss of every quantity, not all at every step."""
    random = np.random.default_rng(seed)
    cell = parse_cell("drawn", text, activations={name: f for name, f in activations.items() if f"{name}(" in text})
    sizes = sizes_of(cell)
    shape = {name: tuple(SIZE for _ in axes) for name, axes in sizes.items()}
    counted = range(first_step, first_step + steps)
    losses = [
        LossTerm(e.quantity, counted[k % 2 :], random.normal(size=(len(counted[k % 2 :]), *shape[e.quantity])))
        for k, e in enumerate(cell.equations)
    ]
    return Problem(
        cell=cell,
        parameters={name: random.normal(size=shape[name]) for name in cell.parameters},
        inputs={name: random.normal(size=(steps, *shape[name])) for name in cell.inputs},
        losses=losses,
        initial={name: random.normal(size=shape[name]) for name in cell.states},
        first_step=first_step,
        steps=steps,
    )
