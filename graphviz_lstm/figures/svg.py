"""The finishing pass over Graphviz's SVG, as a tree: our own text, a title and description, ids, the dark colours.

Graphviz places text by the metrics of the fonts that it finds, and sets subscripts in a way that not every browser
follows. So its texts are taken out and the scene's are put in: text stays text, and the bytes are the same everywhere.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from graphviz_lstm.errors import RenderError
from graphviz_lstm.figures.dot import prefix_of
from graphviz_lstm.figures.scene import Run, Text
from graphviz_lstm.figures.theme import FONT, LABEL_SIZE, NOTE_SIZE, NOTED_SIZE, SUB_SIZE, VALUE_SIZE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphviz_lstm.figures.scene import Scene, Tone
    from graphviz_lstm.figures.theme import Theme

_NAMESPACE = "http://www.w3.org/2000/svg"
_SVG = f"{{{_NAMESPACE}}}"
ET.register_namespace("", _NAMESPACE)
# From the middle of a line of text to its baseline, and from there to that of a subscript, as parts of its size.
_BASELINE = 0.35
_DROP = 0.22
# In a box with a value the label stands so far above the middle, and the value so far below.
_LABEL_RISE = 6.0
_VALUE_FALL = 8.5


def finish(drawn: bytes, scene: Scene, theme: Theme, dark: Theme | None) -> str:
    """Return what Graphviz drew of a scene as the SVG text that is shown.

    Raises
    ------
    RenderError
        If Graphviz drew the scene in other bounds than the scene's.
    """
    root = ET.fromstring(drawn)  # noqa: S314 -- our own Graphviz wrote it a moment ago
    prefix = prefix_of(scene)
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (f"{_SVG}title", f"{_SVG}text"):
                parent.remove(child)
    groups = {group.get("id"): group for group in root.iter(f"{_SVG}g")}
    _check_bounds(groups[prefix], scene)
    _add_tooltips(groups, scene, prefix)
    for identifier, text in _texts(scene, prefix):
        groups[identifier].append(_text_element(text, scene, theme))
    _describe(root, groups[prefix], scene, prefix)
    if dark is not None:
        style = ET.Element(f"{_SVG}style")
        style.text = _dark_rules(prefix, dark)
        root.insert(2, style)
    ET.indent(root)
    for element in root.iter(f"{_SVG}text"):
        _close_up(element)
    return ET.tostring(root, encoding="unicode") + "\n"


def _check_bounds(graph: ET.Element, scene: Scene) -> None:
    page = graph.find(f"{_SVG}polygon")
    points = [] if page is None else [point.split(",") for point in page.get("points", "").split()]
    found = (max(float(x) for x, _ in points), -min(float(y) for _, y in points)) if points else (0.0, 0.0)
    expected = (scene.right - scene.left, scene.top - scene.bottom)
    if math.dist(found, expected) > 0.1:
        raise RenderError(f"Graphviz drew a figure of {found} points where it should be {expected}")
    if page is not None:
        page.set("class", "page")


def _add_tooltips(groups: dict[str | None, ET.Element], scene: Scene, prefix: str) -> None:
    named = [(f"{prefix}-v{k}", box.tooltip) for k, box in enumerate(scene.boxes)]
    named += [(f"{prefix}-e{k}", curve.tooltip) for k, curve in enumerate(scene.curves)]
    for identifier, tooltip in named:
        title = ET.Element(f"{_SVG}title")
        title.text = tooltip
        groups[identifier].insert(0, title)


def _texts(scene: Scene, prefix: str) -> Iterator[tuple[str, Text]]:
    """Yield every text of the scene with the id of the group that it belongs to."""
    for k, frame in enumerate(scene.frames):
        yield f"{prefix}-s{k}", frame.label
    for k, box in enumerate(scene.boxes):
        tone: Tone = "quiet" if box.pale else "text"
        if box.note:
            yield f"{prefix}-v{k}", Text(box.x, box.y + 9.0, box.label, NOTED_SIZE, tone)
            yield f"{prefix}-v{k}", Text(box.x, box.y - 2.5, (Run(box.value),), NOTE_SIZE, "quiet")
            yield f"{prefix}-v{k}", Text(box.x, box.y - 11.5, (Run(box.note),), NOTE_SIZE, "quiet")
            continue
        rise = _LABEL_RISE if box.value else 0.0
        yield f"{prefix}-v{k}", Text(box.x, box.y + rise, box.label, LABEL_SIZE, tone)
        if box.value:
            yield f"{prefix}-v{k}", Text(box.x, box.y - _VALUE_FALL, (Run(box.value),), VALUE_SIZE, "quiet")
    for k, curve in enumerate(scene.curves):
        if curve.label is not None:
            yield f"{prefix}-e{k}", curve.label
    for k, text in enumerate(scene.texts):
        yield f"{prefix}-t{k}", text


def _text_element(text: Text, scene: Scene, theme: Theme) -> ET.Element:
    element = ET.Element(
        f"{_SVG}text",
        {
            "x": f"{text.x - scene.left:.2f}",
            "y": f"{scene.bottom - text.y + _BASELINE * text.size:.2f}",
            "text-anchor": text.anchor,
            "font-size": f"{text.size:.2f}",
            "fill": theme.tones[text.tone],
            "class": f"tone-{text.tone}",
        },
    )
    lowered = False
    for run in text.line:
        attributes = {}
        if run.italic:
            attributes["font-style"] = "italic"
        if run.sub:
            attributes["font-size"] = f"{SUB_SIZE * text.size:.2f}"
        if run.sub != lowered:
            attributes["dy"] = f"{(_DROP if run.sub else -_DROP) * text.size:.2f}"
            lowered = run.sub
        ET.SubElement(element, f"{_SVG}tspan", attributes).text = run.text
    return element


def _close_up(element: ET.Element) -> None:
    """Take out the white space that indenting has put between the pieces of a line: it would show."""
    element.text = None
    for piece in element:
        piece.tail = None


def _describe(root: ET.Element, graph: ET.Element, scene: Scene, prefix: str) -> None:
    """Say what the figure is to those who do not see it, and let its text be set in one font."""
    width, height = scene.right - scene.left, scene.top - scene.bottom
    root.attrib.clear()
    root.attrib.update(
        {
            "width": f"{width:.0f}pt",
            "height": f"{height:.0f}pt",
            "viewBox": f"0 0 {width:.2f} {height:.2f}",
            "role": "img",
            "aria-labelledby": f"{prefix}-title",
            "aria-describedby": f"{prefix}-desc",
        }
    )
    for k, (tag, words) in enumerate((("title", scene.title), ("desc", scene.description))):
        element = ET.Element(f"{_SVG}{tag}", {"id": f"{prefix}-{tag}"})
        element.text = words
        root.insert(k, element)
    graph.set("font-family", FONT)


def _dark_rules(prefix: str, dark: Theme) -> str:
    """Return the style that takes over on a dark display, and speaks of this figure alone."""
    rules = [
        f".page{{fill:{dark.page}}}",
        f".frame path{{fill:{dark.page};stroke:{dark.frame}}}",
        f".box path{{stroke:{dark.border}}}",
        f".pale path{{fill:{dark.page};stroke:{dark.pale_border}}}",
    ]
    rules += [f".{look} path{{fill:{colour}}}" for look, colour in dark.fills.items()]
    for tone, colour in dark.tones.items():
        rules.append(f".curve.{tone} path{{stroke:{colour}}}")
        rules.append(f".curve.{tone} polygon{{fill:{colour};stroke:{colour}}}")
        rules.append(f".tone-{tone}{{fill:{colour}}}")
    scoped = "\n".join(f"  #{prefix} {rule}" for rule in rules)
    return f"@media (prefers-color-scheme: dark) {{\n{scoped}\n}}"
