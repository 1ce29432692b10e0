"""The question's equations one by one: the chain rule to the loss, the product rules, and the rule of one step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sympy

from graphviz_lstm.cells.detail import in_operations
from graphviz_lstm.cells.expression import Apply, Quantity, references
from graphviz_lstm.cells.names import Moving
from graphviz_lstm.cells.partials import differentiate
from graphviz_lstm.claims.compare import (
    STEP,
    derived_line,
    equation,
    formula_of,
    in_symbols,
    line_symbols,
    mistake_of,
    tangent,
)
from graphviz_lstm.claims.equations import (
    ARGUMENT,
    CANDIDATE,
    CELL,
    CLAIMED,
    GATE,
    OUTPUT,
    OUTPUT_GATE,
    READ_AT_A,
    RULE,
    SOURCE,
    SQUARED,
    STATE,
    question,
)
from graphviz_lstm.claims.verdict import Verdict
from graphviz_lstm.gradients.symbolic.symbols import partial_to_sympy, symbol, to_sympy, unroll_symbols
from graphviz_lstm.gradients.symbolic.tangents import tangent_key
from graphviz_lstm.graph import TARGET
from graphviz_lstm.notation import LATEX, LINE, TEXT, Formula, written
from graphviz_lstm.notation.numbers import plain_percent

if TYPE_CHECKING:
    from graphviz_lstm.gradients.symbolic.recursions import Forward
    from graphviz_lstm.notation import Style


def judge_lines(forward: Forward) -> list[Verdict]:
    """Judge the product rules and the lines that lack a factor, each against the line that is derived."""
    lines = {line.quantity: line for line in forward.lines}
    values = line_symbols()
    # Where a line is put into another, both are derived ones.
    known = {values[tangent_key(OUTPUT_GATE), STEP]: derived_line(lines[OUTPUT_GATE], values)}
    verdicts = []
    for name, quantity, claim, why in CLAIMED:
        line = lines[quantity]
        found, derived = in_symbols(claim, values), derived_line(line, values)
        if Quantity(tangent_key(OUTPUT_GATE)) not in references(claim):
            derived = derived.subs(known)
        difference = sympy.expand(found - derived)
        verdicts.append(
            Verdict(
                name=name,
                written=written(
                    lambda style, quantity=quantity, claim=claim: (  # type: ignore[misc]
                        f"{tangent(style, quantity)} = {question(style).expression(claim, Moving())}"
                    )
                ),
                right=difference == 0,
                difference=formula_of(sympy.factor(difference), values),
                corrected=written(lambda style, line=line: equation(style, line)),  # type: ignore[misc]
                mistake=mistake_of(replaced={quantity: claim}),
                why=why,
            )
        )
    return verdicts


def judge_loss() -> Verdict:
    """Judge dE/dW = dE/dH_t dH_t/dW, over two steps: with a loss at the last step only, and at every step."""
    differences = {}
    for at in ("last", "every"):
        unrolled = unroll_symbols(CELL, 2, at=at)
        output = max(unrolled.graph.pred[TARGET], key=lambda vertex: unrolled.graph.nodes[vertex]["step"])
        weight = unrolled.values[SOURCE]
        through = unrolled.partials[output, TARGET] * sympy.diff(unrolled.values[output], weight)
        differences[at] = sympy.expand(sympy.diff(unrolled.values[TARGET], weight) - through)
    alone = differences["last"] == 0
    always = alone and differences["every"] == 0
    why = (
        "lacks the sum over t, and in it the partial of the loss at t alone: right when E depends on one H_t alone. "
        "With a loss at every step E depends on each; the error is that of the last t alone"
    )

    def by(style: Style, ratio: str, step: str | None = None) -> str:
        """Return dE/dH dH/dW at t, or at another letter."""
        writer = question(style)
        output = writer.name(OUTPUT, Moving()) if step is None else f"{writer.name(OUTPUT)}_{step}"
        return f"{ratio.format('E', output)}{style.side}{style.ratio.format(output, writer.name(SOURCE))}"

    def whole(style: Style) -> str:
        return style.ratio.format("E", question(style).name(SOURCE))

    return Verdict(
        name="the chain rule to E",
        written=written(lambda style: f"{whole(style)} = {by(style, style.ratio)}"),
        right=always,
        difference=Formula("0", "0")
        if always
        else Formula(f"sum_(s<t) {by(LINE, LINE.local, 's')}", rf"\sum_{{s<t}} {by(LATEX, LATEX.local, 's')}"),
        corrected=written(lambda style: f"{whole(style)} = {style.total.format(by(style, style.local))}"),
        mistake=mistake_of(only_last=True),
        why=why if alone else "wrong in every case",
        partly=alone,
    )


def judge_product() -> Verdict:
    """Judge d(i f(a))/da = i df(a)/da: within a step, and what the product rule would add to it."""
    cell = in_operations(CELL)
    values = line_symbols()
    argument = values[ARGUMENT, STEP]
    for line in cell.equations:
        # All that is computed from it within the step, as a function of it.
        if line.quantity != ARGUMENT:
            values[line.quantity, STEP] = to_sympy(line.expression, STEP, values, bound=cell.activations)
    gate, candidate = values[GATE, STEP], values[CANDIDATE, STEP]
    added = candidate * sympy.diff(gate, argument)
    difference = sympy.expand(gate * sympy.diff(candidate, argument) - sympy.diff(gate * candidate, argument))

    def corrected(style: Style) -> str:
        writer = question(style)
        read, held, factor, slope = (
            *(writer.name(name, Moving()) for name in (ARGUMENT, GATE)),
            *(writer.expression(each, Moving()) for each in (Apply("f_A", (Quantity(ARGUMENT),)), RULE[1])),
        )
        whole = f"{style.ratio.format('', read)} {style.bracket.format(f'{held}{style.side}{factor}')}"
        further = f"{factor}{style.side}{style.ratio.format(held, read)}"
        return f"{whole} = {held}{style.side}{slope} + {further}"

    return Verdict(
        name="d/da (i f(a)) = i d/da f(a)",
        written=Formula(
            "d/da (i * f(a)) = i * d/da f(a)", r"\frac{d}{da} \left(i \cdot f(a)\right) = i \cdot \frac{d}{da} f(a)"
        ),
        right=difference == 0,
        difference=formula_of(difference, values),
        corrected=written(corrected),
        mistake=0.0,
        why=(
            f"the product rule adds f(a) di/da: {added} within a step, where i reads the output of the step before, "
            "not a. By it the a of the step before changes i: that is in its own delta state"
        ),
    )


def judge_rule() -> Verdict:
    """Judge delta_a = delta_state * i * tanh'(a): the adjoint of Z_A at one step, from that of S."""
    cell = in_operations(CELL)
    values = line_symbols()
    adjoint = values["delta", STEP] = symbol("delta S_t")
    derived = adjoint
    for quantity, reader in ((CANDIDATE, STATE), (ARGUMENT, CANDIDATE)):
        equation = next(e for e in cell.equations if e.quantity == reader)
        terms = differentiate(equation.expression, Quantity(quantity), cell)
        derived = derived * partial_to_sympy(terms, STEP, values, bound=cell.activations)
    rule = adjoint * sympy.Mul(*(in_symbols(factor, values) for factor in RULE))
    difference = sympy.expand(rule - derived)

    def corrected(style: Style) -> str:
        writer = question(style)
        argument, state = (style.delta.format(writer.name(name, Moving())) for name in (ARGUMENT, STATE))
        gate, slope = (writer.expression(factor, Moving()) for factor in RULE)
        squared = style.bracket.format(writer.expression(SQUARED, Moving()))
        return f"{argument} = {style.side.join((state, gate, slope))} = {style.side.join((state, gate, squared))}"

    squared = question(TEXT).expression(SQUARED, Moving()).replace("**", "^")
    return Verdict(
        name="the article's rule",
        written=Formula(
            "delta a = delta state * i * tanh'(a)", r"\delta a = \delta \mathit{state} \cdot i \cdot \tanh'(a)"
        ),
        right=difference == 0,
        difference=formula_of(difference, values),
        corrected=written(corrected),
        mistake=0.0,
        why=(
            f"its delta a is delta Z_A here, its tanh'(a) is {squared} (taken at a instead of Z_A the gradient would "
            f"be {plain_percent(mistake_of(replaced={CANDIDATE: READ_AT_A}))} off); what later gates bring is in its "
            "delta state already"
        ),
    )
