"""The question's equations, judged: each held against the derived form, in symbols and in numbers.

What a verdict says is computed: the symbolic difference between the equation as written and the derived one, and what
the difference would make of the gradient on the worked example.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_lstm.claims.equations import CELL, SOURCE
from graphviz_lstm.claims.gates import judge_circle, judge_gates
from graphviz_lstm.claims.lines import judge_lines, judge_loss, judge_product, judge_rule
from graphviz_lstm.gradients.symbolic.recursions import derive_forward

if TYPE_CHECKING:
    from graphviz_lstm.cells import Cell
    from graphviz_lstm.claims.verdict import Verdict


def judge(cell: Cell, source: str, *, first_step: int = 1) -> tuple[Verdict, ...] | None:
    """Return the verdicts in the question's order, or None where the question is about another gradient.

    Parameters
    ----------
    cell, source
        Whose gradient is looked at.
    first_step
        The number that the first step bears: before it stand the initial states.
    """
    if cell.equations != CELL.equations or source != SOURCE:
        return None
    forward = derive_forward(CELL, SOURCE)
    return (
        judge_rule(),
        judge_product(),
        judge_loss(),
        *judge_lines(forward),
        judge_circle(forward, first_step),
        *judge_gates(forward),
    )
