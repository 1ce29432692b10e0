"""The legend: what colour, dashes, width and numbers mean, inside the figure, below everything else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from graphviz_lstm.figures.scene import Entry, Legend, Run, Sample, Text, text_width
from graphviz_lstm.figures.theme import LEGEND_SIZE
from graphviz_lstm.notation.numbers import MINUS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.figures.scene import Line, Scene

__all__ = ["Entry", "add_legend", "bounds_of", "without_legend"]

_LINE = 16.0
_SAMPLE = 26.0
# From where a sample begins to the words behind it.
_BEHIND_SAMPLE = _SAMPLE + 6.0
_BETWEEN = 18.0
_PAD = 14.0


def add_legend(scene: Scene, rows: Sequence[Sequence[Entry]], *, size: float = LEGEND_SIZE, pad: float = _PAD) -> Scene:
    """Return `scene` with its bounds, and below it `rows` of entries from left to right.

    A row that is wider than the figure goes on in the next line: what stands behind a sample, below its own
    beginning. `size` is that of its letters, `pad` the room about the whole.
    """
    left, bottom, right, top = bounds_of(scene)
    step = _LINE * size / LEGEND_SIZE
    texts: list[Text] = []
    samples: list[Sample] = []
    y = bottom - 20.0
    widest = right
    for row in rows:
        x = left
        for entry, inset in _wrapped(row, right - left, size):
            needed = _width(entry, size)
            if x > left and x + needed > max(right, left + needed):
                x, y = left + inset, y - step
            if entry.tone is not None:
                samples.append(Sample((x, y), (x + _SAMPLE, y), round(entry.width, 2), entry.tone, entry.pattern))
                x += _BEHIND_SAMPLE
            texts.append(Text(x, y, entry.line, size, "text", "start"))
            x += text_width(entry.line, size) + _BETWEEN
            widest = max(widest, x - _BETWEEN)
        y -= step
    return replace(
        scene,
        texts=(*scene.texts, *texts),
        samples=(*scene.samples, *samples),
        left=left - pad,
        bottom=y - pad + step / 2,
        right=widest + pad,
        top=top + pad,
        legend=Legend(tuple(map(tuple, rows)), size, pad, len(texts)),
    )


def without_legend(scene: Scene) -> Scene:
    """Return a scene as it was before it had its legend, but for the room about it."""
    if scene.legend is None:
        return scene
    bare = replace(scene, texts=scene.texts[: len(scene.texts) - scene.legend.texts], samples=(), legend=None)
    _, bottom, right, _ = bounds_of(bare)
    pad = scene.legend.pad
    # The legend stood away from the lowest lines, which are wide, and so are their heads, and from the lowest words.
    halves = [(curve, curve.width / 2 + 3.5 * curve.arrow) for curve in scene.curves]
    bottom = min([bottom, *(text.y - text.height for text in bare.texts)])
    bottom = min([bottom, *(y - half for curve, half in halves for _, y in curve.points)])
    right = max([right, *(x + half for curve, half in halves for x, _ in curve.points)])
    return replace(bare, bottom=bottom - pad, right=min(scene.right, right + pad))


def _width(entry: Entry, size: float) -> float:
    return text_width(entry.line, size) + (_BEHIND_SAMPLE if entry.tone is not None else 0.0)


def _wrapped(row: Sequence[Entry], room: float, size: float) -> list[tuple[Entry, float]]:
    """Return `row` with each entry that is too long broken at spaces, and how far further in each part begins."""
    broken: list[tuple[Entry, float]] = []
    for entry in row:
        if _width(entry, size) <= room:
            broken.append((entry, 0.0))
            continue
        words = _words(entry.line)
        further = _BEHIND_SAMPLE if entry.tone is not None else 0.0
        start = 0
        for end in range(1, len(words) + 1):
            longer = text_width(_sentence(words[start : end + 1]), size) + further
            if end == len(words) or longer > room:
                tone, inset = (entry.tone, 0.0) if start == 0 else (None, further)
                broken.append((replace(entry, line=_sentence(words[start:end]), tone=tone), inset))
                start = end
    return broken


def _words(line: Line) -> list[list[Run]]:
    """Return what stands between the spaces of a line, whatever it looks like; a difference is one word."""
    words: list[list[Run]] = [[]]
    for run in line:
        first, *others = run.text.split(" ")
        words[-1].append(replace(run, text=first))
        words += [[replace(run, text=word)] for word in others]
    together: list[list[Run]] = []
    signs = [_text(word) == MINUS for word in words]
    for k, word in enumerate(words):
        if together and (signs[k] or signs[k - 1]):
            together[-1] += [Run(" "), *word]
        else:
            together.append(word)
    return together


def _text(runs: list[Run]) -> str:
    return "".join(run.text for run in runs)


def _sentence(words: list[list[Run]]) -> Line:
    """Return words with spaces between, what looks the same as one."""
    runs: list[Run] = []
    for k, word in enumerate(words):
        for run in ([Run(" ")] if k else []) + word:
            alike = bool(runs) and replace(runs[-1], text="") == replace(run, text="")
            if not run.text or alike:
                runs[-1:] = [replace(runs[-1], text=runs[-1].text + run.text)] if runs else []
            else:
                runs.append(run)
    return tuple(runs)


def bounds_of(scene: Scene) -> tuple[float, float, float, float]:
    """Return the left, lower, right and upper bound of what is drawn."""
    xs = [x for curve in scene.curves for x, _ in curve.points]
    ys = [y for curve in scene.curves for _, y in curve.points]
    for box in scene.boxes:
        xs += [box.x - box.width / 2, box.x + box.width / 2]
        ys += [box.y - box.height / 2, box.y + box.height / 2]
    for label in (curve.label for curve in scene.curves if curve.label is not None):
        start = {"start": 0.0, "middle": 0.5, "end": 1.0}[label.anchor]
        width = text_width(label.line, label.size)
        xs += [label.x - start * width, label.x + (1.0 - start) * width]
        ys += [label.y - label.size, label.y + label.size]
    ys += [text.y + text.size for text in scene.texts]
    ys += [text.y - text.size / 2 for text in scene.texts]
    xs += [x for text in scene.texts for x in (text.left, text.left + text.width)]
    for frame in scene.frames:
        # Of a part that goes on the name stands before it.
        xs += [frame.left, frame.right, frame.label.left]
        ys += [frame.bottom, frame.top]
    return min(xs), min(ys), max(xs), max(ys)
