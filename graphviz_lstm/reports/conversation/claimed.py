"""The question's own equations: the right ones in a sentence, the others in full with what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_lstm.claims import ELEMENT, SOURCE, judge
from graphviz_lstm.notation.numbers import plain_percent
from graphviz_lstm.reports.arrays import describe_source
from graphviz_lstm.reports.formats import Section, Table, said

if TYPE_CHECKING:
    from graphviz_lstm.claims import Verdict
    from graphviz_lstm.reports.conversation.asked import Asked
    from graphviz_lstm.reports.formats import Sentence


def claimed_section(asked: Asked) -> Section | None:
    """Return the equations, judged; None where the question is about another cell or gradient."""
    verdicts = judge(asked.problem.cell, asked.source, first_step=asked.problem.first_step)
    if verdicts is None:
        return None
    right = [verdict for verdict in verdicts if verdict.right]
    rows = tuple(
        (
            verdict.written,
            plain_percent(verdict.mistake) if verdict.mistake else "no equation",
            verdict.why,
        )
        for verdict in verdicts
        if not verdict.right
    )
    differing = sum(bool(verdict.mistake) for verdict in verdicts if not verdict.right)
    return Section(
        "Your equations",
        (
            said(
                f"Right as written: {'; '.join('{}' for _ in right)}. Nothing is missing in these.",
                *(verdict.written for verdict in right),
            ),
            *(f"The last is {verdict.why}." for verdict in right[-1:]),
            (
                f"Others are not, or not always: held against the derived line in symbols, {differing} differ"
                f"{', and one claim is no equation' if differing < len(rows) else ''}. The error is that of "
                f"{describe_source(SOURCE, ELEMENT)} in the example 'gomez' if this line is taken as written, and all "
                "others as derived."
            ),
            Table(("as written", "error", "what is wrong"), rows),
            *_mended([verdict for verdict in verdicts if verdict.partly and not verdict.right]),
        ),
    )


def _mended(partly: list[Verdict]) -> tuple[Sentence, ...]:
    """Return how the lines read with what is missing: those of the recursion stand in the next section."""
    lines = "".join("{}, and " for _ in partly)
    return (
        said(
            f"With what is missing put in, these lines are a right way to the gradient: {lines}the recursion of the "
            "next section, from each step to the one after it.",
            *(verdict.corrected for verdict in partly),
        ),
    )
