"""Maps made of maps: products, sums and many pulls at once are those of the matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import assume, example, given, strategies as st

from graphviz_lstm.graph.careful import careful
from graphviz_lstm.graph.making import add, compose, pull_together
from graphviz_lstm.graph.maps import Chain, Diagonal, Functional, Matrix, ProductWith

if TYPE_CHECKING:
    from graphviz_lstm.graph.maps import Array, LinearMap

SIZE = 3


def made(kind: str, random: np.random.Generator) -> LinearMap:
    return Diagonal(random.normal(size=SIZE)) if kind == "diagonal" else Matrix(random.normal(size=(SIZE, SIZE)))


def matrix(linear: LinearMap) -> Array:
    """Return the matrix of a map between vectors: head by tail."""
    return np.stack([linear.push(unit) for unit in np.eye(SIZE)], axis=1)


kinds = st.lists(st.sampled_from(("diagonal", "diagonal", "matrix")), max_size=5)


@given(kinds, st.integers(0, 99))
def test_a_product_of_maps_is_that_of_their_matrices(chosen: list[str], seed: int) -> None:
    """Neighbours that are diagonals are one, wherever they stand."""
    random = np.random.default_rng(seed)
    maps = [made(kind, random) for kind in chosen]
    whole = compose(maps, (SIZE,))
    expected = np.linalg.multi_dot([np.eye(SIZE), *map(matrix, maps), np.eye(SIZE)])
    np.testing.assert_allclose(matrix(whole), expected, rtol=0, atol=1e-12 * 4.0 ** len(maps))
    vector = random.normal(size=SIZE)
    np.testing.assert_allclose(whole.pull(vector), expected.T @ vector, rtol=0, atol=1e-11 * 4.0 ** len(maps))
    if isinstance(whole, Chain):
        pairs = zip(whole.maps, whole.maps[1:], strict=False)
        assert not any(isinstance(one, Diagonal) and isinstance(other, Diagonal) for one, other in pairs)


@given(st.integers(-1000, 1000), st.integers(-1000, 0), st.integers(-300, 300))
def test_a_weighted_loss_is_one_number_whichever_way_a_sweep_goes(weight: int, target: int, power: int) -> None:
    """Forward, 1e-300 of a tangent of 1e-30 was nothing, before a weight of 1e150: a right gradient was refused."""
    numbers = np.array([0.75, -0.5, 0.625])
    maps = [Diagonal(np.ldexp(np.array(0.75), weight)), Functional(np.ldexp(numbers, target))]
    whole, unit = compose(maps, (SIZE,)), np.ldexp(1.0, power)
    with np.errstate(all="ignore"):
        pushed = np.array([whole.push(row) for row in unit * np.eye(SIZE)])
        np.testing.assert_array_equal(pushed, unit * whole.pull(np.ones(())))


@given(
    st.lists(st.sampled_from(("diagonal", "matrix")), min_size=2, max_size=4),
    st.lists(st.integers(-1000, 1000), min_size=4, max_size=4),
    st.integers(-900, 900),
    st.integers(0, 99),
)
def test_the_matrix_of_a_product_has_all_digits_whatever_comes_out_on_the_way(
    chosen: list[str], powers: list[int], last: int, seed: int
) -> None:
    """0, times 24, times -1e308, is 0: from the other end it was no number."""
    random = np.random.default_rng(seed)
    maps = [made(kind, random) for kind in chosen]
    powers = [*powers[: len(maps) - 1], 0]
    powers[-1] = last - sum(powers)
    if abs(powers[-1]) > 1000:
        return
    sized = [linear.changed(lambda a, p=p: np.ldexp(a, p)) for linear, p in zip(maps, powers, strict=True)]
    ordinary = Chain(tuple(maps)).dense()
    with np.errstate(all="raise"):
        np.testing.assert_array_equal(Chain(tuple(sized)).dense(), np.ldexp(ordinary, last))
        nothing = Chain((Diagonal(np.zeros(SIZE)), *sized))
        assert not nothing.dense().any()


@given(
    st.integers(0, 3),
    st.lists(st.sampled_from(("diagonal", "diagonal", "matrix")), min_size=1, max_size=4),
    st.lists(st.integers(-1000, 1000), min_size=8, max_size=8),
    st.integers(-900, 900),
    st.integers(0, 99),
)
@example(0, ["diagonal"] * 3, [-664, -664, 0, 0, 0, 0, 0, 0], -332, 0)
@example(0, ["diagonal", "diagonal", "matrix"], [-664, -664, 0, 0, 0, 0, 0, 0], -332, 0)
@example(3, ["matrix"], [-664, -664, 0, 0, 0, 0, 0, 0], -332, 0)
def test_nor_does_it_lose_any_where_neighbours_are_one(
    numbers: int, chosen: list[str], powers: list[int], last: int, seed: int
) -> None:
    """Of 1e-200, 1e-200 and 1e300 nothing was left, and of 1e-200 and 1e-200 before a matrix of 1e300."""
    random = np.random.default_rng(seed)
    loss: list[LinearMap] = [Diagonal(random.normal(size=())) for _ in range(numbers)]
    loss += [Functional(random.normal(size=SIZE))] * bool(numbers)
    # Without signs: what cancels has no digits to lose.
    maps = [linear.absolute() for linear in (*loss, *(made(kind, random) for kind in chosen))]
    powers = powers[: len(maps) - 1]
    powers.append(last - sum(powers))
    assume(abs(powers[-1]) <= 1000)
    sized = [linear.changed(lambda a, p=p: np.ldexp(a, p)) for linear, p in zip(maps, powers, strict=True)]
    expected = np.ldexp(Chain(tuple(maps)).dense(), last)
    whole = compose(sized, (SIZE,))
    rows = np.eye(len(expected)).reshape(-1, *whole.head_shape)
    for found in (whole.dense(), careful(whole).pull(rows), careful(whole).push(np.eye(SIZE)).reshape(SIZE, -1).T):
        np.testing.assert_allclose(found, expected, rtol=1e-13)


@given(kinds.filter(bool), st.integers(0, 99))
def test_a_sum_of_maps_is_that_of_their_matrices_and_pulls_go_together(chosen: list[str], seed: int) -> None:
    random = np.random.default_rng(seed)
    maps = [made(kind, random) for kind in chosen]
    whole = add(maps)
    np.testing.assert_allclose(matrix(whole), sum(map(matrix, maps)), rtol=0, atol=1e-13 * len(maps))
    assert whole.layout == ("full" if "matrix" in chosen else "diagonal")
    adjoints = random.normal(size=(len(maps), SIZE))
    expected = sum(matrix(linear).T @ adjoint for linear, adjoint in zip(maps, adjoints, strict=True))
    np.testing.assert_allclose(pull_together(maps, list(adjoints)), expected, rtol=0, atol=1e-12 * len(maps))


@given(st.lists(st.sampled_from(("product", "gated", "gated before")), min_size=1, max_size=5), st.integers(0, 99))
def test_pulls_of_a_matrix_go_together_wherever_it_is_multiplied(chosen: list[str], seed: int) -> None:
    """Times a vector, times one in a gate, or itself gated before it is multiplied: then it is no outer product."""
    random = np.random.default_rng(seed)

    def of_matrix(kind: str) -> LinearMap:
        product = ProductWith(random.normal(size=SIZE), SIZE)
        if kind == "product":
            return product
        gate = Diagonal(random.normal(size=SIZE if kind == "gated" else (SIZE, SIZE)))
        return Chain((gate, product) if kind == "gated" else (product, gate))

    maps = [of_matrix(kind) for kind in chosen]
    adjoints = list(random.normal(size=(len(maps), SIZE)))
    expected = sum(linear.pull(adjoint) for linear, adjoint in zip(maps, adjoints, strict=True))
    np.testing.assert_allclose(pull_together(maps, adjoints), expected, rtol=0, atol=1e-12 * len(maps))
