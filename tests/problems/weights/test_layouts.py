"""The table of layouts, held against what each framework documents, in numpy; and what fits none of its rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from graphviz_lstm import InputError, load_weights
from graphviz_lstm.problems.weights.embeddings import embeddings
from graphviz_lstm.problems.weights.forward import outputs_of
from graphviz_lstm.problems.weights.inspecting import inspect_weights
from graphviz_lstm.problems.weights.layouts import FRAMEWORKS
from graphviz_lstm.problems.weights.read import read_weights
from tests.problems.weights.documented import DOCUMENTED, arrays_of
from tests.problems.weights.holding import require_close

ROWS = list(DOCUMENTED)
PYTORCHS_CELLS = [("PyTorch", f"nn.{kind}Cell") for kind in ("LSTM", "GRU", "RNN")]


def test_each_row_has_what_it_is_held_against() -> None:
    table = [(f.name, layout.module, layout.cell) for f in FRAMEWORKS for layout in f.layouts]
    assert sorted(table) == sorted(ROWS)


@pytest.mark.parametrize("row", ROWS, ids="-".join)
@pytest.mark.parametrize(("units", "inputs", "prefix"), [(1, 1, ""), (3, 2, "rnn."), (3, 3, "a.b/c/"), (8, 2, "x.1.")])
def test_what_is_read_gives_what_is_documented(row: tuple[str, str, str], units: int, inputs: int, prefix: str) -> None:
    """Whatever stands before the keys, and where as many inputs are read as there are units."""
    if units == 1 and "proj" in row[1]:
        units = 3
    arrays = arrays_of(row, units, inputs, seed=units)
    net = load_weights({prefix + key: array for key, array in arrays.items()}, cell=row[2])
    assert (net.cell.name, net.plan.layers[0].layout.module) == (row[2], row[1])
    rows = np.random.default_rng(1).normal(size=(4, inputs))
    theirs = DOCUMENTED[row][1](arrays, rows, units)
    require_close(outputs_of(net.problem(rows, np.zeros((4, net.plan.outputs)))), theirs, str(row))


@pytest.mark.parametrize("row", ROWS, ids="-".join)
def test_the_cell_need_not_be_named_but_where_files_leave_it_open(row: tuple[str, str, str]) -> None:
    arrays = arrays_of(row, 3, 2, seed=0)
    if row[:2] == ("ONNX", "GRU"):
        with pytest.raises(InputError, match=r"more than one cell fits '': 'gru', 'gru-reset-after' \(name the cell"):
            load_weights(arrays)
        return
    assert load_weights(arrays).plan.layers[0].layout.module == row[1]


@pytest.mark.parametrize("row", ROWS, ids="-".join)
def test_each_array_that_is_missing_transposed_or_of_another_size_is_refused_by_its_key(
    row: tuple[str, str, str],
) -> None:
    """But biases may be missing; the line names key, kind of number, shape and what was due."""
    arrays = arrays_of(row, 4, 3, seed=0)
    for key, array in arrays.items():
        spoilt = {
            "longer": np.concatenate([array, array[..., :1]], axis=-1),
            "deeper": array[None],
            "empty": array[..., :0],
            "words": np.full(array.shape, 1),
            "nan": np.full(array.shape, np.nan),
        }
        if array.ndim == 2 and array.shape[0] != array.shape[1]:
            spoilt["transposed"] = array.T
        if key == "W" or key.startswith("weight_ih"):
            del spoilt["longer"]  # of a net that reads one number more
        for how, wrong in spoilt.items():
            with pytest.raises(InputError) as refused:
                load_weights({**arrays, key: wrong}, cell=row[2])
            line = str(refused.value)
            assert "\n" not in line, how
            assert len(line) < 500, how
            assert any(repr(other) in line for other in arrays), (how, line)
            assert "float64 (" in line or "int64 (" in line, (how, line)
        left = {other: each for other, each in arrays.items() if other != key}
        if "bias" in key or key in ("B", "P"):
            load_weights(left, cell="lstm" if key == "P" else row[2])
        else:
            with pytest.raises(InputError):
                load_weights(left, cell=row[2])


LSTM = arrays_of(("PyTorch", "nn.LSTM", "lstm"), 4, 3, seed=0)
FC = {"fc.weight": np.ones((2, 4)), "fc.bias": np.ones(2)}
KERAS = arrays_of(("Keras", "LSTM", "lstm"), 4, 3, seed=0)
SECOND = {key.replace("l0", "l1"): array for key, array in arrays_of(ROWS[0], 4, 4, seed=0).items()}


FLAX = arrays_of(("Flax", "linen.LSTMCell, linen.OptimizedLSTMCell", "lstm"), 4, 3, seed=0)
ONNX = arrays_of(("ONNX", "LSTM", "lstm"), 4, 3, seed=0)
WIDE = arrays_of(ROWS[0], 4, 8, seed=0)


def ending(end: str, arrays: dict[str, Any]) -> dict[str, Any]:
    """Return arrays whose keys end with more."""
    return {key + end: array for key, array in arrays.items()}


def under(prefix: str, arrays: dict[str, Any]) -> dict[str, Any]:
    """Return arrays whose keys have a prefix."""
    return {prefix + key: array for key, array in arrays.items()}


@pytest.mark.parametrize(
    ("arrays", "options", "said"),
    [
        (
            {**LSTM, "weight_hh_l0": np.ones((10, 4))}, {},
            "is float64 (10, 4), must have as many rows as 4 x 4 for lstm, 3 x 4 for gru-reset-after, 1 x 4 for rnn in",
        ),
        (
            {**LSTM, "weight_ih_l0": np.ones((3, 16))}, {},
            "'weight_ih_l0' is float64 (3, 16), must be (16, inputs) (rows and columns are exchanged), as PyTorch's nn",
        ),
        ({**LSTM, "bias_hh_l0": np.ones(12)}, {}, "'bias_hh_l0' is float64 (12,), must be (16,), as PyTorch's nn.LSTM"),
        ({"fc.weight": np.ones((2, 4))}, {}, "no recurrent layer of PyTorch, Keras, Flax, ONNX: holds 'fc.weight' flo"),
        ({}, {}, "no recurrent layer of PyTorch, Keras, Flax, ONNX: holds nothing in the mapping"),
        ({**under("a.", LSTM), **under("b/", KERAS)}, {}, "two frameworks' keys: 'a.weight_hh_l0' is PyTorch's and 'b"),
        ({**LSTM, "emb.weight": np.ones((9, 3))}, {}, "unknown layer: 'emb.weight', float64 (9, 3) (what can be expla"),
        ({**LSTM, "emb.weight": np.ones((9, 3))}, {}, "prefix ''; an embedding must be named: embedding 'emb') in the"),
        ({**LSTM, "emb.weight": np.ones((9, 2))}, {}, "explained alone is PyTorch's nn.LSTM: prefix '') in the mappi"),
        ({**LSTM, "weight_hh_l0_reverse": np.ones((16, 4))}, {}, "missing: 'weight_ih_l0_reverse' of a recurrent laye"),
        ({**LSTM, "bias_hh_l0_reverse": np.ones(16)}, {"prefix": ""}, "missing: 'weight_ih_l0_reverse' of a recurrent"),
        (ending("_reverse", LSTM), {}, "one direction alone: 'weight_ih_l0_reverse' is float64 (16, 3), of a layer th"),
        (
            {**LSTM, **ending("_reverse", arrays_of(ROWS[0], 2, 3, seed=0))}, {},
            "differ: '', layer 0 is nn.LSTM of 4 units that reads 3 numbers and '', layer 0, backward is nn.LSTM of 2 ",
        ),
        (
            {**LSTM, **ending("_reverse", LSTM), **{k.replace("l0", "l1"): a for k, a in WIDE.items()}}, {},
            "missing: what runs backward of '', layer 1, as '', layer 0 has it in the mapping",
        ),
        (
            {key: np.concatenate([array, array]) for key, array in ONNX.items()}, {},
            "both directions of ONNX are not read: 'W' is float64 (2, 16, 3) (what can be explained is a net that runs",
        ),
        (
            {**under("forward_cell/", FLAX), "backward_cell/hi/bias": np.ones(4)}, {"prefix": ""},
            "missing: 'backward_cell/i/kernel' of a recurrent layer of Flax, beside 'backward_cell/hi/bias' in the map",
        ),
        ({**LSTM, "e.weight": np.ones((9, 5))}, {"embedding": "e"}, "'e.weight' is float64 (9, 5), must be (tokens, 3"),
        ({**LSTM, **FC}, {"embedding": "e"}, "unknown embedding: 'e' (must be one of 'fc') in the mapping"),
        (LSTM, {"embedding": "e"}, "unknown embedding: 'e' (there is none) in the mapping"),
        (ONNX, {"embedding": "e"}, "unknown embedding: 'e' (there is none) in the mapping"),
        (
            {**KERAS, "a/embeddings": np.ones((9, 3)), "b/embeddings": np.ones((9, 3))}, {},
            "more than one embedding: 'a', 'b' (name one as the embedding) in the mapping",
        ),
        ({**under("encoder.", LSTM), **under("decoder.", LSTM)}, {}, "more than one recurrent net: 'encoder', 'decode"),
        ({**under("e.", LSTM), **FC, **under("g", FC)}, {}, "more than one readout: 'fc', 'gfc' (name one as the read"),
        ({**LSTM, **FC}, {"readout": "out"}, "unknown readout: 'out' (must be one of 'fc') in the mapping"),
        ({**LSTM, "fc.weight": np.ones((2, 5))}, {"readout": "fc"}, "reads 5 (must read the 4 numbers of the last lay"),
        (LSTM, {"readout": "fc"}, "unknown readout: 'fc' (there is none) in the mapping"),
        (under("a.", LSTM), {"prefix": "b"}, "unknown prefix: 'b' (must be one of 'a') of a recurrent layer in the ma"),
        (LSTM, {"cell": "slstm"}, "unknown cell: 'slstm' (must be one of 'lstm', 'lstm-projected', 'gru-reset-after',"),
        (LSTM, {"cell": "rnn"}, "wrong shape: 'weight_hh_l0' is float64 (16, 4), must be (units, units)"),
        ({key.replace("l0", "l1"): each for key, each in LSTM.items()}, {}, "missing: a layer of '', which has 1 in"),
        ({**under("cells.0.", LSTM), **under("cells.1.", LSTM)}, {}, "no net of layers: 'cells.1', layer 0 reads 3 nu"),
        (LSTM, {"activations": {"f_Z": "relu"}}, "unknown general activation: 'f_Z'"),
        ({"a": {"b": "text"}}, {}, "not numbers: 'a/b' is 'text' in the mapping"),
        (3, {}, "not weights: 3 (must be a file's path or a mapping from keys to arrays)"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_one_line(arrays: Any, options: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as refused:
        load_weights(arrays, **options)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_layers_stand_in_the_order_of_their_numbers_and_prefixes_choose_among_nets() -> None:
    """`cells.2` before `cells.10`, `lstm` before `lstm_1`; and two nets are one where they are named in their order."""
    third = arrays_of(ROWS[0], 4, 4, seed=9)
    net = load_weights({**under("cells.10.", third), **under("cells.2.", LSTM), **FC})
    assert [found.layer.prefix for found in net.plan.layers] == ["cells.2", "cells.10"]
    deeper = arrays_of(("Keras", "LSTM", "lstm"), 4, 4, seed=9)
    net = load_weights({**under("m/lstm_1/lstm_cell/", deeper), **under("m/lstm/lstm_cell/", KERAS)})
    assert [found.inputs for found in net.plan.layers] == [3, 4]
    both = {**under("top.", third), **under("down.", LSTM), **FC}
    net = load_weights(both, prefix=("down", "top"), readout="fc")
    assert (net.plan.inputs, net.plan.outputs, net.cell.name) == (3, 2, "lstm+lstm+readout")
    assert load_weights({**LSTM, **SECOND}).plan.outputs == 4
    assert load_weights(both, prefix="top").plan.readout is None


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row[0] != "ONNX" and row[:2] not in PYTORCHS_CELLS], ids="-".join
)
def test_two_directions_are_joined_and_the_backward_one_reads_from_the_end(row: tuple[str, str, str]) -> None:
    """Held against what is documented of one direction; two prefixes of Keras or Flax are one layer."""
    one, other = arrays_of(row, 3, 2, seed=1), arrays_of(row, 3, 2, seed=2)
    by_prefix = row[0] != "PyTorch"
    pair = {
        **under("two/forward_rnn/cell/" if by_prefix else "two.", one),
        **(under("two/backward_rnn/cell/", other) if by_prefix else under("two.", ending("_reverse", other))),
    }
    rows = np.random.default_rng(1).normal(size=(4, 2))
    compute = DOCUMENTED[row][1]
    theirs = np.concatenate([compute(one, rows, 3), compute(other, rows[::-1], 3)[::-1]], axis=1)
    for prefix in ("two", "two/forward_rnn") if by_prefix else ("two",):
        net = load_weights(pair, cell=row[2], prefix=prefix)
        assert (net.plan.layers[0].direction, net.plan.outputs, net.plan.left) == ("both", theirs.shape[1], ())
        require_close(outputs_of(net.problem(rows, np.zeros(theirs.shape))), theirs, str(row))


def test_of_pytorch_every_matrix_under_weight_may_be_named_as_the_embedding() -> None:
    held = read_weights({**LSTM, **FC, "emb.weight": np.ones((9, 3)), "weight": np.ones((2, 2))})
    found = embeddings(FRAMEWORKS[0], held, LSTM)
    assert [(each.prefix, each.tokens, each.outputs) for each in found] == [("fc", 2, 4), ("emb", 9, 3), ("", 2, 2)]


def test_an_embedding_of_keras_or_flax_is_found_and_one_of_pytorch_is_named() -> None:
    matrix = np.random.default_rng(0).normal(size=(9, 3))
    cases: list[tuple[str, dict[str, Any], dict[str, str]]] = [
        ("embedding/embeddings", KERAS, {}),
        ("Embed_0/embedding", FLAX, {}),
        ("emb.weight", LSTM, {"embedding": "emb"}),
    ]
    for key, arrays, named in cases:
        net = load_weights({**arrays, key: matrix}, **named)
        assert (net.plan.left, net.plan.embedding.matrix, net.cell.inputs) == ((), key, ("k",))
        plain = load_weights(arrays).problem(matrix[[8, 0, 8]], np.ones((3, 4)))
        require_close(outputs_of(net.problem([8, 0, 8], np.ones((3, 4)))), outputs_of(plain), key)
        told = inspect_weights({**arrays, key: matrix})
        assert told.holds().get(key) == (None if named else "W_X, embedding")


@pytest.mark.parametrize(
    ("inputs", "targets", "options", "said"),
    [
        ([0, 9], [0, 1], {}, "no such token: input 'k' has 9 at [1] (must be a whole number from 0 to 8: 'W_X' has 9 "),
        ([-1, 0], [0, 1], {}, "no such token: input 'k' has -1 at [0]"),
        ([0.0, 1.0], [0, 1], {}, "not tokens: inputs are float64, must be whole numbers: each picks one of the 9 rows"),
        ([[0, 1]], [0, 1], {}, "wrong shape: inputs are (1, 2), must be (steps,), whole numbers: each picks one of th"),
        ([0, 1], [0, 4], {}, "no such class: targets of 'H' has 4 at [1] (must be a whole number from 0 to 3)"),
        ([0, 1], [0, 0.5], {}, "no such class: targets of 'H' has 0.5 at [1]"),
        ([0, 1], [0, 1], {"loss": "squared_error"}, "wrong shape: a row of 'targets' is (), must be a vector (one axi"),
        ([0, 1], [0, 1, 2], {}, "wrong number of rows: targets are (3,), must have 2, as the inputs"),
        ([0, 1], [3, 3], {"ignore": 3}, "no steps: ignore leaves none of the 2 at which the loss would count"),
        ([0, 1], np.ones((2, 4)), {"ignore": 3}, "nothing to ignore: targets are no numbers of classes, one for each"),
    ],
)  # fmt: skip
def test_tokens_and_classes_that_do_not_fit_are_one_line(
    inputs: Any, targets: Any, options: dict[str, Any], said: str
) -> None:
    net = load_weights({**KERAS, "embedding/embeddings": np.ones((9, 3))})
    with pytest.raises(InputError) as refused:
        net.problem(inputs, targets, **{"loss": "cross_entropy", **options})
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_half_precision_is_taken_exactly_and_told() -> None:
    half = {key: array.astype(np.float16) for key, array in LSTM.items()}
    net = load_weights(half)
    assert set(net.halved) == set(LSTM)
    assert (net.parameters["W_A"] == half["weight_ih_l0"][8:12].astype(np.float64)).all()


def test_inspecting_tells_what_can_be_explained_and_what_cannot() -> None:
    found = inspect_weights({**under("a.", LSTM), **under("b.", {**LSTM, "weight_ih_l0": np.ones((3, 3))})})
    assert [net.plan is None for net in found.nets] == [False, True]
    assert "'b.weight_ih_l0' is float64 (3, 3), must be (16, inputs)" in found.nets[1].refused
    assert found.nets[0].named
    assert inspect_weights({"w": np.ones(3)}).refused.startswith("no recurrent layer of ")


@pytest.mark.parametrize(
    ("inputs", "targets", "options", "said"),
    [
        (np.ones((5, 2)), np.ones((5, 4)), {}, "wrong shape: inputs are (5, 2), must be (steps, 3), as the net reads "),
        (np.ones(3), np.ones((5, 4)), {}, "wrong shape: 'inputs' is (3,), must be (steps, size), a row of numbers a s"),
        (np.ones((5, 3)), np.ones((4, 4)), {}, "wrong number of rows: targets are (4, 4), must have 5, as the inputs"),
        (np.ones((5, 3)), np.ones((5, 2)), {"at": "last"}, "(2,), must be (4,)"),
        (np.ones((5, 3)), np.ones((5, 4)), {"at": "first"}, "unknown place of the loss: 'first'"),
        (np.ones((5, 3)), np.ones((5, 4)), {"loss": "hinge"}, "'hinge'"),
        (np.full((5, 3), np.inf), np.ones((5, 4)), {}, "not a finite number: 'inputs' has inf at [0, 0]"),
        (np.ones((5, 3)), np.ones((5, 4)), {"initial": {"H": np.ones(3)}}, "initial state 'H' is (3,), must be (4,)"),
    ],
)  # fmt: skip
def test_inputs_and_targets_that_do_not_fit_are_one_line(
    inputs: Any, targets: Any, options: dict[str, Any], said: str
) -> None:
    with pytest.raises(InputError) as refused:
        load_weights(LSTM).problem(inputs, targets, **options)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
