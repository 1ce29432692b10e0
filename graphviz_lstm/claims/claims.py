"""The question's own equations, judged: each held against the derived form, in symbols and in numbers.

This is the one place that speaks of one cell, the LSTM in the question's notation, because the question does. What a
verdict says is computed: the symbolic difference between the equation as written and the derived one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import networkx as nx
import sympy

from graphviz_lstm.cells import LSTM, load_example
from graphviz_lstm.cells.expression import (
    Application,
    Derivative,
    Expression,
    MatrixProduct,
    Moving,
    Number,
    Parameter,
    Product,
    Quantity,
    Sum,
    vertex_name,
)
from graphviz_lstm.gradients.latex import latex_name, latex_pushed, latex_sum
from graphviz_lstm.gradients.proof import symbolic_paths
from graphviz_lstm.gradients.recursions import derive_forward
from graphviz_lstm.gradients.symbols import partial_to_sympy, symbol, to_sympy, unroll_symbols
from graphviz_lstm.gradients.tangents import run_forward, tangent_name
from graphviz_lstm.graph import TARGET
from graphviz_lstm.graph.partials import LocalPartial, differentiate

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphviz_lstm.gradients.recursions import Forward, Line

SOURCE = "W_A"
_STEP = 1


@dataclass(frozen=True, slots=True)
class Verdict:
    """One equation of the question, judged.

    Attributes
    ----------
    written
        The equation as the question has it, in LaTeX; or the sentence.
    right
        Whether its difference from the derived form is 0.
    partly
        Whether it is 0 in a case that the question may have meant; `why` says which.
    difference
        That difference, in LaTeX: what the equation lacks or has too much.
    corrected
        The line as it is derived, in LaTeX.
    mistake
        What it would make of dE/dW_A[0,0] on `gomez`: the relative error.
    why
        In a sentence.
    """

    written: str
    right: bool
    difference: str
    corrected: str
    mistake: float
    why: str
    partly: bool = False

    @property
    def word(self) -> str:
        """The verdict in a word or two."""
        return "right" if self.right else "in part" if self.partly else "not so"


def judge() -> list[Verdict]:
    """Return the verdicts, in the question's order."""
    forward = derive_forward(LSTM, SOURCE)
    return [_of_the_loss(), *_of_the_lines(forward), _of_the_circle(forward), *_of_the_gates(forward), _of_the_rule()]


# What the question writes for each tangent: the product rules, and the three lines that lack a factor.
def _claimed() -> dict[str, tuple[Expression, str]]:
    d = {name: Quantity(tangent_name(name)) for name in ("a", "i", "f", "o", "S")}
    before = {name: Quantity(tangent_name(name), 1) for name in ("H", "S")}
    a, i, f, o, s = (Quantity(name) for name in ("a", "i", "f", "o", "S"))

    def gate(name: str) -> Expression:
        return MatrixProduct(Parameter(f"U_{name}"), before["H"])

    slope = Derivative("f_S", s)
    return {
        "H": (
            Sum((Product(d["o"], Application("f_S", s)), Product(Product(o, slope), d["S"]))),
            "the product rule on H_t",
        ),
        "o": (
            Product(Derivative("f_o", Number(0.0), "Z_o"), gate("o")),
            "the chain rule through Z_o, whose only part that depends on W_A is H_{t-1}",
        ),
        "S": (
            Sum(
                (
                    Product(d["a"], i),
                    Product(a, d["i"]),
                    Product(before["S"], f),
                    Product(Quantity("S", 1), d["f"]),
                )
            ),
            "the product rule on S_t",
        ),
        "a": (Sum((Quantity("X"), gate("A"))), "lacks the factor f_A'(Z_A)"),
        "i": (gate("i"), "lacks the factor f_i'(Z_i)"),
        "f": (gate("f"), "lacks the factor f_f'(Z_f)"),
    }


def _of_the_lines(forward: Forward) -> list[Verdict]:
    lines = {line.quantity: line for line in forward.lines}
    symbols = _symbols()
    verdicts = []
    for quantity, (claim, why) in _claimed().items():
        line = lines[quantity]
        difference = sympy.expand(to_sympy(claim, _STEP, symbols) - _derived(line, symbols))
        verdicts.append(
            Verdict(
                written=f"{_ratio(quantity)} = {_tangents_in(claim)}",
                right=difference == 0,
                difference=sympy.latex(sympy.factor(difference), symbol_names=_latex_names(symbols)),
                corrected=latex_line(line),
                mistake=_mistake(replaced={quantity: claim}),
                why=why,
            )
        )
    return verdicts


def latex_line(line: Line) -> str:
    """Return a line of a forward recursion as an equation, for one unit."""
    terms: list[tuple[int, str]] = []
    for flow in line.terms:
        inner = "1" if flow.step is None else _ratio(flow.quantity, flow.step)
        terms += latex_pushed(flow.partial, inner)
    return f"{_ratio(line.quantity)} = {latex_sum(terms)}"


def _of_the_loss() -> Verdict:
    """Judge dE/dW = dE/dH_t dH_t/dW, over two steps: with a loss at the last step only, and at every step."""
    differences = {}
    for at in ("last", "every"):
        unrolled = unroll_symbols(LSTM, 2, at=at)
        output = vertex_name(LSTM.output, 2)
        weight = unrolled.values[SOURCE]
        through = unrolled.partials[output, TARGET] * sympy.diff(unrolled.values[output], weight)
        differences[at] = sympy.expand(sympy.diff(unrolled.values[TARGET], weight) - through)
    alone = differences["last"] == 0
    always = alone and differences["every"] == 0
    why = "right when E depends on H_t alone; where every step has a loss, E depends on every H_t"
    return Verdict(
        written=rf"\frac{{dE}}{{dW_A}} = \frac{{dE}}{{dH_t}} {_ratio('H')}",
        right=always,
        difference=r"\sum_{s<t} \frac{\partial E}{\partial H_s} \frac{dH_s}{dW_A}" if not always else "0",
        corrected=rf"\frac{{dE}}{{dW_A}} = \sum_t \frac{{\partial E}}{{\partial H_t}} {_ratio('H')}",
        mistake=_mistake(only_last=True),
        why=why if alone else "wrong in every case",
        partly=alone,
    )


def _of_the_circle(forward: Forward) -> Verdict:
    """Judge that the tangents are circular: follow what each needs, over ten steps."""
    needs: nx.DiGraph[tuple[str, int]] = nx.DiGraph()
    for step in range(1, 11):
        for line in forward.lines:
            for flow in line.terms:
                if flow.step is not None:
                    lag = -flow.step.offset
                    needs.add_edge((line.quantity, step), (flow.quantity, step - lag))
    circular = not nx.is_directed_acyclic_graph(needs)
    ends = [rf"\frac{{d{latex_name(*vertex)}}}{{dW_A}}" for vertex in needs if not needs.out_degree(vertex)]
    states = r",\ ".join(rf"\frac{{d{latex_name(state, 0)}}}{{dW_A}} = 0" for state in forward.states)
    return Verdict(
        written=rf"{_ratio('S', Moving(-1))},\ {_ratio('H', Moving(-1))} \text{{ are circular}}",
        right=circular,
        difference=rf"\text{{over ten steps all ends in }} {r','.join(sorted(ends))}" if ends else r"\text{a cycle}",
        corrected=states,
        mistake=0.0,
        why="the step index falls by one each time and ends at the initial state, which does not depend on W_A",
    )


def _of_the_gates(forward: Forward) -> list[Verdict]:
    """Judge that the terms through the gates are 0, and that H_{t-1} is a fixed input."""
    reads = {line.quantity for line in forward.lines if any(flow.step is None for flow in line.terms)}
    zero = {
        line.quantity: Number(0.0)
        for line in forward.lines
        if line.quantity not in reads and all(flow.quantity == "H" for flow in line.terms)
    }
    dropped = _dropped(lambda head: head in zero)
    all_dropped = _dropped(lambda _: True)
    heads = r" = ".join(_ratio(quantity) for quantity in zero)
    return [
        Verdict(
            written=rf"{heads} = 0 \text{{ (independent gates cancel)}}",
            right=dropped == 0,
            difference=rf"\text{{{len(dropped.args)} products over two steps, whose sum is not 0}}",
            corrected=r",\quad ".join(latex_line(line) for line in forward.lines if line.quantity in zero),
            mistake=_mistake(replaced=dict(zero)),
            why="it drops every path that crosses from H_{t-1} into i, f or o; nothing cancels them",
        ),
        Verdict(
            written=rf"{_ratio('H', Moving(-1))} = 0 \text{{ (}} H_{{t-1}} \text{{ is a fixed input)}}",
            right=all_dropped == 0,
            difference=rf"\text{{{len(all_dropped.args)} products over two steps, whose sum is not 0}}",
            corrected=next(latex_line(line) for line in forward.lines if line.quantity == "H"),
            mistake=_mistake(fixed=frozenset({"H"})),
            why="it drops every path that crosses a gate: another rule than the gradient, a truncation",
        ),
    ]


def _dropped(drops: Callable[[str], bool]) -> Any:
    """Return the sum of the paths over two steps that cross from H into a gate that is dropped."""
    unrolled = unroll_symbols(LSTM, 2)
    graph = unrolled.graph
    crossing = [
        sympy.Mul(*(unrolled.partials[edge] for edge in edges))
        for edges in symbolic_paths(unrolled, SOURCE)
        if any(graph.edges[e]["crossings"] and drops(graph.nodes[e[1]]["quantity"]) for e in edges)
    ]
    return sympy.Add(*crossing)


def _of_the_rule() -> Verdict:
    """Judge delta_a = delta_state * i * tanh'(a): the adjoint of Z_A at one step, from that of S."""
    cell = LSTM.in_operations()
    symbols = _symbols()
    adjoint = symbol("adj_S")
    derived = adjoint
    for quantity, reader in (("a", "S"), ("Z_A", "a")):
        equation = next(e for e in cell.equations if e.quantity == reader)
        partial = LocalPartial(differentiate(equation.expression, Quantity(quantity)), _STEP)
        derived = derived * partial_to_sympy(partial, symbols)
    rule = adjoint * symbols["i_1"] * to_sympy(Derivative("f_A", Quantity("Z_A")), _STEP, symbols)
    difference = sympy.expand(rule - derived)
    read_at_a = Sum(
        (
            Product(Derivative("f_A", Quantity("a")), Quantity("X")),
            Product(Derivative("f_A", Quantity("a")), MatrixProduct(Parameter("U_A"), Quantity(tangent_name("H"), 1))),
        )
    )
    return Verdict(
        written=r"\delta a = \delta \mathit{state} \cdot i \cdot \tanh'(a)",
        right=difference == 0,
        difference=sympy.latex(difference),
        corrected=r"\delta Z_{A,t} = \delta S_t \, i_t \, f_A'(Z_{A,t}) = \delta S_t \, i_t \, (1 - a_t^2)",
        mistake=0.0 if difference == 0 else _mistake(),
        why=(
            "right, as one vertex's partial: what H_t passes on to later gates is in delta state already. In the "
            "article's notation tanh'(a) is 1 - a^2, since a is tanh(z) there; to take tanh' at a instead would be an "
            f"error of {100 * _mistake(replaced={'a': read_at_a}):.3g} %"
        ),
    )


def _symbols() -> dict[str, Any]:
    """Return a symbol for every vertex that a line at step 1 speaks of, and for every tangent."""
    names = [*LSTM.parameters, *LSTM.inputs, *(equation.quantity for equation in LSTM.in_operations().equations)]
    symbols = {}
    for name in names:
        for step in (None,) if name in LSTM.parameters else (_STEP - 1, _STEP):
            vertex = vertex_name(name, step)
            symbols[vertex] = symbol(vertex)
            if step is not None:
                tangent = vertex_name(tangent_name(name), step)
                symbols[tangent] = symbol(tangent)
    return symbols


def _latex_names(symbols: dict[str, Any]) -> dict[Any, str]:
    """Return each symbol's LaTeX, at the moving step."""
    names = {}
    for vertex, known in symbols.items():
        base, _, step = vertex.rpartition(",") if "," in vertex else vertex.rpartition("_")
        if step not in ("0", "1"):
            names[known] = latex_name(vertex)
            continue
        when = Moving(int(step) - _STEP)
        if base.startswith("d") and base[1:] and base not in LSTM.parameters:
            names[known] = _ratio(base[1:], when)
        else:
            names[known] = latex_name(base, when)
    return names


def _derived(line: Line, symbols: dict[str, Any]) -> Any:
    total = sympy.Integer(0)
    for flow in line.terms:
        inner = 1
        if flow.step is not None:
            inner = symbols[vertex_name(tangent_name(flow.quantity), _STEP + flow.step.offset)]
        total += partial_to_sympy(LocalPartial(flow.partial.terms, _STEP), symbols) * inner
    return total


def _mistake(**options: Any) -> float:
    """Return the relative error of dE/dW_A[0,0] on the worked example."""
    example = load_example("gomez")
    true = run_forward(example, SOURCE, 0)
    return abs(run_forward(example, SOURCE, 0, **options) - true) / abs(true)


def _ratio(quantity: str, step: Moving | None = None) -> str:
    return rf"\frac{{d{latex_name(quantity, step or Moving())}}}{{dW_A}}"


def _tangents_in(claim: Expression) -> str:
    """Return a claimed expression in LaTeX, a tangent as a quotient."""
    match claim:
        case Quantity(name, lag) if name.startswith("d"):
            return _ratio(name[1:], Moving(-lag))
        case Quantity(name, lag):
            return latex_name(name, Moving(-lag))
        case Parameter(name):
            return latex_name(name)
        case Sum(terms):
            return " + ".join(map(_tangents_in, terms))
        case Product(left, right) | MatrixProduct(left, right):
            return rf"{_tangents_in(left)}\, {_tangents_in(right)}"
        case Application(function, argument):
            return rf"{latex_name(function)}\left({_tangents_in(argument)}\right)"
        case Derivative(function, argument, name):
            inner = latex_name(name, Moving()) if name else _tangents_in(argument)
            return rf"{latex_name(function)}'\left({inner}\right)"
        case _:
            raise TypeError(claim)
