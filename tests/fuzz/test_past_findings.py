"""What fuzzing found once, each as small as it came to be: it stays found."""

from __future__ import annotations

import contextlib
import json
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import example, given, settings, strategies as st

from graphviz_lstm.cells import CELLS, parse_cell
from graphviz_lstm.cells.source import equations_of
from graphviz_lstm.errors import InputError
from graphviz_lstm.gradients import check
from graphviz_lstm.gradients.checking.quotients import STEPS, derivative, moves
from graphviz_lstm.graph import evaluate
from graphviz_lstm.notation.numbers import length
from graphviz_lstm.paths import PathSet, exhaustive, find_paths, format_share
from graphviz_lstm.problems import LossTerm, Problem, parse_problem
from graphviz_lstm.problems.write import problem_to_json
from graphviz_lstm.reports import Study, describe_selection
from graphviz_lstm.reports.bundle import first_of
from graphviz_lstm.reports.conversation.asked import asked_of
from graphviz_lstm.reports.conversation.growth import scales_of
from graphviz_lstm.reports.tables import path_table
from tests.examples import random_example, random_problem
from tests.fuzz.command import require_end, require_sound, run, unexplained
from tests.fuzz.documents import equations
from tests.paths.maps import digraph

if TYPE_CHECKING:
    from pathlib import Path

NO_PARAMETERS = {
    "version": 2,
    "layers": [{"cell": {"equations": ["H[t] = tanh(X[t])"]}}],
    "inputs": {"X": [[0.5]] * 2},
    "losses": [{"targets": [[0.0]] * 2}],
}
NO_SOURCE = "no source: cell 'layer 1' has no parameters (name a vertex, such as 'X_1')"


@pytest.mark.parametrize(
    "command",
    [
        "paths",
        "paths --json",
        "count",
        "check",
        "explain",
        "derive",
        "triangle",
        "draw -o x.svg",
        "strip -o x.svg",
        "page -o x.html",
    ],
)
def test_a_cell_without_parameters_has_no_source_of_its_own(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It was an IndexError; with a source that is named the command answers, or says why it cannot."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.json").write_text(json.dumps(NO_PARAMETERS))
    name, *options = command.split()
    ran = run([name, "x.json", *options], tmp_path, capsys)
    assert (ran.status, ran.err) == (2, f"graphviz-lstm: {NO_SOURCE}\n")
    named = run([name, "x.json", *options, "--source", "X_1"], tmp_path, capsys)
    require_sound(named, refused=name in ("derive", "triangle"))


@pytest.mark.parametrize("source", ["X_1", "y_0", "y_-1"])
@pytest.mark.parametrize(
    "command",
    [
        *("batch example.json", "before-after example.json", "train-curve example.json", "check", "compare", "count"),
        *("compare -o x.csv", "compare -o x.svg", "derive", "draw -o x.svg", "explain", "page -o x.html", "paths"),
        *("routes", "strip -o x.svg", "triangle", "units"),
    ],
)
def test_of_a_cell_without_parameters_every_command_answers_or_refuses(
    command: str, source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of all parameters together there is nothing to compare: numpy said so."""
    monkeypatch.chdir(tmp_path)
    state = {
        "version": 2,
        "layers": [{"cell": {"equations": ["y[t] = y[t-1]"]}, "initial": {"y": [-0.3, 0.6]}}],
        "steps": 3,
        "losses": [{"targets": [[1.0, 2.0]] * 3}],
    }
    (tmp_path / "example.json").write_text(json.dumps(state), encoding="utf-8")
    name, *options = command.split()
    require_end(run([name, "example.json", *options, "--source", source], tmp_path, capsys))


def test_a_cell_without_parameters_and_inputs_says_what_is_left() -> None:
    cell = parse_cell("c", "H[t] = tanh(H[t-1])")
    problem = Problem(cell, {}, {}, [LossTerm("H", (1,), [[0.0]])], {"H": [0.5]}, steps=1)
    for source, told in ((None, "no source: cell 'c' has no parameters"), ("E", "wrong source: 'E' is the target")):
        with pytest.raises(InputError, match=rf"^{told}.* such as a state before the first step\)$"):
            Study(problem, source)
    assert Study(problem, "H_0").paths.count == 1


@given(equations())
@settings(max_examples=60)
def test_a_text_is_a_cell_or_is_refused_in_one_line(text: str) -> None:
    with contextlib.suppress(InputError):
        assert parse_cell("c", text, output="H").equations


@pytest.mark.parametrize(
    "text",
    [
        "((2 @ 0.5) @ (2 @ 0.5)) + W * X[t]",
        "X[t] * ((2 @ 0.5) @ (2 @ 0.5)) @ 2",
        "((2 @ 0.5) @ 0.5) + W * X[t]",
        "max((b @ 2) @ 2, X[t])",
    ],
)
def test_products_of_numbers_that_are_no_matrices_are_told_as_numbers(text: str) -> None:
    """Their rank was negative: one was called a vector, three ended in an IndexError."""
    with pytest.raises(
        InputError, match=r"^cannot apply '@' to a (number|vector) and a number in the equation of 'H' in cell 'c' "
    ):
        parse_cell("c", f"H[t] = {text}", ranks={"b": 1} if "b" in text else {})


class ComplexMap:
    """A linear map that turns numbers."""

    tail_shape: tuple[int, ...] = (1,)
    head_shape: tuple[int, ...] = ()

    def push(self, tangent: Any) -> Any:
        return np.asarray(tangent)[..., 0] * (1 + 2j)

    def pull(self, adjoint: Any) -> Any:
        return np.asarray(adjoint)[..., None] * (1 + 2j)


@pytest.mark.parametrize(
    "partial", [1 + 2j, np.complex64(1), np.array(1 + 2j), ComplexMap()], ids=["python", "numpy", "array", "map"]
)
@pytest.mark.parametrize("level", ["quantity", "unit"])
def test_a_complex_partial_is_refused(partial: Any, level: Any) -> None:
    """Its imaginary part was left out."""
    with pytest.raises(InputError, match=r"^partial of edge 's' -> 't' (is|holds) .*j"):
        find_paths(digraph([("s", "t", partial)]), "s", "t", level=level)


@pytest.mark.parametrize("nan", [math.nan, np.float64("nan")], ids=["float", "numpy"])
def test_a_nan_is_a_vertex_like_any_other(nan: float) -> None:
    """Through it there were 0 paths."""
    paths = find_paths(digraph([("x", nan, 2.0), (nan, "E", 3.0), ("x", "E", 1.0)]), "x", "E")
    assert (paths.through(nan).count, paths.avoiding(nan).count) == (1, 1)
    assert paths.crossing([("x", nan)]).total == 6.0
    assert paths.through(nan).share == pytest.approx(6 / 7)


def test_edges_from_a_generator_are_those_of_the_list() -> None:
    """There were none."""
    paths = find_paths(digraph([("x", "y", 2.0), ("y", "E", 3.0), ("x", "E", -1.0)]), "x", "E")
    assert paths.crossing(edge for edge in [("x", "y")]).count == 1
    assert paths.polynomial(edge for edge in [("x", "y")]).counts == (1, 1)


@given(st.integers(-40, 40), st.integers(1, 12), st.integers(0, 2**32 - 1))
@settings(max_examples=60)
def test_the_largest_of_two_that_are_all_but_equal_is_found(ulps: int, length: int, seed: int) -> None:
    """Products that agree to 1e-13 are told apart by themselves, not by their logarithms."""
    rng = np.random.default_rng(seed)
    factors = rng.uniform(0.5, 2.0, length)
    graph: nx.DiGraph[Any] = nx.DiGraph()
    for way in ("a", "b"):
        vertices = ["s", *(f"{way}{k}" for k in range(length)), "t"]
        for k in range(length):
            graph.add_edge(vertices[k], vertices[k + 1], partial=float(factors[k]))
        last = 1.0 if way == "a" else 1.0 + ulps * 2.0**-52
        graph.add_edge(vertices[-2], "t", partial=last)
    paths: PathSet = find_paths(graph, "s", "t")
    first, second = paths.top(2)
    assert abs(float(first.contribution)) >= abs(float(second.contribution))
    assert paths.top(1)[0] == first
    assert paths.top(1).proven


def test_nothing_is_drawn_by_contribution_only_where_each_is_zero() -> None:
    """Where they cancel there is something to draw by."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_edge("x", "E", partial=2.0)
    graph.add_edge("x", "E", partial=-2.0)
    assert len(find_paths(graph, "x", "E").sample(3, seed=0, by="contribution")) == 3
    graph.add_edge("x", "E", partial=0.0)
    drawn = find_paths(graph, "x", "E").sample(200, seed=0, by="contribution")
    assert {path.contribution for path in drawn} == {2.0, -2.0}


@pytest.mark.parametrize("values", [[0.0, math.nan], [2.0, -5e104]])
def test_a_difference_that_is_no_number_tells_nothing(values: list[float]) -> None:
    """It passed for one that agrees."""
    along = np.full((len(moves()), 2), math.nan)
    along[:, 0] = moves() * values[0]
    found, bound = derivative(along)
    assert math.isinf(bound[1])
    assert bound[0] < 1e-6 or math.isinf(bound[0])
    assert found[0] == pytest.approx(values[0], abs=1e-9)


@given(st.floats(-3.0, 3.0), st.floats(-3.0, 3.0), st.sampled_from([0.0, 1e-9, float(STEPS[-1]) / 3, 1e-3]))
@settings(max_examples=100)
def test_at_a_kink_a_quotient_claims_no_more_than_either_side(left: float, right: float, away: float) -> None:
    """Nested kinks too: whatever derivative is taken there, it lies within what is claimed."""
    points = moves() + away
    values = np.where(points < 0.0, left * points, right * points)
    found, bound = derivative(values[:, None], smooth=False)
    slope = right if away > 0.0 else left
    assert math.isinf(bound[0]) or abs(found[0] - slope) <= bound[0] + 1e-6


@given(st.sampled_from([1e-8, 1e-20, 1e-53]), st.integers(0, 100))
@example(1e-8, 14)
@example(1e-20, 14)
@settings(max_examples=10)
def test_a_length_has_a_kink_at_zero(size: float, seed: int) -> None:
    """Divided by it a number is its sign: differences jumped, and a right gradient was said to be wrong by 2 of it."""
    problem = random_problem(CELLS["gated-deltanet"], steps=3, seed=seed)
    small = {name: size * rows for name, rows in problem.inputs.items()}
    assert check(evaluate(replace(problem, inputs=small)), "X_1")


@pytest.mark.parametrize(
    ("detail", "view"), [("gate", "flow"), ("gate", "values"), ("operation", "flow"), ("operation", "metro")]
)
def test_a_figure_of_what_lies_on_paths_alone_has_steps_without_any(detail: Any, view: str) -> None:
    """From a vertex of the last step nothing leads through the first: its frame is empty."""
    problem = random_example(parse_cell("c", "a[t] = tanh(W @ X[t])\nH[t] = a[t] + u * H[t-1]"), steps=3)
    scene = Study(problem, "a_3", detail=detail).figure(view, only_paths=True).scene
    assert scene.boxes


def test_a_quantity_of_one_step_is_not_told_apart_where_all_steps_are_one() -> None:
    with pytest.raises(InputError) as caught:
        Study("gomez", "S_1").figure("rolled")
    assert str(caught.value) == (
        "view 'rolled' adds up all steps, and 'S_1' is a vertex of one of them "
        "(take a parameter, an input or an initial state, or another view)"
    )


@pytest.mark.parametrize("last", [0.0, 1e-30, -1e-17, 1e-3])
def test_a_remainder_that_is_rounding_is_not_told_in_digits(last: float) -> None:
    """Of seven paths six are shown: what is left of the sum is the seventh, or what six roundings left."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for k in range(6):
        graph.add_edge("s", f"m{k}", partial=0.1 * (k + 1))
        graph.add_edge(f"m{k}", "t", partial=1 / 3)
    graph.add_edge("s", "t", partial=last)
    paths = find_paths(graph, "s", "t")
    top = paths.top(6)
    told = describe_selection(paths, top).splitlines()[-2]
    assert top.remainder.is_noise == (abs(last) < 1e-10)
    expected = "+0.143 %" if last == 1e-3 else "~0 %" if top.remainder.share else "0 %"
    assert told.split("  ")[-2].strip() == expected
    assert path_table(top).rows[-1][0] == expected


@pytest.mark.parametrize("steps", [14, 18, 200])
def test_a_derivation_does_not_grow_with_products_of_sums(steps: int) -> None:
    """A GRU's was 215 MB at 18 steps: factors that are sums stay factors."""
    study = Study(random_example(parse_cell("g", GRU), steps=steps))
    derivation = study.derivation()
    assert len(derivation.text) < 100_000
    assert len(derivation.latex) < 150_000


def test_a_product_of_hundreds_of_partials_is_told_by_its_length() -> None:
    """A path along a plain recurrence is as long as the sequence: its product was written out whole."""
    cell = parse_cell("l", "H[t] = u * H[t-1] + w * X[t]")
    inputs = {"X": [[1.0], *([[0.0]] * 299)]}
    study = Study(Problem(cell, {"u": [1.0], "w": [1.0]}, inputs, [LossTerm("H", (300,), [[0.0]])]), "w")
    derivation = study.derivation()
    told = "a product of 301 partials, not written out: the recursions hold for any number"
    assert told in " ".join(derivation.text.split())
    assert "H_1 => H_300" in derivation.text
    assert len(derivation.html) < 600_000


GRU = "z[t] = sigmoid(W @ X[t] + U @ H[t-1])\nH[t] = (1 - z[t]) * H[t-1] + z[t] * tanh(V @ X[t] + R @ (z[t] * H[t-1]))"


def test_a_scheme_of_a_net_without_states_and_of_a_vertex_that_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """They were a ValueError of an empty list, and a KeyError."""
    monkeypatch.chdir(tmp_path)
    told = {
        "version": 2,
        "layers": [{"cell": {"equations": ["H[t] = W * X[t]"]}, "parameters": {"W": [0.5]}}],
        "inputs": {"X": [[1.0], [2.0]]},
        "losses": [{"targets": [[0.0], [0.0]]}],
    }
    (tmp_path / "x.json").write_text(json.dumps(told))
    require_sound(run(["compare", "x.json"], tmp_path, capsys), refused=False)
    for command in (["check"], ["paths"], ["draw", "-o", "x.svg"]):
        ran = run([*command, "--source", "H_9", "--scheme", "lstm-1997"], tmp_path, capsys)
        require_sound(ran, refused=True)
        assert ran.err.startswith("graphviz-lstm: unknown vertex: 'H_9' (must be one of 'H_")


def test_a_parameter_without_a_path_does_not_end_the_check_of_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was checked before it was printed, and then all was refused."""
    monkeypatch.chdir(tmp_path)
    told = {
        "cell": {"equations": ["S[t] = U * X[t]", "H[t] = W * X[t] + 0 * H[t-1]"], "output": "H"},
        "parameters": {"W": [0.5], "U": [0.5]},
        "inputs": [[1.0]],
        "targets": [[0.0]],
        "loss": {},
    }
    (tmp_path / "x.json").write_text(json.dumps(told))
    ran = run(["check", "x.json"], tmp_path, capsys)
    require_sound(ran, refused=False)
    assert "no path from 'U' to 'E': nothing to check\n" in ran.out
    assert "W" in ran.out
    require_sound(run(["check", "x.json", "--source", "U"], tmp_path, capsys), refused=True)


@given(st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=70))
def test_the_length_of_an_array_does_not_overflow_before_it_must(entries: list[float]) -> None:
    """Squares of 1e160 did, in a figure's box."""
    array = np.array(entries)
    assert length(array) == pytest.approx(max(map(abs, entries)) * _relative_length(entries), rel=1e-12, abs=5e-324)


def _relative_length(entries: list[float]) -> float:
    largest = max(map(abs, entries)) or 1.0
    return math.sqrt(math.fsum((entry / largest) ** 2 for entry in entries))


def _first_form(equations: list[str], parameters: dict[str, Any], inputs: list[float]) -> str:
    """Return the text of an example of one unit."""
    told = {"cell": {"equations": equations, "output": "H"}, "parameters": parameters}
    told |= {"inputs": [[x] for x in inputs], "targets": [[0.0] for _ in inputs]}
    return json.dumps({**told, "loss": {"kind": "squared_error", "at": "every"}})


@pytest.mark.parametrize(
    "command", ["triangle -o x.svg", "strip -o x.svg", "routes -o x.svg", "paths --json", "check", "draw -o x.svg"]
)
def test_a_number_is_spread_over_an_array_at_every_step(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What it was spread over was taken for a factor: a ValueError in the sweeps that have the step as an axis."""
    monkeypatch.chdir(tmp_path)
    equations = ["H[t] = (-H[t-1] @ max(b, X[t])) + W * X[t]"]
    (tmp_path / "x.json").write_text(_first_form(equations, {"b": [0.2], "W": [0.38]}, [-1.5, 0.9, -2.0]))
    name, *options = command.split()
    require_sound(run([name, "x.json", *options], tmp_path, capsys), refused=False)


def test_schemes_by_chance_take_a_cell_without_states(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """There is nothing that they could drop: it was a ValueError."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.json").write_text(_first_form(["H[t] = b + W * X[t]"], {"b": [0.5], "W": [0.3]}, [1.0, 2.0]))
    ran = run(["compare", "x.json", "--schemes", "h-detach:0.25,artbp:0.5", "--json"], tmp_path, capsys)
    require_sound(ran, refused=False)
    assert [each["relative_error"] for each in json.loads(ran.out)["schemes"]] == [0.0, 0.0]


def test_a_check_that_is_refused_has_told_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first parameter's gradient is finite, that of the second is not."""
    monkeypatch.chdir(tmp_path)
    equations = ["S[t] = max(U, 1e-200) + W * X[t]", "H[t] = (tanh(H[t-1]) * H[t-1]) + W * X[t]"]
    inputs = [0.3, -1e155, 0.0, -3.0]
    (tmp_path / "x.json").write_text(_first_form(equations, {"U": [-2.7], "W": [0.1]}, inputs))
    require_end(run(["check", "x.json"], tmp_path, capsys), refused=True)


def test_a_strip_of_shares_that_are_no_numbers_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It was a warning of NumPy, and then a picture."""
    monkeypatch.chdir(tmp_path)
    equations = ["S[t] = max(1e-200, X[t]) + W * X[t]", "H[t] = sqrt(H[t-1]) + W * X[t]"]
    (tmp_path / "x.json").write_text(_first_form(equations, {"W": [1e16]}, [1.0, 0.5, -2.7]))
    ran = run(["strip", "x.json", "--source", "H_0", "--element", "0", "-o", "y.svg"], tmp_path, capsys)
    require_end(ran)


@pytest.mark.parametrize("size", [5e-324, 2.225073858507e-311, 1e-309, 3e-308])
@pytest.mark.parametrize("target", [1.0, 1e200, 1e308])
def test_what_is_lost_below_the_normal_numbers_is_no_false_alarm(size: float, target: float) -> None:
    """A rounding there is as large as the smallest number, and a loss of 1e308 makes 5e-16 of it."""
    cell = parse_cell("c", "S[t] = relu(max(H[t-1], U)) + W * X[t]\nH[t] = S[t] + H[t-1] + W * X[t]", output="H")
    losses = [LossTerm("H", (1, 2), [[target], [0.3]], "given")]
    problem = Problem(cell, {"U": [5e-324], "W": [0.1]}, {"X": [[-size], [0.6752096129303196 * size]]}, losses)
    for source in ("W", "X_1", "H_0"):
        assert Study(problem, source).check().ways


def test_a_partial_out_of_range_is_told_in_a_derivation_of_something_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It was a bare nan."""
    monkeypatch.chdir(tmp_path)
    rnn = {"cell": {"equations": ["H[t] = H[t-1] / U + W * X[t]"]}, "parameters": {"U": [1e-235], "W": [0.1]}}
    rest = {"initial": {"H": [1e-320]}, "inputs": [[0.0], [0.0]], "targets": [[0.0], [1.0]], "loss": {}}
    (tmp_path / "x.json").write_text(json.dumps({**rnn, **rest}))
    ran = run(["derive", "x.json", "--source", "W"], tmp_path, capsys)
    require_sound(ran, refused=False)
    assert "-(H_{t-1} / U**2) not a finite number" in " ".join(ran.out.split())
    refused = run(["paths", "x.json", "--source", "U"], tmp_path, capsys)
    require_end(refused, refused=True)
    assert refused.err.startswith("graphviz-lstm: partial of edge 'U' -> 'H_2' holds -inf (must be a finite number")


def test_what_is_no_array_and_what_is_no_letter_is_refused() -> None:
    """A TypeError of Python's, and a UnicodeEncodeError where the column was counted."""
    with pytest.raises(InputError, match=r"^wrong value: 'layers' is 5e-324, must be an array$"):
        parse_problem('{"version": 2, "layers": 5e-324, "inputs": {"X": [[1]]}, "losses": []}')
    with pytest.raises(InputError, match=r"^cannot read '1H': a number and a name run together at column 26 "):
        parse_cell("c", "a[t] = tanh(W @\ud800 X[t] + -1H[t-1])")


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_is_the_same_in_whatever_order_its_equations_were_given(name: str) -> None:
    """Its text has them in the order in which they are computed; its parameters stood in that of the text before."""
    cell = CELLS[name]
    told: Any = {"activations": cell.activations, "output": cell.output, "ranks": cell.ranks}
    told["constants"] = cell.constants
    given = parse_cell(name, "\n".join(equations_of(cell)[::-1]), **told)
    again = parse_cell(name, "\n".join(equations_of(given)), **told)
    assert again == given
    assert (again.parameters, again.inputs) == (given.parameters, given.inputs)


def test_paths_that_are_larger_than_every_float_are_told_where_they_cancel() -> None:
    """Their share was an OverflowError, and what they left a warning."""
    ways = [("s", "a", 1e200), ("a", "t", 1e200), ("s", "b", 1e200), ("b", "t", -1e200), ("s", "t", 1.0)]
    for others in (ways, ways[:-1]):
        paths = find_paths(digraph(others), "s", "t")
        shown = first_of(paths, paths.top(paths.count), 1)
        assert not math.isfinite(shown.paths[0].contribution)
        assert not math.isfinite(shown.remainder.contribution)
        assert path_table(shown)
        assert format_share(paths.top(1)[0].share) in ("out of range", "no share")


def test_weights_that_cannot_be_four_times_as_large_are_told_by_less() -> None:
    """Of recurrent weights near 1e308 there was a warning, and then no explanation."""
    problem = random_example(CELLS["rnn"], hidden=2, steps=3, scale=0.5).problem
    numbers = {name: np.where(array > 0.0, -1e308, array) for name, array in problem.parameters.items()}
    study = Study(replace(problem, parameters={**problem.parameters, "U_H": numbers["U_H"]}), "W_H")
    assert [point.label for point in scales_of(asked_of(study))] == [0.25, 0.5, 1.0]


def test_contributions_beyond_every_float_are_told_in_words_on_a_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of two that cancel the page said inf and -inf, and of a gradient's length the batch did."""
    monkeypatch.chdir(tmp_path)
    text = "S[t] = W * X[t] + U * H[t-1]\nR[t] = relu(S[t])\nQ[t] = abs(S[t])\nM[t] = R[t] - Q[t]\n"
    text += "a[t] = tanh(M[t])\nb[t] = sin(M[t])\nH[t] = V * a[t] - V * b[t]"
    losses = [LossTerm("H", (1,), [[1.0]], "given")]
    problem = Problem(
        parse_cell("c", text, output="H"), {"W": [1e-200], "U": [0.0], "V": [1e200]}, {"X": [[1e200]]}, losses
    )
    (tmp_path / "x.json").write_text(problem_to_json(problem))
    for command in (["explain", "x.json", "--source", "W"], ["paths", "x.json", "--source", "W"]):
        ran = run(command, tmp_path, capsys)
        require_end(ran)
        assert not unexplained(ran)


@pytest.mark.parametrize("size", [1e150, 1e200, 1e307, 1e308])
@pytest.mark.parametrize("target", [1e-100, 1e-130, 1e-200, 1e-300])
def test_moves_below_the_normal_numbers_are_no_false_alarm(size: float, target: float) -> None:
    """Where one entry of a tangent is that much smaller than another, a difference moves it by nothing."""
    told = {"W_H": np.zeros((3, 2)), "U_H": np.zeros((3, 3)), "b_H": np.zeros(3)}
    losses = [LossTerm("H", (1,), [[0.5, target, -0.7]], "given")]
    assert Study(Problem(CELLS["rnn"], told, {"X": [[-size, -0.44]]}, losses), "W_H").check().ways


def test_lines_of_next_to_nothing_are_hairlines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of a part of 1e-311 the widest line was infinitely wide, and that an OverflowError."""
    monkeypatch.chdir(tmp_path)
    equations = ["H[t] = -(abs(H[t-1]) + max(H[t-1], H[t-1])) + W * X[t]"]
    told = json.loads(_first_form(equations, {"W": [-0.4]}, [-0.9, -2.2e-311]))
    (tmp_path / "x.json").write_text(json.dumps({**told, "loss": {"kind": "squared_error", "at": "last"}}))
    for arguments in (["explain", "x.json"], ["draw", "x.json", "-o", "y.svg", "--avoiding", "H_0"]):
        require_sound(run(arguments, tmp_path, capsys), refused=False)


def test_what_is_refused_of_the_last_source_was_not_told_of_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every path visited: a sum that leaves the range was refused below the answers of the sources before."""
    monkeypatch.chdir(tmp_path)
    visit, sources = exhaustive.sum_exhaustively, []

    def sum_exhaustively(paths: PathSet, **options: Any) -> exhaustive.Exhaustive:
        sources.append(paths.source)
        return exhaustive.require_total(paths, [np.inf], 1) if len(sources) == 3 else visit(paths, **options)

    monkeypatch.setattr(exhaustive, "sum_exhaustively", sum_exhaustively)
    require_end(run(["check", "gomez", "--exhaustive"], tmp_path, capsys), refused=True)
    assert len(sources) == 3
