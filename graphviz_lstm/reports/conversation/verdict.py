"""The verdict in three sentences: whether they cancel, whether they are forgotten, how much they are; and siblings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_lstm.notation import written
from graphviz_lstm.notation.numbers import same_decimals
from graphviz_lstm.paths import format_share
from graphviz_lstm.paths.listing.limits import describe_count
from graphviz_lstm.reports.conversation.siblings import sibling_parts
from graphviz_lstm.reports.formats import Section, said
from graphviz_lstm.reports.verdict_words import QUESTION, answer_sentence, beside_sentence

if TYPE_CHECKING:
    from graphviz_lstm.reports.conversation.asked import Asked
    from graphviz_lstm.reports.formats import Part, Sentence

_NAMED = 4
_DELTA_X = written(lambda style: style.delta.format("x"))


def verdict_section(asked: Asked, *, brief: bool = False) -> Section:
    """Return the verdict.

    Parameters
    ----------
    brief
        Whether what it is to cross a gate is left to the long form.
    """
    verdict = asked.one.verdict
    parts: list[Part] = [" ".join(filter(None, (answer_sentence(verdict), beside_sentence(verdict))))]
    if asked.entering is not None:
        heads = [head for head in asked.graph.succ[asked.source] if head in asked.vertices]
        named = heads if len(heads) <= _NAMED else [heads[0], heads[-1]]
        marks = "{}, ... {}" if len(heads) > _NAMED else ", ".join("{}" for _ in named)
        parts.append(
            said(
                f"They are not forgotten: with {{}} = dE/dx, the rule of one step is one local factor times {marks}, "
                "and a delta is a sum over everything that reads x. The gates of the next step stand in {} already.",
                _DELTA_X,
                *(asked.delta(head) for head in named),
                asked.delta(asked.entering),
            )
        )
    parts += [*(() if brief else _gates(asked)), _numbers(asked)]
    return Section(QUESTION, (*parts, *sibling_parts(asked)), brief=True)


def _gates(asked: Asked) -> tuple[Sentence, ...]:
    """Return what it is to cross a gate, where the most of what crosses does."""
    if asked.entering is None:
        return ()
    edges = asked.graph.out_edges(asked.entering, data=True)
    heads = [head for _, head, edge in edges if edge["kind"] == "crossing" and head in asked.vertices]
    return (
        said(
            f"A path crosses a gate where it goes from {{}} into {', '.join('{}' for _ in heads)}, or so at another "
            "step: into what reads the output of the step before. All of these count as gates here.",
            asked.name(asked.entering),
            *map(asked.name, heads),
        ),
    )


def _numbers(asked: Asked) -> str:
    """Return how many paths there are, how many cross, and what these bring."""
    paths, crossing = asked.one.paths, asked.crossing
    count = crossing.count if crossing else 0
    many = f"{describe_count(paths.count)} path{'' if paths.count == 1 else 's'} from {asked.source} to {paths.target}"
    if not count:
        return f"There {'is' if paths.count == 1 else 'are'} {many}."
    part, whole = same_decimals([asked.sum_of(crossing), asked.number(paths.total)])
    cross = f"{describe_count(count)} cross{'es' if count == 1 else ''} a gate"
    share = "" if asked.one.is_zero else f": {format_share(crossing.share)} of it"
    return f"In numbers: of {many}, {cross}, and bring {part} of {asked.derivative} = {whole}{share}."
