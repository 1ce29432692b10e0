"""The answer in words: plain text, every number of it from the data."""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.given import require_kind
from graphviz_lstm.gradients.checking.check import WAYS
from graphviz_lstm.graph.sweeps import size_of_terms
from graphviz_lstm.notation.numbers import format_count, format_zero
from graphviz_lstm.paths import UnitPathSet, format_share
from graphviz_lstm.paths.choosing.proof import describe_proof
from graphviz_lstm.paths.listing.limits import describe_count
from graphviz_lstm.reports.answer import Answer, carried_across
from graphviz_lstm.reports.approximations import TITLE, approximation_rows, approximation_sentences
from graphviz_lstm.reports.arrays import describe_array, describe_entry, describe_rest, describe_sum
from graphviz_lstm.reports.columns import WIDTH, aligned
from graphviz_lstm.reports.fold import LINE, fold
from graphviz_lstm.reports.formats import to_text
from graphviz_lstm.reports.parts import LEVEL_NAMES, contributed, describe_cancelled
from graphviz_lstm.reports.verdict_words import describe_cancellation

if TYPE_CHECKING:
    import networkx as nx

    from graphviz_lstm.gradients import Check, Way
    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.paths import Group, Path, PathSet, Selection
    from graphviz_lstm.paths.exhaustive import Exhaustive

NOTHING_TO_SHARE = "The gradient is zero: there is nothing to share, and contributions are told instead."
"""What is said where every share would be a part of nothing."""
_SHOWN_PATHS = 10
# Where the terms through the gates come to something, they are not forgotten either.
_HELD = ("no", "hardly", "in part", "yes")


def describe_answer(answer: Answer, *, brief: bool = False) -> str:
    """Return the whole answer: the conversation, and an appendix of numbers; `brief`: what one screen has room for."""
    # With the equations come the rooms of symbols, which nothing else that is told needs.
    from graphviz_lstm.reports.conversation import brief_text, conversation_of

    require_kind("answer", answer, Answer, "an Answer: Study(...).answer is one")
    if brief:
        return brief_text(answer.study)
    told = to_text(conversation_of(answer.study), width=WIDTH)
    title = f"Appendix: all of {answer.study.derivative}"
    blocks = [
        [title, "-" * len(title)],
        _how_many(answer),
        describe_selection(answer.paths, answer.leading_paths(_SHOWN_PATHS), answer.graph).splitlines(),
        _whether_they_cancel(answer),
        *_approximations(answer),
        describe_check(answer.check).splitlines(),
    ]
    return f"{told}\n" + "\n\n".join("\n".join(_wrapped(line) for line in block) for block in blocks) + "\n"


def _wrapped(line: str) -> str:
    """Return a sentence in lines that a terminal has; rows of a table, which are indented, stay what they are."""
    if line.startswith("  ") or len(line) <= WIDTH:
        return line
    return textwrap.fill(line, WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)


def describe_selection(paths: PathSet | UnitPathSet, selection: Selection, graph: nx.Graph[Any] | None = None) -> str:
    """Return the paths shown, one a line, the remainder, whether it is proven that none is missing, and the masses.

    With the `graph` of a cell long paths are folded, see `fold`.
    """
    zero = math.isnan(paths.share)
    left = selection.remainder
    element = paths.element

    def size(share: float, contribution: Any) -> str:
        return describe_sum(contribution, element) if zero else format_share(share)

    lines = [f"{size(path.share, path.contribution)}  {fold(path, graph, width=LINE)}" for path in selection]
    if left.count:
        more = f"{describe_count(left.count)} more path{'' if left.count == 1 else 's'}"
        rest = describe_sum(left.contribution, element) if zero else describe_rest(left)
        lines.append(f"{rest}  {more}, not shown")
    widest = max((line.index("  ") for line in lines), default=0)
    aligned = [f"  {line.partition('  ')[0]:>{widest}}  {line.partition('  ')[2]}" for line in lines]
    shown = "all shown" if not left.count else f"{len(selection)} shown"
    if left.count and selection.covered is not None and not zero:
        shown += f", {100 * selection.covered:.3g} % of the sum of all |shares|"
    units = ", through single units," if isinstance(paths, UnitPathSet) else ""
    ranked = f"|contribution|{_summed(paths)}" if zero else "share"
    head = f"The paths from {paths.source} to {paths.target}{units} by their {ranked} ({shown}):"
    proof = describe_proof(selection)
    notes = [f"{proof[0].upper()}{proof[1:]}."] if proof else []
    nothing = [_nothing_to_share(paths, graph)] if zero else []
    return "\n".join([*nothing, head, *aligned, *notes, describe_masses(paths)])


def _nothing_to_share(paths: PathSet | UnitPathSet, graph: nx.Graph[Any] | None) -> str:
    """Return why there is nothing to share; a graph with values says whether it is zero to rounding."""
    source = str(paths.dag.source)
    size = 0.0 if graph is None or "problem" not in graph.graph else size_of_terms(graph, source, paths.element)  # type: ignore[arg-type]
    return NOTHING_TO_SHARE.replace("zero", format_zero(size), 1)


def _summed(paths: PathSet | UnitPathSet) -> str:
    """Return what is said of contributions that are arrays, and told by one number."""
    return ", its entries summed" if paths.element is None and np.size(paths.total) > 1 else ""


def describe_masses(paths: PathSet | UnitPathSet) -> str:
    """Return in a line what is positive, what is negative and how much of it cancels; "not known" where it is not."""
    level = LEVEL_NAMES["unit" if isinstance(paths, UnitPathSet) else "quantity"]
    if math.isnan(paths.share):
        return _contributed_by_sign(paths, level)
    masses = paths.masses
    if masses.positive is None or masses.negative is None:
        return (
            f"Positive and negative shares: not known of {describe_count(paths.count)} paths at the level of {level}."
        )
    if not masses.positive or not masses.negative:
        return f"Their shares are all of one sign (at the level of {level})."
    told = f"{format_share(masses.positive)} and {format_share(masses.negative)}"
    cancelled = describe_cancelled(min(1.0, abs(paths.share) / (masses.positive - masses.negative)))
    return f"Positive and negative shares: {told}; {cancelled} of their mass cancels (at the level of {level})."


def _contributed_by_sign(paths: PathSet | UnitPathSet, level: str) -> str:
    """Return the same of contributions, where there is nothing to share."""
    part = contributed(paths)
    if part.positive is None or part.negative is None:
        return (
            f"Positive and negative contributions: not known of {describe_count(paths.count)} paths at the level of "
            f"{level}."
        )
    if not part.mass:
        return "Every contribution is zero."
    told = f"{describe_sum(part.positive)} and {describe_sum(part.negative)}"
    return f"Positive and negative contributions{_summed(paths)}: {told} (at the level of {level})."


def describe_check(check: Check) -> str:
    """Return the ways to the gradient, how far apart they are, and what each would have noticed."""
    rows: list[tuple[str, Array | None, str]] = [("backward pass", check.gradient, "")]
    for way in check.ways:
        paths = f"{describe_count(check.count)} path{'' if check.count == 1 else 's'}"
        name = f"sum over {paths}" if way.name == "paths" else WAYS[way.name]
        rows.append((name, way.gradient, describe_way(way, zero=not check.derivative)))
    width = max(len(name) for name, _, _ in rows)
    texts = ["" if array is None else describe_array(array) for _, array, _ in rows]
    wide = max(map(len, texts))
    lines = [
        f"  {name:<{width}}  {text:<{wide}}  {note}".rstrip() for (name, _, note), text in zip(rows, texts, strict=True)
    ]
    if max(map(len, lines)) > WIDTH:
        # The note has no room beside the array: it stands below it.
        told = [
            (name, [part for part in (text, note) if part]) for (name, _, note), text in zip(rows, texts, strict=True)
        ]
        lines = [
            f"  {'' if k else name:<{width}}  {part}" for name, parts in told for k, part in enumerate(parts or [""])
        ]
    head = f"Check of dE/d{check.source}: {describe_verdict(check)}; what each way says of it:"
    return "\n".join([head, *lines])


def describe_verdict(check: Check) -> str:
    """Return in a few words what the check comes to."""
    if not check.derivative:
        return "not checked (the gradient is zero, and no error is a part of nothing)"
    if not check.checked:
        return "not checked (no independent way would have noticed an error of one in a thousand)"
    return f"all ways agree, along {check.directions} directions"


def describe_way(way: Way, *, zero: bool = False) -> str:
    """Return how far a way is from the reverse sweep, and the smallest relative error that it would have noticed.

    Both are parts of the derivative along the gradient's own direction; where that is zero there is none to tell.
    """
    if way.missing:
        return f"not checked: {way.missing}"
    if zero and way.name == "equations":
        return "the partials agree"
    if zero:
        return "zero, too" if way.residual == 0.0 else "zero but for rounding"
    if not way.checked:
        told = "" if way.noticed == math.inf else f" less than {way.noticed:.1g} of it"
        return f"not checked: would not have noticed{told or ' any error'}"
    return f"apart by {way.residual:.0e}, would have noticed {way.noticed:.0e}"


def describe_exhaustive(visited: Exhaustive) -> str:
    """Return what a visit to every path found, in one line."""
    return (
        f"Visited, one by one: {format_count(visited.count, 'path')} in {format_count(visited.shards, 'shard')}, "
        f"sum {describe_array(np.asarray(visited.summed))}, apart by {visited.residual:.1e} "
        f"(at most {visited.tolerance:.1e})"
    )


def _how_many(answer: Answer) -> list[str]:
    crossing, straight = answer.crossing, answer.straight
    through = " through " + " and ".join(_crossed(answer)) if crossing.count else ""
    cross = f"{describe_count(crossing.count)} cross{'es' if crossing.count == 1 else ''} a gate{through}"
    told = f"{cross}, {describe_count(straight.count)} never {'does' if straight.count == 1 else 'do'}"
    paths = f"{describe_count(answer.paths.count)} path{'' if answer.paths.count == 1 else 's'}"
    lines = [f"{paths} from {answer.source} to {answer.paths.target}: {told}."]
    if answer.is_zero:
        lines.append(f"{answer.study.derivative} is {answer.study.zero}: there is nothing to share.")
    if crossing.count:
        lines += [
            f"The crossing paths together: {_told(answer, crossing)}.",
            f"The others together:         {_told(answer, straight)}.",
        ]
    return lines


def _crossed(answer: Answer) -> list[str]:
    """Return from which quantities the crossings lead: `H_{t-1}`."""
    nodes = answer.graph.nodes
    quantities = [nodes[tail]["quantity"] for tail in carried_across(answer.study, answer.graph)]
    return [f"{quantity}_{{t-1}}" for quantity in dict.fromkeys(quantities)]


def _told(answer: Answer, part: Group) -> str:
    contribution = f"contribution {describe_entry(part.contribution, answer.element)}"
    if answer.is_zero:
        return contribution
    return f"{format_share(part.share)} of {answer.study.derivative}, {contribution}"


def _whether_they_cancel(answer: Answer) -> list[str]:
    lines = describe_cancellation(answer.verdict)
    if answer.verdict.word in _HELD:
        lines.append(
            "Are they forgotten? No: every step's rule uses a delta (delta q is dE/dq) that holds them already."
        )
    return lines


def _approximations(answer: Answer) -> list[list[str]]:
    """Return a block of what known approximations keep; none where there is nothing to tell."""
    found = answer.study.approximations
    if not found:
        return []
    table = aligned(approximation_rows(found), left=1) if found.rows else []
    return [[f"{TITLE} of {answer.study.derivative}:", *table, *approximation_sentences(answer.study)]]


def describe_path(path: Path) -> str:
    """Return the path's vertices as one line, all of them: `W_A -> a_0 -> ... -> E`."""
    return " -> ".join(map(str, path.vertices))
