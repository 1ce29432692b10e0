"""The files that calls are of: examples of either form, good or spoilt, and the fixed ones that lie beside them."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import strategies as st

from graphviz_lstm.cells import CELLS, parse_cell
from graphviz_lstm.cells.shapes import sizes_of
from graphviz_lstm.errors import GraphvizLstmError
from graphviz_lstm.problems.write import problem_to_json
from tests.examples import random_example
from tests.laws.cells import GENERAL, bind, cells
from tests.problems.weights.written import npz_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from graphviz_lstm.problems import Problem

HOSTILE = ("", "nan", "-inf", "1e400", "9" * 400, "-0", "\x1b[31m", "a\u202eb", "\ud800", "None", "<b>", "größe", "%s")
NUMBERS = (0.0, 1.0, -1.0, 1e-308, 5e-324, 1e308, -1e155, 50.0, 1e16, 0.1)
_SIZES = (0.0, -1.0, 1e-250, 1e-155, 1e-30, 0.1, 50.0, 1e16, 1e100, -1e155, 1e200, -1e308)
FUNCTIONS = ("tanh", "sigmoid", "relu", "softplus", "exp", "log", "sqrt", "abs", "sin")


# Text that is none, and what numbers are not.
words = st.text(max_size=8) | st.sampled_from(HOSTILE)


def rarely(usual: st.SearchStrategy[Any], other: st.SearchStrategy[Any], *, one_in: int = 40) -> st.SearchStrategy[Any]:
    """Draw the other one time of so many."""
    # Neither end: those are drawn more often than others.
    return st.integers(0, one_in).flatmap(lambda k: other if k == one_in // 3 else usual)


@cache
def seldom(one_in: int) -> st.SearchStrategy[bool]:
    """Draw True one time of so many."""
    return rarely(st.just(False), st.just(True), one_in=one_in)  # noqa: FBT003 -- what is drawn


WRITTEN = {
    "names.toml": 'S = "c"\nH = "h"\n',
    "cell.toml": 'output = "H"\nequations = ["H[t] = tanh(W * X[t] + U * H[t-1])"]\n',
    "names.json": '{"W_A": "W_g", "H": "<b>"}',
    "own.toml": 'positive = "#005f99"\n',
    "dark.toml": '[dark]\nnegative = "#ffb060"\n',
    "pale.toml": 'text = "#cccccc"\n',
}
"""Files that say how a figure looks, and a cell."""


def _array_bytes(array: Any) -> bytes:
    stream = BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def _weights() -> dict[str, bytes]:
    """Return a trained net of two units with its readout, a sequence of three steps, and targets."""
    sizes = {"weight_ih_l0": (8, 2), "weight_hh_l0": (8, 2), "bias_ih_l0": (8,), "bias_hh_l0": (8,)}
    draw = np.random.default_rng(0).normal
    arrays = {f"lstm.{name}": draw(size=size) for name, size in sizes.items()}
    return {
        "w.npz": npz_bytes({**arrays, "fc.weight": draw(size=(1, 2)), "fc.bias": draw(size=1)}),
        "x.npy": _array_bytes(draw(size=(3, 2))),
        "y.npy": _array_bytes(draw(size=(3, 1))),
    }


WEIGHTS = _weights()
"""Files of weights and of what such a net is given: what is read of one is spoilt in `readings`."""


_RIGHT = st.recursive(
    rarely(
        st.sampled_from(("H[t-1]", "H[t-1]", "X[t]", "X[t]", "W", "U", "b", "2", "0.5", "1e-200")),
        st.sampled_from(("S[t]", "S[t-1]", "a[t-1]", "X[t-1]", "1e400")),
        one_in=6,
    ),
    lambda part: (
        st.builds("({} {} {})".format, part, st.sampled_from("+-*/@"), part)
        | st.builds("{}({})".format, rarely(st.sampled_from(FUNCTIONS), st.just("nosuch")), part)
        | st.builds("-{}".format, part)
        | st.builds("max({}, {})".format, part, part)
    ),
    max_leaves=6,
)


@st.composite
def equations(draw: Callable[..., Any]) -> str:
    """Draw the text of one unit's cell, which may mean nothing."""
    lines = [
        f"{name}[t] = {draw(_RIGHT)} + W * X[t]"
        for name in draw(rarely(st.sampled_from((("H",), ("S", "H"))), st.just(("H", "H"))))
    ]
    text = "\n".join(lines)
    if draw(seldom(8)):
        cut = draw(st.integers(0, len(text)))
        text = text[:cut] + draw(words) + text[cut + draw(st.integers(0, 2)) :]
    return text


@st.composite
def first_form(draw: Callable[..., Any]) -> Any:
    """Draw an example of version 1: one unit, any numbers."""
    number = rarely(st.floats(-3.0, 3.0), st.sampled_from(NUMBERS), one_in=3)
    steps, text = draw(st.integers(1, 4)), draw(equations())
    axes = dict.fromkeys("WUb", 1)
    # Whatever it is that parsing ends in, the command will say.
    with suppress(Exception):
        cell = parse_cell("cell", text, output="H")
        axes = {name: len(sizes_of(cell)[name]) for name in cell.parameters}
    return {
        "cell": {"equations": text.splitlines(), "output": "H"},
        "parameters": {name: np.full((1,) * axes[name], draw(number)).tolist() for name in axes},
        "inputs": [[draw(number)] for _ in range(steps)],
        "targets": [[draw(number)] for _ in range(steps)],
        "loss": {
            "kind": draw(st.sampled_from(("squared_error", "given"))),
            "at": draw(st.sampled_from(("every", "last"))),
        },
        "first_step": draw(rarely(st.integers(0, 1), st.sampled_from((-1, 10**9, 10**30)))),
    }


@st.composite
def library(draw: Callable[..., Any]) -> str:
    """Draw the text of an example of a cell of the library, with numbers of any size."""
    cell = CELLS[draw(st.sampled_from(sorted(CELLS)))]
    scale = draw(st.sampled_from((0.0, 1e-160, 0.5, 1.0, 1.0, 20.0, 50.0, 1e80, 1e160, 1e305)))
    sizes = {name: draw(st.integers(1, 3)) for name in ("hidden", "inputs", "steps")}
    loss = draw(st.sampled_from(("squared_error", "cross_entropy", "given")))
    problem = random_example(cell, **sizes, loss=loss, scale=scale, seed=draw(st.integers(0, 99))).problem
    # Of a distribution there are no others.
    usual, largest = ((1.0,), 1.0) if loss == "cross_entropy" else ((1.0, 1.0, 1e-320, 1e-200, 1e154), 4e307)
    size = draw(st.sampled_from((*usual, largest if loss == "given" else 1.0)))
    losses = [replace(each, targets=size * np.asarray(each.targets)) for each in problem.losses]
    part = draw(st.sampled_from((0.0, 0.0, 0.0, 0.2)))
    random = np.random.default_rng(draw(st.integers(0, 99)))
    return problem_to_json(with_any_numbers(replace(problem, losses=losses), part, random))


def with_any_numbers(problem: Problem, part: float, random: np.random.Generator) -> Problem:
    """Return a problem of which some parameters and inputs, as large a part as that, are of any size."""

    def spoilt(arrays: Mapping[str, Any]) -> dict[str, Any]:
        return {
            key: np.where(random.random(array.shape) < part, random.choice(_SIZES, size=array.shape), array)
            for key, array in arrays.items()
        }

    return replace(problem, parameters=spoilt(problem.parameters), inputs=spoilt(problem.inputs))


@st.composite
def second_form(draw: Callable[..., Any]) -> Any:
    """Draw an example of version 2: a cell of the library, or one of strange names."""
    if draw(st.booleans()):
        return json.loads(draw(library()))
    while True:
        with suppress(GraphvizLstmError):
            numbers = {"first_step": draw(st.sampled_from((0, 1, -2))), "seed": draw(st.integers(0, 99))}
            problem = bind(draw(cells()).text, GENERAL, steps=draw(st.integers(1, 3)), **numbers)
            return json.loads(problem_to_json(problem))


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each container of a JSON value with each of its keys."""
    waiting = [value]
    while waiting:
        holder = waiting.pop()
        for key in list(holder) if isinstance(holder, dict) else range(len(holder)):
            yield holder, key
            if isinstance(holder[key], dict | list):
                waiting.append(holder[key])


@st.composite
def documents(draw: Callable[..., Any]) -> tuple[str, bool]:
    """Draw the text of a file, and whether it is an example that was spoilt, as it often is at one place or two."""
    told = draw(first_form() | second_form())
    spoilt = draw(st.sampled_from((0, 0, 0, 0, 0, 1, 1, 2)))
    for _ in range(spoilt):
        holder, key = draw(st.sampled_from(list(_places(told))))
        how = draw(st.integers(0, 3))
        if how == 0 and len(told) > 1:
            del holder[key]
        elif how == 1 and isinstance(holder, dict):
            holder[draw(words)] = holder.pop(key)
        else:
            holder[key] = draw(_junk)
        if not told:
            break
    text = json.dumps(told, ensure_ascii=draw(st.booleans()))
    broken = draw(seldom(15))
    if broken:
        cut = draw(st.integers(0, len(text)))
        text = text[:cut] + draw(words)
    return text, broken or spoilt > 0


def moved(text: str, factor: float) -> str:
    """Return the text of an example with other parameters, as after a step of training; the same where it is none."""
    try:
        told = json.loads(text)
        for layer in told.get("layers", [told]):
            parameters = layer["parameters"]
            for name, numbers in parameters.items():
                with np.errstate(all="ignore"):
                    parameters[name] = (factor * np.asarray(numbers, dtype=float)).tolist()
        return json.dumps(told)
    except (ValueError, AttributeError, KeyError, TypeError, OverflowError):
        return text


_junk = st.recursive(
    st.none() | st.booleans() | words | st.sampled_from((*NUMBERS, 10**400, -(10**18), float("nan"), float("inf"))),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(words, part, max_size=2),
    max_leaves=4,
)
