"""Nets of numbers from 1e-308 to 1e308: each command answers, or says in one line which number has left the range."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from graphviz_lstm.cells import CELLS, parse_cell
from graphviz_lstm.errors import InputError, NoPathError, NumberError
from graphviz_lstm.gradients import check
from graphviz_lstm.gradients.batches.over_training import over_training
from graphviz_lstm.gradients.pathsets import unit_paths_of
from graphviz_lstm.gradients.shares.routes import routes_of
from graphviz_lstm.graph import annotate, evaluate, reverse
from graphviz_lstm.paths import find_paths
from graphviz_lstm.problems import LossTerm, Problem, parse_problem, problem_to_json
from graphviz_lstm.reports import Study, describe_check, describe_selection
from graphviz_lstm.reports.groups import groups_json, groups_of
from graphviz_lstm.reports.spread import triangle_json, triangle_text
from graphviz_lstm.reports.tables import paths_csv, paths_json
from tests.examples import TYPICAL, random_example
from tests.fuzz.command import require_end, require_sound, run, unexplained

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

EQUATIONS = [
    "H[t] = U * H[t-1] + W * X[t]",
    "H[t] = tanh(U * H[t-1] + W * X[t])",
    "S[t] = U * S[t-1] + W * X[t]\nH[t] = sigmoid(W * X[t]) * S[t]",
    "H[t] = relu(U * H[t-1] - W * X[t])",
    "H[t] = W * X[t] / (1 + exp(U * H[t-1]))",
]
numbers = st.one_of(
    st.just(0.0),
    st.builds(lambda sign, power: sign * 10.0**power, st.sampled_from([-1.0, 1.0]), st.floats(-307.0, 307.0)),
    st.floats(-50.0, 50.0),
)


def net(text: str, u: float, w: float, inputs: list[float], targets: list[float]) -> Problem:
    """Return a net of one unit."""
    cell = parse_cell("c", text, output="H")
    rows = np.array(inputs)[:, None]
    wanted = np.array(targets)[:, None]
    return Problem(cell, {"U": [u], "W": [w]}, {"X": rows}, [LossTerm("H", tuple(range(1, len(rows) + 1)), wanted)])


@st.composite
def nets(draw: st.DrawFn) -> Problem:
    """Draw a net of one unit whose numbers lie anywhere in the range of a float64."""
    steps = draw(st.integers(1, 4))
    rows = [draw(numbers) for _ in range(2 * steps)]
    return net(draw(st.sampled_from(EQUATIONS)), draw(numbers), draw(numbers), rows[:steps], rows[steps:])


def told(study: Study) -> dict[str, Callable[[], str]]:
    """Return what can be told of a study without a picture."""
    return {
        "text": lambda: describe_selection(study.paths, study.paths.top(3), study.graph),
        "json": lambda: paths_json(study, study.paths.top(3)),
        "csv": lambda: paths_csv(study, study.paths.top(3)),
        "groups": lambda: groups_json(groups_of(study.paths, "crossings")),
        "check": lambda: describe_check(study.check()),
        "triangle": lambda: triangle_text(study),
        "triangle json": lambda: triangle_json(study),
        "verdict": lambda: str(study.verdict),
        "derivation": lambda: study.derivation().text,
    }


def _answer(tell: Callable[[], str]) -> tuple[str, str]:
    """Return what is told, or the line that refuses it."""
    try:
        return tell(), ""
    except InputError as error:
        return "", str(error)


@given(nets(), st.sampled_from(["U", "W", "X_1", "H_0"]))
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
def test_all_that_is_told_is_a_number_or_says_why_not(problem: Problem, source: str) -> None:
    """No traceback, no warning (they are errors here), no NaN, no false alarm of the check."""
    study = Study(problem, source)
    for name, tell in told(study).items():
        text, refusal = _answer(tell)
        assert "\n" not in refusal
        assert "nan" not in text.lower(), (name, text)
        if refusal:
            continue
        if name.endswith("json"):
            json.loads(text)


@given(nets())
@settings(max_examples=80)
def test_flows_are_finite_and_kept_at_every_vertex_or_refused(problem: Problem) -> None:
    try:
        graph = annotate(evaluate(problem), "W")
    except InputError:
        return
    flows = [flow for _, _, flow in graph.edges(data="flow")]
    assert all(map(math.isfinite, flows))
    out = math.fsum(edge["flow"] for edge in graph.succ["W"].values())
    assert out == pytest.approx(1.0, abs=1e-9 * max(1.0, *map(abs, flows)))


@pytest.mark.parametrize("scale", [1e-300, 1e-200, 1e200, 1e300])
def test_a_gradient_of_any_size_has_its_shares(scale: float) -> None:
    """Of 1e-300 it was said that it is zero."""
    problem = net(EQUATIONS[0], 1.0, 0.0, [scale, scale], [1.0, 1.0])
    graph = evaluate(problem)
    assert reverse(graph)["W"].tolist() == [-3.0 * scale]
    annotated = annotate(graph, "W")
    shares = [annotated.edges["W", head]["flow"] for head in ("H_1", "H_2")]
    assert shares == pytest.approx([2 / 3, 1 / 3], rel=1e-14)
    assert Study(problem, "W").paths.share == 1.0
    assert "zero" not in describe_selection(Study(problem, "W").paths, Study(problem, "W").paths.top(3))


def test_a_gradient_that_has_lost_its_digits_is_not_called_zero() -> None:
    problem = net(EQUATIONS[0], 1.0, 0.0, [1e-310, 1e-310], [1.0, 1.0])
    with pytest.raises(NumberError) as caught:
        annotate(evaluate(problem), "W")
    assert str(caught.value) == (
        "gradient out of range: dE/dW is 3e-310 (flows need 1e-307 to 1e+307; paths, their shares and groups can be "
        "asked for)"
    )
    assert [path.share for path in Study(problem, "W").paths.top(3)] == pytest.approx([1 / 3] * 3)


@pytest.mark.parametrize(("limit", "beyond"), [(1e-307, 0.0), (1e307, math.inf)])
def test_flows_are_told_of_gradients_up_to_the_limits_that_the_refusal_names(limit: float, beyond: float) -> None:
    """At the limit itself; a digit beyond it is refused."""
    given = net(EQUATIONS[0], 0.0, 1.0, [1.0], [1.0])
    for gradient in (limit, -limit, math.nextafter(limit, beyond)):
        problem = replace(given, losses=[LossTerm("H", (1,), [[gradient]], kind="given")])
        if abs(gradient) == limit:
            assert annotate(evaluate(problem), "W").edges["W", "H_1"]["flow"] == pytest.approx(1.0)
        else:
            with pytest.raises(NumberError, match=r"^gradient out of range"):
                annotate(evaluate(problem), "W")


def test_an_adjoint_that_overflows_is_named_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It ended in "zero-size array", in a JSON error, or in "nan %" on a figure."""
    monkeypatch.chdir(tmp_path)
    told = {
        "version": 2,
        "layers": [{"cell": {"equations": [EQUATIONS[0]]}, "parameters": {"U": [1e100], "W": [1e-300]}}],
        "inputs": {"X": [[1.0]] * 4},
        "losses": [{"targets": [[0.0]] * 4}],
    }
    (tmp_path / "net.json").write_text(json.dumps(told))
    assert parse_problem(json.dumps(told)).steps == 4
    for command in ("paths --json", "check", "explain", "draw -o x.svg", "strip -o x.svg", "derive"):
        name, *options = command.split()
        ran = run([name, "net.json", *options], tmp_path, capsys)
        # The symbols have no numbers, and the strip needs no adjoint of what is before the first step.
        if name in ("derive", "strip"):
            require_sound(ran)
            continue
        assert ran.err == "graphviz-lstm: not a finite number: the adjoint of vertex 'H_0' is [inf]\n", command


OTHERS = {
    "kinks": "H[t] = f_H(max(W @ X[t] + b, U @ H[t-1]) - abs(V @ X[t]))",
    "sum": "H[t] = f_H(W @ X[t] + U @ H[t-1] + b)",
    "product": "H[t] = f_H(W @ X[t]) * f_H(U @ H[t-1]) + b",
}
TRIED = {
    **TYPICAL,
    **{
        f"{name} of {f}": parse_cell("c", text, activations={"f_H": f}, output="H")
        for name, text in OTHERS.items()
        for f in ("sin", "cos", "relu", "abs", "softplus", "exp")
    },
}


def never_refused(cell: str, hidden: int, steps: int, scale: float, seed: int) -> bool | None:
    """Raise if a right gradient is refused; return whether it was checked."""
    problem = random_example(TRIED[cell], hidden=hidden, steps=steps, scale=scale, seed=seed)
    try:
        found = check(evaluate(problem), TRIED[cell].parameters[seed % len(TRIED[cell].parameters)])
    except (NoPathError, NumberError):
        return None
    for way in found.ways:
        assert not math.isnan(way.noticed)
        assert way.gradient is None or np.isfinite(way.gradient).all()
        assert not way.checked or way.residual <= 1e-3
    return found.checked


ASKED = {
    "cell": st.sampled_from(sorted(TRIED)),
    "hidden": st.sampled_from([1, 2, 4]),
    "steps": st.sampled_from([1, 2, 5, 12]),
    "scale": st.sampled_from([50.0, 50.0, 1000.0, 1e-3, 1e-100, 1e60]),
    "seed": st.integers(0, 10**6),
}


@given(**ASKED)
@settings(max_examples=30)
def test_the_check_of_a_saturated_or_a_wild_net_raises_no_false_alarm(**asked: Any) -> None:
    """Weights of 50 and more, functions with kinks, functions that come back: right gradients were refused."""
    never_refused(**asked)


@pytest.mark.long
@given(**ASKED)
@settings(max_examples=400)
def test_nor_do_those_of_four_hundred_others(**asked: Any) -> None:
    never_refused(**asked)


# (cell, hidden, steps, scale, seed of the parameter) that were refused: the oldest of the corpus.
ONCE_REFUSED = [
    ("sum of cos", 2, 5, 50.0, 575457),
    ("sum of cos", 2, 12, 1000.0, 691875),
    ("sum of sin", 2, 30, 50.0, 12983),
    ("kinks of abs", 1, 2, 1e-100, 88793),
    ("kinks of relu", 4, 12, 1e-100, 995461),
    ("kinks of cos", 2, 30, 50.0, 69635),
    ("product of cos", 1, 30, 50.0, 783058),
    ("product of sin", 1, 12, 50.0, 904215),
    ("gru", 4, 30, 1000.0, 251),
    ("sum of exp", 16, 1, 50.0, 206067),
    ("kinks of sin", 1, 12, 1e60, 523691),
    # Two paths that cancel, along another direction than the gradient of 1e-79: "apart by 0.4" was their rounding.
    ("slstm", 2, 1, 50.0, 25000),
]


@pytest.mark.parametrize("asked", ONCE_REFUSED, ids=str)
def test_what_was_once_refused_is_not(asked: tuple[str, int, int, float, int]) -> None:
    never_refused(*asked)


@pytest.mark.parametrize("size", [1e3, 1e6, 1e12])
def test_a_step_that_leaves_the_range_of_a_function_is_made_shorter(size: float) -> None:
    """An input so large that any move of its weight takes tanh to its end: the loss was then said to disagree."""
    problem = net(EQUATIONS[0], 0.0, 0.0, [0.0, 0.0, -size], [0.0, 0.0, 1.0])
    found = check(evaluate(problem), "W")
    assert found.checked


def test_what_overflows_where_a_derivative_is_zero_is_not_refused() -> None:
    """A difference that is no number tells nothing: neither that it agrees nor that it does not."""
    found = check(evaluate(net(EQUATIONS[3], -1e157, 0.0, [0.0], [0.0])), "H_0")
    assert not found.checked


def test_a_partial_that_overflows_while_it_is_made_is_named_where_it_is_asked_for() -> None:
    """Two terms of one partial, inf and -inf: their sum was a warning, from wherever the graph was first wanted."""
    problem = Problem(
        cell=parse_cell("quotient", "H[t] = ((U / X[t]) / (U / X[t])) + W * X[t]", ranks={"U": 0, "W": 0, "X": 0}),
        parameters={"U": -1.3e-156, "W": 0.5},
        inputs={"X": [9.7e-309]},
        losses=[LossTerm("H", (1,), [0.0])],
    )
    graph = evaluate(problem)
    assert np.isnan(graph.edges["X_1", "H_1"]["partial"].diagonal)
    with pytest.raises(NumberError, match="not a finite number: the adjoint of vertex 'X_1' is nan"):
        check(graph, "U")
    for ask in (lambda: find_paths(graph, "X_1", "E"), lambda: Study(problem, "X_1").paths):
        with pytest.raises(InputError, match="partial of edge 'X_1' -> 'H_1' holds nan"):
            ask()


@pytest.mark.parametrize("command", ["paths", "paths --json", "paths --csv", "paths --group-by crossings", "explain"])
@pytest.mark.parametrize("size", [1e-3, 1e-160])
def test_what_cancels_may_be_out_of_range(
    command: str, size: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two paths of 1e311 and more whose sum is zero: it was "+inf and -inf"."""
    monkeypatch.chdir(tmp_path)
    problem = net("H[t] = (abs(U) / -U) + W * X[t]", -size, 0.5, [1.0, 0.5], [0.0, 0.0])
    given = replace(problem.losses[0], kind="given", targets=np.array([[1e308], [0.1]]))
    (tmp_path / "x.json").write_text(problem_to_json(replace(problem, losses=[given])), encoding="utf-8")
    name, *options = command.split()
    ran = run([name, "x.json", *options, "--detail", "operation"], tmp_path, capsys)
    require_end(ran)
    assert not unexplained(ran)
    if command == "paths":
        assert "contributions: out of range and out of range (at" in ran.out


def test_ordinary_nets_are_still_checked() -> None:
    """What is taken back for wild nets is not taken from others."""
    checked = [never_refused(cell, 2, 5, 0.7, seed) for cell in sorted(TYPICAL) for seed in range(2)]
    assert all(checked)


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
@pytest.mark.parametrize("hidden", [1, 3])
def test_shares_of_the_classes_of_a_saturated_net_sum_to_one(cell: str, hidden: int) -> None:
    """They summed to 3e-103 %."""
    graph = evaluate(random_example(TYPICAL[cell], hidden=hidden, steps=5, scale=50.0, seed=3))
    for source in TYPICAL[cell].parameters[:3]:
        paths = find_paths(graph, source, "E")
        if np.any(np.asarray(paths.wide_total.mantissa)):
            groups = paths.group_by("crossings").values()
            assert math.fsum(group.share for group in groups) == pytest.approx(1.0, abs=1e-9 * _mass(groups))


def _mass(groups: Any) -> float:
    return max(1.0, *(abs(group.share) for group in groups))


def _measured(power: int) -> Problem:
    """Return a net whose inputs are measured in other units: W brings them back, and nothing else changes."""
    rows, weights = np.array([[0.97, 0.75, -0.9], [0.6, 0.8, -0.99]]), np.array([[0.5, -0.75, 0.25], [0.25, 0.5, 0.5]])
    given = {"W_H": np.ldexp(weights, -power), "U_H": np.array([[0.3, -0.2], [0.1, 0.4]]), "b_H": np.zeros(2)}
    losses = [LossTerm("H", (1, 2), np.full((2, 2), 1e-10), "given")]
    return Problem(CELLS["rnn"], given, {"X": np.ldexp(rows, power)}, losses)


@pytest.mark.parametrize("power", [1000, 1022, 1024])
def test_what_inputs_are_measured_in_changes_no_share(power: int) -> None:
    """A gradient along its own direction is a sum of inputs near 1e308, which left the range."""
    ours, theirs = (Study(problem, "W_H") for problem in (_measured(0), _measured(power)))
    for told in (
        lambda study: [path.share for path in study.paths.top(3)],
        lambda study: [route.net for route in routes_of(study.paths).rows],
        lambda study: [route.net for route in routes_of(unit_paths_of(study.linear, "W_H")).rows],
        lambda study: study.triangle.whole.tolist(),
        lambda study: study.by_unit.whole.tolist(),
    ):
        np.testing.assert_allclose(told(theirs), told(ours), rtol=1e-13)


@pytest.mark.parametrize("command", ["paths", "routes", "triangle", "units", "check", "batch", "count"])
def test_what_is_too_large_to_be_summed_is_said_of_a_gradient_of_zero(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Sizes are sums of all entries there, and that of inputs near 1e308 was a warning of NumPy."""
    monkeypatch.chdir(tmp_path)
    problem = _measured(1024)
    saturated = {"W_H": np.ones((2, 3)), "U_H": np.zeros((2, 2)), "b_H": np.zeros(2)}
    told = replace(problem, parameters=saturated, inputs={"X": np.abs(problem.inputs["X"])})
    (tmp_path / "x.json").write_text(problem_to_json(told))
    require_end(run([command, "x.json"], tmp_path, capsys))


def test_the_mean_of_two_losses_near_the_largest_number_is_one_of_them() -> None:
    """Their sum is no number, and that was an OverflowError of Python's."""
    problem = replace(
        _measured(0), parameters={"W_H": np.full((2, 3), 9.0), "U_H": np.zeros((2, 2)), "b_H": np.zeros(2)}
    )
    problem = replace(problem, losses=[LossTerm("H", (2,), np.array([[1.7e308, 0.0]]), "given")])
    (told,) = over_training([("a", 0, [problem, problem])], "W_H")
    assert told.loss > 1e308
