r"""A scene as TikZ: the picture of a paper, its text set by the paper's own LaTeX."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_lstm.figures.theme import LABEL_SIZE, LIGHT, VALUE_SIZE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from graphviz_lstm.figures.scene import Box, Curve, Frame, Line, Point, Sample, Scene, Text
    from graphviz_lstm.figures.theme import Theme

_HEAD = r"""\documentclass[tikz,border=2pt]{standalone}
\usepackage[utf8]{inputenc}
\usetikzlibrary{arrows.meta}
"""
_CHARACTERS = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "#": r"\#",
    "$": r"\$",
    "%": r"\%",
    "&": r"\&",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': "''",
    "\N{MINUS SIGN}": "$-$",
    "\N{MULTIPLICATION SIGN}": r"$\times$",
    "\N{MIDDLE DOT}": r"$\cdot$",
    "\N{RIGHTWARDS ARROW}": r"$\to$",
    "\N{PARTIAL DIFFERENTIAL}": r"$\partial$",
}


def to_tikz(scene: Scene, theme: Theme = LIGHT) -> str:
    """Return a LaTeX document of one picture, which compiles by itself (class `standalone`, package TikZ)."""
    corners = f"{_point((scene.left, scene.bottom))} rectangle {_point((scene.right, scene.top))}"
    lines = [_HEAD, *_colours(theme), r"\begin{document}", r"\begin{tikzpicture}[x=1bp,y=1bp]"]
    lines.append(rf"\path[use as bounding box] {corners};")
    lines += map(_frame, scene.frames)
    lines += map(_curve, scene.curves)
    lines += map(_sample, scene.samples)
    lines += (line for box in scene.boxes for line in _box(box))
    lines += (_text(text) for text in _texts(scene))
    return "\n".join([*lines, r"\end{tikzpicture}", r"\end{document}"]) + "\n"


def latex_text(text: str) -> str:
    """Return text so that no character of it is a command; what LaTeX cannot set is a question mark."""
    return "".join(_CHARACTERS.get(c) or (c if c.isascii() and c.isprintable() else "?") for c in text)


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
    head = f"length={_number(10 * curve.arrow)}bp,width={_number(7 * curve.arrow + 1.5 * curve.width)}bp"
    line = rf"\draw[{style},{curve.pattern}] {_path(curve.points)};"
    return f"{line}\n\\draw[{style},-{{Latex[{head}]}}] {_point(curve.points[-1])} -- {_point(curve.tip)};"


def _sample(sample: Sample) -> str:
    style = f"color=c-{sample.tone},line width={_number(sample.width)}bp,{sample.pattern}"
    return rf"\draw[{style}] {_point(sample.start)} -- {_point(sample.end)};"


def _box(box: Box) -> Iterator[str]:
    half, up = box.width / 2, box.height / 2
    corners = f"{_point((box.x - half, box.y - up))} rectangle {_point((box.x + half, box.y + up))}"
    fill, border = ("page", "paleborder") if box.pale else (box.look, "border")
    yield rf"\filldraw[fill=c-{fill},draw=c-{border},rounded corners=8bp] {corners};"
    tone = "quiet" if box.pale else "text"
    rises = (9.0, -2.0, -11.0) if box.note else (6.0, -8.5) if box.value else (0.0,)
    lines = (_line(box.label), latex_text(box.value), latex_text(box.note))
    for k, (rise, text) in enumerate(zip(rises, lines, strict=False)):
        size = LABEL_SIZE if not k else VALUE_SIZE
        yield _node((box.x, box.y + rise), text, size * (0.85 if box.note else 1.0), "quiet" if k else tone, "center")


def _texts(scene: Scene) -> Iterator[Text]:
    yield from (frame.label for frame in scene.frames)
    yield from (curve.label for curve in scene.curves if curve.label is not None)
    yield from scene.texts


def _text(text: Text) -> str:
    anchor = {"start": "west", "middle": "center", "end": "east"}[text.anchor]
    return _node((text.x, text.y), _line(text.line), text.size, text.tone, anchor)


def _node(place: Point, text: str, size: float, tone: str, anchor: str) -> str:
    font = rf"\fontsize{{{_number(size)}}}{{{_number(1.2 * size)}}}\selectfont"
    return rf"\node[anchor={anchor},inner sep=0,text=c-{tone},font={font}] at {_point(place)} {{{text}}};"


def _line(line: Line) -> str:
    parts = []
    for run in line:
        text = latex_text(run.text)
        text = rf"\textit{{{text}}}" if run.italic else text
        parts.append(rf"\textsubscript{{{text}}}" if run.sub else text)
    return "".join(parts)


def _path(points: Iterable[Point]) -> str:
    first, *rest = points
    pieces = [rest[k : k + 3] for k in range(0, len(rest), 3)]
    return _point(first) + "".join(f" .. controls {_point(a)} and {_point(b)} .. {_point(c)}" for a, b, c in pieces)


def _point(point: Point) -> str:
    return f"({_number(point[0])},{_number(point[1])})"


def _number(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
