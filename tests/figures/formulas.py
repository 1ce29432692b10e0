"""What a formula of a figure is worth: its characters read back, with the numbers of a graph for its names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.cells.operations import OPERATIONS, operation
from graphviz_lstm.figures.labels import label_of, name_label
from graphviz_lstm.notation.names import Name

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graphviz_lstm.figures.scene import Line
    from graphviz_lstm.graph.unroll import Graph


@dataclass(frozen=True)
class Array:
    """An array as mathematics has it: `*` is entry by entry, `**` a product of matrices, a vector a column."""

    numbers: NDArray[np.float64]

    def __mul__(self, other: Any) -> Array:
        return Array(self.numbers * _of(other))

    def __rmul__(self, other: Any) -> Array:
        return Array(_of(other) * self.numbers)

    def __truediv__(self, other: Any) -> Array:
        return Array(self.numbers / _of(other))

    def __rtruediv__(self, other: Any) -> Array:
        return Array(_of(other) / self.numbers)

    def __add__(self, other: Any) -> Array:
        return Array(self.numbers + _of(other))

    def __sub__(self, other: Any) -> Array:
        return Array(self.numbers - _of(other))

    def __rsub__(self, other: Any) -> Array:
        return Array(_of(other) - self.numbers)

    def __neg__(self) -> Array:
        return Array(-self.numbers)

    def __pow__(self, other: Any) -> Array:
        return Array(self.numbers @ other.numbers if isinstance(other, Array) else self.numbers**other)

    @property
    def T(self) -> Array:  # noqa: N802 -- as it is written
        return Array(self.numbers.T)


def _of(value: Any) -> Any:
    return value.numbers if isinstance(value, Array) else value


def characters(line: Line) -> str:
    return "".join(run.text for run in line)


def worth(formula: str, graph: Graph) -> NDArray[np.float64]:
    """Return what a formula comes to; every name in it must be a vertex of `graph`, a target, or a function."""
    problem, cell = graph.graph["problem"], graph.graph["cell"]
    found: dict[str, Any] = {}
    for data in graph.nodes.values():
        value = np.asarray(data["value"])
        found[characters(label_of(data))] = Array(value.reshape(-1, 1) if value.ndim < 2 else value)
    for term in problem.losses:
        for step, target in zip(term.steps, term.targets, strict=True):
            found[characters(name_label(problem.target_name.at(step)))] = Array(np.reshape(target, (-1, 1)))
    for name in (*cell.activations, *OPERATIONS):
        row = operation(name, cell.activations)
        if row.is_activation:
            own = characters(name_label(Name(name))) if name in cell.activations else name
            found[f"{own}\N{PRIME}"] = lambda array, row=row: Array(row.derivative(array.numbers))
            found.setdefault(own, lambda array, row=row: Array(row.value(array.numbers)))
        for k, derivative in enumerate(row.derivatives[: row.arity[0] if row.arity[0] > 1 else 0]):
            found[f"{name}\N{PRIME}{k + 1}"] = lambda *arrays, derivative=derivative: Array(
                derivative(*(array.numbers for array in arrays))
            )
    hidden = np.size(next(data["value"] for data in graph.nodes.values() if data["role"] == "output"))
    found["I"] = Array(np.eye(hidden))
    found["diag"] = lambda array: Array(np.diag(array.numbers.ravel()))
    names = sorted(found, key=len, reverse=True)
    variables: dict[str, Any] = {}

    def variable(match: re.Match[str]) -> str:
        name = f"v{len(variables)}"
        variables[name] = found[match[0]]
        return name

    text = re.sub("|".join(map(re.escape, names)), variable, formula)
    text = text.replace("\N{MODIFIER LETTER CAPITAL T}", ".T").replace("\N{MINUS SIGN}", "-")
    text = text.replace(" \N{MULTIPLICATION SIGN} ", "*").replace(" \N{CIRCLED DOT OPERATOR} ", "*")
    text = re.sub(
        "[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda m: f"**({m[0].translate(str.maketrans('⁻⁰¹²³⁴⁵⁶⁷⁸⁹', '-0123456789'))})", text
    )
    text = re.sub(r"(?<=[\w)]) (?=[\w(])", "**", text)
    return np.asarray(_of(eval(text, {"__builtins__": {}}, variables)))  # noqa: S307 -- what we wrote a moment ago
