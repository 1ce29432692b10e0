"""The verdict in three sentences: whether they cancel, how much they are, whether they are forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.notation import written
from graphviz_lstm.notation.numbers import same_decimals
from graphviz_lstm.paths import format_share
from graphviz_lstm.paths.listing.limits import describe_count
from graphviz_lstm.reports.conversation.listed import crossing_share
from graphviz_lstm.reports.conversation.net import cell_words, loss_sentence
from graphviz_lstm.reports.document import Section, said
from graphviz_lstm.reports.recursions import Hand, argument_lines, gradient_line
from graphviz_lstm.reports.verdict_words import QUESTION, answer_sentence, beside_sentence

if TYPE_CHECKING:
    from graphviz_lstm.reports.conversation.asked import Asked
    from graphviz_lstm.reports.document import Part, Sentence

_DELTA_Q = written(lambda style: style.delta.format("q"))


def verdict_section(asked: Asked, *, brief: bool = False, in_general: tuple[Sentence, ...] = ()) -> Section:
    """Return the verdict.

    Parameters
    ----------
    in_general
        What is said of other nets, to stand behind what is said of this one.
    brief
        Whether other gradients are left to the long form.
    """
    verdict = asked.one.verdict
    forgotten = asked.entering is not None and asked.full and not brief
    parts: list[Part] = [
        " ".join(
            filter(
                None,
                (
                    answer_sentence(verdict),
                    beside_sentence(verdict),
                    "They are not forgotten: the backward pass adds each of them." if forgotten else "",
                ),
            )
        )
    ]
    parts += [*_numbers(asked, brief=brief), *_not_forgotten(asked, brief=brief)]
    # Of a net in which there are none it would be said of them that they are in the gradient.
    parts += in_general if asked.crossing else ()
    return Section(QUESTION, tuple(parts), brief=True, question=True)


def terms_of(asked: Asked) -> tuple[Sentence | str, ...]:
    """Return which net it is, what a path is, why the gradient is a sum over them, and what it is to cross a gate."""
    chain = (
        f"dE/d{asked.source} is a sum over paths. A path is a chain of arrows from {asked.source} to "
        f"{asked.one.paths.target}, from each quantity to one that is computed directly from it; its contribution is "
        "the product of the partial derivatives along it."
    )
    delta = said("Everywhere below {} is dE/dq.", _DELTA_Q)
    if asked.entering is None:
        return (*_setting(asked), chain, delta)
    edges = asked.graph.out_edges(asked.entering, data=True)
    heads = [head for _, head, edge in edges if edge["kind"] == "crossing" and head in asked.vertices]
    return (
        *_setting(asked),
        said(
            f"{chain} It crosses a gate where it goes from {{}} into {', '.join('{}' for _ in heads)}, or so at "
            "another step: into what reads the output of the step before. All of these are called gates here.",
            asked.name(asked.entering),
            *map(asked.name, heads),
        ),
        delta,
    )


def _setting(asked: Asked) -> tuple[str, ...]:
    """Return which net is asked about, what its loss is, and which entry all numbers are of."""
    problem, entry = asked.problem, asked.one.element
    steps = f"steps {problem.first_step} to {problem.last_step}" if problem.steps > 1 else "one step"
    told = f"The net: {cell_words(problem)}, {steps}. {loss_sentence(asked)}"
    shape = np.shape(asked.whole.paths.total)
    if entry is not None and len(shape) > 1 and np.prod(shape) > 1:
        place = ",".join(map(str, entry))
        told += f" {asked.source} is an array of {' x '.join(map(str, shape))} numbers; [{place}] is one of them."
    return (told,)


def _not_forgotten(asked: Asked, *, brief: bool) -> tuple[Sentence, ...]:
    """Return where the terms stand in the rule of one step; nothing where there are none."""
    if asked.entering is None:
        return ()
    begun, known = ("They are not forgotten: with {} = dE/dq, ", (_DELTA_Q,)) if brief else ("Where they are: ", ())
    within = "The gates of the next step stand in {} already."
    whole = "A delta is the whole derivative: the sum of delta r times dr/dq over each r that is computed from q. "
    if asked.source not in asked.problem.cell.parameters:
        return (said(f"{begun}{whole[0].lower()}{whole[1:]}{within}", *known, asked.delta(asked.entering)),)
    hand = Hand(asked.problem, asked.source)
    arguments = () if brief else argument_lines(hand)
    copies = (
        f"Why one local factor is enough: give each step a copy of {asked.source}. A nudge of one copy moves only "
        "what its own step computes from it; what follows from that, through gates too, is in the delta. "
    )
    return (
        said(
            f"{begun}{{}}{'; {}' * len(arguments)}. {'' if brief else copies + whole}{within}",
            *known,
            gradient_line(hand),
            *arguments,
            asked.delta(asked.entering),
        ),
    )


def _numbers(asked: Asked, *, brief: bool) -> tuple[str, ...]:
    """Return how many paths there are, how many cross, and what these bring."""
    paths, crossing = asked.one.paths, asked.crossing
    count = crossing.count if crossing else 0
    many = f"{describe_count(paths.count)} path{'' if paths.count == 1 else 's'} from {asked.source} to {paths.target}"
    if not count:
        return (f"There {'is' if paths.count == 1 else 'are'} {many}.",)
    part, whole = same_decimals([asked.sum_of(crossing), asked.number(paths.total)])
    cross = f"{describe_count(count)} cross{'es' if count == 1 else ''} a gate"
    share = "" if asked.one.is_zero else f": {format_share(crossing.share)} of it"
    array = (
        f" Of the whole array dE/d{asked.source} they are {format_share(crossing_share(asked.whole))}."
        if asked.whole is not asked.one and np.size(asked.whole.paths.total) > 1 and not brief
        else ""
    )
    return (f"In numbers: of {many}, {cross}, and bring {part} of {asked.derivative} = {whole}{share}.{array}",)
