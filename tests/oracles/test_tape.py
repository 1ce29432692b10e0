"""The tape is right, its bounds are no idle ones, and what the package says of any net is what is on the tape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, reject, settings, strategies as st

from graphviz_lstm.cells import CELLS
from tests.examples import random_problem
from tests.oracles.exactly import exact_gradient
from tests.oracles.judged import judge_gradient, judge_schemes
from tests.oracles.judged_batches import judge_batch
from tests.oracles.judged_paths import judge_paths
from tests.oracles.sized import SIZES, Size, sized_batch, sized_net
from tests.oracles.tape import MP
from tests.oracles.taped_net import TARGET, TapedNet, is_close

if TYPE_CHECKING:
    from graphviz_lstm.problems import Problem
    from tests.oracles.judged import Refusals


def taped(problem: Problem) -> TapedNet:
    """Return a net on the tape; what has no value, such as a quotient by zero, is not asked about."""
    try:
        return TapedNet(problem)
    except ZeroDivisionError:
        reject()


@st.composite
def questions(draw: st.DrawFn, size: Size, *, steps: int) -> tuple[Problem, str, tuple[int, ...] | None]:
    """Draw a net of a size, a source of paths, and perhaps an entry of it."""
    cell = draw(st.sampled_from(sorted(CELLS)))
    asked = {
        "units": draw(st.integers(1, 3)),
        "steps": draw(st.integers(1, steps)),
        "seed": draw(st.integers(0, 2**32)),
    }
    problem = sized_net(cell, size, **asked)
    sources: dict[str, Any] = dict(problem.parameters)
    sources |= {f"{name}_0": value for name, value in problem.initial.items()}
    sources |= {f"{name}_1": rows[0] for name, rows in problem.inputs.items()}
    source = draw(st.sampled_from(sorted(sources)))
    element = tuple(draw(st.integers(0, n - 1)) for n in np.shape(sources[source]))
    return problem, source, element if draw(st.booleans()) else None


def require_right(size: Size, refused: Refusals) -> None:
    """Raise if an ordinary net was refused for anything but a gradient of zero, of which there are no parts."""
    assert size != "ordinary" or all(line.startswith("zero gradient") for line in refused)


@pytest.mark.parametrize("name", sorted(CELLS))
def test_the_tape_differentiates_as_differences_of_the_loss_do(name: str) -> None:
    """To forty-five digits: neither knows what the other does."""
    problem = random_problem(CELLS[name], inputs=1, steps=2, seed=3)
    adjoints = TapedNet(problem).adjoints
    for parameter in problem.parameters:
        due = exact_gradient(problem, parameter)
        found = adjoints[parameter, None][0].mid if (parameter, None) in adjoints else 0
        assert abs(found - MP.mpf(due)) <= MP.mpf(10) ** -45 * max(1, abs(due)), parameter


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("cell", ["lstm-peephole", "mlstm"])
def test_paths_one_by_one_and_by_label_are_the_adjoint(cell: str, size: Size) -> None:
    """Sixty digits of two ways through the same edges."""
    net = TapedNet(sized_net(cell, size, units=2, steps=2, seed=1))
    for source in [(name, None) for name in net.problem.parameters]:
        listed = [contribution for _, contribution in net.paths(source)]
        by_step = net.sums(lambda _, head, __: (int(head == TARGET), 1), source)[source]
        for entry, (adjoint, mass) in enumerate(zip(net.adjoints[source], net.masses(source), strict=True)):
            rounding = MP.mpf(10) ** -50 * mass.mid
            assert abs(adjoint.mid) <= mass.mid + rounding
            for parts in (listed, by_step.values()):
                assert abs(sum(part[entry].mid for part in parts) - adjoint.mid) <= rounding


@pytest.mark.parametrize("cell", sorted(CELLS))
def test_of_an_ordinary_net_a_number_that_is_off_by_a_billionth_is_noticed(cell: str) -> None:
    """The bound is some hundred roundings of what the number is a sum of."""
    net = TapedNet(sized_net(cell, "ordinary", units=2, steps=2, seed=5))
    for name in net.problem.parameters:
        source = (name, None)
        for adjoint, mass in zip(net.adjoints.get(source, []), net.masses(source), strict=False):
            assert not mass.mid or not is_close(float(adjoint.mid + mass.mid / 10**9), adjoint), name


@pytest.mark.parametrize("size", SIZES)
@given(data=st.data())
@settings(max_examples=6)
def test_every_value_and_adjoint_is_that_of_the_tape(size: Size, data: st.DataObject) -> None:
    """On the graph, from arrays, in a batch."""
    problem, _, _ = data.draw(questions(size, steps=4))
    require_right(size, judge_gradient(problem, taped(problem)))


@pytest.mark.parametrize("size", SIZES)
@given(data=st.data())
@settings(max_examples=4)
def test_what_a_scheme_leaves_is_the_tape_with_edges_cut(size: Size, data: st.DataObject) -> None:
    problem, _, _ = data.draw(questions(size, steps=4))
    require_right(size, judge_schemes(problem, taped(problem)))


@pytest.mark.parametrize("size", SIZES)
@given(data=st.data())
@settings(max_examples=5)
def test_totals_masses_and_every_kind_of_share_are_those_of_the_tape(size: Size, data: st.DataObject) -> None:
    """At both levels, by entry, exit, gate and unit, in the strip, the triangle and the routes, along edges."""
    problem, source, element = data.draw(questions(size, steps=3))
    require_right(size, judge_paths(problem, taped(problem), source, element))


@pytest.mark.parametrize("size", SIZES)
@given(data=st.data())
@settings(max_examples=4)
def test_parts_of_a_mean_loss_are_those_of_the_tapes(size: Size, data: st.DataObject) -> None:
    """Of sequences of other lengths, losses and numbers, by every label and by lag."""
    cell, units = data.draw(st.sampled_from(sorted(CELLS))), data.draw(st.integers(1, 2))
    lengths, seed = data.draw(st.lists(st.integers(1, 3), min_size=1, max_size=3)), data.draw(st.integers(0, 2**32))
    problems = sized_batch(cell, size, units=units, lengths=lengths, seed=seed)
    source = data.draw(st.sampled_from(sorted(problems[0].parameters)))
    shape = problems[0].parameters[source].shape
    element = tuple(data.draw(st.integers(0, n - 1)) for n in shape) if data.draw(st.booleans()) else None
    require_right(size, judge_batch(problems, [taped(problem) for problem in problems], source, element))


@pytest.mark.long
@pytest.mark.parametrize("size", SIZES)
@given(data=st.data())
@settings(max_examples=100)
def test_so_are_those_of_a_hundred_others(size: Size, data: st.DataObject) -> None:
    problem, source, element = data.draw(questions(size, steps=5))
    net = taped(problem)
    for refused in (
        judge_gradient(problem, net),
        judge_schemes(problem, net),
        judge_paths(problem, net, source, element),
    ):
        require_right(size, refused)
