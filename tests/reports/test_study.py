"""A study: one question, each part of the answer computed when it is asked for, once; and what it refuses."""

from __future__ import annotations

import copy
import json
import pickle
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from graphviz_lstm.cells import LSTM
from graphviz_lstm.errors import InputError, NoPathError, NumberError, UnknownNameError, UnknownVertexError
from graphviz_lstm.problems import load_example
from graphviz_lstm.reports import Study, asked, explain, study as study_room
from graphviz_lstm.reports.groups import GROUP_FORMATS, groups_of
from graphviz_lstm.reports.tables import paths_json
from tests.examples import random_example

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

GOMEZ = Path(__file__).parents[2] / "graphviz_lstm" / "problems" / "gomez.json"


@pytest.mark.parametrize("problem", ["gomez", str(GOMEZ), GOMEZ, load_example("gomez")], ids=lambda p: type(p).__name__)
def test_a_name_a_file_and_an_example_ask_the_same_question(problem: object) -> None:
    """And so does the graph itself."""
    study = Study(problem, "W_A", element=(0, 0))  # type: ignore[arg-type]
    assert study.paths.count == 7
    assert str(study.path(1)) == "+73.7 %  W_A -> a_0 -> S_0 -> S_1 -> H_1 -> E"
    again = Study.of(study.graph, "W_A", element=(0, 0))
    assert [str(path) for path in again.paths] == [str(path) for path in study.paths]


def test_nothing_is_computed_before_it_is_asked_for_and_nothing_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """A study that is only made has not even unrolled the cell."""
    called: list[str] = []

    def counted(room: ModuleType, name: str) -> Callable[..., object]:
        original = getattr(room, name)

        def call(*arguments: object, **options: object) -> object:
            called.append(name)
            return original(*arguments, **options)

        return call

    for room, name in ((asked, "linearize"), (asked, "paths_of"), (asked, "graph_of"), (study_room, "annotate")):
        monkeypatch.setattr(room, name, counted(room, name))
    study = Study("gomez")
    assert called == []
    for _ in range(2):
        assert study.answer.crossing.count == 4
        study.check()
        study.figure()
        study.figure(path=3)
    assert sorted(called) == ["annotate", "graph_of", "linearize", "paths_of"]
    assert study.about("U_o").paths.count == 6
    assert called.count("linearize") == called.count("graph_of") == 1


def test_the_default_source_is_the_first_parameter() -> None:
    """As everywhere."""
    assert Study("gomez").source == Study("gomez").parameters[0] == "W_A"


def test_a_study_does_not_change() -> None:
    """What was computed for one question is no answer to another."""
    study = Study("gomez", "W_A")
    with pytest.raises(AttributeError, match=r"a study does not change: cannot set 'source' \(\.about\(source\)"):
        study.source = "W_o"
    assert study.about("W_o").source == "W_o"
    assert study.source == "W_A"


def test_a_copy_asks_the_same_and_carries_no_answers() -> None:
    """Copied or pickled, as far as the problem itself can be."""
    study = Study("gomez", "W_o", element=(0, 1), detail="operation")
    assert study.answer.paths.count == study.paths.count
    copied = copy.copy(study)
    assert vars(copied).keys() == {"problem", "source", "element", "detail", "memory", "scheme", "full", "_given"}
    assert copied.paths.count == study.paths.count


def test_a_study_is_pickled_as_its_question() -> None:
    """Asked or not."""
    study = Study("gomez", "W_A")
    study.check()
    again = pickle.loads(pickle.dumps(study))  # noqa: S301 -- our own
    assert np.array_equal(again.paths.total, study.paths.total)


def test_the_parts_of_a_study_agree_with_each_other() -> None:
    """Total, adjoint, check and answer are of one gradient; a restricted set's shares are parts of it."""
    study = Study(random_example(LSTM, hidden=2, steps=3), "U_i")
    assert np.allclose(study.paths.total, study.adjoints["U_i"], rtol=1e-12)
    assert np.array_equal(study.check().gradient, study.adjoints["U_i"])
    assert study.among(crossing=0).share == pytest.approx(study.answer.straight.share, rel=1e-12)
    through, avoiding = study.among(through=["H_1"]), study.among(avoiding=["H_1"])
    assert through.count + avoiding.count == study.paths.count == study.count()
    assert explain(study.graph, "U_i").crossing.share == study.answer.crossing.share


def test_a_count_needs_no_numbers_and_a_derivation_no_paths() -> None:
    """The design's own figures."""
    study = Study("gomez", "W_A")
    assert [study.count(steps) for steps in range(1, 7)] == [1, 7, 37, 182, 878, 4214]
    assert study.derivation(steps=1).document.title.startswith("dE/dW_A of 'gomez'")
    assert "graph" not in vars(study)


REFUSED = [
    (lambda: Study("gomez", "E"), InputError, "wrong source: 'E' is the target itself (must be another vertex, such"),
    (lambda: Study("gomez", detail="all"), UnknownNameError, "unknown detail: 'all' (must be one of 'gate', 'operat"),
    (lambda: Study("gomes"), UnknownNameError, "unknown example: 'gomes' (must be one of 'gomez', 'adding'"),
    (lambda: Study(7), InputError, "not a problem: 7 (must be a Problem or an Example)"),
    (lambda: Study.of("gomez"), InputError, "not an evaluated graph (evaluate(problem) makes one; find_paths takes"),
    (lambda: Study("gomez", "W_Q").paths, UnknownVertexError, "unknown vertex: 'W_Q'"),
    (lambda: Study("gomez", element=(0, 2)).paths, InputError, "unknown element: (0, 2) of 'W_A'"),
    (lambda: Study("gomez").path(8), InputError, "there is no path 8 (there are 7 from W_A to E)"),
    (lambda: Study("gomez").path(0), InputError, "there is no path 0 (there are 7 from W_A to E)"),
    (lambda: Study("gomez").among(crossing=7), NoPathError, "no path from 'W_A' to 'E'"),
    (lambda: Study("gomez", "f_0").annotated, NumberError, "zero gradient: dE/df_0 is zero, so there is nothing to"),
    (
        lambda: Study("gomez", "f_0", element=0).figure("path"),
        NumberError,
        "zero gradient: dE/df_0[0] is zero, so there is",
    ),
    (lambda: Study("gomez").figure("facets", path=1), InputError, "view 'facets' has no path in focus (leave out"),
    (lambda: Study("gomez").figure("flows"), InputError, "unknown view: 'flows' (must be one of 'flow'"),
]


@pytest.mark.parametrize(("ask", "kind", "text"), REFUSED, ids=[text[:30] for _, _, text in REFUSED])
def test_what_a_question_lacks_is_said_in_one_line(ask: Callable[[], object], kind: type[Exception], text: str) -> None:
    """By the study, so that every door says the same."""
    with pytest.raises(kind) as caught:
        ask()
    assert str(caught.value).startswith(text)
    assert "\n" not in str(caught.value)


def test_no_door_and_no_page_asks_the_rooms_by_itself() -> None:
    """Load -> evaluate -> find -> annotate stands in the two modules of the study and nowhere else."""
    package = GOMEZ.parents[1]
    asking = {
        file.relative_to(package).as_posix()
        for folder in ("reports", "interfaces")
        for file in (package / folder).rglob("*.py")
        if any(f"{name}(" in file.read_text("utf-8") for name in ("load_example", "annotate", "NoPathError"))
    }
    # The page chooses among studies, and says when none is left.
    assert asking == {"reports/asked.py", "reports/study.py", "reports/pages/interactive.py"}


def test_paths_of_a_zero_gradient_are_listed_and_grouped_without_shares() -> None:
    """Their contributions are known, their shares are not: null, and no error."""
    study = Study("gomez", "f_0")
    content = json.loads(paths_json(study, study.paths.top(2)))
    assert [path["share"] for path in content["paths"]] == [None, None]
    groups = groups_of(study.paths, "gates")
    assert "share" not in GROUP_FORMATS[".txt"](groups).splitlines()[2]
    assert json.loads(GROUP_FORMATS[".json"](groups))["groups"][0]["share"] is None
    assert ",," in GROUP_FORMATS[".csv"](groups)
