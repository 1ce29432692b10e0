"""Before and after as flows: one scale for both, the same steps in the same rows, nothing over anything."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from graphviz_lstm.cells import GRU, LSTM, parse_cell
from graphviz_lstm.errors import InputError, NumberError
from graphviz_lstm.figures.choices import LAYOUTS
from graphviz_lstm.figures.theme import HAIRLINE
from graphviz_lstm.interfaces.cli import cli
from graphviz_lstm.problems import LossTerm, Problem
from graphviz_lstm.reports import Study
from graphviz_lstm.reports.pair import before_after_figure
from tests.examples import random_example
from tests.figures.geometry import loose_ends, overlaps, sharp_bends
from tests.figures.test_rows import pixels, sizes


@cache
def both(cell: str = "lstm", steps: int = 2) -> tuple[Study, Any]:
    """Return a study, and its problem after a step down its gradient."""
    example = "gomez" if cell == "gomez" else random_example({"lstm": LSTM, "gru": GRU}[cell], steps=steps, seed=4)
    before = Study(example)
    moved = {
        name: array - (2.0 if cell == "gomez" else 0.5) * before.adjoints[name]
        for name, array in before.problem.parameters.items()
    }
    return before, replace(before.problem, parameters=moved, name="after")


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(("cell", "steps"), [("gomez", 2), ("lstm", 4), ("gru", 3)])
def test_nothing_lies_on_anything_and_all_can_be_read(cell: str, steps: int, layout: Any) -> None:
    """At 700 pixels and at 360; both have the same boxes in as many rows."""
    scene = before_after_figure(*both(cell, steps), layout=layout).scene
    assert overlaps(scene) + loose_ends(scene) + sharp_bends(scene) == []
    assert min(sizes(scene)) * pixels(scene, layout) >= 9.0
    boxes = [box.vertex.rpartition(" ") for box in scene.boxes]
    one, other = ({name for name, _, panel in boxes if panel == which} for which in ("[1]", "[2]"))
    assert one == other
    assert len(boxes) == 2 * len(one)
    # No row is empty: a line has its name on both sides of a step, or of the loss.
    names = sorted((text.string, text.y, text.left) for text in scene.texts if text.tone == "quiet")
    for (name, y, x), (other, its, far) in pairwise(names):
        assert (name, y) != (other, its) or far - x > 60.0
    tops = sorted({frame.top for frame in scene.frames})
    assert len(tops) % 2 == 0
    starts = [sorted(frame.step for frame in scene.frames if frame.top == top) for top in tops]
    assert starts[: len(tops) // 2] == starts[len(tops) // 2 :]


@pytest.mark.parametrize("of", ["contributions", "shares"])
def test_widths_of_both_are_on_one_scale(of: Any) -> None:
    """So many points for so much of what is written there: of a length, or of a share."""
    before, after = both("lstm", 2)
    scene = before_after_figure(before, after, of=of).scene
    scales = []
    for panel, study in enumerate((before, Study(after, before.source))):
        flow = study.annotated.edges["S_1", "H_1"]["flow"]
        whole = math.sqrt(float(np.sum(np.asarray(study.annotated.graph["total"]) ** 2)))
        curves = [curve for curve in scene.curves if curve.tooltip.startswith("S_1 -> H_1, through no gate")]
        (width,) = {curve.width for curve in sorted(curves, key=lambda curve: -curve.points[0][1])[panel : panel + 1]}
        assert width > HAIRLINE
        scales.append(width / (flow * (whole if of == "contributions" else 1.0)))
    assert scales[0] == pytest.approx(scales[1], rel=0.01)


def test_the_numbers_of_a_panel_add_up_to_its_length() -> None:
    """What reaches E is, in the unit of the legend, how long the derivative is that the title tells."""
    scene = before_after_figure(*both("gomez")).scene
    lengths = [float(text.string.split()[-1]) for text in scene.texts if " has length " in text.string]
    told = next(text.string for text in scene.texts if text.string.startswith("On each edge"))
    assert "numbers × 10⁻¹" in told
    entering = [text for text in scene.texts if text.number]
    middle = (scene.top + scene.bottom) / 2
    for upper, length in zip((True, False), lengths, strict=True):
        falls = [text for text in entering if (text.y > middle) is upper]
        assert falls
        straight = [
            c.label.string for c in scene.curves if c.label and c.head[0] == "E" and (c.label.y > middle) is upper
        ]
        loss = [text.string for text in falls if abs(text.x - max(t.x for t in falls if t.string[0] == "−")) < 1.0]
        parts = [float(part.replace("−", "-")) for part in (*straight, *loss)]
        assert math.fsum(parts) / 10 == pytest.approx(length, abs=2e-4)


def test_what_cannot_be_compared_is_refused() -> None:
    """Two nets, a gradient of zero, an option that it has not."""
    before, after = both("gomez")
    with pytest.raises(InputError, match=r"^not one net: "):
        before_after_figure(before, both("gru", 3)[1])
    with pytest.raises(InputError, match=r"^unknown option: 'tokens'"):
        before_after_figure(before, after, tokens=["a"])
    with pytest.raises(InputError, match="font_size has no use beside width"):
        before_after_figure(before, after, width="12cm", font_size=8)
    zero = Path(__file__).parents[1] / "cases" / "zero.json"
    with pytest.raises(NumberError, match="zero gradient"):
        before_after_figure(Study(zero), zero)


def _scaled(size: float, steps: int, more: float) -> Problem:
    """Return a net of a gradient of that size, of which one route brings so many times `more`, and another takes it."""
    cell = parse_cell("c", "a[t] = W * X[t]\nb[t] = V * a[t]\nc[t] = R * a[t]\nH[t] = b[t] + c[t]", output="H")
    losses = [LossTerm("H", tuple(range(1, steps + 1)), np.full((steps, 1), size), "given")]
    inputs = {"X": np.full((steps, 1), 1.0 / steps)}
    return Problem(cell, {"W": [0.0], "V": [1.0 + more], "R": [-more]}, inputs, losses)


@pytest.mark.parametrize("of", ["contributions", "shares"])
@pytest.mark.parametrize(("steps", "more"), [(1, 10.0), (5, 0.0)])
def test_flows_of_any_size_are_drawn_as_those_of_another(of: Any, steps: int, more: float) -> None:
    """Each path may bring more than the largest number, or so little that a width for 1 leaves the range."""
    looks = []
    for size in (1.0, 1e-200, 1.01e-307, 1e307):
        one, other = (_scaled(part * size, steps, more) for part in (1.0, 0.999))
        scene = before_after_figure(Study(one, "W"), other, of=of).scene
        looks.append([curve.width for curve in scene.curves])
        assert not any("out of range" in text.string for text in scene.texts)
    assert all(widths == looks[0] for widths in looks)
    far = before_after_figure(Study(_scaled(1e307, steps, more), "W"), _scaled(1.01e-307, steps, more), of=of).scene
    middle = (far.top + far.bottom) / 2
    lower = [curve.width for curve in far.curves if curve.pattern == "dashed" and curve.points[0][1] < middle]
    assert of == "shares" or set(lower) <= {HAIRLINE}


def test_the_command_draws_it(tmp_path: Any) -> None:
    """With --view flow, which is of a figure."""
    file = tmp_path / "flows.svg"
    done = CliRunner().invoke(cli, ["before-after", "gomez", "gomez", "--view", "flow", "-o", str(file)])
    assert (done.exit_code, done.output) == (0, "")
    assert re.search(r"<title[^>]*>flow of dE/dW_A before, in", file.read_text("utf-8"))
    refused = CliRunner().invoke(cli, ["before-after", "gomez", "gomez", "--view", "flow"])
    assert refused.exit_code != 0
