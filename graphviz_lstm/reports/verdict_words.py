"""The verdict in words: the question, the answer, and at which level each number was made."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from graphviz_lstm.notation.numbers import format_zero, plain_percent
from graphviz_lstm.paths import format_share
from graphviz_lstm.paths.listing.limits import describe_count
from graphviz_lstm.reports.arrays import describe_sum
from graphviz_lstm.reports.parts import APART, LEVEL_NAMES, Part, describe_part

if TYPE_CHECKING:
    from graphviz_lstm.reports.verdict import Level, Verdict

QUESTION = "Do the terms through the gates cancel?"
_UNKNOWN = Part(math.nan, None, None)
_NONE = "There are none here: no path crosses a gate."


def describe_cancellation(verdict: Verdict) -> list[str]:
    """Return question and answer, the other level if it is another, and the table by number of crossings."""
    answer, *others = _sentences(verdict)
    lines = [f"{QUESTION} {answer}", *others]
    table = crossings_table(verdict)
    if verdict.word != "zero" and len(verdict.quantity.by_crossings) > 1:
        lines += ["By the number of gates crossed:", *_aligned(table)]
    return lines


def answer_sentences(verdict: Verdict) -> list[str]:
    """Return the same without the table, and the level where both are one: for a page that has no room for more."""
    both = verdict.word != "none" and verdict.one_level
    names = " and of ".join(LEVEL_NAMES.values())
    return [*_sentences(verdict), *([f"At both levels, of {names}, the answer is the same."] if both else [])]


def _sentences(verdict: Verdict) -> list[str]:
    """Return the answer, and what is said beside it."""
    sentences = [answer_sentence(verdict)]
    if verdict.word != "none" and not verdict.one_level:
        sentences.append(other_sentence(verdict))
    if verdict.word != "none" and math.isnan(verdict.share):
        zero = format_zero(verdict.cancelled)
        sentences.append(f"The gradient is {zero}: there is nothing to share, and these are contributions.")
    return sentences


def answer_sentence(verdict: Verdict) -> str:
    """Return the answer, with the numbers that it was read off: `In part: +32.0 % and -7.48 % leave +24.5 % of ...`."""
    if verdict.word == "none":
        return _NONE
    level = verdict.decisive
    return f"{_sentence(level, verdict)}{'' if verdict.one_level else _of_level(level)}."


def other_sentence(verdict: Verdict) -> str:
    """Return what is known at the level that the answer was not read off."""
    other = verdict.quantity if verdict.decisive is verdict.unit else verdict.unit
    if other.crossing.mass is None:
        return f"At the level of {LEVEL_NAMES[other.level]} that is not known: {other.missing}."
    sentence = _sentence(other, verdict)
    return f"{sentence}{_of_level(other)}."


def beside_sentence(verdict: Verdict) -> str:
    """Return the other level in a few words, to stand behind the answer in one paragraph; empty where both are one."""
    if verdict.word == "none" or verdict.one_level:
        return ""
    other = verdict.quantity if verdict.decisive is verdict.unit else verdict.unit
    if other.crossing.mass is None:
        return other_sentence(verdict)
    paths = f"{describe_count(other.count or 0)} path{'' if other.count == 1 else 's'}"
    where = f"At the level of {LEVEL_NAMES[other.level]}, of {paths}"
    if other.crossing.word == "zero":
        return f"{where}, every one is zero."
    positive, negative, cancelled = describe_part(other.crossing, shares=not math.isnan(verdict.share))
    return f"{where}, they are {positive} and {negative}, of which {cancelled} cancels."


def crossings_table(verdict: Verdict) -> list[tuple[str, ...]]:
    """Return the rows by number of crossings, a head first: one for each level, unless both are the same."""
    shares = not math.isnan(verdict.share)
    levels = [verdict.quantity] if verdict.one_level else [verdict.quantity, verdict.unit]
    head = ("gates crossed", "level", "share" if shares else "sum", "positive", "negative", "cancelled")
    shown = [1] if verdict.one_level else []
    rows = [head]
    for times, part in verdict.quantity.by_crossings.items():
        for level in levels:
            found = level.by_crossings.get(times, _UNKNOWN)
            first = level is verdict.quantity
            number = (str(times) if times <= APART else f"{times} or more") if first else ""
            share = _told(part.share, shares=shares) if first else ""
            rows.append((number, LEVEL_NAMES[level.level], share, *describe_part(found, shares=shares)))
    return [tuple(text for column, text in enumerate(row) if column not in shown) for row in rows]


def _sentence(level: Level, verdict: Verdict) -> str:
    """Return the answer at one level."""
    part, of = level.crossing, verdict.derivative
    shares = not math.isnan(verdict.share)
    left = f"{_told(part.share, shares=shares)} of {of}" if shares else _told(part.share, shares=shares)
    match part.word:
        case "not known":
            why = level.missing or "what they sum to by sign leaves the range of a float64"
            return f"Not known: {why}; together they are {left}"
        case "zero":
            return "There is nothing to cancel: every one of them is zero"
        case "no":
            if part.positive and part.negative and part.mass:
                other = min(part.positive, -part.negative) / part.mass
                return f"No: but for {plain_percent(other)} of their mass all have one sign, and sum to {left}"
            if level.count == 1:
                return f"No: there is one, and it is {left}"
            return f"No: all {describe_count(level.count or 0)} that cross a gate have one sign, and sum to {left}"
        case "nothing left":
            return f"Yes: {_signs(part, shares=shares)} leave nothing"
        case "hardly":
            return f"Hardly: {_signs(part, shares=shares)} leave {left}; {_cancelled(part)}"
        case "in part":
            return f"In part: {_signs(part, shares=shares)} leave {left}; {_cancelled(part)}"
        case _:
            assert part.left is not None  # noqa: S101 -- else the word were "not known"
            return f"Yes, all but {plain_percent(part.left)} of their mass: {_signs(part, shares=shares)} leave {left}"


def _signs(part: Part, *, shares: bool) -> str:
    assert part.positive is not None  # noqa: S101 -- else the word were "not known"
    assert part.negative is not None  # noqa: S101 -- see above
    return f"{_told(part.positive, shares=shares)} and {_told(part.negative, shares=shares)}"


def _cancelled(part: Part) -> str:
    return f"{describe_part(part)[2]} of their mass, the sum of all |shares|, cancels"


def _of_level(level: Level) -> str:
    number = "" if level.count is None else f" {describe_count(level.count)}"
    return f" (at the level of {LEVEL_NAMES[level.level]}, where{number} paths cross)"


def _told(number: float, *, shares: bool) -> str:
    return format_share(number) if shares else describe_sum(number)


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  " + "  ".join(f"{text:>{width}}" for text, width in zip(row, widths, strict=True)) for row in rows]
