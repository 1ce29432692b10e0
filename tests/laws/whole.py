"""Random cells from the whole table of operations: up to twelve equations of numbers, vectors and matrices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import strategies as st

from graphviz_lstm.cells import ACTIVATIONS, parse_cell
from graphviz_lstm.errors import InputError
from graphviz_lstm.problems import LossTerm, Problem

if TYPE_CHECKING:
    from collections.abc import Callable

SIZE = 2
CONSTANTS = {"beta": 0.75, "gamma": -0.5}
# Arguments that a function takes whatever comes: from all numbers to those where it has a value and is no large one.
_SAFE = {"log": "log(2 + sin({}))", "sqrt": "sqrt(2 + sin({}))", "exp": "exp(sin({}))"}


@dataclass(frozen=True)
class Whole:
    """A text, and the rank of every name in it."""

    text: str
    ranks: dict[str, int]
    output: str

    @property
    def constants(self) -> dict[str, float]:
        """The constants that stand in it."""
        return {name: value for name, value in CONSTANTS.items() if name in self.text}


@st.composite
def whole_cells(draw: Callable[..., Any], *, most: int = 12) -> Whole:
    """Draw a cell: every quantity of a rank of its own, every size alike, so that whatever ranks allow, fits."""
    count = draw(st.integers(1, most))
    quantities = {f"q{k}": draw(st.integers(0, 2)) for k in range(count)}
    inputs = {f"x{rank}": rank for rank in range(3)}
    parameters = {f"p{rank}{letter}": rank for rank in range(3) for letter in "ab"}
    lines = []
    for k, (name, rank) in enumerate(quantities.items()):
        now = list(quantities)[:k]
        right = draw(_expression(rank, now, quantities, inputs, parameters, 3))
        bounded = draw(st.sampled_from(["tanh({})", "sin({})", "sigmoid({})", "0.25 * ({})", "beta * ({}) / 4"]))
        lines.append(f"{name}[t] = {bounded.format(right)}")
    text = "\n".join(lines)
    known = {**quantities, **inputs, **parameters}
    return Whole(text, {name: rank for name, rank in known.items() if name in text}, list(quantities)[-1])


@st.composite
def _expression(
    draw: Callable[..., Any],
    rank: int,
    now: list[str],
    quantities: dict[str, int],
    inputs: dict[str, int],
    parameters: dict[str, int],
    depth: int,
) -> str:
    """Draw an expression of a rank."""

    def part(of: int) -> str:
        return draw(_expression(of, now, quantities, inputs, parameters, depth - 1))

    leaves = [f"{name}[t]" for name in now if quantities[name] == rank]
    leaves += [f"{n}[t-{lag}]" for n, r in quantities.items() if r == rank for lag in (1, 1, 1, 2, 3)]
    leaves += [f"{name}[t]" for name, of in inputs.items() if of == rank]
    leaves += [name for name, of in parameters.items() if of == rank]
    if not depth:
        return draw(st.sampled_from(leaves))
    kind = draw(st.sampled_from(["leaf", "leaf", "entrywise", "entrywise", "function", "two", "product", "power"]))
    if kind == "entrywise":
        # A number, be it a literal or a constant, stands beside anything.
        other = draw(st.sampled_from([part(rank), part(0), "beta", "gamma", "0.5", "-2"]))
        sign = draw(st.sampled_from(["+", "-", "*"]))
        first, second = draw(st.permutations([part(rank), other]))
        return f"({first}) {sign} ({second})"
    if kind == "function":
        name = draw(st.sampled_from(sorted(ACTIVATIONS)))
        return _SAFE.get(name, f"{name}({{}})").format(part(rank))
    if kind == "two":
        return draw(st.sampled_from(["max({}, {})", "min({}, {})", "({}) / (1 + ({})**2)"])).format(
            part(rank), part(rank)
        )
    if kind == "power":
        return f"({part(rank)})**{draw(st.sampled_from([2, 3]))}"
    if kind == "product":
        form, ranks = draw(st.sampled_from(_PRODUCTS[rank]))
        return form.format(*(part(of) for of in ranks))
    return draw(st.sampled_from(leaves))


_PRODUCTS: dict[int, list[tuple[str, tuple[int, ...]]]] = {
    0: [("dot({}, {})", (1, 1)), ("({}) @ ({})", (1, 1)), ("dot(({}) @ ({}), {})", (2, 1, 1))],
    1: [("({}) @ ({})", (2, 1)), ("({}) @ ({})", (1, 2))],
    2: [("outer({}, {})", (1, 1)), ("({}) @ ({})", (2, 2)), ("transpose({})", (2,))],
}


def bind_whole(drawn: Whole, *, steps: int, seed: int) -> Problem:
    """Return a problem of a drawn cell: normal numbers, a loss of every quantity at some steps."""
    random = np.random.default_rng(seed)
    cell = parse_cell("drawn", drawn.text, output=drawn.output, ranks=drawn.ranks, constants=drawn.constants)
    shape = {name: (SIZE,) * rank for name, rank in cell.ranks.items()}
    own = [equation.quantity for equation in cell.equations if not equation.keeps]
    counted = [range(1 + k % 2 if steps > 1 else 1, steps + 1) for k in range(len(own))]
    return Problem(
        cell=cell,
        parameters={name: random.normal(size=shape[name]) for name in cell.parameters},
        inputs={name: random.normal(size=(steps, *shape[name])) for name in cell.inputs},
        losses=[
            LossTerm(name, tuple(at), random.normal(size=(len(at), *shape[name])))
            for name, at in zip(own, counted, strict=True)
        ],
        initial={name: random.normal(size=shape[name]) for name in cell.states},
        steps=steps,
    )


def has_values(problem: Problem) -> bool:
    """Return whether every quantity is a finite number: products of many matrices may leave the range."""
    from graphviz_lstm.graph import evaluate

    try:
        evaluate(problem)
    except InputError:
        return False
    return True
