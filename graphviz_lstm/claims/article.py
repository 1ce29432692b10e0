"""The article's own backward pass: its lines in its letters, computed as they stand, and the one where gates enter.

Its printed numbers of the backward pass are not spoken of: they could not be read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.cells.names import Moving
from graphviz_lstm.cells.numeric import sigmoid_derivative, tanh_derivative
from graphviz_lstm.claims.equations import ARGUMENT, CANDIDATE, CELL, INPUT, OUTPUT, RULE, SOURCE, STATE, question
from graphviz_lstm.graph import TARGET
from graphviz_lstm.notation import Formula, written

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.notation import Style

    Passed = Mapping[str, Array]
    """What the article's lines come to at a step, each under its letters."""

ARTICLE = "Aidan Gomez, Backpropogating an LSTM: A Numerical Example"
URL = "https://medium.com/@aidangomez/let-s-do-this-f9b699de31d9"
GATES = ("a", "i", "f", "o")
_WEIGHTS = {"W": "x", "U": "out", "b": ""}
HERE = "the gate terms: here"


@dataclass(frozen=True, slots=True, eq=False)
class ArticleLine:
    """A line of the article.

    Attributes
    ----------
    what
        What it gives, in a few words; `HERE` where the gates of a step come into the output of the step before.
    letters
        The line in the article's letters.
    number
        What it comes to at the step that is told.
    """

    what: str
    letters: Formula
    number: Array


def article_lines(graph: Graph, source: str, step: int) -> tuple[ArticleLine, ...]:
    """Return the article's lines with their numbers at a step; none of another cell.

    The last one is what the step gives the gradient: summed over the steps it is all of it.

    >>> from graphviz_lstm.graph import evaluate
    >>> from graphviz_lstm.problems import load_example
    >>> lines = article_lines(evaluate(load_example("gomez")), "b_A", 0)
    >>> [(line.what, line.number.round(4).tolist()) for line in lines]
    ... # doctest: +NORMALIZE_WHITESPACE
    [('what comes to out', [0.018]), ('what comes to state', [-0.0535]), ('the cell input', [-0.017]),
     ('the input gate', [-0.0016]), ('the forget gate', [-0.0]), ('the output gate', [0.0018]),
     ('the gate terms: here', [-0.0034]), ('the gradient', [-0.017])]
    """
    cell = graph.graph["cell"]
    if cell.equations != CELL.equations or cell.activations != CELL.activations or source not in CELL.parameters:
        return ()
    at = article_pass(graph)[step]
    lines = (
        ("what comes to out", _OUT, at["out"]),
        ("what comes to state", _STATE, at["state"]),
        ("the cell input", _INPUT, at["a"]),
        ("the input gate", _sigmoid("i", r"a_{t}", "a_t"), at["i"]),
        ("the forget gate", _sigmoid("f", r"\mathit{state}_{t-1}", "state_{t-1}"), at["f"]),
        ("the output gate", _sigmoid("o", r"\tanh(\mathit{state}_{t})", "tanh(state_t)", "out"), at["o"]),
        (HERE, _BEFORE, at["before"]),
        ("the gradient", _gradient(source), article_gradient(graph, source, {step: at})),
    )
    return tuple(ArticleLine(*line) for line in lines)


def article_pass(graph: Graph) -> dict[int, Passed]:
    """Return step -> what the article's lines come to there, the last step first.

    Its 1 - a^2 and i (1 - i) are told of their arguments: of a function that saturates they had no digits left.
    """
    with np.errstate(all="ignore"):  # what leaves the range comes to no gradient, and is not told
        return _passed(graph)


def _passed(graph: Graph) -> dict[int, Passed]:
    values = {(data["quantity"], data["step"]): data["value"] for _, data in graph.nodes(data=True)}
    steps = sorted({step for quantity, step in values if quantity == CANDIDATE}, reverse=True)
    weights, recurrent, biases = ([values[f"{kind}_{_letter(gate)}", None] for gate in GATES] for kind in _WEIGHTS)
    nothing = np.zeros(values[OUTPUT, steps[0]].shape)
    later, state_later, forget_later = nothing, nothing, nothing
    passed: dict[int, Passed] = {}
    for step in steps:
        a, i, f, o, state = (values[name, step] for name in (*GATES, STATE))
        arguments = [
            weight @ values[INPUT, step] + matrix @ values[OUTPUT, step - 1] + bias
            for weight, matrix, bias in zip(weights, recurrent, biases, strict=True)
        ]
        of_a, of_i, of_f, of_o = (
            slope(argument)
            for slope, argument in zip((tanh_derivative, *(sigmoid_derivative,) * 3), arguments, strict=True)
        )
        out = _loss(graph, step, nothing) + later
        whole = out * o * tanh_derivative(state) + state_later * forget_later
        deltas = {
            "a": whole * i * of_a,
            "i": whole * a * of_i,
            "f": whole * values[STATE, step - 1] * of_f,
            "o": out * np.tanh(state) * of_o,
        }
        later = np.sum([matrix.T @ deltas[gate] for matrix, gate in zip(recurrent, GATES, strict=True)], axis=0)
        passed[step] = {"out": out, "state": whole, **deltas, "before": later}
        state_later, forget_later = whole, f
    return passed


def article_gradient(graph: Graph, source: str, passed: Mapping[int, Passed]) -> Array:
    """Return what the article's lines give a parameter, summed over the steps that are passed."""
    kind, letter = source.split("_")
    values = {(data["quantity"], data["step"]): data["value"] for _, data in graph.nodes(data=True)}
    deltas = {step: found[letter.lower()] for step, found in passed.items()}
    with np.errstate(all="ignore"):
        if kind == "b":
            return np.asarray(np.sum(list(deltas.values()), axis=0))
        name, before = (INPUT, 0) if kind == "W" else (OUTPUT, 1)
        terms = [np.outer(delta, values[name, step - before]) for step, delta in deltas.items()]
        return np.asarray(np.sum(terms, axis=0))


def delta_of_argument() -> Formula:
    """Return what the article calls delta a, in the question's letters."""

    def of(style: Style) -> str:
        writer = question(style)
        argument, candidate = (style.delta.format(writer.name(name, Moving())) for name in (ARGUMENT, CANDIDATE))
        return f"{argument} = {candidate}{style.side}{writer.expression(RULE[1], Moving())}"

    return written(of)


def _loss(graph: Graph, step: int, nothing: Array) -> Array:
    """Return what the loss of a step gives its output: the article's Delta_t."""
    given = [
        edge["partial"].pull(np.ones(edge["partial"].head_shape))
        for tail, edge in graph.pred[TARGET].items()
        if graph.nodes[tail]["step"] == step
    ]
    return np.asarray(given[0]) if given else nothing


def _letter(gate: str) -> str:
    return SOURCE.removeprefix("W_") if gate == CANDIDATE else gate


_OUT = Formula("delta out_t = Delta_t + Delta out_t", r"\delta \mathit{out}_{t} = \Delta_{t} + \Delta \mathit{out}_{t}")
_BEFORE = Formula(
    "Delta out_{t-1} = U^T delta gates_t", r"\Delta \mathit{out}_{t-1} = U^{\top}\, \delta \mathit{gates}_{t}"
)
_STATE = Formula(
    "delta state_t = delta out_t * o_t * (1 - tanh(state_t)^2) + delta state_{t+1} * f_{t+1}",
    r"\delta \mathit{state}_{t} = \delta \mathit{out}_{t} \odot o_{t} \odot \left(1 - \tanh(\mathit{state}_{t})^{2}"
    r"\right) + \delta \mathit{state}_{t+1} \odot f_{t+1}",
)


_INPUT = Formula(
    "delta a_t = delta state_t * i_t * (1 - a_t^2)",
    r"\delta a_{t} = \delta \mathit{state}_{t} \odot i_{t} \odot \left(1 - a_{t}^{2}\right)",
)


def _sigmoid(gate: str, latex: str, text: str, of: str = "state") -> Formula:
    """Return the line of a gate whose function is the sigmoid."""
    return Formula(
        f"delta {gate}_t = delta {of}_t * {text} * {gate}_t * (1 - {gate}_t)",
        rf"\delta {gate}_{{t}} = \delta \mathit{{{of}}}_{{t}} \odot {latex} \odot {gate}_{{t}} \odot "
        rf"\left(1 - {gate}_{{t}}\right)",
    )


def _gradient(source: str) -> Formula:
    """Return the article's line of a weight: of one gate's rows of W, U or b."""
    kind, letter = source.split("_")
    gate, read = letter.lower(), _WEIGHTS[kind]
    at = "t-1" if read == "out" else "t"
    name = read if len(read) == 1 else rf"\mathit{{{read}}}"
    latex = rf" \otimes {name}_{{{at}}}" if read else ""
    text = f" (x) {read}_{'{t-1}' if read == 'out' else 't'}" if read else ""
    return Formula(
        f"delta {kind}_{gate} = sum_t delta {gate}_t{text}",
        rf"\delta {kind}_{{{gate}}} = \sum_{{t}} \delta {gate}_{{t}}{latex}",
    )
