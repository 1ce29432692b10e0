r"""A scene as TikZ: the picture of a paper, its text set by the paper's own LaTeX."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_lstm.figures.scene import texts_of
from graphviz_lstm.figures.theme import LIGHT
from graphviz_lstm.notation.escape import declarations, latex_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from graphviz_lstm.figures.scene import Box, Curve, Frame, Piece, Point, Sample, Scene, Text
    from graphviz_lstm.figures.theme import Theme

_NEEDED = (r"\usepackage{tikz}", r"\usetikzlibrary{arrows.meta}")
# Not with its option `tikz`, which takes pictures out of the boxes that scale them.
_HEAD = "\n".join([r"\documentclass[border=0pt]{standalone}", r"\usepackage[utf8]{inputenc}", *_NEEDED, ""])


def to_tikz(scene: Scene, theme: Theme = LIGHT, *, width: float | None = None, fragment: bool = False) -> str:
    r"""Return a LaTeX document of one picture, which compiles by itself (class `standalone`, package TikZ).

    Parameters
    ----------
    width
        How wide it is to be in points (`bp`); by default as wide as the scene.
    fragment
        The picture alone, to be put into a document by `\input`: what its preamble must have stands above it.
    """
    words = "".join(piece.text for _, text in texts_of(scene) for piece in text.pieces)
    needed = declarations(words)
    picture = _picture(scene, theme, width)
    if fragment:
        told = ["% Put it into a document by \\input. Its preamble needs:", *(f"%   {line}" for line in _NEEDED)]
        return "\n".join([*told, *(f"%   {line}" for line in needed), *picture]) + "\n"
    return "\n".join([_HEAD, *needed, r"\begin{document}", *picture, r"\end{document}"]) + "\n"


def _picture(scene: Scene, theme: Theme, width: float | None) -> list[str]:
    corners = f"{_point((scene.left, scene.bottom))} rectangle {_point((scene.right, scene.top))}"
    lines = [r"\begin{tikzpicture}[x=1bp,y=1bp]", *_colours(theme)]
    lines.append(rf"\path[use as bounding box] {corners};")
    lines += map(_frame, scene.frames)
    lines += map(_curve, scene.curves)
    lines += map(_sample, scene.samples)
    lines += map(_box, scene.boxes)
    lines += (_text(text) for _, text in texts_of(scene))
    lines.append(r"\end{tikzpicture}%")
    return lines if width is None else [rf"\resizebox{{{_number(width)}bp}}{{!}}{{%", *lines, "}%"]


def _colours(theme: Theme) -> Iterator[str]:
    others = {"page": theme.page, "frame": theme.frame, "border": theme.border, "paleborder": theme.pale_border}
    for name, colour in (*theme.tones.items(), *theme.fills.items(), *others.items()):
        yield _colour(str(name), colour)


def _colour(name: str, colour: str) -> str:
    return rf"\definecolor{{c-{name}}}{{HTML}}{{{colour.removeprefix('#').upper()}}}"


def _frame(frame: Frame) -> str:
    corners = f"{_point((frame.left, frame.bottom))} rectangle {_point((frame.right, frame.top))}"
    return rf"\draw[color=c-frame,rounded corners=12bp] {corners};"


def _curve(curve: Curve) -> str:
    style = rf"color=c-{curve.tone},line width={_number(curve.width)}bp"
    if not curve.arrow:
        return rf"\draw[{style},{curve.pattern}] {_path(curve.points)};"
    head = f"length={_number(10 * curve.arrow)}bp,width={_number(7 * curve.arrow + 1.5 * curve.width)}bp"
    line = rf"\draw[{style},{curve.pattern}] {_path(curve.points)};"
    return f"{line}\n\\draw[{style},-{{Latex[{head}]}}] {_point(curve.points[-1])} -- {_point(curve.tip)};"


def _sample(sample: Sample) -> str:
    style = f"color=c-{sample.tone},line width={_number(sample.width)}bp,{sample.pattern}"
    return rf"\draw[{style}] {_point(sample.start)} -- {_point(sample.end)};"


def _box(box: Box) -> str:
    half, up = box.width / 2, box.height / 2
    corner = half if box.circle else min(8.0, half, up)
    corners = f"{_point((box.x - half, box.y - up))} rectangle {_point((box.x + half, box.y + up))}"
    fill, border = ("page", "paleborder") if box.pale else (box.look, "border")
    return rf"\filldraw[fill=c-{fill},draw=c-{border},rounded corners={_number(corner)}bp] {corners};"


def _text(text: Text) -> str:
    anchor = {"start": "base west", "middle": "base", "end": "base east"}[text.anchor]
    place, line = _point((text.x, text.baseline)), "".join(map(_piece, text.pieces))
    return rf"\node[anchor={anchor},inner sep=0,text=c-{text.tone},font={_font(text.size)}] at {place} {{{line}}};"


def _piece(piece: Piece) -> str:
    text = latex_text(piece.text)
    text = rf"\textit{{{text}}}" if piece.italic else text
    if not piece.drop:
        return text
    return rf"\raisebox{{-{_number(piece.drop)}bp}}[0pt][0pt]{{{_font(piece.size)} {text}}}"


def _font(size: float) -> str:
    return rf"\fontsize{{{_number(size)}bp}}{{{_number(1.2 * size)}bp}}\selectfont"


def _path(points: Iterable[Point]) -> str:
    first, *rest = points
    pieces = [rest[k : k + 3] for k in range(0, len(rest), 3)]
    return _point(first) + "".join(f" .. controls {_point(a)} and {_point(b)} .. {_point(c)}" for a, b, c in pieces)


def _point(point: Point) -> str:
    return f"({_number(point[0])},{_number(point[1])})"


def _number(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
