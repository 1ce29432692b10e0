"""A scene as DOT text, every position in it: pure text, drawn the same by whatever reads `layout=nop2`."""

from __future__ import annotations

import math
import re
from html import escape
from typing import TYPE_CHECKING

from graphviz import Digraph

from graphviz_lstm.figures.scene import pieces, prefix_of
from graphviz_lstm.figures.theme import FONT, LIGHT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graphviz_lstm.figures.scene import Box, Curve, Frame, Line, Point, Sample, Scene, Text
    from graphviz_lstm.figures.theme import Theme

_INCH = 72.0
# Half the width of the smallest vertex that Graphviz makes.
_DOT = 0.36
# What a step is written with -> the same, low.
_LOW = str.maketrans("0123456789\N{MINUS SIGN}", "₀₁₂₃₄₅₆₇₈₉₋")
# What is a name in DOT and nothing else, whoever quotes it; no name of the legend's or of a corner.
_PLAIN = re.compile(r"(?!(text|sample|lower|upper|vertex) )[^\x00-\x1f\x7f\\:<>\"%\ud800-\udfff]+(?<! )")


def to_dot(scene: Scene, theme: Theme = LIGHT, *, width: float | None = None, dpi: float | None = None) -> str:
    """Return the DOT text of a scene.

    Vertices bear their own names, so that the text is of use beyond the picture; the legend's texts and lines are
    vertices and edges too, named `text ...` and `sample ...`. Ids are `<prefix>-v0`, `-e0`, `-s0`, `-t0` and `-l0`
    in the scene's order.

    Parameters
    ----------
    width
        How wide the picture is to be in points, all in proportion; by default as wide as the scene.
    dpi
        Of a picture made of dots.
    """
    prefix = prefix_of(scene)
    size = {}
    if width is not None:
        height = width * (scene.top - scene.bottom) / (scene.right - scene.left)
        # A bit more of height: it is the width that counts.
        size["size"] = f"{width / _INCH:.6f},{1.001 * height / _INCH:.6f}!"
    if dpi is not None:
        size["dpi"] = f"{dpi:.6f}"
    dot = Digraph(
        graph_attr={
            "id": prefix,
            "layout": "nop2",
            "bb": ",".join(_number(x) for x in (scene.left, scene.bottom, scene.right, scene.top)),
            "pad": "0",
            "margin": "0",
            **size,
            "outputorder": "edgesfirst",
            "bgcolor": theme.page,
            "fontname": FONT,
        },
        node_attr={"fixedsize": "true", "fontname": FONT, "margin": "0"},
        edge_attr={"fontname": FONT},
    )
    names = _names(scene)
    for k, frame in enumerate(scene.frames):
        _add_frame(dot, frame, names, f"{prefix}-s{k}", theme)
    for k, box in enumerate(scene.boxes):
        _add_box(dot, box, names, f"{prefix}-v{k}", theme)
    for k, curve in enumerate(scene.curves):
        _add_curve(dot, curve, names, f"{prefix}-e{k}", theme)
    _add_point(dot, "lower left", (scene.left + _DOT, scene.bottom + _DOT))
    _add_point(dot, "upper right", (scene.right - _DOT, scene.top - _DOT))
    for k, text in enumerate(scene.texts):
        _add_text(dot, text, f"text {k}", f"{prefix}-t{k}", theme)
    for k, sample in enumerate(scene.samples):
        _add_sample(dot, sample, k, f"{prefix}-l{k}", theme)
    return str(dot.source)


def _names(scene: Scene) -> dict[str, str]:
    """Return for each vertex the name that it has in the text: its own, unless that would mean something in DOT.

    A colon would be a port, a backslash an escape, angle brackets markup; and some names are the legend's.
    """
    vertices = {box.vertex for box in scene.boxes}
    names = {}
    for k, box in enumerate(scene.boxes):
        name = box.vertex
        if not _PLAIN.fullmatch(name):
            name = f"vertex {k}"
            while name in vertices:
                name += "'"
        names[box.vertex] = name
    return names


def _add_frame(dot: Digraph, frame: Frame, names: dict[str, str], identifier: str, theme: Theme) -> None:
    with dot.subgraph(name=f"cluster_{identifier}") as cluster:
        cluster.attr(
            id=identifier,
            **{"class": "frame"},
            bb=",".join(_number(x) for x in (frame.left, frame.bottom, frame.right, frame.top)),
            style="rounded",
            color=theme.frame,
            label=_html(frame.label),
            lp=_point(frame.label.middle),
            fontsize=_number(frame.label.size),
            fontcolor=theme.tones[frame.label.tone],
        )
        for vertex in frame.vertices:
            cluster.node(names[vertex])


def _add_box(dot: Digraph, box: Box, names: dict[str, str], identifier: str, theme: Theme) -> None:
    stack = box.stack
    lines = (_sized(_markup(line, size, lowers=stack.lowers), size) for line, size in stack.lines)
    dot.node(
        names[box.vertex],
        label=f"<{'<BR/>'.join(lines)}>",
        id=identifier,
        **{"class": f"box {'pale' if box.pale else box.look}"},
        pos=_point((box.x, box.y)),
        width=_number(box.width / _INCH),
        height=_number(box.height / _INCH),
        shape="ellipse" if box.circle else "box",
        style="filled" if box.circle else "rounded,filled",
        color=theme.pale_border if box.pale else theme.border,
        fillcolor=theme.page if box.pale else theme.fills[box.look],
        fontcolor=theme.tones["quiet" if box.pale else "text"],
    )


def _add_curve(dot: Digraph, curve: Curve, names: dict[str, str], identifier: str, theme: Theme) -> None:
    label = {}
    if curve.label is not None:
        label = {
            "label": _html(curve.label),
            "lp": _point(curve.label.middle),
            "fontsize": _number(curve.label.size),
            "fontcolor": theme.tones[curve.label.tone],
        }
    dot.edge(
        names[curve.tail],
        names[curve.head],
        id=identifier,
        **{"class": f"curve {curve.tone}"},
        pos=f"e,{_point(curve.tip)} {_points(curve.points)}" if curve.arrow else _points(curve.points),
        color=theme.tones[curve.tone],
        penwidth=_number(curve.width),
        **({"arrowsize": _number(curve.arrow)} if curve.arrow else {"arrowhead": "none"}),
        style=curve.pattern,
        **label,
    )


def _add_text(dot: Digraph, text: Text, name: str, identifier: str, theme: Theme) -> None:
    dot.node(
        name,
        label=_html(text),
        id=identifier,
        **{"class": "text"},
        pos=_point(text.middle),
        width=_inches(text.cell[0]),
        height=_inches(text.cell[1]),
        shape="plaintext",
        fontsize=_number(text.size),
        fontcolor=theme.tones[text.tone],
    )


def _add_sample(dot: Digraph, sample: Sample, k: int, identifier: str, theme: Theme) -> None:
    ends = []
    for which, point in (("from", sample.start), ("to", sample.end)):
        name = f"sample {k} {which}"
        ends.append(name)
        _add_point(dot, name, point)
    (left, y), (right, _) = sample.start, sample.end
    third = (right - left) / 3
    dot.edge(
        *ends,
        id=identifier,
        **{"class": f"curve {sample.tone}"},
        pos=_points([(left, y), (left + third, y), (right - third, y), (right, y)]),
        color=theme.tones[sample.tone],
        penwidth=_number(sample.width),
        arrowhead="none",
        style=sample.pattern,
    )


def _add_point(dot: Digraph, name: str, point: Point) -> None:
    """Add a vertex that is not seen: an end of a line, or a corner, since Graphviz cuts a figure at what it shows."""
    dot.node(name, pos=_point(point), shape="point", style="invis", width="0.01", height="0.01", label="")


def _html(text: Text) -> str:
    """Return a text as a label: in a cell as large as it is reckoned to be, however wide Graphviz thinks it is.

    Otherwise a figure's bounds would be those of letters, in a font that is perhaps not there.
    """
    align = {"start": "LEFT", "middle": "CENTER", "end": "RIGHT"}[text.anchor]
    table = '<TABLE BORDER="0" CELLBORDER="0" CELLPADDING="0" CELLSPACING="0">'
    width, height = text.cell
    size = f'FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="{height}"'
    return f'<{table}<TR><TD ALIGN="{align}" {size}>{_markup(text.line, text.size)}</TD></TR></TABLE>>'


def _markup(line: Line, size: float, *, lowers: bool = True) -> str:
    """Return a line as a Graphviz HTML-like label, every character of it as text."""
    parts = []
    for piece in pieces(line, size):
        # Markup about nothing is an error to Graphviz, and a backslash an escape even in markup.
        part = escape(piece.text).replace("\\", "\\\\") or " "
        if piece.italic:
            part = f"<I>{part}</I>"
        if piece.drop and not lowers and set(map(ord, part)) <= _LOW.keys():
            # No room to lower them: signs that are low by themselves.
            part = part.translate(_LOW)
        elif piece.drop:
            part = _sized(part, piece.size)
            part = f"<SUB>{part}</SUB>" if lowers else part
        parts.append(part)
    return "".join(parts)


def _sized(markup: str, size: float) -> str:
    return f'<FONT POINT-SIZE="{_number(size)}">{markup}</FONT>'


def _points(points: Iterable[Point]) -> str:
    return " ".join(_point(point) for point in points)


def _point(point: Point) -> str:
    return f"{_number(point[0])},{_number(point[1])}"


def _inches(points: float) -> str:
    """Return a length in inches, which are told to a hundredth: no more than it is."""
    return _number(math.floor(100.0 * points / _INCH) / 100.0)


def _number(number: float) -> str:
    """Return a number with two digits after the point at most: the same text on every machine."""
    text = f"{number:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("", "-0") else text
