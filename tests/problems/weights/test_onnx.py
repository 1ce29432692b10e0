"""ONNX's own operators, by its reference: what they give. Collected where ONNX is installed."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from graphviz_lstm import InputError, load_weights
from graphviz_lstm.problems.weights.forward import outputs_of
from tests.problems.weights.holding import require_close, require_same

if TYPE_CHECKING:
    from pathlib import Path

onnx = pytest.importorskip("onnx")
evaluator = pytest.importorskip("onnx.reference")

_STEP = 1e-5
KINDS = {
    "lstm": ("LSTM", 4, {}, None),
    "lstm-peephole": ("LSTM", 4, {}, None),
    "gru": ("GRU", 3, {"linear_before_reset": 0}, "gru"),
    "gru-reset-after": ("GRU", 3, {"linear_before_reset": 1}, "gru-reset-after"),
    "rnn": ("RNN", 1, {}, None),
}


def given_by(name: str, arrays: dict[str, Any], rows: Any, units: int, options: dict[str, int]) -> Any:
    """Return what ONNX' reference gives for one node, (steps, units)."""
    inputs = ["X", "W", "R", "B", "", "", "", *(["P"] if "P" in arrays else [])]
    node = onnx.helper.make_node(name, inputs if "P" in arrays else inputs[:4], ["Y"], hidden_size=units, **options)
    info = [onnx.helper.make_tensor_value_info(each, onnx.TensorProto.DOUBLE, None) for each in inputs if each]
    out = [onnx.helper.make_tensor_value_info("Y", onnx.TensorProto.DOUBLE, None)]
    model = onnx.helper.make_model(onnx.helper.make_graph([node], "one", info, out))
    return evaluator.ReferenceEvaluator(model).run(None, {"X": rows[:, None], **arrays})[0][:, 0, 0]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("units", [1, 4, 8])
def test_what_onnx_stores_gives_what_onnx_gives(kind: str, units: int) -> None:
    name, gates, options, cell = KINDS[kind]
    random = np.random.default_rng(units)
    arrays = {
        "W": random.normal(size=(1, gates * units, 3)),
        "R": random.normal(size=(1, gates * units, units)),
        "B": random.normal(size=(1, 2 * gates * units)),
    }
    if kind == "lstm-peephole":
        arrays["P"] = random.normal(size=(1, 3 * units))
    rows = random.normal(size=(5, 3))
    net = load_weights(arrays, cell=cell)
    assert net.cell.name == kind
    theirs = given_by(name, arrays, rows, units, options)
    require_close(outputs_of(net.problem(rows, np.zeros((5, units)))), theirs, kind)


def model_of(
    kind: str, units: int, *, gemm: bool = True, ways: int = 1, more: tuple[str, ...] = (), **told: Any
) -> tuple[Any, Any]:
    """Return a model of one recurrent node and a linear map, as exporters write them, and its arrays."""
    name, gates, options, _ = KINDS[kind]
    random = np.random.default_rng(units)
    wide = ways * units
    arrays = {
        "W": random.normal(size=(ways, gates * units, 3)),
        "R": random.normal(size=(ways, gates * units, units)),
        "B": random.normal(size=(ways, 2 * gates * units)),
        "V": random.normal(size=(2, wide) if gemm else (wide, 2)),
        "c": random.normal(size=2),
        "rows": np.array([-1, wide]),
    }
    told = {**options, **({"direction": "bidirectional"} if ways == 2 else {}), **told}
    make = onnx.helper.make_node
    nodes = [
        make(name, ["X", "W", "R", "B"], ["Y"], name="/lstm/node", hidden_size=units, **told),
        # (steps, ways, sequences, units): one behind the other, as PyTorch exports it.
        make("Transpose", ["Y"], ["S"], perm=[0, 2, 1, 3]),
        make("Reshape", ["S", "rows"], ["T0"]),
        *(make(each, [f"T{k}"], [f"T{k + 1}"], name=f"/{each}") for k, each in enumerate(more)),
    ]
    last = f"T{len(more)}"
    if gemm:
        nodes.append(make("Gemm", [last, "V", "c"], ["E"], name="/fc/Gemm", transB=1))
    else:
        nodes += [make("MatMul", [last, "V"], ["M"], name="/fc/MatMul"), make("Add", ["c", "M"], ["E"], name="/fc/Add")]
    double = onnx.TensorProto.DOUBLE
    info = [onnx.helper.make_tensor_value_info("X", double, None)]
    out = [onnx.helper.make_tensor_value_info("E", double, None)]
    held = [onnx.numpy_helper.from_array(array, key) for key, array in arrays.items()]
    return onnx.helper.make_model(onnx.helper.make_graph(nodes, "net", info, out, held)), arrays


@pytest.mark.parametrize("gemm", [True, False])
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "lstm-peephole"])
@pytest.mark.parametrize("units", [1, 5])
def test_a_model_gives_what_onnx_gives(kind: str, units: int, gemm: bool, tmp_path: Path) -> None:  # noqa: FBT001 -- a case
    """Its attributes say which GRU it is; the readout is found by its node."""
    model, _ = model_of(kind, units, gemm=gemm)
    onnx.save(model, tmp_path / "model.onnx")
    net = load_weights(tmp_path / "model.onnx")
    assert (net.plan.layers[0].layout.cell, net.plan.readout.prefix) == (kind, "fc")
    rows = np.random.default_rng(1).normal(size=(4, 3))
    (theirs,) = evaluator.ReferenceEvaluator(model).run(None, {"X": rows[:, None]})
    require_close(outputs_of(net.problem(rows, np.zeros((4, 2)))), theirs.reshape(4, 2), kind)


def differences(model: Any, arrays: dict[str, Any], rows: Any, targets: Any) -> tuple[float, dict[str, Any]]:
    """Return the loss of what ONNX' reference gives, and its slope by every number of every array."""
    held = {each.name: each for each in model.graph.initializer}

    def loss() -> float:
        for name in ("W", "R", "B", "V", "c"):
            held[name].CopyFrom(onnx.numpy_helper.from_array(arrays[name], name))
        (gave,) = evaluator.ReferenceEvaluator(model).run(None, {"X": rows[:, None]})
        return float(((gave.reshape(targets.shape) - targets) ** 2).sum() / 2)

    slopes = {name: np.zeros(arrays[name].shape) for name in ("W", "R", "B", "V", "c")}
    for name, found in slopes.items():
        for place in np.ndindex(found.shape):
            kept = arrays[name][place]
            ends = []
            for step in (_STEP, -_STEP):
                arrays[name][place] = kept + step
                ends.append(loss())
            arrays[name][place] = kept
            found[place] = (ends[0] - ends[1]) / (2 * _STEP)
    return loss(), slopes


@pytest.mark.parametrize("ways", [1, 2])
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "lstm-peephole"])
def test_every_gradient_is_the_slope_of_what_onnx_gives(kind: str, ways: int, tmp_path: Path) -> None:
    """By differences, since ONNX has no gradients; of one direction and of both, joined as exporters join them."""
    model, arrays = model_of(kind, 2, ways=ways)
    onnx.save(model, tmp_path / "model.onnx")
    net = load_weights(tmp_path / "model.onnx")
    assert net.plan.layers[0].direction == ("both" if ways == 2 else "forward")
    random = np.random.default_rng(3)
    rows, targets = random.normal(size=(3, 3)), random.normal(size=(3, 2))
    loss, slopes = differences(model, arrays, rows, targets)
    gradients = {"fc/weight": slopes["V"], "fc/bias": slopes["c"]}
    for name in "WRB":
        gradients[f"lstm/node/{name}"] = slopes[name][:1]
        gradients[f"lstm/node/{name}_reverse"] = slopes[name][1:]
    require_same(net, net.problem(rows, targets), loss, gradients, close=1e-7)


@pytest.mark.parametrize(
    "functions", [["Sigmoid", "Tanh", "Tanh"] * 2, ["Sigmoid", "Tanh", "Tanh", "Sigmoid", "Relu", "Tanh"]]
)
def test_functions_of_both_directions_are_told_together(functions: list[str], tmp_path: Path) -> None:
    """Alike they are a layer's; where they differ it is refused."""
    model, _ = model_of("lstm", 2, ways=2, activations=functions)
    onnx.save(model, tmp_path / "model.onnx")
    if functions[:3] == functions[3:]:
        assert load_weights(tmp_path / "model.onnx").plan.layers[0].direction == "both"
        return
    with pytest.raises(InputError, match="no cell computes what 'lstm/node' does"):
        load_weights(tmp_path / "model.onnx")


def test_both_directions_that_are_not_there_are_refused(tmp_path: Path) -> None:
    model, _ = model_of("lstm", 2, direction="bidirectional")
    onnx.save(model, tmp_path / "model.onnx")
    with pytest.raises(InputError, match=r"'W' is \(1, 8, 3\), must be \(2, ...\), of both directions in weights file"):
        load_weights(tmp_path / "model.onnx")


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (
            {"more": ("Relu",)},
            "unknown layer: Relu 'Relu' (what can be explained alone is ONNX's LSTM: prefix 'lstm/node'",
        ),
        ({"activations": ["Sigmoid", "Relu", "Tanh"]}, "no cell computes what 'lstm/node' does: direction='forward'"),
        ({"input_forget": 1}, "input_forget=1"),
        ({"direction": "reverse"}, "direction='reverse'"),
        ({"clip": 3.0}, "clip=3.0"),
    ],
)
def test_what_a_model_does_beside_is_refused_in_one_line(told: dict[str, Any], said: str, tmp_path: Path) -> None:
    model, _ = model_of("lstm", 3, **told)
    onnx.save(model, tmp_path / "model.onnx")
    with pytest.raises(InputError) as refused:
        load_weights(tmp_path / "model.onnx")
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
    if "more" in told:
        assert load_weights(tmp_path / "model.onnx", prefix="lstm").plan.outputs == 3


def test_bytes_that_are_no_model_are_refused_in_one_line(tmp_path: Path) -> None:
    """However they are cut short."""
    model, _ = model_of("lstm", 2)
    content = model.SerializeToString()
    for length in range(1, len(content), 37):
        (tmp_path / "model.onnx").write_bytes(content[:length])
        with pytest.raises(InputError) as refused:
            load_weights(tmp_path / "model.onnx")
        assert "\n" not in str(refused.value)


def test_a_model_that_is_spoilt_is_read_or_refused_in_one_line(tmp_path: Path) -> None:
    """Bytes changed, taken out and put in: hundreds of times, the same ones each time."""
    draw = Random(1)  # noqa: S311 -- what is tried, no secret
    good = [model_of(kind, 2, gemm=gemm)[0].SerializeToString() for kind in ("lstm", "gru") for gemm in (True, False)]
    ends = Counter()
    lines = []
    for _ in range(600):
        content = bytearray(draw.choice(good))
        for _ in range(draw.choice((1, 1, 2, 4))):
            place = draw.randrange(len(content))
            how = draw.randrange(3)
            if how == 0:
                content[place] = draw.randrange(256)
            elif how == 1:
                del content[place : place + draw.choice((1, 2, 8))]
            else:
                content[place:place] = content[place : place + draw.choice((1, 4, 30))]
        (tmp_path / "model.onnx").write_bytes(content)
        try:
            load_weights(tmp_path / "model.onnx")
            ends["read"] += 1
        except InputError as error:
            ends["refused"] += 1
            lines.append(str(error))
    assert not [line for line in lines if "\n" in line or len(line) > 800]
    assert min(ends["read"], ends["refused"]) > 50
