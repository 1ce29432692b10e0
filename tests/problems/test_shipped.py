"""The trained example that ships: what it is, that its script makes it anew, and by whose gradients it was trained."""

from __future__ import annotations

import json
from importlib.resources import files
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from safetensors.numpy import load

from graphviz_lstm import ExampleError, UnknownNameError, evaluate, load_example, load_problem, load_sequences
from graphviz_lstm.gradients.schemes import gradients_under, scheme
from graphviz_lstm.problems import EXAMPLES, load_weights
from graphviz_lstm.problems.shipped import TRAINED, about_trained, trained_problem, training_of_adding

if TYPE_CHECKING:
    from graphviz_lstm.graph.maps import Array

ROOT = Path(__file__).parents[2]
SHIPPED = files("graphviz_lstm.problems").joinpath("trained")


def script() -> Any:
    """Return `tools/adding.py`, which is no module of the package."""
    spec = spec_from_file_location("adding", ROOT / "tools" / "adding.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


ADDING = script()


@pytest.mark.parametrize("name", TRAINED)
def test_a_trained_example_is_an_example_like_any_other(name: str) -> None:
    """It is loaded by its name, says what it is, and its first sequence is the example."""
    problem = load_problem(name)
    assert name in EXAMPLES
    assert problem.name == name
    assert problem.hidden == 1
    assert problem.parameters["U_f"].shape == (16, 16)
    assert f"{training_of_adding().updates[name]:,} updates" in problem.about == about_trained(name)
    first = load_sequences(name)[0]
    assert np.array_equal(first.inputs["X"], trained_problem(name).inputs["X"])
    assert all(np.array_equal(first.parameters[key], array) for key, array in problem.parameters.items())


@pytest.mark.parametrize("name", TRAINED)
def test_the_loss_that_is_told_is_that_of_the_sequences(name: str) -> None:
    """The mean over all that ship, by our own forward pass."""
    values = [float(evaluate(problem).nodes["E"]["value"]) for problem in load_sequences(name)]
    assert np.isclose(np.mean(values), training_of_adding().loss[name], rtol=1e-6, atol=2e-9)


def test_training_solves_the_task() -> None:
    """Half the variance of what is due is what a net has that always says the mean."""
    due = np.array([problem.losses[0].targets for problem in load_sequences("adding")])
    untrained, plateau, learning, solved = (
        training_of_adding().loss[name] for name in ("adding-untrained", "adding-plateau", "adding-learning", "adding")
    )
    assert untrained > plateau > 0.5 * 0.5 * due.var() > learning > 100 * solved


def test_an_example_of_the_first_form_has_no_readout() -> None:
    """So these are none; and there is no other name."""
    with pytest.raises(ExampleError, match=r"not an example: 'adding' has a readout \(load_problem reads it\)"):
        load_example("adding")
    with pytest.raises(UnknownNameError, match="unknown trained example: 'gomez'"):
        load_sequences("gomez")


@pytest.mark.parametrize("name", ["full", "lstm-1997", "bptt:8", "bptt:2"])
def test_the_script_trains_by_the_gradient_that_the_package_finds(name: str) -> None:
    """Of a batch of two it is our mean, and what it leaves out is what each scheme leaves out."""
    weights = stored(SHIPPED.joinpath("adding-learning.safetensors").read_bytes())
    inputs, targets = (array[:2] for array in ADDING.held_out())
    _, found = ADDING.gradient(weights, inputs, targets, ADDING.going_back(name, np.random.default_rng(0), 2))
    graphs = [evaluate(problem) for problem in load_sequences("adding-learning")[:2]]
    under = [gradients_under(graph, scheme(name)) for graph in graphs]
    # What two biases give to one parameter here adds; the gradient of each is that of the sum.
    ours = load_weights({**found, "lstm.bias_hh_l0": np.zeros_like(found["lstm.bias_hh_l0"])}).parameters
    for parameter, array in ours.items():
        mean = np.mean([each[parameter] for each in under], axis=0)
        assert np.allclose(array, mean, rtol=0.0, atol=1e-12 * max(1.0, float(np.abs(mean).max()))), parameter


def test_what_h_detach_drops_by_chance_is_dropped_in_the_script() -> None:
    """Always dropped it is the scheme of 1997, never it is the whole."""
    weights = stored(SHIPPED.joinpath("adding-learning.safetensors").read_bytes())
    inputs, targets = (array[:2] for array in ADDING.held_out())
    for chance, name in (("1.0", "lstm-1997"), ("0.0", "full")):
        (_, found), (_, due) = (
            ADDING.gradient(weights, inputs, targets, ADDING.going_back(asked, np.random.default_rng(0), 2))
            for asked in (f"h-detach:{chance}", name)
        )
        assert all(np.array_equal(found[key], due[key]) for key in found)


def stored(content: bytes) -> dict[str, Array]:
    """Return the arrays of a weights file in double precision."""
    return {name: array.astype(np.float64) for name, array in load(content).items()}


def test_the_script_begins_as_what_ships() -> None:
    """The first weights, the sequences, and the first points of every curve to 1e-6."""
    made = ADDING.files(updates=2 * ADDING.EVERY)
    for name in ("adding-untrained.safetensors", "adding-sequences.safetensors"):
        assert made[name] == SHIPPED.joinpath(name).read_bytes()
    curves = json.loads(made["adding.json"])["losses"]
    assert list(curves) == list(training_of_adding().losses)
    for name, losses in training_of_adding().losses.items():
        assert np.allclose(curves[name], losses[:2], rtol=1e-6)
        assert len(losses) == ADDING.UPDATES // ADDING.EVERY


@pytest.mark.slow
@pytest.mark.long
def test_the_script_makes_all_that_ships_anew() -> None:
    """Every weight, and every point of the curve of the whole gradient, to 1e-6."""
    made = ADDING.files(schemes=("full",))
    assert {path.name for path in SHIPPED.iterdir()} == set(made)
    for name, content in made.items():
        assert len(content) < 200_000
        if name.endswith(".safetensors"):
            ours, due = stored(SHIPPED.joinpath(name).read_bytes()), stored(content)
            assert all(np.allclose(ours[key], due[key], rtol=0.0, atol=1e-6) for key in due)
    ours, due = (json.loads(text) for text in (SHIPPED.joinpath("adding.json").read_bytes(), made["adding.json"]))
    assert ours["stages"].keys() == due["stages"].keys()
    assert all(np.allclose(ours["losses"][name], due["losses"][name], rtol=1e-6, atol=1e-9) for name in due["losses"])
