"""The page's interpreter against Python: every cell of the library and every row of the table, in a real browser."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from graphviz_lstm.cells import CELLS, parse_cell
from graphviz_lstm.cells.operations import ACTIVATIONS, LOSSES, OPERATIONS
from graphviz_lstm.graph import annotate, evaluate, reverse_absolute
from graphviz_lstm.problems.write import problem_to_json
from graphviz_lstm.reports.pages.model import model_of
from tests.examples import random_example

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from graphviz_lstm.cells import Cell
    from graphviz_lstm.graph.unroll import Graph

SCRIPTS = ("operations.js", "maps.js", "interpreter.js")
PROBLEMS = 100
# Of what is summed: each number may be off by so much of the sum of the absolute terms that it was added up from.
RELATIVE = 1e-12
_COMPUTE = """
([models, asked]) => asked.map(({ model: k, document, source, element }) => {
  const model = models[k];
  const around = neighbours(model);
  const found = evaluate(model, numbersOf(model, document));
  const adjoints = adjointsOf(model, found, around);
  const { direction } = directionOf(adjoints[source], element);
  const tangents = [];
  tangents[source] = direction;
  const flows = model.edges.map(() => 0);
  model.vertices.forEach((_, v) => around.entering[v].forEach((e) => {
    const tail = model.edges[e][0];
    if (!tangents[tail]) return;
    const pushed = found.maps[e].push(tangents[tail]);
    tangents[v] = tangents[v] ? add(tangents[v], pushed) : pushed;
    flows[e] = inner(pushed, adjoints[v]);
  }));
  const entries = (array) => [...array.data];
  return {
    lost: found.lost, values: found.values.map(entries), adjoints: adjoints.map(entries), flows,
    partials: found.maps.map((map) => map.matrix().map((row) => [...row])),
  };
})
"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """Return a page that holds the interpreter and nothing else."""
    opened = browser.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    room = files("graphviz_lstm.reports") / "templates"
    scripts = "".join(f"<script>{(room / name).read_text('utf-8')}</script>" for name in SCRIPTS)
    opened.set_content(f"<!DOCTYPE html><title>computes</title>{scripts}")
    yield opened
    assert errors == []
    opened.close()


def differs(found: Any, due: Any, scale: float) -> bool:
    """Return whether two arrays are further apart than rounding, `scale` being the size of what was added up."""
    return bool(np.max(np.abs(np.ravel(found) - np.ravel(due)), initial=0.0) > RELATIVE * scale)


def hold(answer: dict[str, Any], annotated: Graph, absolute: dict[str, Any]) -> None:
    """Hold all that the interpreter says of a graph against Python."""
    assert answer["lost"] is None
    nodes = annotated.nodes
    for k, vertex in enumerate(annotated):
        due = nodes[vertex]["value"]
        assert not differs(answer["values"][k], due, np.max(np.abs(due), initial=1.0)), vertex
        assert not differs(answer["adjoints"][k], nodes[vertex]["adjoint"], np.max(absolute[vertex])), vertex
    for k, (tail, head, data) in enumerate(annotated.edges(data=True)):
        dense = data["partial"].dense()
        assert not differs(answer["partials"][k], dense, np.max(np.abs(dense), initial=1e-300)), (tail, head)
        size = np.sum(np.abs(dense) @ np.abs(np.ravel(nodes[tail]["tangent"])) * np.ravel(absolute[head]))
        assert not differs(answer["flows"][k], data["flow"], max(1.0, float(size))), (tail, head)


def compute(page: Page, graphs: list[Graph], seed: int = 0) -> None:
    """Have the page compute graphs, from a random source each, and hold what it says."""
    random = np.random.default_rng(seed)
    models: list[dict[str, Any]] = []
    known: dict[str, int] = {}
    asked, due = [], []
    for graph in graphs:
        # What two problems have in common but their numbers is one model.
        problem = graph.graph["problem"]
        form = repr(
            (
                problem.cell,
                problem.shapes,
                problem.steps,
                graph.graph["detail"],
                list(graph.edges),
                problem.losses[0].kind,
            )
        )
        k = known.setdefault(form, len(models))
        if k == len(models):
            models.append(model_of(graph))
        document = json.loads(problem_to_json(problem))
        absolute = reverse_absolute(graph)
        sources = [
            v for v in graph if graph.nodes[v]["role"] in ("parameter", "input", "initial") and absolute[v].any()
        ]
        source = sources[random.integers(len(sources))]
        shape = graph.nodes[source]["value"].shape
        element = tuple(int(random.integers(n)) for n in shape) if random.random() < 0.5 else None
        if element is not None and not absolute[source][element]:
            element = None
        due.append((annotate(graph, source, element=element), absolute))
        asked.append({"model": k, "document": document, "source": list(graph).index(source), "element": element})
    answers = page.evaluate(_COMPUTE, [models, asked])
    for (annotated, absolute), answer in zip(due, answers, strict=True):
        hold(answer, annotated, absolute)


@pytest.mark.parametrize("name", CELLS)
def test_the_page_computes_what_python_does(page: Page, name: str) -> None:
    """Values, partials, adjoints and flows of random problems: several units, steps, losses and details."""
    # The cross entropy of one unit is 0 whatever it is.
    losses = [name for name in LOSSES if name != "cross_entropy"] + ["cross_entropy"]
    graphs = [
        evaluate(
            random_example(
                CELLS[name],
                hidden=(1, 2, 3)[k % 3],
                steps=(1, 3, 2)[k % 3],
                loss="given" if k % 3 == 0 and k % 2 else losses[k % 3],
                at=("every", "last")[k % 2],
                seed=k,
            ),
            detail="operation" if k % 5 == 0 else "gate",
        )
        for k in range(PROBLEMS)
    ]
    compute(page, graphs)


def every_row() -> dict[str, Cell]:
    """Return cells that use every row of the table between them, numbers beside arrays included."""
    texts = {name: f"H[t] = {name}(U @ H[t-1] + W @ X[t])" for name in ACTIVATIONS if name not in ("log", "sqrt")} | {
        "log": "H[t] = log(exp(U @ H[t-1]) + exp(W @ X[t]))",
        "sqrt": "H[t] = sqrt((U @ H[t-1])**2 + 1.5) * b + W @ X[t]",
        "max": "H[t] = max(U @ H[t-1], W @ X[t])",
        "min": "H[t] = min(U @ H[t-1], 0.25) - W @ X[t]",
        "divide": "H[t] = (U @ H[t-1]) / (2 + exp(W @ X[t])) - 1 / (1 + b**2)",
        "power": "H[t] = (b * H[t-1])**3 + (W @ X[t])**2 / 7",
        "number": "n[t] = dot(v, H[t-1])\nH[t] = tanh(W @ X[t] + (U @ H[t-1]) * n[t] - n[t])",
        "products": "C[t] = C[t-1] @ transpose(C[t-1]) * 0.1 + outer(H[t-1], W @ X[t])\nH[t] = transpose(C[t]) @ H[t-1] + (H[t-1] @ C[t]) * 0.5",
        "layers": "C[t] = outer(b, H[t-1])\nD[t] = C[t] @ transpose(C[t]) * 0.1\nH[t] = D[t] @ H[t-1] + W @ X[t]",
    }
    return {name: parse_cell(name, text) for name, text in texts.items()}


@pytest.mark.parametrize("hidden", [1, 3])
def test_every_row_of_the_table_is_told_the_same(page: Page, hidden: int) -> None:
    """Value and partial, in cells of the user's own."""
    assert set(page.evaluate("Object.keys(OPERATIONS)")) == set(OPERATIONS)
    cells = every_row()
    graphs = [
        evaluate(random_example(cells[name], hidden=hidden, seed=k, scale=0.3)) for name in cells for k in range(4)
    ]
    compute(page, graphs)


def test_functions_keep_their_digits_far_out(page: Page) -> None:
    """Where they saturate, and where a value or its derivative is tiny; kinks and NaN as in Python."""
    places = [
        0.0,
        *(sign * x for x in (1e-300, 1e-8, 0.1, 0.5, 1.4, 1.9, 2.1, 2.9, 5.0, 9.0, 20.0) for sign in (1, -1)),
    ]
    for name, row in ACTIVATIONS.items():
        found = page.evaluate(
            """([name, places]) => [OPERATIONS[name].value, ...OPERATIONS[name].derivatives]
              .map((f) => places.map((x) => String(f(number(x)).data[0])))""",
            [name, places],
        )
        with np.errstate(all="ignore"):
            due = [f(np.array(places)) for f in (row.value, *row.derivatives)]
        for ours, theirs in zip(found, due, strict=True):
            np.testing.assert_allclose(
                [float(x.replace("Infinity", "inf")) for x in ours], theirs, rtol=RELATIVE, atol=0
            )
