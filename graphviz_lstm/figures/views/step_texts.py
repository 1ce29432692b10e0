"""What is read at each step, behind the number of the step: where a problem has texts, as far as there is room."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from graphviz_lstm.figures.scene import Run, Text, printable
from graphviz_lstm.figures.views.settling import Taken, area_of

if TYPE_CHECKING:
    from graphviz_lstm.figures.scene import Frame, Scene
    from graphviz_lstm.graph.unroll import Graph

_MOST_LETTERS = 24
_FEWEST_LETTERS = 2


def with_texts(scene: Scene, graph: Graph) -> Scene:
    """Return a scene whose frames say what is read at their steps: `t = 2: cat`.

    A text that has no room is shortened, and left out where not even two letters of it have any. A frame that stands
    for every step, and one that goes on what a row above began, say nothing.
    """
    problem = graph.graph.get("problem")
    if problem is None or not problem.texts:
        return scene
    told = dict(enumerate(problem.texts, start=problem.first_step))
    taken = Taken(scene, room=0.0)
    return replace(scene, frames=tuple(_named(frame, told.get(frame.step, ""), taken) for frame in scene.frames))


def _named(frame: Frame, told: str, taken: Taken) -> Frame:
    """Return a frame with as much of a text behind its label as nothing is in the way of."""
    label, words = frame.label, printable(told)
    if not words or label.anchor != "start" or label.string != f"t = {frame.step}".replace("-", "\N{MINUS SIGN}"):
        return frame
    for letters in range(min(len(words), _MOST_LETTERS), min(len(words), _FEWEST_LETTERS) - 1, -1):
        behind = f": {words if letters == len(words) else f'{words[: letters - 1]}…'}"
        rest = Text(label.left + label.width + _APART, label.y, (Run(behind),), label.size, label.tone, "start")
        _, _, right, _ = area = area_of(rest)
        if right < frame.right and taken.is_free(area):
            return replace(frame, label=replace(label, line=(*label.line, Run(behind))))
    return frame


# The area of a text is a little wider than the text: that of the number must not be in the way.
_APART = 1.5
