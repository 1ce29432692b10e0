"""The heading and the legend of a figure of strands: of what the shares are, what colour, dashes and width mean."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.figures.legend import Entry, bounds_of
from graphviz_lstm.figures.scene import Run, Text, plain, text_width
from graphviz_lstm.figures.theme import HAIRLINE, LARGE_SIZE
from graphviz_lstm.figures.views.common import array_text, count_text, derivative_line, name_of, value_word
from graphviz_lstm.figures.views.rows import GOES_ON
from graphviz_lstm.figures.views.settling import LEFT_OUT
from graphviz_lstm.figures.views.strands.words import class_words
from graphviz_lstm.notation.numbers import format_number

if TYPE_CHECKING:
    from graphviz_lstm.figures.scene import Line, Scene
    from graphviz_lstm.figures.views.strands.bundles import Bundles
    from graphviz_lstm.figures.views.strands.numbers import Numbers
    from graphviz_lstm.gradients.shares.strands import Masses
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.paths import PathSet

_HEADING = 14.0
SAMPLE = 5.0
# A line of the width scale is about so wide.
_WIDE = 8.0
# Sentences are not broken in less room than this.
_LEAST_ROOM = 380.0
_ROUNDING = 1e-9


def heading(scene: Scene, graph: Graph, paths: PathSet, numbers: Numbers, *, above: float, most: float) -> Scene:
    """Return a scene with what it is about over it: the derivative, its value, and what the shares are of.

    Over the frames, which reach as high as `above`, and if need be in more lines, none wider than `most`.
    """
    element = graph.graph["element"]
    total = np.asarray(paths.total)
    value = array_text(np.asarray(total if element is None else total[element]))
    first: Line = (Run("Where does "), *derivative_line(graph))
    rest: Line = (Run(f" = {value} come from?"),)
    left, _, right, _ = bounds_of(scene)
    room = min(most, max(right - left, _LEAST_ROOM))
    lines = [((*first, *rest), _HEADING)]
    if text_width((*first, *rest), _HEADING) > room:
        lines = [(first, _HEADING), *((line, _HEADING) for line in _broken(rest[0].text.strip(), room, _HEADING))]
    along = f"Over {count_text(paths.count)}{', 100 % in all' if numbers.percent else ''}"
    if element is None and total.size > 1:
        along += ": each by what it brings along the gradient"
    lines += [(line, LARGE_SIZE) for line in _broken(f"{along}.", room, LARGE_SIZE)]
    heights = [above + 16.0 + 18.0 * k for k in reversed(range(len(lines)))]
    texts = [
        Text(left, height, line, size, "text", "start") for height, (line, size) in zip(heights, lines, strict=True)
    ]
    return replace(scene, texts=(*scene.texts, *texts))


def _broken(words: str, most: float, size: float) -> list[Line]:
    """Return a sentence in lines that are no wider than `most`, in letters of a size."""
    lines = [""]
    for word in words.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_width(plain(longer), size) > most:
            lines.append(word)
        else:
            lines[-1] = longer
    return [plain(line) for line in lines]


def legend_rows(
    graph: Graph, bundles: Bundles, numbers: Numbers, scene: Scene, *, has_rows: bool, lost: int
) -> list[list[Entry]]:
    """Return what the legend says."""
    rows = [[_class_entry(bundles, numbers, label, masses)] for label, masses in bundles.totals.items()]
    signs = []
    if any(sign < 0 for _, sign in bundles.keys):
        signs.append(Entry(plain("dashed: takes away"), "text", SAMPLE, "dashed"))
    quiet = [edge for edge, bundle in bundles.of_edge.items() if not bundle.strands]
    if quiet:
        signs.append(Entry(plain("on a path, and 0"), "quiet", HAIRLINE))
    if any(curve.tone == "pale" for curve in scene.curves):
        signs.append(Entry((Run("on no path from "), *name_of(graph, graph.graph["source"])), "pale", HAIRLINE))
    rows.append(signs)
    rows.append(scale_entries(bundles, numbers))
    unit = "per cent" if numbers.percent else f"parts of the derivative{numbers.times and ', ' + numbers.times.strip()}"
    added = f"Numbers are {unit}. What flows into a box flows out of it. In a box: its {value_word(scene)}."
    more = ""
    if numbers.percent and any(masses.positive > 1.0 + _ROUNDING for masses in bundles.totals.values()):
        more = " Solid lines add up to more than 100\N{NO-BREAK SPACE}%: dashed ones take away."
    added += more
    bare = f"What flows into a box flows out of it.{more}"
    rows.append([Entry(plain(added), bare=plain(bare))])
    if not bundles.signed:
        rows.append([Entry(plain("On an edge the paths of one class are added up, whatever their signs."))])
    if has_rows:
        rows.append([Entry(plain(GOES_ON))])
    if lost:
        rows.append([Entry(plain(LEFT_OUT), bare=())])
    return [row for row in rows if row]


def _class_entry(bundles: Bundles, numbers: Numbers, label: object, masses: Masses) -> Entry:
    sign = 1 if masses.positive or not masses.negative else -1
    told = numbers.told(masses.flow)
    if masses.positive and masses.negative:
        told += f" ({numbers.text(masses.positive)} {numbers.text(masses.negative)})"
    words = f"{class_words(bundles.by, label)}: {told}"
    return Entry(plain(words), bundles.tone((label, sign)), SAMPLE, "dashed" if sign < 0 else "solid")


def scale_entries(bundles: Bundles, numbers: Numbers) -> list[Entry]:
    """Return a line whose width is a round share, and below which share a line is a hairline."""
    if not bundles.scale:
        return []
    share = _round(_WIDE / bundles.scale)
    words = f"this wide: {_unsigned(numbers, share)}"
    least = f"this thin: less than {_unsigned(numbers, HAIRLINE / bundles.scale)}"
    return [Entry(plain(words), "text", bundles.scale * share), Entry(plain(least), "text", HAIRLINE)]


def _round(share: float) -> float:
    """Return the largest of 1, 2, 5 times a power of ten that is no larger.

    >>> _round(0.37), _round(0.9), _round(12.0)
    (0.2, 0.5, 10.0)
    """
    power = 10.0 ** np.floor(np.log10(share))
    return float(max(step * power for step in (1.0, 2.0, 5.0) if step * power <= share * (1 + 1e-9)))


def _unsigned(numbers: Numbers, share: float) -> str:
    if numbers.percent:
        return f"{_brief(100.0 * share)} %"
    return f"{_brief(abs(share * numbers.factor))}{numbers.times}"


def _brief(number: float) -> str:
    """Return a number with three digits, without those behind the point that say nothing.

    >>> _brief(50.0), _brief(9.187), _brief(2000.0)
    ('50', '9.19', '2,000')
    """
    text = format_number(number)
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text
