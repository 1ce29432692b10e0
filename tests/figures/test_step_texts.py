"""What is read at each step stands behind its number, where it has room, in every view that has steps."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from graphviz_lstm import Study, plot, stack_problem
from graphviz_lstm.errors import InputError
from graphviz_lstm.figures.views.step_texts import with_texts
from tests.figures.geometry import overlaps

TEXTS = ("The", "cat", "sat", "unbelievably", "\x1bon\n the <b>mat</b> & then went away for good")


def told(*, texts: tuple[str, ...] = TEXTS, cell: str = "rnn") -> Study:
    """Return a question to a net that reads tokens, of five steps."""
    random = np.random.default_rng(0)
    problem = stack_problem(
        [cell],
        embedding={"parameters": {"W_X": [[0.1], [0.2], [0.4]]}},
        inputs=[0, 1, 2, 1, 0],
        losses=[{"targets": random.normal(size=(5, 1))}],
        hidden=1,
        seed=0,
        texts=texts,
    )
    return Study(problem)


@pytest.mark.parametrize("layout", ["wide", "narrow"])
@pytest.mark.parametrize("view", ["flow", "values", "path", "metro", "facets"])
def test_a_frame_says_what_is_read_at_its_step_and_it_stands_on_nothing(view: str, layout: str) -> None:
    """Shortened where it has no room; a frame that goes on in another row says its number alone."""
    scene = told().figure(view=view, layout=layout).scene  # type: ignore[arg-type]
    lines = [frame.label.string for frame in scene.frames]
    assert lines[0] == "t = 1: The"
    assert {line for line in lines if line.startswith("t = 2")} >= {"t = 2: cat"}
    # Half a letter of a terminal's command is a question mark, and nothing is longer than 24 letters.
    assert any(line.startswith("t = 5: ") and line.endswith("…") and len(line) <= 31 for line in lines)
    assert [each for each in overlaps(scene) if "t =" in each] == []
    plain = told(texts=()).figure(view=view, layout=layout).scene  # type: ignore[arg-type]
    assert [frame.label.string for frame in plain.frames] == [line.partition(":")[0] for line in lines]
    assert [frame.left for frame in plain.frames] == [frame.left for frame in scene.frames]


def test_a_frame_that_stands_for_every_step_says_no_text() -> None:
    (frame,) = told().figure(view="rolled").scene.frames
    assert frame.label.string == "every step t"


def test_where_there_are_no_texts_nothing_is_changed() -> None:
    """Neither of a problem without any, nor of a graph that is of no problem."""
    study = told(texts=())
    scene = study.figure(view="values").scene
    assert with_texts(scene, study.graph) is scene
    assert with_texts(scene, nx.DiGraph()) is scene


def test_texts_reach_the_file() -> None:
    """As text, whatever letters they have."""
    svg = told(texts=("a<b", "ü", "&", "x", "")).figure(view="values").svg
    assert ": a&lt;b" in svg
    assert ": ü" in svg
    assert ": &amp;" in svg


def test_a_triangle_has_them_along_its_axes_unless_others_are_told_or_there_is_no_room() -> None:
    assert "enters at The, loss at cat" in plot(told(), view="triangle").description
    assert "enters at a, loss at b" in plot(told(), view="triangle", tokens=list("abcde")).description
    assert "enters at 1, loss at 2" in plot(told(texts=()), view="triangle").description
    random = np.random.default_rng(1)
    problem = stack_problem(
        ["rnn"],
        inputs=random.normal(size=(41, 1)),
        losses=[{"steps": "last", "targets": [[0.5]]}],
        hidden=1,
        seed=0,
        texts=["word"] * 41,
    )
    assert "word" not in plot(Study(problem), view="triangle").description
    with pytest.raises(InputError, match="no room for the tokens of 41 steps"):
        plot(Study(problem), view="triangle", tokens=["word"] * 41)
