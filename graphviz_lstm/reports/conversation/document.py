"""The conversation as one document: terminal, Markdown, HTML, LaTeX and the documentation's page are made from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_lstm.reports.columns import WIDTH
from graphviz_lstm.reports.conversation.appendix import appendix_sections, proof_section
from graphviz_lstm.reports.conversation.asked import asked_of
from graphviz_lstm.reports.conversation.backward import backward_section
from graphviz_lstm.reports.conversation.cancelling import RELATIVES, STEPS, cancelling_section, in_general
from graphviz_lstm.reports.conversation.circle import circle_section, same_section
from graphviz_lstm.reports.conversation.claimed import claimed_section
from graphviz_lstm.reports.conversation.growth import every_weight, growth_section, weights_section
from graphviz_lstm.reports.conversation.held import held_section, truncated_section
from graphviz_lstm.reports.conversation.layers import layers_section
from graphviz_lstm.reports.conversation.listed import paths_section
from graphviz_lstm.reports.conversation.net import cell_words, few_equations
from graphviz_lstm.reports.conversation.siblings import sibling_section
from graphviz_lstm.reports.conversation.sources import sources_section
from graphviz_lstm.reports.conversation.verdict import terms_of, verdict_section
from graphviz_lstm.reports.conversation.ways import ways_section
from graphviz_lstm.reports.document import Document, contents
from graphviz_lstm.reports.formats import to_text

if TYPE_CHECKING:
    from graphviz_lstm.reports.document import Section
    from graphviz_lstm.reports.study import Study


SHORT = "In short"


def conversation_of(
    study: Study, *, drawn: bool = False, fresh_steps: int = STEPS, further: tuple[Section, ...] = ()
) -> Document:
    """Return the whole conversation about a study; what does not apply to it is left out.

    Parameters
    ----------
    drawn
        Whether figures are drawn, too.
    fresh_steps
        Over how many steps a fresh wide net is looked at.
    further
        Sections that are told behind the questions, before the appendix.
    """
    asked = asked_of(study)
    # Of a gradient of zero the errors that lines make elsewhere say nothing.
    claimed = None if asked.one.is_zero or asked.apart else claimed_section(asked)
    weights = every_weight(asked)
    proof = proof_section(asked)
    sections = [
        section
        for section in (
            few_equations(asked),
            verdict_section(asked, in_general=() if claimed is None else in_general(fresh_steps)),
            sibling_section(asked),
            paths_section(asked, drawn=drawn),
            backward_section(asked),
            ways_section(asked, proof=proof),
            held_section(asked),
            truncated_section(asked, drawn=drawn),
            claimed,
            *(() if asked.apart else (circle_section(asked), same_section(asked))),
            growth_section(asked, weights, drawn=drawn),
            weights_section(asked, weights),
            # The question is whether they cancel in general, too, and in nets of layers; it takes a second.
            *(() if claimed is None else (layers_section(), cancelling_section(fresh_steps))),
            *further,
            *appendix_sections(asked, proof),
            sources_section(asked, further=() if claimed is None else RELATIVES),
        )
        if section is not None
    ]
    problem = study.problem
    title = (
        f"{asked.told} of {problem.name!r}: {cell_words(problem)}, steps {problem.first_step} to {problem.last_step}"
    )
    return Document(title, (contents(SHORT, sections, before=terms_of(asked)), *sections))


def brief_text(study: Study) -> str:
    """Return the short form of the conversation: verdict, paths and an independent check on one screen."""
    asked = asked_of(study)
    sections = (
        verdict_section(asked, brief=True),
        sibling_section(asked, brief=True),
        paths_section(asked, brief=True),
        ways_section(asked, brief=True),
    )
    document = Document(
        f"{asked.told} of {study.problem.name!r}", tuple(section for section in sections if section is not None)
    )
    return to_text(document, width=WIDTH, brief=True)
