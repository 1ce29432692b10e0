"""The gradient by every way, of nets with numbers of any size: backward, by paths, single units, groups, in batches."""

from __future__ import annotations

from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from graphviz_lstm.cells import CELLS
from graphviz_lstm.errors import GraphvizLstmError, NoPathError, NumberError, TooManyPathsError
from graphviz_lstm.graph import evaluate, reverse
from graphviz_lstm.graph.gradients import adjoints_of
from graphviz_lstm.graph.linearized import linearize
from graphviz_lstm.graph.sweeps import reverse_absolute
from graphviz_lstm.graph.together import linearize_together
from graphviz_lstm.paths import find_paths
from graphviz_lstm.paths.compiled.linear_map import dense_matrix
from graphviz_lstm.reports import Study
from tests.examples import random_example
from tests.fuzz.documents import with_any_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphviz_lstm.graph.linearized import Linearized
    from graphviz_lstm.problems import Problem

SIZES = (0.0, 1e-200, 1e-80, 1e-8, 0.5, 1.0, 20.0, 50.0, 1e8, 1e80, 1e160, 1e305)
# Partials below this have lost digits, or all of them, before there is a path.
_SMALLEST = 1e-290


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(2, 12))])
@pytest.mark.parametrize("name", CELLS)
def test_the_gradient_is_one_whichever_way_it_is_taken(name: str, seed: int) -> None:
    """To rounding of the terms that it is a sum of; of an array whose entries lie 280 decades apart, of its largest."""
    for problem, graph in islice(_evaluated(name, seed), 3):
        backward, terms = reverse(graph), reverse_absolute(graph)
        linear, together = linearize(problem), linearize_together([problem, problem])
        ways = {"all steps at once": adjoints_of(linear)}
        # A sum of 1e160 that is rounded otherwise is another net.
        if _losses(linear) == _losses(together.sequences[1]):
            ways["together"] = together.adjoints()[1]
        for source in problem.cell.parameters:
            found = {
                f"{how} {level}": np.asarray(total, dtype=float)
                for level in ("quantity", "unit")
                for how, total in _totals(graph, source, level)
            }
            found |= {how: adjoints.parameters[source] for how, adjoints in ways.items()}
            with np.errstate(all="ignore"):
                largest = max((np.abs(total).max(initial=0.0) for total in found.values()), default=0.0)
                tolerance = 1e-12 * terms[source] + 1e-280 * largest + 1e-318
                for how, total in found.items():
                    known = np.isfinite(total) & np.isfinite(tolerance)
                    assert (np.abs(total - backward[source]) <= tolerance)[known].all(), (source, how)


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, 8))])
@pytest.mark.parametrize("name", CELLS)
def test_a_right_gradient_is_not_refused(name: str, seed: int) -> None:
    """Of entries 500 decades apart the paths have one, and RTRL the other: that was an error of infinity."""
    random = np.random.default_rng(seed)
    for _ in range(4):
        problem = _drawn(name, random)
        for source in problem.cell.parameters:
            with suppress(NumberError, NoPathError, TooManyPathsError):
                Study(problem, source).check()


def _losses(linear: Linearized) -> list[list[float]]:
    return [loss.values.tolist() for loss in linear.losses]


def _totals(graph: Any, source: str, level: Any) -> Iterator[tuple[str, Any]]:
    """Yield what the paths say of a gradient; nothing where they refuse to."""
    try:
        paths = find_paths(graph, source, "E", level=level)
        yield "total", paths.total
        with np.errstate(all="ignore"):
            if len(paths) < 3_000:
                yield "sum", paths.contributions().sum(axis=0)
            yield "groups", sum(np.asarray(group.contribution) for group in paths.group_by("crossings").values())
    except GraphvizLstmError:
        return


def _evaluated(name: str, seed: int) -> Iterator[tuple[Problem, Any]]:
    """Yield nets with their graphs: those that have a gradient, and no partial that has lost digits."""
    random = np.random.default_rng(seed)
    for _ in range(40):
        problem = _drawn(name, random)
        try:
            graph = evaluate(problem)
            reverse(graph)
        except GraphvizLstmError:
            continue
        if not any(_has_lost_digits(partial) for _, _, partial in graph.edges(data="partial")):
            yield problem, graph


def _has_lost_digits(partial: Any) -> bool:
    entries = np.abs(dense_matrix(partial))
    exact = partial.absolute().changed(lambda array: (np.asarray(array) != 0).astype(float))
    return bool((dense_matrix(exact) != 0)[entries < _SMALLEST].any())


def _drawn(name: str, random: np.random.Generator) -> Problem:
    sizes = {what: int(random.integers(1, 4)) for what in ("hidden", "inputs", "steps")}
    loss = str(random.choice(["squared_error", "given", "cross_entropy"]))
    example = random_example(
        CELLS[name], **sizes, loss=loss, seed=int(random.integers(10**6)), scale=float(random.choice(SIZES))
    )
    return with_any_numbers(example.problem, float(random.choice([0.0, 0.1, 0.3])), random)
