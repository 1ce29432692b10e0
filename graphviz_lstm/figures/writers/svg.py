"""The finishing pass over Graphviz's SVG, as a tree: our own text, a title and description, ids, the dark colours.

Graphviz places text by the metrics of the fonts that it finds, and sets subscripts in a way that not every browser
follows. So its texts are taken out and the scene's are put in: text stays text, and the bytes are the same everywhere.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from graphviz_lstm.errors import RenderError
from graphviz_lstm.figures.scene import prefix_of, printable, texts_of
from graphviz_lstm.figures.theme import FONT

if TYPE_CHECKING:
    from graphviz_lstm.figures.scene import Scene, Text
    from graphviz_lstm.figures.theme import Theme

_NAMESPACE = "http://www.w3.org/2000/svg"
_SVG = f"{{{_NAMESPACE}}}"
# What only figures of a cell have: others are not told their colours.
_MARKS = ("layer", "mark", "join")
ET.register_namespace("", _NAMESPACE)


def finish(drawn: bytes, scene: Scene, theme: Theme, dark: Theme | None, size: tuple[str, str] | None = None) -> str:
    """Return what Graphviz drew of a scene as the SVG text that is shown; `size` is its width and height with units.

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
    for part, text in texts_of(scene):
        groups[f"{prefix}-{part}"].append(_text_element(text, scene, theme))
    _describe(root, groups[prefix], scene, prefix, size)
    if dark is not None:
        style = ET.Element(f"{_SVG}style")
        style.text = _dark_rules(prefix, dark, scene)
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
        title.text = printable(tooltip)
        groups[identifier].insert(0, title)


def _text_element(text: Text, scene: Scene, theme: Theme) -> ET.Element:
    element = ET.Element(
        f"{_SVG}text",
        {
            "x": f"{text.x - scene.left:.2f}",
            "y": f"{scene.bottom - text.baseline:.2f}",
            "text-anchor": text.anchor,
            "font-size": f"{text.size:.2f}",
            "fill": theme.tones[text.tone],
            "class": f"tone-{text.tone}",
        },
    )
    drop = 0.0
    for piece in text.pieces:
        attributes = {}
        if piece.italic:
            attributes["font-style"] = "italic"
        if piece.drop:
            attributes["font-size"] = f"{piece.size:.2f}"
        if piece.drop != drop:
            attributes["dy"] = f"{piece.drop - drop:.2f}"
            drop = piece.drop
        ET.SubElement(element, f"{_SVG}tspan", attributes).text = piece.text
    return element


def _close_up(element: ET.Element) -> None:
    """Take out the white space that indenting has put between the pieces of a line: it would show."""
    element.text = None
    for piece in element:
        piece.tail = None


def _describe(root: ET.Element, graph: ET.Element, scene: Scene, prefix: str, size: tuple[str, str] | None) -> None:
    """Say what the figure is to those who do not see it, and let its text be set in one font."""
    width, height = scene.right - scene.left, scene.top - scene.bottom
    root.attrib.clear()
    root.attrib.update(
        {
            "width": f"{width:.0f}pt" if size is None else size[0],
            "height": f"{height:.0f}pt" if size is None else size[1],
            "viewBox": f"0 0 {width:.2f} {height:.2f}",
            "role": "img",
            "aria-labelledby": f"{prefix}-title",
            "aria-describedby": f"{prefix}-desc",
        }
    )
    for k, (tag, words) in enumerate((("title", scene.title), ("desc", scene.description))):
        element = ET.Element(f"{_SVG}{tag}", {"id": f"{prefix}-{tag}"})
        element.text = printable(words)
        root.insert(k, element)
    graph.set("font-family", FONT)
    # Two spaces are two, also where CSS is not known, as in librsvg.
    graph.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _dark_rules(prefix: str, dark: Theme, scene: Scene) -> str:
    """Return the style that takes over on a dark display, and speaks of this figure alone."""
    rules = [
        f".page{{fill:{dark.page}}}",
        f".frame path{{fill:{dark.page};stroke:{dark.frame}}}",
        f".box path{{stroke:{dark.border}}}",
        f".pale path{{fill:{dark.page};stroke:{dark.pale_border}}}",
    ]
    own = {box.look for box in scene.boxes}
    rules += [
        f".{look} path{{fill:{colour}}}" for look, colour in dark.fills.items() if look not in _MARKS or look in own
    ]
    if any(box.circle for box in scene.boxes):
        rules.append(f".mark ellipse{{fill:{dark.fills['mark']};stroke:{dark.border}}}")
    for tone, colour in dark.tones.items():
        rules.append(f".curve.{tone} path{{stroke:{colour}}}")
        rules.append(f".curve.{tone} polygon{{fill:{colour};stroke:{colour}}}")
        rules.append(f".tone-{tone}{{fill:{colour}}}")
    scoped = "\n".join(f"  #{prefix} {rule}" for rule in rules)
    return f"@media (prefers-color-scheme: dark) {{\n{scoped}\n}}"
