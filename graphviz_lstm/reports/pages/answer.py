"""The answer as one self-contained HTML page: figure, paths and check together. No network, no scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_lstm.gradients.checking.check import WAYS
from graphviz_lstm.paths.choosing.proof import describe_proof
from graphviz_lstm.reports.answer import MOST_CROSSINGS
from graphviz_lstm.reports.arrays import describe_entry
from graphviz_lstm.reports.conversation import conversation_of
from graphviz_lstm.reports.conversation.asked import asked_of
from graphviz_lstm.reports.conversation.listed import MOST_LISTED
from graphviz_lstm.reports.conversation.net import cell_words
from graphviz_lstm.reports.environment import inline, template
from graphviz_lstm.reports.fold import LINE, fold
from graphviz_lstm.reports.formats import setters
from graphviz_lstm.reports.tables import crossings_of
from graphviz_lstm.reports.verdict_words import QUESTION, answer_sentence, beside_sentence, crossings_table
from graphviz_lstm.reports.words import describe_masses, describe_path, describe_verdict, describe_way

if TYPE_CHECKING:
    from graphviz_lstm.paths import Selection
    from graphviz_lstm.reports.answer import Answer


def answer_page(answer: Answer, selection: Selection, figure: str) -> str:
    """Return the page.

    Parameters
    ----------
    answer
        What is told.
    selection
        The paths in the table.
    figure
        The whole gradient, an SVG document.
    """
    document = conversation_of(answer.study, drawn=True)
    return template("answer.html").render(
        **setters(),
        sections=document.sections,
        answer=answer,
        derivative=answer.study.derivative,
        figure=inline(figure),
        rows=[
            (
                path,
                describe_entry(path.contribution, answer.element),
                fold(path, answer.graph, width=LINE),
                describe_path(path),
                crossings_of(answer.graph, path),
            )
            for path in selection
        ],
        # Few paths are told above, with the share of the whole beside that of the one entry.
        told=answer.paths.count <= MOST_LISTED and not answer.is_zero,
        proof=describe_proof(selection),
        masses=describe_masses(answer.paths),
        cancellation=answer_sentence(answer.verdict),
        other=beside_sentence(answer.verdict),
        by_crossings=crossings_table(answer.verdict),
        question=QUESTION,
        most=MOST_CROSSINGS,
        remainder=selection.remainder,
        rest=describe_entry(selection.remainder.contribution, answer.element),
        groups=[
            (times, part, describe_entry(part.contribution, answer.element))
            for times, part in answer.by_crossings.items()
        ],
        cell=cell_words(answer.problem),
        one=asked_of(answer.study).derivative,
        zero=answer.is_zero,
        zero_words=answer.study.zero,
        verdict=describe_verdict(answer.check),
        ways=[
            (WAYS[way.name], way.gradient, describe_way(way, zero=not answer.check.derivative))
            for way in answer.check.ways
        ],
    )
