"""The first edition's JSON: one cell, its parameters, inputs, targets and one loss."""

from __future__ import annotations

from typing import Any

from graphviz_lstm.problems.example import Example
from graphviz_lstm.problems.fields import cell_from, choose, expect, rebound, text_at

_REQUIRED = ("cell", "parameters", "inputs", "targets", "loss")
_OPTIONAL = ("initial", "first_step", "about", "activations")


def example_from(data: dict[str, Any], name: str) -> Example:
    """Return the example that a JSON object describes; `load_example` says what is raised."""
    choose(data, "", required=_REQUIRED, optional=_OPTIONAL, whole="an example")
    cell = cell_from(data["cell"], "cell")
    if "activations" in data:
        cell = rebound(cell, data["activations"], "activations")
    told = expect(data, "loss", dict)
    choose(told, "loss", optional=("kind", "at"))
    return Example(
        cell=cell,
        parameters=expect(data, "parameters", dict),
        inputs=expect(data, "inputs", list),
        targets=expect(data, "targets", list),
        initial=expect(data, "initial", dict) if "initial" in data else {},
        loss=text_at(told, "kind", "loss", "squared_error"),
        at=text_at(told, "at", "loss", "every"),
        first_step=data.get("first_step", 1),
        name=name,
        about=text_at(data, "about", "", ""),
    )
