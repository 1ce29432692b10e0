"""A scene as DOT text, every position in it: pure text, drawn the same by whatever reads `layout=nop2`."""

from __future__ import annotations

import hashlib
import math
from html import escape
from typing import TYPE_CHECKING

from graphviz import Digraph

from graphviz_lstm.figures.labels import text_width
from graphviz_lstm.figures.theme import FONT, LABEL_SIZE, LIGHT, SUB_SIZE, VALUE_SIZE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graphviz_lstm.figures.scene import Box, Curve, Frame, Line, Point, Sample, Scene, Text
    from graphviz_lstm.figures.theme import Theme

_INCH = 72.0
_NOTED, _NOTE = 9.0, 7.0
_UNKNOWN = "\N{REPLACEMENT CHARACTER}"
# Half the width of the smallest vertex that Graphviz makes.
_DOT = 0.36


def prefix_of(scene: Scene) -> str:
    """Return what the ids of a figure begin with: of its content, so that two figures can share a page."""
    return "g" + hashlib.sha256(repr(scene).encode()).hexdigest()[:8]


def to_dot(scene: Scene, theme: Theme = LIGHT) -> str:
    """Return the DOT text of a scene.

    Vertices bear their own names, so that the text is of use beyond the picture; the legend's texts and lines are
    vertices and edges too, named `text ...` and `sample ...`. Ids are `<prefix>-v0`, `-e0`, `-s0`, `-t0` and `-l0`
    in the scene's order.
    """
    prefix = prefix_of(scene)
    dot = Digraph(
        graph_attr={
            "id": prefix,
            "layout": "nop2",
            "bb": ",".join(_number(x) for x in (scene.left, scene.bottom, scene.right, scene.top)),
            "pad": "0",
            "outputorder": "edgesfirst",
            "bgcolor": theme.page,
            "fontname": FONT,
        },
        node_attr={"fixedsize": "true", "fontname": FONT, "margin": "0"},
        edge_attr={"fontname": FONT},
    )
    for k, frame in enumerate(scene.frames):
        _add_frame(dot, frame, f"{prefix}-s{k}", theme)
    for k, box in enumerate(scene.boxes):
        _add_box(dot, box, f"{prefix}-v{k}", theme)
    for k, curve in enumerate(scene.curves):
        _add_curve(dot, curve, f"{prefix}-e{k}", theme)
    _add_point(dot, "lower left", (scene.left + _DOT, scene.bottom + _DOT))
    _add_point(dot, "upper right", (scene.right - _DOT, scene.top - _DOT))
    for k, text in enumerate(scene.texts):
        _add_text(dot, text, f"text {k}", f"{prefix}-t{k}", theme)
    for k, sample in enumerate(scene.samples):
        _add_sample(dot, sample, k, f"{prefix}-l{k}", theme)
    return str(dot.source)


def _add_frame(dot: Digraph, frame: Frame, identifier: str, theme: Theme) -> None:
    with dot.subgraph(name=f"cluster_{identifier}") as cluster:
        cluster.attr(
            id=identifier,
            **{"class": "frame"},
            bb=",".join(_number(x) for x in (frame.left, frame.bottom, frame.right, frame.top)),
            style="rounded",
            color=theme.frame,
            label=_html(frame.label),
            lp=_middle(frame.label),
            fontsize=_number(frame.label.size),
            fontcolor=theme.tones[frame.label.tone],
        )
        for vertex in frame.vertices:
            cluster.node(vertex)


def _add_box(dot: Digraph, box: Box, identifier: str, theme: Theme) -> None:
    label = f'<FONT POINT-SIZE="{_number(LABEL_SIZE)}">{_markup(box.label, LABEL_SIZE)}</FONT>'
    if box.value:
        # The empty line between them is room for the subscript.
        value = f'<FONT POINT-SIZE="{_number(VALUE_SIZE)}">{escape(printable(box.value))}</FONT>'
        label += f'<BR/><FONT POINT-SIZE="3"> </FONT><BR/>{value}'
    if box.note:
        # Graphviz sets its lines one below the other: three of them need smaller letters, and leave no room for what
        # is lowered.
        level = _markup(box.label, _NOTED).replace("<SUB>", "").replace("</SUB>", "")
        label = f'<FONT POINT-SIZE="{_number(_NOTED)}">{level}</FONT>'
        label += '<BR/><FONT POINT-SIZE="2"> </FONT>'
        for line in (box.value, box.note):
            label += f'<BR/><FONT POINT-SIZE="{_number(_NOTE)}">{escape(printable(line))}</FONT>'
    dot.node(
        box.vertex,
        label=f"<{label}>",
        id=identifier,
        **{"class": f"box {'pale' if box.pale else box.look}"},
        pos=_point((box.x, box.y)),
        width=_number(box.width / _INCH),
        height=_number(box.height / _INCH),
        shape="box",
        style="rounded,filled",
        color=theme.pale_border if box.pale else theme.border,
        fillcolor=theme.page if box.pale else theme.fills[box.look],
        fontcolor=theme.tones["quiet" if box.pale else "text"],
    )


def _add_curve(dot: Digraph, curve: Curve, identifier: str, theme: Theme) -> None:
    label = {}
    if curve.label is not None:
        label = {
            "label": _html(curve.label),
            "lp": _middle(curve.label),
            "fontsize": _number(curve.label.size),
            "fontcolor": theme.tones[curve.label.tone],
        }
    dot.edge(
        curve.tail,
        curve.head,
        id=identifier,
        **{"class": f"curve {curve.tone}"},
        pos=f"e,{_point(curve.tip)} {_points(curve.points)}",
        color=theme.tones[curve.tone],
        penwidth=_number(curve.width),
        arrowsize=_number(curve.arrow),
        style=curve.pattern,
        **label,
    )


def _add_text(dot: Digraph, text: Text, name: str, identifier: str, theme: Theme) -> None:
    dot.node(
        name,
        label=_html(text),
        id=identifier,
        **{"class": "text"},
        pos=_middle(text),
        width=_number(text_width(text.line, text.size) / _INCH),
        height=_number(text.size * 1.2 / _INCH),
        shape="plaintext",
        fixedsize="shape",
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
    """Return a text as a label: in a cell of the width that it is reckoned to have, where it does not stand centred."""
    if text.anchor == "middle":
        return f"<{_markup(text.line, text.size)}>"
    align = "LEFT" if text.anchor == "start" else "RIGHT"
    width = math.ceil(text_width(text.line, text.size))
    table = '<TABLE BORDER="0" CELLBORDER="0" CELLPADDING="0" CELLSPACING="0">'
    return f'<{table}<TR><TD ALIGN="{align}" WIDTH="{width}">{_markup(text.line, text.size)}</TD></TR></TABLE>>'


def _markup(line: Line, size: float) -> str:
    """Return a line as a Graphviz HTML-like label, every character of it as text."""
    parts = []
    for run in line:
        part = escape(printable(run.text))
        if run.italic:
            part = f"<I>{part}</I>"
        if run.sub:
            part = f'<SUB><FONT POINT-SIZE="{_number(SUB_SIZE * size)}">{part}</FONT></SUB>'
        parts.append(part)
    return "".join(parts)


def _middle(text: Text) -> str:
    """Return where the middle of a text stands: Graphviz centres, whatever the anchor."""
    shift = {"start": 0.5, "middle": 0.0, "end": -0.5}[text.anchor]
    return _point((text.x + shift * math.ceil(text_width(text.line, text.size)), text.y))


def printable(text: str) -> str:
    """Return text with a sign in the place of every character that no XML may hold."""
    allowed = (character if character >= " " or character in "\t\n\r" else _UNKNOWN for character in text)
    return "".join(allowed)


def _points(points: Iterable[Point]) -> str:
    return " ".join(_point(point) for point in points)


def _point(point: Point) -> str:
    return f"{_number(point[0])},{_number(point[1])}"


def _number(number: float) -> str:
    """Return a number with two digits after the point at most: the same text on every machine."""
    text = f"{number:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("", "-0") else text
