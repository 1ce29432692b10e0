"""Whatever a public function or method is given: it answers, or says in one line what cannot be taken, and soon."""

from __future__ import annotations

import inspect
import signal
from dataclasses import fields
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
import pytest

import graphviz_lstm
from graphviz_lstm import LSTM, Batch, Layer, Study, compare, load_example, plot
from graphviz_lstm.errors import GraphvizLstmError
from graphviz_lstm.given import index_given

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SECONDS = 20
LONGEST_LINE = 500
ASKED = Study("gomez", "W_A")
PROBLEM = load_example("gomez").problem
GOOD = {
    "answer": ASKED.answer,
    "cell": LSTM,
    "example": "gomez",
    "graph": ASKED.graph,
    "name": "mine",
    "path": next(iter(ASKED.paths)),
    "paths": ASKED.paths,
    "problem": PROBLEM,
    "source": "W_A",
    "steps": 2,
    "study": ASKED,
    "target": "E",
    "text": "H[t] = tanh(W @ X[t])",
    "weights": {"rnn.weight_ih_l0": np.zeros((2, 3))},
    "where": "gomez",
}
WRONG = (
    10**29, 10**400, -1, 0, True, 1.5, float("nan"), float("inf"), 1j,
    "", "nan", "\0", "\ud800", "9" * 400, b"x", None, [], {}, (), [None], {"a": None},
    object(), lambda *_: 0, np.array([np.nan]), np.zeros((2, 2, 2)),
)  # fmt: skip
UNITS = ASKED.unit_paths
GROUPS = ASKED.paths.group_by("crossings")
THINGS = (
    ASKED, ASKED.answer, ASKED.check(), ASKED.derivation(), ASKED.figure(), ASKED.paths, ASKED.paths.top(3),
    ASKED.paths.top(1)[0], ASKED.paths.polynomial("crossings"), GROUPS, next(iter(GROUPS.values())), UNITS,
    UNITS.top(2), UNITS.top(1)[0], Batch([PROBLEM, PROBLEM]), compare(ASKED.graph, ["lstm-1997"])[0], plot(ASKED),
    PROBLEM,
)  # fmt: skip
# What users make themselves, of the parts of one that is made.
MADE = (load_example("gomez"), PROBLEM, PROBLEM.losses[0], LSTM, Layer(LSTM))
# What a sequence has of `collections.abc`, which says it as every sequence does; what rooms of ours ask each other.
OTHERS = {"Selection.count", "Selection.index", "Batch.shared_gradient", "Problem.start"}


def public() -> Iterator[tuple[str, Callable[..., Any], dict[str, Any]]]:
    """Yield what users call, with what it is given beside what is wrong.

    The functions that the package names, its classes, and the methods of what these return.
    """
    for name in graphviz_lstm.__all__:
        if inspect.isfunction(function := getattr(graphviz_lstm, name)):
            yield name, function, {}
    for thing in MADE:
        parts = {part.name: getattr(thing, part.name) for part in fields(thing) if part.init}
        yield type(thing).__name__, type(thing), parts
    yield "Study", Study, {"problem": PROBLEM}
    yield "Batch", Batch, {}
    for thing in THINGS:
        # Of the class: what Python 3.11.2 gets of an object with slots is an error.
        for name, _ in inspect.getmembers(type(thing), callable):
            called, method = f"{type(thing).__name__}.{name}", getattr(thing, name)
            if not name.startswith("_") and called not in OTHERS and inspect.ismethod(method):
                yield called, method, {}


PARAMETERS = [
    pytest.param(function, given, parameter, id=f"{name}-{parameter.name}-{number}")
    for number, (name, function, given) in enumerate(public())
    for parameter in inspect.signature(function).parameters.values()
    # Whether something is so is asked of whatever is given.
    if parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
    and not isinstance(parameter.default, bool)
]


def _too_long(_number: int, _frame: object) -> NoReturn:
    raise TimeoutError


@pytest.mark.parametrize(("function", "given", "parameter"), PARAMETERS)
def test_it_answers_or_says_in_one_line_what_cannot_be_taken(
    function: Callable[..., Any],
    given: dict[str, Any],
    parameter: inspect.Parameter,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    needed = {
        name: GOOD.get(name)
        for name, each in inspect.signature(function).parameters.items()
        if each.default is each.empty and each.kind in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY)
    }
    before = signal.signal(signal.SIGALRM, _too_long)
    try:
        for value in WRONG:
            signal.alarm(SECONDS)
            line = _refusal(partial(function, **{**needed, **given, parameter.name: value}))
            assert line.isprintable(), line
            assert len(line) <= LONGEST_LINE, line
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _refusal(call: Callable[[], Any]) -> str:
    """Return what is said of what cannot be taken; nothing where there is an answer."""
    try:
        call()
    except GraphvizLstmError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("element", [3, np.int64(3), [3], (np.int8(3),), np.array([3])])
def test_an_index_is_one_of_whatever_type(element: Any) -> None:
    assert index_given(element) == (3,)


def test_there_are_functions_of_which_it_is_asked() -> None:
    assert len(PARAMETERS) >= 250
