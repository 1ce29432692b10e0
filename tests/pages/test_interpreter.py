"""The page's interpreter against Python: every cell of the library and every row of the table, in a real browser."""

from __future__ import annotations

import json
import math
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from graphviz_lstm.cells import CELLS, LSTM, RNN, Cell, Equation, parse_cell
from graphviz_lstm.cells.expression import Apply, Parameter, Quantity, multiply
from graphviz_lstm.cells.numeric import matmul
from graphviz_lstm.cells.operations import ACTIVATIONS, LOSSES, OPERATIONS
from graphviz_lstm.figures.views.common import array_text
from graphviz_lstm.graph import annotate, evaluate, reverse_absolute
from graphviz_lstm.notation.numbers import (
    format_array,
    format_number,
    format_percent,
    format_value,
    format_zero,
    plain_percent,
)
from graphviz_lstm.paths import format_share
from graphviz_lstm.paths.listing.limits import describe_count
from graphviz_lstm.problems import LossTerm, Problem, stack, stack_problem
from graphviz_lstm.reports import Study
from graphviz_lstm.reports.arrays import describe_sum
from graphviz_lstm.reports.pages.model import document_of, model_of
from tests.examples import random_example, random_problem
from tests.laws.test_rounding import SEVERAL, SILENT, nets, several

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from graphviz_lstm.graph.unroll import Graph

SCRIPTS = ("operations.js", "maps.js", "interpreter.js", "words.js")
PROBLEMS = 100
# Of what is summed: each number may be off by so much of the sum of the absolute terms that it was added up from.
RELATIVE = 1e-12
# Below the normal numbers a rounding is that of the smallest.
_LEAST = 4 * float(np.finfo(np.float64).smallest_subnormal)
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


_ZEROS = """
([model, sources]) => {
  const around = neighbours(model);
  const found = evaluate(model, numbersOf(model));
  const adjoints = adjointsOf(model, found, around);
  return sources.map((source) => [
    settledSource(model, found, adjoints, around, source).data[0], sizeOfTerms(model, found, around, source, null),
  ]);
}
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
        document, _ = document_of(problem)
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


# With one unit, gradients of the others are zero or rounding: there is nothing to hold against each other.
@pytest.mark.parametrize("name", [name for name in CELLS if name not in ("gated-deltanet", "indrnn", "mlstm")])
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


@pytest.mark.parametrize("name", SILENT)
def test_what_is_rounding_alone_is_zero_on_the_page_too(page: Page, name: str) -> None:
    """Of one unit, every source that Python finds zero to rounding and no other; and how large the terms are."""
    steps, seed = SILENT[name]
    found = 0
    for problem in nets(name, steps=steps, seed=seed):
        graph = evaluate(problem)
        sources = [list(graph).index(parameter) for parameter in problem.parameters]
        told = page.evaluate(_ZEROS, [model_of(graph), sources])
        for parameter, (total, size) in zip(problem.parameters, told, strict=True):
            if not graph.out_degree(parameter):
                continue
            study = Study(problem, parameter)
            assert (total == 0.0) == study.is_zero, parameter
            assert not differs(total, study.paths.total, max(size, 1e-300)), parameter
            if study.is_zero:
                assert size == pytest.approx(study.cancelled, rel=RELATIVE), parameter
                found += bool(size)
    assert found


@pytest.mark.parametrize("scale", [1.0, 10.0, 30.0])
def test_what_cancels_behind_a_vertex_is_zero_on_the_page_too(page: Page, scale: float) -> None:
    """Of nets that saturate the one term of a source may be what rounding left of others."""
    zeros = 0
    for seed in range(12):
        problem = random_problem(CELLS["slstm"], inputs=1, steps=2, seed=seed, scale=scale)
        graph = evaluate(problem)
        sources = [list(graph).index(name) for name in problem.parameters]
        told = page.evaluate(_ZEROS, [model_of(graph), sources])
        due = [Study(problem, name).is_zero for name in problem.parameters]
        assert [total == 0.0 for total, _ in told] == due
        zeros += sum(due)
    assert zeros or scale == 1.0


@pytest.mark.parametrize(("units", "steps", "seed"), SEVERAL)
def test_of_several_units_too(page: Page, units: int, steps: int, seed: int) -> None:
    """Entry by entry."""
    problem = several(units=units, steps=steps, seed=seed)
    graph = evaluate(problem)
    source = list(graph).index("b_i")
    assert page.evaluate(_ZEROS, [model_of(graph), [source]])[0][0] == 0.0
    other = list(graph).index("b_f")
    assert page.evaluate(_ZEROS, [model_of(graph), [other]])[0][0] == pytest.approx(
        float(np.asarray(Study(problem, "b_f").paths.total)[0]), rel=1e-9
    )


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
        "products": "C[t] = C[t-1] @ transpose(C[t-1]) * 0.1 + outer(H[t-1], W @ X[t])\n"
        "H[t] = transpose(C[t]) @ H[t-1] + (H[t-1] @ C[t]) * 0.5",
        "joined": "n[t] = dot(concat(H[t-1], b), concat(b, sin(H[t-1])))\n"
        "H[t] = tanh(U @ H[t-1] + W @ X[t] + b) * n[t]",
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


def test_nets_of_layers_read_their_numbers_from_the_document(page: Page) -> None:
    """Those of a layer, of a readout, and of a cell with names that no text can say, which cannot be downloaded."""
    nets = [
        stack([RNN, LSTM], "Y[t] = V @ H[t] + c"),
        stack([LSTM], "Y[t] = V @ H[t] + c"),
        stack([RNN, RNN, RNN]),
        Cell("odd", (Equation("H'", Apply("tanh", (multiply(Parameter("a b"), Quantity("H'", 1)),))),), {}, "H'"),
    ]
    graphs = [evaluate(problem_of_net(net, seed)) for net in nets for seed in range(3)]
    assert [model_of(graph)["readable"] for graph in graphs[::3]] == [True, True, True, False]
    compute(page, graphs)


def test_stacks_are_computed_run_by_run(page: Page) -> None:
    """Both directions, a residual layer, tokens, class targets, entries that are masked."""
    random = np.random.default_rng(0)
    equations = ["Y[t] = V @ H[t] + c"]
    loss = {"kind": "cross_entropy", "targets": [1, 0, 2]}
    masked = {**loss, "mask": [[0, 1, 1], [1, 0, 1], [0, 1, 1]]}
    problems = [
        stack_problem(
            [{"cell": "gru", "direction": direction}, {"cell": "lstm", "direction": second, "residual": residual}],
            embedding={"parameters": {"W_X": random.normal(size=(4, 2))}} if tokens else None,
            inputs=[3, 0, 3] if tokens else random.normal(size=(3, 2)),
            losses=[
                loss,
                {"kind": "binary_cross_entropy", "targets": random.uniform(size=(1, 3)), "steps": "last"},
                masked,
            ],
            readout={"cell": {"equations": equations}, "parameters": readout(random, second)},
            hidden=2,
            seed=seed,
        )
        for seed, (direction, second, residual, tokens) in enumerate(
            [
                ("both", "both", False, False),
                ("backward", "forward", True, True),
                ("forward", "backward", False, True),
                ("both", "forward", False, False),
            ]
        )
    ]
    graphs = [evaluate(problem, detail=detail) for problem in problems for detail in ("gate", "operation")]  # type: ignore[arg-type]
    assert all(model_of(graph)["readable"] for graph in graphs)
    compute(page, graphs)


def readout(random: np.random.Generator, direction: str) -> dict[str, Any]:
    """Return the numbers of a readout of three classes."""
    return {"V": random.normal(size=(3, 4 if direction == "both" else 2)), "c": random.normal(size=3)}


def problem_of_net(net: Cell, seed: int) -> Problem:
    """Return a net, bound to normal numbers, of which every array has two entries along each axis."""
    random = np.random.default_rng(seed)
    shape = {name: (2,) * rank for name, rank in net.ranks.items()}
    return Problem(
        cell=net,
        parameters={name: random.normal(size=shape[name]) for name in net.parameters},
        inputs={name: random.normal(size=(3, *shape[name])) for name in net.inputs},
        losses=[LossTerm(net.output, (2, 3), random.normal(size=(2, *shape[net.output])), weight=0.5)],
        initial={name: random.normal(size=shape[name]) for name in net.states},
        steps=0 if net.inputs else 3,
    )


def test_numbers_read_as_in_python(page: Page) -> None:
    """In figures, in lines of text, as arrays: of every size and sign, at the places where rounding carries over."""
    random = np.random.default_rng(0)
    numbers = [
        0.0,
        1.0,
        -1.0,
        0.9995,
        0.99949,
        9.995,
        99.95,
        999.5,
        9999.5,
        1e-3,
        9.995e-4,
        1e6,
        9.995e5,
        1e-5,
        1e15,
        1e100,
        1e305,
        3e307,
        -1.7e308,
        math.inf,
    ]
    numbers += (random.normal(size=300) * 10.0 ** random.uniform(-12, 12, size=300)).tolist()
    ours = {
        "formatNumber": format_number,
        "formatPercent": format_percent,
        "formatShare": format_share,
        "formatSum": describe_sum,
        "plainPercent": plain_percent,
        "zeroWords": format_zero,
    }
    for name, told in ours.items():
        found = page.evaluate(f"(numbers) => numbers.map((x) => {name}(x))", numbers)
        assert dict(zip(numbers, found, strict=True)) == {x: told(x) for x in numbers}, name
    arrays = [random.normal(size=shape) for shape in ((), (1,), (3,), (1, 2), (2, 2), (2, 4), (3, 3))]
    # Whose length leaves the range, though no entry does.
    arrays += [np.full(2, 1.5e308), np.full((3, 3), 1.5e308)]
    outside = [np.array([[1.0, sign * math.inf]]) for sign in (1, -1)]
    found = page.evaluate("(arrays) => arrays.map((x) => formatArray(toArray(x)))", [x.tolist() for x in outside])
    assert found == [format_array(array) for array in outside]
    for name, of_array in {"formatArray": format_array, "formatValue": format_value, "arrayText": array_text}.items():
        found = page.evaluate(
            f"(arrays) => arrays.map((x) => {name}(toArray(x)))", [array.tolist() for array in arrays]
        )
        assert found == [of_array(array) for array in arrays], name
    counts = [1, 999, 12345, 10**12 - 1, 10**12, 575853320572022399488256570]
    found = page.evaluate("(counts) => counts.map((x) => describeCount(BigInt(x)))", [str(count) for count in counts])
    assert found == [describe_count(count) for count in counts]


@pytest.mark.parametrize("targets", [[1e308, 1e308, -1.5e308], [-1.7e308, -1e308, 1.7e308], [1.0, 2.0, 3.0]])
def test_losses_that_leave_the_range_only_together_have_their_sum(page: Page, targets: list[float]) -> None:
    """Whatever comes first."""
    cell = parse_cell("c", "H[t] = W * X[t]")
    losses = [LossTerm("H", (1,), [[target]], "given") for target in targets]
    steps = LossTerm("H", (1, 2, 3), [[target] for target in targets], "given")
    read = "(model) => evaluate(model, numbersOf(model)).values.at(-1).data[0]"
    for problem in (
        Problem(cell, {"W": [1.0]}, {"X": [[1.0]]}, losses),
        Problem(cell, {"W": [1.0]}, {"X": [[1.0]] * 3}, [steps]),
        Problem(cell, {"W": [1.0] * 3}, {"X": [[1.0] * 3]}, [LossTerm("H", (1,), [targets], "given")]),
    ):
        graph = evaluate(problem)
        assert page.evaluate(read, model_of(graph)) == pytest.approx(float(graph.nodes["E"]["value"]), rel=1e-14)


def test_functions_keep_their_digits_far_out(page: Page) -> None:
    """Where they saturate, and where a value or its derivative is tiny; kinks and NaN as in Python."""
    places = [
        0.0,
        *(
            sign * x
            for x in (1e-300, 1e-8, 0.1, 0.5, 1.4, 1.9, 2.1, 2.9, 5.0, 9.0, 20.0, 705.0, 730.0)
            for sign in (1, -1)
        ),
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
                [float(x.replace("Infinity", "inf")) for x in ours], theirs, rtol=RELATIVE, atol=_LEAST
            )
    pairs = [(1e-160, 1e-160), (-1.0, 1e155), (1e200, 1e150), (3.0, -2.0)]
    found = page.evaluate(
        "(pairs) => pairs.map(([x, y]) => OPERATIONS.over_square.value(number(x), number(y)).data[0])", pairs
    )
    assert found == [float(OPERATIONS["over_square"].value(np.array(x), np.array(y))) for x, y in pairs]
    for logits in ([1e20, 1e20], [-740.0, 0.0], [0.5, 1.0, -3.0]):
        found = page.evaluate("(logits) => [...OPERATIONS.softmax.value(toArray(logits)).data]", logits)
        np.testing.assert_allclose(found, OPERATIONS["softmax"].value(np.array(logits)), rtol=RELATIVE, atol=_LEAST)


def test_a_product_beyond_the_range_has_the_sign_of_its_sum(page: Page) -> None:
    """As in Python, whatever comes first."""
    random = np.random.default_rng(5)
    for _ in range(30):
        left, right = (random.choice([-1.0, 1.0], n) * 10.0 ** random.uniform(-10, 308, n) for n in (12, 4))
        with np.errstate(all="ignore"):
            ours = matmul(left.reshape(3, 4), right, ranks=(2, 1))
        read = "(x) => JSON.stringify([...x.data].map(String))"
        found = page.evaluate(
            f"([left, right]) => ({read})(matmul(toArray(left), toArray(right)))",
            [left.reshape(3, 4).tolist(), right.tolist()],
        )
        theirs = [float(each.replace("Infinity", "inf")) for each in json.loads(found)]
        np.testing.assert_allclose(theirs, ours, rtol=1e-12)
