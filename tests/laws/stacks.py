"""Random stacks: layers of the library in each direction, residuals, embeddings, readouts, losses, masks.

And an oracle for them: each cell's text run over a sequence by Python itself, the backward one over the sequence turned
round, with autograd through it all. It knows of no net, no run and no `t+1`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import autograd.numpy as anp
import numpy as np
from autograd import grad
from hypothesis import strategies as st

from graphviz_lstm.cells import CELLS
from graphviz_lstm.cells.shapes import sizes_of
from graphviz_lstm.cells.source import equations_of
from graphviz_lstm.problems import Problem, stack_problem
from tests.oracles.autodiff import FUNCTIONS, LOSSES, compiled

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from graphviz_lstm.cells import Cell

# Names that no cell has, and the embedding's neither: two things of one name are refused.
READOUT = "Y[t] = V_Y @ H[t] + c_Y"
# Of a lower layer too.
SKIPPING = "Y[t] = V_Y @ H[t] + V_low @ low[t] + c_Y"
# An output as long as the input fits no draw of both; an sLSTM divides by what starts from zero; tokens are called k.
STACKED = [
    name
    for name, cell in sorted(CELLS.items())
    if name != "slstm" and "k" not in cell.ranks and sizes_of(cell)[cell.output] != sizes_of(cell)[cell.inputs[0]]
]
DIRECTIONS = ("forward", "backward", "both")


@dataclass(frozen=True)
class Drawn:
    """A stack as it was told: what `stack_problem` was given."""

    problem: Problem
    layers: list[dict[str, Any]]
    embeds: bool
    reads_out: bool
    # Which lower layer the readout reads, if any; 0: none.
    lower: int
    losses: list[dict[str, Any]]


@st.composite
def stacks(draw: st.DrawFn, *, steps: int = 4, layers: int = 3) -> Drawn:
    """Draw a stack whose sizes fit."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    length, hidden = draw(st.integers(1, steps)), draw(st.integers(1, 3))
    told: list[dict[str, Any]] = []
    size = inputs = draw(st.integers(1, 3))
    for _ in range(draw(st.integers(1, layers))):
        direction = draw(st.sampled_from(DIRECTIONS))
        puts_out = 2 * hidden if direction == "both" else hidden
        residual = size == puts_out and draw(st.booleans())
        cell = CELLS[draw(st.sampled_from(STACKED))]
        told.append({"cell": cell, "direction": direction, "residual": residual})
        size = puts_out
    embeds, reads_out, lower = draw(st.booleans()), draw(st.booleans()), 0
    options: dict[str, Any] = {"inputs": rng.normal(size=(length, inputs))}
    if embeds:
        options["embedding"] = {"parameters": {"W_X": rng.normal(size=(4, inputs))}}
        options["inputs"] = rng.integers(0, 4, length)
    if reads_out:
        size = draw(st.integers(2, 3))
        options["readout"] = READOUT
        lower = draw(st.integers(0, len(told) - 1))
        if lower:
            options["readout"] = {"cell": {"equations": [SKIPPING]}, "reads": {"low": lower}}
    losses = [draw(losses_of(length, size, rng)) for _ in range(draw(st.integers(1, 2)))]
    # Drawn with no loss that fixes a size: what is drawn tells them all.
    sized = [*losses, {"kind": "given", "targets": np.zeros((length, size))}]
    seed = draw(st.integers(0, 99))
    problem = stack_problem(told, losses=sized, hidden=hidden, seed=seed, **options)
    return Drawn(problem, told, embeds, reads_out, lower, sized)


@st.composite
def losses_of(draw: st.DrawFn, steps: int, size: int, rng: np.random.Generator) -> dict[str, Any]:
    """Draw a loss of the net's output."""
    kind = draw(st.sampled_from(["squared_error", "cross_entropy", "binary_cross_entropy", "classes"]))
    at = draw(st.sampled_from(["every", "last"]))
    rows = steps if at == "every" else 1
    loss: dict[str, Any] = {"kind": kind, "steps": at, "weight": float(rng.uniform(0.5, 2.0))}
    loss["reduction"] = draw(st.sampled_from(["sum", "mean"]))
    if draw(st.booleans()):
        # A row for each step: which entries count. Some in the first, so that there is a loss; of classes its own.
        loss["mask"] = rng.integers(0, 2, (rows, size))
        loss["mask"][0, 0] = 1
    if kind == "classes":
        classes = rng.integers(0, size, rows)
        if "mask" in loss:
            classes = loss["mask"].argmax(axis=1)
        if rows > 1 and draw(st.booleans()):
            classes[draw(st.integers(1, rows - 1))] = -100
        return loss | {"kind": "cross_entropy", "targets": classes, "ignore": -100}
    if "mask" not in loss and rows > 1 and draw(st.booleans()):
        loss["mask"] = [k != draw(st.integers(0, rows - 1)) or k == 0 for k in range(rows)]
    return loss | {"targets": rng.uniform(0.0, 1.0, (rows, size))}


def run_cell(cell: Cell, parameters: Mapping[str, Any], inputs: list[Any], initial: Mapping[str, Any]) -> list[Any]:
    """Return the outputs of a cell over a sequence, by its text."""
    equations = compiled("\n".join(equations_of(cell)))
    functions = {f"{name}()": function for name, function in FUNCTIONS.items()}
    functions |= {f"{general}()": FUNCTIONS[bound] for general, bound in cell.activations.items()}
    names: dict[str, Any] = dict(parameters) | dict(cell.constants)
    names |= {name: dict(enumerate(inputs)) for name in cell.inputs}
    names |= {quantity: {-1: initial[quantity]} if quantity in initial else {} for quantity, _ in equations}
    for t in range(len(inputs)):
        for quantity, right in equations:
            names[quantity][t] = eval(right, {"__builtins__": {}}, functions | names | {"t": t})  # noqa: S307
    return [names[cell.output][t] for t in range(len(inputs))]


def loss_of(drawn: Drawn) -> Callable[[dict[str, Any]], Any]:
    """Return E of the parameters and initial states by the keys of the net."""
    problem = drawn.problem
    numbered = len(drawn.layers) > 1 or drawn.layers[0]["direction"] != "forward" or drawn.layers[0]["residual"]

    def key(name: str, number: int, part: str) -> str:
        return f"{name}^({number}{part})" if numbered else name

    def layer(values: dict[str, Any], number: int, told: dict[str, Any], read: list[Any]) -> list[Any]:
        cell, found = told["cell"], []
        parts = {"forward": [""], "backward": ["<"], "both": [">", "<"]}[told["direction"]]
        for part in parts:
            parameters = {name: values[key(name, number, part)] for name in cell.parameters}
            initial = {name: values[key(name, number, part)] for name in cell.states}
            turned = part == "<"
            outputs = run_cell(cell, parameters, read[::-1] if turned else read, initial)
            found.append(outputs[::-1] if turned else outputs)
        put_out = [anp.concatenate(both) for both in zip(*found, strict=True)] if len(found) > 1 else found[0]
        return [x + h for x, h in zip(read, put_out, strict=True)] if told["residual"] else put_out

    def loss(values: dict[str, Any]) -> Any:
        (rows,) = problem.inputs.values()
        sequence = [values["W_X"][int(token)] for token in rows] if drawn.embeds else list(rows)
        lower = []
        for number, told in enumerate(drawn.layers, start=1):
            sequence = layer(values, number, told, sequence)
            lower = sequence if number == drawn.lower else lower
        if drawn.reads_out:
            sequence = [values["V_Y"] @ h + values["c_Y"] for h in sequence]
        if drawn.lower:
            sequence = [y + values["V_low"] @ low for y, low in zip(sequence, lower, strict=True)]
        total = 0.0
        for term in drawn.losses:
            total = total + _term(term, sequence)
        return total

    return loss


def _term(term: dict[str, Any], sequence: list[Any]) -> Any:
    outputs = sequence if term.get("steps", "every") == "every" else sequence[-1:]
    values = []
    for k, (output, target) in enumerate(zip(outputs, term["targets"], strict=True)):
        mask = np.asarray(term["mask"][k] if "mask" in term else 1)
        if not mask.any():
            continue
        places = np.flatnonzero(mask) if mask.ndim else np.arange(len(output))
        if "ignore" in term and target == term["ignore"]:
            continue
        due = np.eye(len(output))[target] if "ignore" in term else target
        values.append(LOSSES[term["kind"]](output[places], due[places]))
    total = sum(values[1:], values[0])
    return term.get("weight", 1.0) * (total / len(values) if term.get("reduction") == "mean" else total)


def expected(drawn: Drawn) -> tuple[float, dict[str, Any]]:
    """Return E and its gradient by every parameter and initial state."""
    values = {name: anp.array(value) for name, value in (drawn.problem.parameters | drawn.problem.initial).items()}
    loss = loss_of(drawn)
    return float(loss(values)), grad(loss)(values)
