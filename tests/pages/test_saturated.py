"""Nets that saturate, as the page tells them: contributions far below 1, whose shares are none the less."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from graphviz_lstm.cells import CELLS
from graphviz_lstm.graph import evaluate
from graphviz_lstm.reports import Study
from graphviz_lstm.reports.pages.interactive import SCRIPTS
from graphviz_lstm.reports.pages.model import model_of
from tests.examples import random_problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from graphviz_lstm.graph.unroll import Graph

NETS = 16
# A value that is rounded elsewhere in its last digit is another difference behind a saturated gate.
RELATIVE = 0.01
# Below this a float64 has few digits.
LEAST = 1e-300
_SOLVE = """
([model, asked]) => {
  const around = neighbours(model);
  const found = evaluate(model, numbersOf(model));
  return asked.map(({ source, element }) => {
    const adjoints = adjointsOf(model, found, around);
    adjoints[source] = settledSource(model, found, adjoints, around, source);
    const study = makeStudy(model, { source, element, paths: [], derivative: "", proof: "" }, around);
    const { error, zero, levels, chosen, paths } = study.solve(found, adjoints, ALL_PATHS, false);
    return error || zero ? null : {
      levels: levels.flatMap(({ part }) => (part ? [[wordOf(part), part.share, part.positive, part.negative]] : [])),
      flows: [...chosen.edges], parts: paths.map(({ edges, part }) => [edges.join(), part]),
    };
  });
}
"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """Return a page that holds what computes, and nothing else."""
    opened = browser.new_page()
    room = files("graphviz_lstm.reports") / "templates"
    computing = SCRIPTS[: SCRIPTS.index("study.js") + 1]
    scripts = "".join(f"<script>{(room / name).read_text('utf-8')}</script>" for name in computing)
    opened.set_content(f"<!DOCTYPE html><title>computes</title>{scripts}")
    yield opened
    opened.close()


def hold(answer: dict[str, Any], study: Study, graph: Graph) -> float:
    """Hold shares, masses, words and flows against Python; return the smallest share that is told."""
    levels = [level for level in (study.verdict.quantity, study.verdict.unit) if level.count]
    for level, (word, *numbers) in zip(levels, answer["levels"], strict=True):
        part = level.crossing
        assert word == part.word
        due = np.array([part.share, part.positive, part.negative])
        assert np.all(np.abs(numbers - due) <= RELATIVE * np.abs(due) + 1e-9 * (part.mass or 0.0) + LEAST)
    place = {tuple(edge): k for k, edge in enumerate(graph.edges)}
    shares = {",".join(str(place[edge[:2]]) for edge in path.edges): float(path.share) for path in study.paths}
    flows, masses = np.zeros((2, len(place)))
    for path in study.paths:
        through = [place[edge[:2]] for edge in path.edges]
        flows[through] += path.share
        masses[through] += abs(path.share)
    assert np.all(np.abs(np.array(answer["flows"]) - flows) <= RELATIVE * np.abs(flows) + 1e-9 * masses)
    for edges, share in answer["parts"]:
        assert share == pytest.approx(shares[edges], rel=RELATIVE, abs=LEAST)
    sizes = [abs(share) for _, share in answer["parts"]]
    # The largest first, and none left out that is larger.
    assert sizes == sorted(sizes, reverse=True)
    largest = sorted(map(abs, shares.values()), reverse=True)[: len(sizes)]
    assert sizes == pytest.approx(largest, rel=RELATIVE, abs=LEAST)
    return min((size for size in sizes if size), default=1.0)


@pytest.mark.parametrize("name", ["lstm", "lstm-coupled", "mgu", "lem", "slstm"])
def test_a_share_of_what_no_float_holds_is_told(page: Page, name: str) -> None:
    """A contribution may be below every number, or pass by one, beside a gradient that is far below 1."""
    smallest = []
    for seed in range(NETS):
        hidden, scale = 1 + seed % 2, 30.0 + 10.0 * (seed % 5)
        problem = random_problem(CELLS[name], hidden=hidden, steps=3 - seed % 2, seed=seed, scale=scale)
        graph = evaluate(problem)
        sources = [source for source in problem.parameters if graph.out_degree(source)]
        source = sources[seed % len(sources)]
        study = Study(problem, source)
        studies = [study, study.about(source, element=(0,) * problem.parameters[source].ndim)]
        asked = [{"source": list(graph).index(source), "element": each.element} for each in studies]
        for each, answer in zip(studies, page.evaluate(_SOLVE, [model_of(graph), asked]), strict=True):
            if answer is not None and not each.is_zero:
                smallest.append(hold(answer, each, graph))
    assert min(smallest) < 1e-100


def test_diagonals_of_several_terms_keep_the_digits_of_their_sum(page: Page) -> None:
    """As a saturated gate has them, `h - H[t-1]`: an adjoint times each, summed, is mostly rounding."""
    random = np.random.default_rng(0)
    for _ in range(20):
        one, adjoint = random.uniform(0.5, 1.0, 3), random.normal(size=3)
        other = one * (1.0 + random.integers(1, 9, 3) * 2.0**-50)
        read = """([one, other, adjoint]) => {
          const term = (sign, data) => ({ sign, factors: [["diagonal", toArray(data)]] });
          const map = makeMap([term(1, other), term(-1, one)], [3], [3]);
          return [[...map.pull(toArray(adjoint)).data], [...map.push(toArray(adjoint)).data]];
        }"""
        for found in page.evaluate(read, [one.tolist(), other.tolist(), adjoint.tolist()]):
            assert found == ((other - one) * adjoint).tolist()
