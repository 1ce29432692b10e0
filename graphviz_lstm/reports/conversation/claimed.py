"""The question's own equations, each as it stands there: right or wrong, and what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_lstm.claims import ELEMENT, SOURCE, judge
from graphviz_lstm.notation.numbers import plain_percent
from graphviz_lstm.reports.arrays import describe_source
from graphviz_lstm.reports.document import Section, Table, said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.claims import Verdict
    from graphviz_lstm.reports.conversation.asked import Asked
    from graphviz_lstm.reports.document import Sentence


_LINE = "the line of "


def claimed_section(asked: Asked) -> Section | None:
    """Return the equations, judged; None where the question is about another cell or gradient."""
    verdicts = judge(asked.problem.cell, asked.source, first_step=asked.problem.first_step)
    if verdicts is None:
        return None
    wrong = [verdict for verdict in verdicts if not verdict.right and not verdict.partly]
    lacking = [verdict.name.removeprefix(_LINE) for verdict in wrong if verdict.name.startswith(_LINE)]
    others = [verdict.name for verdict in wrong if not verdict.name.startswith(_LINE)]
    right = [verdict.name for verdict in verdicts if verdict.right]
    partly = [f"{verdict.name} {verdict.why.partition(':')[0]}" for verdict in verdicts if verdict.partly]
    rows = tuple(
        (
            verdict.written,
            verdict.word,
            plain_percent(verdict.mistake) if verdict.mistake or verdict.right else "no equation",
            verdict.why,
        )
        for verdict in verdicts
    )
    return Section(
        "Which of your equations are right?",
        (
            (
                f"Right are {_listed(right)}. In part right: {_listed(partly)}. Wrong are the lines of "
                f"{_listed(lacking)}, each of which lacks a factor f'; and {_listed(others)}."
            ),
            (
                "Each is held against the derived line in symbols. The error is that of "
                f"{describe_source(SOURCE, ELEMENT)} in the example 'gomez' if this line is taken as written, and all "
                "others as derived."
            ),
            Table(("as you write it", "verdict", "error", "why"), rows),
            *_mended([verdict for verdict in verdicts if verdict.partly and not verdict.right]),
        ),
        question=True,
    )


def _listed(names: Sequence[str]) -> str:
    """Return names in a sentence.

    >>> _listed(["one"]), _listed(["one", "two", "three"])
    ('one', 'one, two and three')
    """
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _mended(partly: list[Verdict]) -> tuple[Sentence, ...]:
    """Return how the lines read with what is missing: those of the recursion stand in the next section."""
    lines = "".join("{}, and " for _ in partly)
    return (
        said(
            f"With what is missing put in, your lines are a right way to the gradient: {lines}the recursion of the "
            "next section, from each step to the one after it. With delta H_t in place of the partial, what goes from "
            "H_t to later steps would be counted more than once.",
            *(verdict.corrected for verdict in partly),
        ),
    )
