"""The verdict in three sentences: whether they cancel, how much they are, whether they are forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.notation import TEXT, written
from graphviz_lstm.notation.numbers import same_decimals
from graphviz_lstm.paths import format_share
from graphviz_lstm.paths.listing.limits import describe_count
from graphviz_lstm.reports.answer import adjoint_of
from graphviz_lstm.reports.conversation.backward import has_article
from graphviz_lstm.reports.conversation.listed import crossing_share
from graphviz_lstm.reports.conversation.net import cell_words, loss_sentence
from graphviz_lstm.reports.conversation.sources import PATHS
from graphviz_lstm.reports.document import Link, Section, said
from graphviz_lstm.reports.recursions import Hand, argument_lines, gradient_line
from graphviz_lstm.reports.verdict_words import QUESTION, answer_sentence, beside_sentence

if TYPE_CHECKING:
    from graphviz_lstm.notation import Formula
    from graphviz_lstm.problems import Problem
    from graphviz_lstm.reports.conversation.asked import Asked
    from graphviz_lstm.reports.document import Part, Sentence

_DELTA_Q = written(lambda style: style.delta.format("q"))
_DELTA_R = written(lambda style: style.delta.format("r"))
_LOCAL = written(lambda style: style.local.format("r", "q"))


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


def terms_of(asked: Asked) -> tuple[Part, ...]:
    """Return which net it is, what a path is, why the gradient is a sum over them, and what it is to cross a gate."""
    target = asked.one.paths.target
    chain = (
        f"dE/d{asked.source} is a sum over paths. By the chain rule {{}} is the sum of {{}} times {{}} over each r "
        f"that is computed directly from q; put in again and again, up to {target}, it is a sum of one product for "
        f"each chain of arrows from {asked.source} to {target} ({{}}). Such a chain is a path, its product is the "
        "contribution of the path, and its share is the contribution divided by the gradient: a positive share adds "
        "to the gradient, a negative one takes away from it."
    )
    names: tuple[Formula | Link, ...] = (
        *(_DELTA_Q, _LOCAL, _DELTA_R),
        Link(f"{PATHS.author} {PATHS.year}", PATHS.address),
    )
    apart = ", but for four lines of the article," if has_article(asked) else ""
    delta = said(f"Everywhere on this page{apart} {{}} is dE/dq.", _DELTA_Q)
    if asked.entering is None:
        return (*_setting(asked), delta, said(chain, *names))
    edges = asked.graph.out_edges(asked.entering, data=True)
    heads = [head for _, head, edge in edges if edge["kind"] == "crossing" and head in asked.vertices]
    gates = said(
        f"Whatever reads the output of the step before is called a gate here: {', '.join('{}' for _ in heads)}, and so "
        "at other steps. A path crosses a gate where it goes into one from {}, or from the output of another step; "
        f"where it comes from {asked.source} itself, it crosses none.",
        *map(asked.name, heads),
        asked.name(asked.entering),
    )
    return (*_setting(asked), delta, said(chain, *names), gates)


def _setting(asked: Asked) -> tuple[str, ...]:
    """Return which net is asked about, what its letters and its loss are, and which entry all numbers are of."""
    problem, entry = asked.problem, asked.one.element
    steps = f"steps {problem.first_step} to {problem.last_step}" if problem.steps > 1 else "one step"
    told = f"The net: {cell_words(problem)}, {steps}."
    shape = np.shape(asked.whole.paths.total)
    place = ""
    if entry is not None and len(shape) > 1 and np.prod(shape) > 1:
        where = ",".join(map(str, entry))
        place = f" {asked.source} is an array of {' x '.join(map(str, shape))} numbers; [{where}] is one of them."
    return (f"{told} {', '.join(_letters(problem))}. {loss_sentence(asked)}{place}",)


def _letters(problem: Problem) -> list[str]:
    """Return which letters are the inputs, the output and the other states."""
    cell = problem.cell
    kinds = {"the input": cell.inputs, "the output": (cell.output,), "the state": cell.states}
    told: dict[str, str] = {}
    for kind, names in kinds.items():
        for name in names:
            told.setdefault(TEXT.name(cell.name_of(name)), kind)
    return [f"{name} is {kind}" for name, kind in told.items()]


def _not_forgotten(asked: Asked, *, brief: bool) -> tuple[Part, ...]:
    """Return where the terms stand in the rule of one step; nothing where there are none."""
    if asked.entering is None:
        return ()
    delta = asked.delta(asked.entering)
    hand = Hand(asked.problem, asked.source) if asked.source in asked.problem.cell.parameters else None
    if brief:
        rule = (gradient_line(hand),) if hand else ()
        return (
            said(
                f"They are not forgotten: with {{}} = dE/dq{', {}. The' if hand else ' the'} gates of the next step "
                "stand in {} already.",
                _DELTA_Q,
                *rule,
                delta,
            ),
        )
    collected: tuple[Part, ...] = (said("The gates of the next step stand in {} already:", delta), *_collected(asked))
    if hand is None:
        return collected
    arguments = argument_lines(hand)
    copies = (
        f"Why one local factor is enough: give each step a copy of {asked.source}. Directly a nudge "
        "of one copy moves only what reads it at its own step; all that follows, through gates too, is in the delta. "
        "The copies "
        "are one weight, so what they give is added up: that is the sum over t."
    )
    return (
        said(f"Where they are: {{}}{'; {}' * len(arguments)}. {copies}", gradient_line(hand), *arguments),
        *collected,
    )


def _collected(asked: Asked) -> tuple[Part, ...]:
    """Return the delta through which gate terms come in as a sum, in letters and, of single numbers, in numbers."""
    terms = adjoint_of(asked.whole, str(asked.entering))
    in_order = sorted(terms.terms, key=lambda term: term.crossing)
    letters = asked.equal_to_pulled(terms.vertex, [term.head for term in in_order])
    if terms.value.size > 1:
        return (letters,)
    whole, *numbers = same_decimals([terms.value.item(), *(term.value.item() for term in in_order)])
    first, *rest = numbers
    added = "".join(f" - {each[1:]}" if each.startswith("-") else f" + {each}" for each in rest)
    return (letters, f"In numbers {whole} = {first}{added}.")


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
