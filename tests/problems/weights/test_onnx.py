"""ONNX's own operators, by its reference: what they give. Collected where ONNX is installed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from graphviz_lstm import load_weights
from graphviz_lstm.problems.weights.forward import outputs_of
from tests.problems.weights.holding import require_close

onnx = pytest.importorskip("onnx")
evaluator = pytest.importorskip("onnx.reference")

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
