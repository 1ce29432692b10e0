"""The equations of one step and both recursions, as sections of a document and line by line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphviz_lstm.cells.expression import Apply, Parameter, Quantity, references, walk
from graphviz_lstm.cells.names import Moving
from graphviz_lstm.gradients.symbolic.recursions import derive_forward, derive_reverse
from graphviz_lstm.graph.losses import TARGET_KEY
from graphviz_lstm.notation import TEXT, Writer, written
from graphviz_lstm.reports.document import Section

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.cells import Equation
    from graphviz_lstm.gradients.symbolic.recursions import Flow, Line
    from graphviz_lstm.notation import Formula, Style
    from graphviz_lstm.problems import Problem

_REVERSE = (
    "From the deltas at t + 1{} to those at t (backpropagation through time); delta q is dE/dq, and behind the last "
    "step{} it is 0."
)


@dataclass(frozen=True, slots=True)
class Hand:
    """Who writes the formulas of a derivation: a writer in each style.

    Attributes
    ----------
    problem, source
        Of what.
    vectors
        Whether formulas are written for any number of units, where all is of one unit, too.
    """

    problem: Problem
    source: str
    vectors: bool = False

    def writer(self, style: Style, *, written_out: bool = False) -> Writer:
        """Return the writer in a style: numbers side by side where all is of one unit."""
        cell = self.problem.cell
        names = dict(cell.names) | {TARGET_KEY: self.problem.target_name}
        single = self.problem.scalar and not self.vectors
        return Writer(style, names, cell.activations, 1 if single else 2, written_out)


def equations_section(hand: Hand) -> Section:
    """Return the equations of one step."""
    cell = hand.problem.cell
    formulas = [written(lambda style, e=e: _equation(hand.writer(style), e)) for e in cell.equations]  # type: ignore[misc]
    bound = ", ".join(f"{name} = {activation}" for name, activation in cell.activations.items())
    told = (f"The activations are general; in the numbers {bound}.",) if bound else ()
    return Section("The equations of one step", (*told, *formulas))


def _equation(writer: Writer, equation: Equation) -> str:
    """Return an equation, and what the named arguments of its functions are."""
    parts = [(writer.name(equation.quantity, Moving()), equation.expression)]
    parts += [
        (writer.name(part.name, Moving()), part.arguments[0])
        for part in dict.fromkeys(walk(equation.expression))
        if isinstance(part, Apply) and part.name
    ]
    return writer.style.comma.join(f"{name} = {writer.expression(expression, Moving())}" for name, expression in parts)


def argument_lines(hand: Hand) -> tuple[Formula, ...]:
    """Return what the arguments with a name are in which the source stands: `Z_A,t = W_A X_t + U_A H_{t-1} + b_A`."""
    named = dict.fromkeys(
        part
        for equation in hand.problem.cell.equations
        for part in walk(equation.expression)
        if isinstance(part, Apply) and part.name and Parameter(hand.source) in references(part.arguments[0])
    )

    def line_of(style: Style, part: Apply) -> str:
        writer = hand.writer(style)
        return f"{writer.name(part.name or '', Moving())} = {writer.expression(part.arguments[0], Moving())}"

    return tuple(written(lambda style, part=part: line_of(style, part)) for part in named)  # type: ignore[misc]


def forward_section(hand: Hand) -> Section:
    """Return the forward recursion of a source."""
    problem, source = hand.problem, hand.source
    forward = derive_forward(problem.cell, source)

    def start(style: Style) -> str:
        writer = hand.writer(style)
        tangents = (writer.tangent(state, problem.start(state), source) for state in forward.states)
        return style.comma.join(f"{tangent} = 0" for tangent in tangents)

    ending = ("It ends in zeros at the initial state, so it is not circular:", written(start)) if forward.states else ()
    told, *independent = map(hand.writer(TEXT).name, (source, *forward.independent))
    along = "" if problem.scalar else f" A dot is the derivative along a direction in {told}."
    rest = f" {', '.join(independent)} do not depend on {told}." if independent else ""
    when = "t - 1 (of what runs backward, at t + 1)" if problem.turns else "t - 1"
    intro = f"From the derivatives of the states at {when} to those at t (real-time recurrent learning).{along}{rest}"
    lines = [written(lambda style, line=line: pushed(hand, style, line)) for line in forward.lines]  # type: ignore[misc]
    return Section("The forward recursion", (intro, *lines, *ending))


def pushed(hand: Hand, style: Style, line: Line) -> str:
    """Return a line of the forward recursion."""
    writer, source = hand.writer(style), hand.source
    direct = "1" if hand.problem.scalar else writer.tangent(source, None, source)
    terms: list[tuple[int, str]] = []
    for flow in line.terms:
        inner = direct if flow.step is None else writer.tangent(flow.quantity, flow.step, source)
        terms += writer.pushed(flow.terms, flow.at, inner)
    return f"{writer.tangent(line.quantity, Moving(), source)} = {writer.sum(terms)}"


def reverse_lines(hand: Hand) -> tuple[Formula, ...]:
    """Return the reverse recursion line by line, in the order in which deltas are computed."""
    outputs = _outputs(hand)

    def line_of(style: Style, line: Line) -> str:
        writer = hand.writer(style)
        terms = _pulled(writer, line.terms)
        if line.quantity in outputs:
            terms.insert(0, (1, style.local.format("E", writer.name(line.quantity, Moving()))))
        return f"{writer.adjoint(line.quantity, Moving())} = {writer.sum(terms)}"

    reverse = derive_reverse(hand.problem.cell, outputs)
    return tuple(written(lambda style, line=line: line_of(style, line)) for line in reverse.lines)  # type: ignore[misc]


def _outputs(hand: Hand) -> tuple[str, ...]:
    """Return what the losses read."""
    return tuple(dict.fromkeys(term.quantity for term in hand.problem.losses))


def gradient_line(hand: Hand) -> Formula:
    """Return the gradient with regard to the source: the sum over all steps of local factors times deltas."""
    reverse = derive_reverse(hand.problem.cell, _outputs(hand))

    def total(style: Style) -> str:
        writer = hand.writer(style)
        # A sum for each term: a line may end between two of them, and not within brackets.
        terms = [(sign, style.total.format(term)) for sign, term in _pulled(writer, reverse.parameters[hand.source])]
        return f"{style.ratio.format('E', writer.name(hand.source))} = {writer.sum(terms)}"

    return written(total)


def gate_terms(hand: Hand, quantity: str) -> list[tuple[Formula, Formula]]:
    """Return what the next step's functions give the delta of a quantity, each with the matrix that it is read with."""
    cell = hand.problem.cell
    reverse = derive_reverse(cell, _outputs(hand))
    flows = next((line.terms for line in reverse.lines if line.quantity == quantity), ())
    found = []
    for flow in flows:
        equation = next(each for each in cell.equations if each.quantity == flow.quantity)
        matrices = [
            part.arguments[0].name
            for part in walk(equation.expression)
            if isinstance(part, Apply)
            and part.operation == "matmul"
            and isinstance(part.arguments[0], Parameter)
            and part.arguments[1] == Quantity(quantity, 1)
        ]
        if flow.step == Moving(1) and matrices:
            found.append(
                (
                    written(lambda style, name=matrices[0]: hand.writer(style).name(name)),  # type: ignore[misc]
                    written(lambda style, flow=flow: (w := hand.writer(style)).sum(_pulled(w, [flow]))),  # type: ignore[misc]
                )
            )
    return found


def reverse_section(hand: Hand) -> Section:
    """Return the reverse recursion, and the gradient with regard to a source."""
    turned = (" (of what runs backward, at t - 1)", " (before the first)") if hand.problem.turns else ("", "")
    return Section(
        "The reverse recursion",
        (
            _REVERSE.format(*turned),
            *reverse_lines(hand),
            "And the gradient, one step's partial after another:",
            gradient_line(hand),
        ),
    )


def _pulled(writer: Writer, flows: Sequence[Flow]) -> list[tuple[int, str]]:
    return [
        term for flow in flows for term in writer.pulled(flow.terms, flow.at, writer.adjoint(flow.quantity, flow.step))
    ]
