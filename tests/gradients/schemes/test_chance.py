"""Random schemes: expectation and variance are those of all draws, each with its probability."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from math import prod

import numpy as np
import pytest

from graphviz_lstm.cells import parse_cell
from graphviz_lstm.errors import InputError, NumberError
from graphviz_lstm.gradients.schemes import gradients_under, scheme
from graphviz_lstm.gradients.schemes.chance import drawn, moments_under, sample_under
from graphviz_lstm.graph import evaluate, reverse
from graphviz_lstm.paths import find_paths
from graphviz_lstm.problems import Example, load_problem
from tests.examples import TYPICAL, random_example

RANDOM = ["h-detach:0.25", "c-detach:0.5", "artbp:0.3", "h-detach:1", "c-detach:0"]


@pytest.mark.parametrize("name", RANDOM)
@pytest.mark.parametrize("cell", TYPICAL.values(), ids=list(TYPICAL))
def test_moments_are_those_of_all_draws(cell, name: str) -> None:
    """Over three steps: eight draws."""
    graph = evaluate(random_example(cell, hidden=2, steps=3, seed=4))
    chance = scheme(name).chance
    sources = list(cell.parameters)
    first, second = {}, {}
    steps = range(graph.graph["first_step"], graph.graph["first_step"] + 3)
    for kept in product([True, False], repeat=3):
        probability = prod(1.0 - chance.dropped if each else chance.dropped for each in kept)
        if not probability:
            continue
        adjoints = reverse(drawn(graph, chance, dict(zip(steps, kept, strict=True))))
        for source in sources:
            first[source] = first.get(source, 0.0) + probability * adjoints[source]
            second[source] = second.get(source, 0.0) + probability * adjoints[source] ** 2
    expectation = gradients_under(graph, scheme(name))
    for source in sources:
        moments = moments_under(graph, scheme(name), source)
        size = max(float(np.abs(second[source]).max()), 1e-300)
        np.testing.assert_allclose(moments.mean, first[source], rtol=1e-11, atol=1e-13 * size**0.5)
        np.testing.assert_allclose(expectation[source], first[source], rtol=1e-11, atol=1e-13 * size**0.5)
        np.testing.assert_allclose(moments.variance, second[source] - first[source] ** 2, atol=1e-12 * size)


def test_the_deviation_is_right_to_rounding_where_it_is_small() -> None:
    """Where a factor of 0.999999 and 1.000001 moves the gradient by a millionth: no difference of two squares."""
    graph = evaluate(random_example(TYPICAL["lstm"], hidden=2, steps=4, seed=4))
    seldom = scheme("artbp:1e-12")
    chance = seldom.chance
    first, draws = gradients_under(graph, seldom)["U_f"], []
    steps = range(graph.graph["first_step"], graph.graph["first_step"] + 4)
    for kept in product([True, False], repeat=4):
        probability = prod(1.0 - chance.dropped if each else chance.dropped for each in kept)
        draws.append(
            probability * (reverse(drawn(graph, chance, dict(zip(steps, kept, strict=True))))["U_f"] - first) ** 2
        )
    np.testing.assert_allclose(moments_under(graph, seldom, "U_f").deviation, np.sqrt(sum(draws)), rtol=1e-9)


@pytest.mark.parametrize("power", [1000, 600, -600, -950])
@pytest.mark.parametrize("cell", [TYPICAL["lstm"], TYPICAL["gru"]], ids=["lstm", "gru"])
def test_moments_go_with_the_loss(cell, power: int) -> None:
    """A power of two times the loss is so many times both, bit by bit, though no square of it is a number."""
    example = random_example(cell, hidden=2, steps=3, loss="given", seed=4)
    larger = replace(example, targets=np.ldexp(example.targets, power))
    for source in cell.parameters:
        small, large = (moments_under(evaluate(each), scheme("artbp:0.3"), source) for each in (example, larger))
        assert np.array_equal(np.ldexp(small.mean, power), large.mean)
        assert np.array_equal(np.ldexp(small.deviation, power), large.deviation)
        assert large.deviation.any()
    with np.errstate(all="ignore"):
        assert np.array_equal(large.variance, np.square(large.deviation))


UNITS = parse_cell("units", "H[t] = U * H[t-1] + W @ X[t]", output="H")


def test_each_entry_has_a_size_of_its_own() -> None:
    """A unit of 1e-200 beside one of 1e200, an input of 1e-90 beside one of 1e90: as if each were alone."""
    parameters = {"U": np.array([2.0**-300, 0.75, 2.0**300]), "W": np.ones((3, 2))}
    inputs, targets = np.array([[2.0**-300, 2.0**300]] * 3), np.array([[1.0, -3.0, 0.5]] * 3)
    whole = Example(UNITS, parameters, inputs, targets, loss="given")
    found = moments_under(evaluate(whole), scheme("artbp:0.3"), "W").deviation
    for unit, entry in np.ndindex(3, 2):
        alone = Example(
            UNITS,
            {"U": parameters["U"][[unit]], "W": np.ones((1, 1))},
            inputs[:, [entry]],
            targets[:, [unit]],
            loss="given",
        )
        assert found[unit, entry] == moments_under(evaluate(alone), scheme("artbp:0.3"), "W").deviation[0, 0] > 0.0


def test_what_no_float_can_hold_is_said() -> None:
    """A deviation above 1.8e308: in one line, and no warning."""
    parameters = {"U": np.array([2.0**400]), "W": np.array([[2.0**-600]])}
    example = Example(UNITS, parameters, np.array([[2.0**300]] * 2), np.array([[2.0**400]] * 2), loss="given")
    with pytest.raises(NumberError, match=r"^not a finite number: the moments of dE/dW under 'artbp:0.5' leave "):
        moments_under(evaluate(example), scheme("artbp:0.5"), "W")


def test_the_expectation_of_h_detach_is_the_crossing_polynomial() -> None:
    """At the probability to keep; that of ARTBP is the gradient."""
    graph = evaluate(load_problem("gomez"))
    polynomial = find_paths(graph, "W_A", "E").polynomial("crossings")
    found = gradients_under(graph, scheme("h-detach:0.25"))["W_A"]
    np.testing.assert_allclose(found, polynomial(0.75), rtol=1e-14)
    full, artbp = (gradients_under(graph, scheme(name)) for name in ("full", "artbp:0.4"))
    for parameter in full:
        np.testing.assert_allclose(artbp[parameter], full[parameter], rtol=1e-13)


def test_a_sampler_agrees_with_the_moments() -> None:
    """Within five standard errors; the same seed gives the same draws."""
    graph = evaluate(random_example(TYPICAL["lstm"], hidden=2, steps=6, seed=8))
    draws = sample_under(graph, scheme("h-detach:0.4"), ["U_f"], 400, seed=1)["U_f"]
    moments = moments_under(graph, scheme("h-detach:0.4"), "U_f")
    error = np.sqrt(moments.variance / len(draws))
    assert (np.abs(draws.mean(axis=0) - moments.mean) <= 5.0 * error + 1e-15).all()
    assert np.abs(draws.var(axis=0) / moments.variance - 1.0).max() < 0.5
    again = sample_under(graph, scheme("h-detach:0.4"), ["U_f"], 400, seed=1)["U_f"]
    assert np.array_equal(draws, again)


def test_what_is_not_random_is_said() -> None:
    """And no number of draws below one."""
    graph = evaluate(load_problem("gomez"))
    with pytest.raises(InputError, match=r"^not a random scheme: 'full' "):
        moments_under(graph, scheme("full"), "W_A")
    with pytest.raises(InputError, match=r"^wrong number of draws: 0 "):
        sample_under(graph, scheme("artbp:0.1"), ["W_A"], 0, seed=0)
    with pytest.raises(InputError, match=r"^not a parameter: 'H_0' "):
        moments_under(graph, scheme("artbp:0.1"), "H_0")
