"""What is read from a text, without the command around it: examples, cells, files of cells, schemes: read or refused.

What is read is used too: an example comes back from its own JSON, and has numbers or says which it has not; a cell is
bound to numbers; a scheme is applied to the worked example.
"""

from __future__ import annotations

import json
import time
import warnings
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from functools import cache, partial
from importlib.resources import files
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from graphviz_lstm.cells import CELLS, library, parse_cell, read_cell
from graphviz_lstm.cells.file import SUFFIX
from graphviz_lstm.cells.source import equations_of
from graphviz_lstm.errors import UNSEEN, InputError
from graphviz_lstm.gradients.schemes import gradients_under, scheme as scheme_of
from graphviz_lstm.gradients.schemes.library import SCHEMES
from graphviz_lstm.graph import evaluate, reverse
from graphviz_lstm.interfaces.complaints import one_line
from graphviz_lstm.problems import load_problem, load_weights, parse_problem, problem_to_json
from graphviz_lstm.problems.weights.inspecting import inspect_weights
from tests.examples import TYPICAL, random_example
from tests.fuzz.running import LONGEST, HungError, Results, ended_after, place
from tests.fuzz.spoiling import spoilt
from tests.problems.weights.documented import DOCUMENTED, arrays_of
from tests.problems.weights.written import safetensors_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from graphviz_lstm.problems import Problem

KEPT = Path(__file__).parents[1] / "problems" / "weights" / "kept"
_MOST_NUMBERS = 2_000
_MOST_EQUATIONS = 20


class Reading(NamedTuple):
    """A text, and what it is read as."""

    kind: str
    text: str


def read_many(number: int, *, start: int = 0, seconds: float = float("inf"), processes: int = 1) -> Results:
    """Return what so many readings came to, fewer if they take longer than `seconds`; the same for each `start`.

    It is the same for any number of processes too.
    """
    if processes == 1:
        return _read_some(number, start, seconds, 1, 0)
    began = time.monotonic()
    # A process of its own for each part: what ends a reading is a signal to the main thread.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        parts = list(pool.map(partial(_read_some, number, start, seconds, processes), range(processes)))
    results = Results()
    for part in parts:
        results.add(part)
    results.seconds = time.monotonic() - began
    return results


def _read_some(number: int, start: int, seconds: float, every: int, first: int) -> Results:
    """Return what the readings `first`, `first + every` and so on came to."""
    results = Results()
    began = time.monotonic()
    with suppress(KeyboardInterrupt):
        for k in range(first, number, every):
            if time.monotonic() - began >= seconds:
                break
            judge(reading(start, k), results)
    results.seconds = time.monotonic() - began
    return results


def reading(start: int, k: int) -> Reading:
    """Return the `k`-th reading of a run."""
    draw = Random(f"{start} {k}")  # noqa: S311 -- what is tried, no secret
    kind = draw.choice(tuple(READERS))
    return Reading(kind, spoilt(draw.choice(texts()[kind]), draw))


def judge(each: Reading, results: Results) -> str:
    """Count a reading, and what is wrong with it; return how it ended."""
    results.calls += 1
    results.commands[each.kind] += 1
    try:
        with ended_after(LONGEST), warnings.catch_warnings():
            warnings.simplefilter("error")
            READERS[each.kind](each.text)
        end = "read"
    except KeyboardInterrupt:
        raise
    except InputError as error:
        end = "refused"
        line = one_line(error)
        if not line or UNSEEN.search(line) or len(line) > 700:
            results.note("unsound", f"a line that does not do: {line[:60]!r}", each)
    except HungError:
        end = "ended"
        results.note("hang", f"over {LONGEST:g} s", each)
    except AssertionError as error:
        end = "unsound"
        results.note("unsound", str(error), each)
    except BaseException as error:  # noqa: BLE001 -- whatever it is, it is what we look for
        end = "traceback"
        results.note("traceback", f"{type(error).__name__} at {place(error)}", each)
    results.ends[end] += 1
    return end


def _read_example(text: str) -> None:
    problem = parse_problem(text)
    again = problem_to_json(problem)
    assert problem_to_json(parse_problem(again)) == again, "not the same from its own JSON"
    if problem.steps * sum(each.size for each in problem.parameters.values()) <= _MOST_NUMBERS:
        _has_numbers(problem)


def _read_cell(text: str) -> None:
    cell = parse_cell("c", text, activations=_bound(text))
    again = parse_cell("c", "\n".join(equations_of(cell)), activations=cell.activations, output=cell.output)
    assert again.equations == cell.equations, "not the same from its own text"
    if any(cell.ranks[name] == 1 for name in cell.inputs[:1]) and len(cell.equations) <= _MOST_EQUATIONS:
        _has_numbers(random_example(cell, inputs=1, steps=2).problem)


def _read_file(text: str) -> None:
    cell = read_cell(text)
    told = {"activations": cell.activations, "output": cell.output, "constants": cell.constants, "ranks": cell.ranks}
    assert parse_cell(cell.name, "\n".join(equations_of(cell)), **told) == cell, "not the same from its own text"


def _bound(text: str) -> dict[str, str]:
    """Return what the general names of the library's cells stand for, of those that are in a text."""
    general = {name: bound for cell in CELLS.values() for name, bound in cell.activations.items()}
    return {name: bound for name, bound in general.items() if name in text}


def _read_scheme(text: str) -> None:
    scheme = scheme_of(text)
    assert str(scheme_of(scheme.name)) == str(scheme), "not the same from its own name"
    for array in gradients_under(_worked(), scheme).values():
        assert np.isfinite(array).all(), "a gradient that is no number"


def _read_weights(text: str) -> None:
    """Read the bytes of a file, a character each, by the reader of its form; a net has no more numbers than it held."""
    content = text.encode("latin-1", "replace")
    suffix = {"PK": ".npz", "\x89H": ".h5"}.get(text[:2], ".safetensors")
    with TemporaryDirectory(prefix="fuzz-") as folder:
        file = Path(folder, f"m{suffix}")
        file.write_bytes(content)
        inspect_weights(file)
        net = load_weights(file)
        problem = net.problem(np.zeros((2, net.plan.inputs)), np.zeros((2, net.plan.outputs)))
    assert sum(each.size for each in problem.parameters.values()) <= 8 * len(content), "more than there was"


def _has_numbers(problem: Problem) -> None:
    for array in reverse(evaluate(problem)).values():
        assert np.isfinite(array).all(), "an adjoint that is no number"


@cache
def _worked() -> object:
    return evaluate(load_problem("gomez"))


READERS: dict[str, Callable[[str], None]] = {
    "examples": _read_example,
    "cells": _read_cell,
    "files": _read_file,
    "schemes": _read_scheme,
    "weights": _read_weights,
}


@cache
def texts() -> dict[str, tuple[str, ...]]:
    """Return good texts of each kind, which are spoilt."""
    problems = [
        random_example(cell, hidden=hidden, inputs=hidden, steps=2, loss=loss, seed=hidden).problem
        for cell in (*TYPICAL.values(), CELLS["mlstm"], CELLS["rg-lru"])
        for hidden, loss in ((1, "squared_error"), (2, "cross_entropy"))
    ]
    forms = [problem_to_json(each) for each in problems]
    spelled = [json.dumps(_spelled(json.loads(text))) for text in forms[::2]]
    return {
        "examples": tuple(text for text in (*forms, *spelled, _FIRST_FORM) if len(text) < 4_000),
        "cells": tuple("\n".join(equations_of(cell)) for cell in TYPICAL.values()),
        "files": tuple(files(library).joinpath(f"{name}{SUFFIX}").read_text("utf-8") for name in CELLS),
        "weights": tuple(_files_of_weights()),
        "schemes": (
            *(":".join((name, *named.shown)) for name, named in SCHEMES.items()),
            "bptt:3:2",
            "cut H[t-1] -> o[t]", "scale 0.5 S[t-1] -> S[t]; cut *[t-1] -> i[t]", "cut U_o -> o[t]; cut *[t] -> *[t]",
        ),
    }  # fmt: skip


def _files_of_weights() -> Iterator[str]:
    """Yield the bytes of files of every layout, a character each; archives are not packed."""
    for row in DOCUMENTED:
        if row[:2] == ("ONNX", "GRU"):
            continue  # which of two cells it is, no file tells
        arrays = {f"a.{key}": each for key, each in arrays_of(row, 3, 2, seed=0).items()}
        yield safetensors_bytes({key: each.astype(np.float16) for key, each in arrays.items()}).decode("latin-1")
        stream = BytesIO()
        np.savez(stream, **{key: each.astype(np.float32) for key, each in arrays.items()})
        yield stream.getvalue().decode("latin-1")
    for file in ("both", "tagger"):
        yield KEPT.joinpath(f"{file}.weights.h5").read_bytes().decode("latin-1")


def _spelled(told: dict[str, object]) -> dict[str, object]:
    """Return an example whose cell is told by its equations."""
    for layer in told["layers"]:  # type: ignore[attr-defined]
        cell = CELLS[layer["cell"]]
        layer["cell"] = {
            "equations": equations_of(cell),
            "activations": dict(cell.activations),
            "output": cell.output,
            "constants": dict(cell.constants),
            "ranks": {name: rank for name, rank in cell.ranks.items() if not rank},
        }
    return told


_FIRST_FORM = json.dumps(
    {
        "cell": {"equations": ["H[t] = tanh(W @ X[t] + U @ H[t-1] + b)"], "output": "H"},
        "parameters": {"W": [[0.5]], "U": [[0.9]], "b": [0.1]},
        "inputs": [[1.0], [0.5]],
        "targets": [[0.5], [0.25]],
        "loss": {"kind": "squared_error", "at": "every"},
        "first_step": 0,
    }
)
