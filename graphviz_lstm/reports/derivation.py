"""The mathematics of one gradient as a document: equations, edges, paths, both recursions, verdicts, proof.

A document is sections of sentences, formulas and tables; `reports/formats.py` writes it as text, LaTeX, Markdown or
HTML. A formula is LaTeX, from the equations; nothing of it is typed in.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.cells import LSTM
from graphviz_lstm.cells.expression import Application, Moving, walk
from graphviz_lstm.errors import InputError
from graphviz_lstm.claims.claims import SOURCE, Verdict, judge
from graphviz_lstm.gradients.latex import (
    latex_expression,
    latex_loss,
    latex_name,
    latex_partial,
    latex_pulled,
    latex_pushed,
    latex_sum,
)
from graphviz_lstm.gradients.proof import MOST_TERMS, prove
from graphviz_lstm.gradients.recursions import derive_forward, derive_reverse
from graphviz_lstm.graph import TARGET, evaluate
from graphviz_lstm.graph.partials import LocalPartial
from graphviz_lstm.paths import find_paths, format_share
from graphviz_lstm.reports.formats import Document, Formula, Section, Table, to_html, to_latex, to_markdown, to_text
from graphviz_lstm.reports.words import format_array

if TYPE_CHECKING:
    from graphviz_lstm.cells import Example
    from graphviz_lstm.cells.cell import Equation
    from graphviz_lstm.gradients.recursions import Flow
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.paths import Path, PathSet

# More paths are told by their number, and these are written out.
_WRITTEN_OUT = 40
_PROVEN_STEPS = (1, 2, 3)

_REVERSE = (
    "From the adjoints at t + 1 to those at t (backpropagation through time); a bar is dE/d(.), and behind the last "
    "step it is 0."
)
_JUDGED = (
    "Each line is compared with the derived one in symbols; the error is what it would make of dE/dW_A[0,0] on the "
    "worked example, all other lines being right."
)
_PROVEN = (
    "For general functions, one unit: the sum of the symbolic paths minus sympy's derivative of the loss with "
    "everything put in, as polynomials in all distinct function applications."
)


@dataclass(frozen=True, slots=True)
class Derivation:
    """The document of one gradient, in the format that is asked for."""

    document: Document

    @property
    def text(self) -> str:
        """As plain text."""
        return to_text(self.document)

    @property
    def latex(self) -> str:
        """As a LaTeX document."""
        return to_latex(self.document)

    @property
    def markdown(self) -> str:
        """As Markdown, with formulas between dollar signs."""
        return to_markdown(self.document)

    @property
    def html(self) -> str:
        """As a self-contained page, with formulas as MathML."""
        return to_html(self.document)

    def _repr_latex_(self) -> str:
        return "\n\n".join(f"$$ {formula.latex} $$" for formula in self.document.formulas())

    def _repr_markdown_(self) -> str:
        return self.markdown


def derive(example: Example, source: str | None = None, *, steps: int | None = None, proof: bool = False) -> Derivation:
    """Return the derivation of dE/d(source) for an example, symbols and numbers side by side.

    Parameters
    ----------
    source
        A parameter; by default the cell's first.
    steps
        Look at the first so many steps of the example.
    proof
        Prove over one, two and three steps, for every parameter, that the paths sum to the derivative.

    Raises
    ------
    UnknownNameError
        If the source is not a parameter of the cell.
    InputError
        If the example has fewer steps, or there are more paths than symbols can bear.
    EquationError
        If an equation cannot be derived.
    """
    cell = example.cell
    start = source or cell.parameters[0]
    graph = evaluate(_shortened(example, steps))
    paths = find_paths(graph, start, TARGET)
    if paths.count > MOST_TERMS and steps is not None:
        raise InputError(
            f"too many steps for symbols: {steps} steps have {paths.count:,} paths from {start!r} (at most "
            f"{MOST_TERMS:,}): ask for fewer, or leave --steps out for the recursions, which hold for any number"
        )
    size = example.targets.shape[1]
    title = f"dE/d{start} of {example.name!r}, cell {cell.name}, derived"
    sections = [
        _equations(example),
        _edges(graph, size),
        _paths(graph, paths, size),
        _forward_section(example, start, size),
        _reverse_section(example, start, size),
    ]
    if cell.equations == LSTM.equations and start == SOURCE:
        sections.append(_verdicts(judge()))
    if proof:
        sections.append(_proofs(example))
    return Derivation(Document(title, tuple(sections)))


def _shortened(example: Example, steps: int | None) -> Example:
    if steps is None or steps == example.steps:
        return example
    if not 1 <= steps <= example.steps:
        raise InputError(f"wrong number of steps: {steps!r} (example {example.name!r} has 1 to {example.steps})")
    kept = example.targets[:steps] if len(example.targets) == example.steps else example.targets
    return replace(example, inputs=example.inputs[:steps], targets=kept)


def _equations(example: Example) -> Section:
    formulas = [
        Formula(f"{latex_name(e.quantity, Moving())} = {latex_expression(e.expression, Moving())}", _arguments(e))
        for e in example.cell.equations
    ]
    bound = ", ".join(f"{name} = {activation}" for name, activation in example.cell.activations.items())
    return Section("The equations of one step", (f"The activations are general; in the numbers {bound}.", *formulas))


def _arguments(equation: Equation) -> str:
    """Return what the named arguments of an equation's activations are, in LaTeX."""
    parts = [
        f"{latex_name(part.argument_name, Moving())} = {latex_expression(part.argument, Moving())}"
        for part in walk(equation.expression)
        if isinstance(part, Application) and part.argument_name
    ]
    return r",\quad ".join(parts)


def _edges(graph: Graph, size: int) -> Section:
    """Return every kind of edge once, with its number at the last step."""
    last = graph.graph["first_step"] + graph.graph["steps"] - 1
    bound = dict(graph.graph["cell"].activations)
    rows: list[tuple[Formula | str, ...]] = []
    for tail, head, edge in graph.edges(data=True):
        at, before = graph.nodes[head], graph.nodes[tail]
        if at["step"] != last and not (head == TARGET and before["step"] == last):
            continue
        lag = None if before["step"] is None else Moving(before["step"] - last)
        top = latex_name(at["quantity"], None if head == TARGET else Moving())
        left = rf"\frac{{\partial {top}}}{{\partial {latex_name(before['quantity'], lag)}}}"
        symbol = edge["symbol"]
        if isinstance(symbol, LocalPartial):
            moving = LocalPartial(symbol.terms, Moving())
            general, written = latex_partial(moving, size=size), latex_partial(moving, size=size, bound=bound)
        else:
            general = written = latex_loss(replace(symbol, step=Moving()))
        numbers = np.asarray(edge["partial"].pull(np.ones(edge["partial"].head_shape)))
        # Of vectors, a map has no one number.
        shown = (format_array(numbers.squeeze()),) if size == 1 else ()
        rows.append((Formula(left), Formula(general), Formula(written), *shown))
    header = ("partial", "general", "bound", *(("at the last step",) if size == 1 else ()))
    return Section("Every edge: the local partials", ("All other parents held fixed.", Table(header, tuple(rows))))


def _paths(graph: Graph, paths: PathSet, size: int) -> Section:
    shown = list(paths.top(min(paths.count, _WRITTEN_OUT)))
    rows = tuple(
        (
            format_share(path.share),
            " -> ".join(map(str, path.vertices)),
            Formula(_product(graph, path, size)),
            format_array(np.asarray(path.contribution)),
        )
        for path in shown
    )
    rest = paths.count - len(shown)
    told = f"{paths.count:,} paths, by their share" + (f"; the {rest:,} others are not written out." if rest else ".")
    groups = paths.group_by("crossings", up_to=9)
    sums = tuple(
        (str(label), f"{group.count:,}", format_share(group.share), format_array(np.asarray(group.contribution)))
        for label, group in groups.items()
    )
    return Section(
        "Every path: a product of partials",
        (
            f"{told} With E at the one end, factors stand in the order in which an adjoint goes back.",
            Table(("share", "path", "product", "contribution"), rows),
            "And every group a sum:",
            Table(("crossings", "paths", "share", "sum"), sums),
        ),
    )


def _product(graph: Graph, path: Path, size: int) -> str:
    """Return a path's contribution: the loss's partial pulled back edge by edge."""
    text = ""
    for edge in reversed(path.edges):
        head = graph.edges[str(edge[0]), str(edge[1])]
        symbol = head["symbol"]
        if not isinstance(symbol, LocalPartial):
            loss = latex_loss(symbol)
            text = rf"\left({loss}\right)" if " " in loss else loss
        else:
            terms = latex_pulled(symbol, text, size=size)
            text = latex_sum(terms) if len(terms) == 1 and terms[0][0] > 0 else rf"\left({latex_sum(terms)}\right)"
    return text


def _forward_section(example: Example, source: str, size: int) -> Section:
    forward = derive_forward(example.cell, source)
    weight = latex_name(source)

    def tangent(quantity: str, step: Moving | int) -> str:
        name = latex_name(quantity, step)
        return rf"\frac{{d{name}}}{{d{weight}}}" if size == 1 else rf"\dot{{{name}}}"

    direct = "1" if size == 1 else rf"\dot{{{weight}}}"
    formulas = []
    for line in forward.lines:
        terms: list[tuple[int, str]] = []
        for flow in line.terms:
            inner = direct if flow.step is None else tangent(flow.quantity, flow.step)
            terms += latex_pushed(flow.partial, inner, size=size)
        formulas.append(Formula(f"{tangent(line.quantity, Moving())} = {latex_sum(terms)}"))
    starts = r",\quad ".join(f"{tangent(state, example.first_step - 1)} = 0" for state in forward.states)
    along = "" if size == 1 else f" A dot is the derivative along a direction in {source}."
    rest = f" {', '.join(forward.independent)} do not depend on {source}." if forward.independent else ""
    ending: tuple[Formula | str, ...] = (
        ("It ends in zeros at the initial state, so it is not circular:", Formula(starts)) if starts else ()
    )
    intro = f"From the tangents at t - 1 to those at t (real-time recurrent learning).{along}{rest}"
    return Section("The forward recursion", (intro, *formulas, *ending))


def _reverse_section(example: Example, source: str, size: int) -> Section:
    reverse = derive_reverse(example.cell)

    def adjoint(quantity: str, step: Moving | None) -> str:
        return rf"\overline{{{latex_name(quantity, step)}}}"

    def pulled(flows: tuple[Flow, ...]) -> list[tuple[int, str]]:
        return [
            term for flow in flows for term in latex_pulled(flow.partial, adjoint(flow.quantity, flow.step), size=size)
        ]

    formulas = []
    for line in reverse.lines:
        terms = pulled(line.terms)
        if line.quantity == reverse.output:
            terms.insert(0, (1, rf"\frac{{\partial E}}{{\partial {latex_name(line.quantity, Moving())}}}"))
        formulas.append(Formula(f"{adjoint(line.quantity, Moving())} = {latex_sum(terms)}"))
    weight = latex_name(source)
    total = rf"\frac{{dE}}{{d{weight}}} = \sum_{{t}} {latex_sum(pulled(reverse.parameters[source]))}"
    return Section(
        "The reverse recursion",
        (
            _REVERSE,
            *formulas,
            "And the gradient, one step's partial after another:",
            Formula(total),
        ),
    )


def _verdicts(verdicts: list[Verdict]) -> Section:
    rows = tuple(
        (
            Formula(verdict.written),
            verdict.word,
            f"{100 * verdict.mistake:.3g} %" if verdict.mistake else "none",
            verdict.why,
            Formula(verdict.corrected),
        )
        for verdict in verdicts
    )
    return Section(
        "The question's equations, judged",
        (
            _JUDGED,
            Table(("as written", "verdict", "error", "why", "as derived"), rows),
        ),
    )


def _proofs(example: Example) -> Section:
    proofs = [proof for steps in _PROVEN_STEPS for proof in prove(example.cell, steps)]
    rows = tuple(
        (str(proof.steps), proof.source, f"{proof.paths:,}", f"{proof.terms:,}", proof.difference) for proof in proofs
    )
    return Section("The proof", (_PROVEN, Table(("steps", "source", "paths", "terms", "difference"), rows)))
