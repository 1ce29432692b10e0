"""The gradient under a scheme by PyTorch: each equation is computed anew, and what a rule cuts is detached.

It shares the rule with the sweeps, and nothing of how the rule is carried out: no edge is taken out of a graph, no
partial is ours. An edge that is scaled by f reads detach(v) + f (v - detach(v)). Where a rule puts another matrix in a
partial's place, v is detached, and that matrix times v - detach(v), which is zero, is added: made of the Jacobian that
PyTorch finds.

Each equation reads the values that the forward pass found. So two ways of rounding do not drift apart over many steps,
and what differs is a derivative.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.cells.expression import Apply, Number, Parameter
from graphviz_lstm.cells.operations import operation
from graphviz_lstm.errors import InputError
from graphviz_lstm.gradients.schemes.action import CUT, KEEP
from graphviz_lstm.gradients.schemes.edge import edges_of, exits_of
from graphviz_lstm.gradients.schemes.in_torch import one_thread_of, tensor_functions
from graphviz_lstm.gradients.schemes.reach import actions_of_entry
from graphviz_lstm.graph.unroll import TARGET

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from graphviz_lstm.cells.expression import Expression
    from graphviz_lstm.gradients.schemes.action import Action
    from graphviz_lstm.gradients.schemes.scheme import Scheme
    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.problems import LossTerm

_EPSILON = float(np.finfo(np.float64).eps)
_REPLACED = ("diagonal", "clip", "random matrix")


def gradient_detached(graph: Graph, scheme: Scheme, source: str, *, entry: tuple[int, ...] | None = None) -> Array:
    """Return dE/d(source) under a scheme, in the source's shape, as PyTorch finds it.

    Of a random scheme it is the exact expectation. Of a scheme by loss each loss has a run of its own, and the results
    are added up.

    Parameters
    ----------
    graph
        The full evaluated graph, at the detail of gates: its vertices, edges and values are read, its partials are not.
    entry
        Of a scheme by entry: which is meant. The derivative by the others is 0.

    Raises
    ------
    ModuleNotFoundError
        If PyTorch is not installed.
    InputError
        If the scheme leaves a graph for each entry, and none is meant.
    """
    return detached_with_noise(graph, scheme, source, entry=entry)[0]


def detached_with_noise(
    graph: Graph,
    scheme: Scheme,
    source: str,
    *,
    entry: tuple[int, ...] | None = None,
    random: np.random.Generator | None = None,
) -> tuple[Array, Array]:
    """Return the same, and how far rounding alone moves it, entry by entry.

    Terms of one partial may cancel, as H_{t-1} - h_t does in a GRU whose units are at their bounds: what is left of
    them is rounding. So the way back is gone twice, the second time from a third, which rounds differently. With
    `random`, all values are off by some roundings each, and so is what each operation gives on the way to them: what
    that moves, no gradient can tell.
    """
    import torch

    found, noise = np.zeros(graph.nodes[source]["value"].shape), np.zeros(graph.nodes[source]["value"].shape)
    with one_thread_of(torch):
        for actions in _actions(graph, scheme, source, entry):
            gradient, moved = _Detached(torch, graph, actions, source, random).gradients()
            found, noise = found + gradient, noise + moved
    return found, noise


def _actions(
    graph: Graph, scheme: Scheme, source: str, entry: tuple[int, ...] | None
) -> Iterator[dict[tuple[str, str], Action]]:
    """Yield what happens to each edge: once, or for each loss, all others of which are cut then."""
    if scheme.per == "entry":
        if entry is None:
            raise InputError(f"no entry is meant, and scheme {scheme.name!r} drops others for each (must be one)")
        masks = actions_of_entry(graph, source, entry, scheme.reach)
        yield {ends: masks.get(ends, KEEP) for ends in graph.edges}
        return
    for last in exits_of(graph) if scheme.per == "exit" else (None,):
        yield {
            ends: CUT if edge.kind == "loss" and last not in (None, edge.tail.step) else scheme.rule(edge)
            for ends, edge in edges_of(graph, source, last).items()
        }


class _Detached:
    """One run through the equations, and back."""

    def __init__(
        self,
        torch: Any,
        graph: Graph,
        actions: Mapping[tuple[str, str], Action],
        source: str,
        random: np.random.Generator | None = None,
    ) -> None:
        self._torch, self._graph, self._source, self._random = torch, graph, source, random
        self._problem = graph.graph["problem"]
        self._functions = tensor_functions(torch)
        self._actions = actions
        self._equations = {each.quantity: each.expression for each in self._problem.cell.equations}
        self._vertices = {(data["quantity"], data["step"]): vertex for vertex, data in graph.nodes.items()}
        self._tensors: dict[str, Any] = {}

    def gradients(self) -> tuple[Array, Array]:
        """Return dE/d(source), and how far it is from three times a third of it."""
        leaf = self._constant(self._graph.nodes[self._source]["value"]).requires_grad_()
        for vertex, data in self._graph.nodes.items():
            self._tensors[vertex] = leaf if vertex == self._source else self._constant(self._nudged(data["value"]))
            if vertex != self._source and any(self._is_moved(tail, vertex) for tail in self._graph.pred[vertex]):
                found = self._moved(vertex)
                # The value of the forward pass, the derivative of this equation.
                self._tensors[vertex] = self._tensors[vertex] + (found - found.detach())
        loss = self._tensors[TARGET]
        if not loss.requires_grad:
            return np.zeros(leaf.shape), np.zeros(leaf.shape)
        once, third = (
            self._torch.autograd.grad(loss, leaf, self._constant(start), retain_graph=True)[0].numpy()
            for start in (1.0, 1.0 / 3.0)
        )
        return once, np.abs(once - 3.0 * third)

    def _nudged(self, value: Array) -> Array:
        return value if self._random is None else value * self._moves(np.shape(value))

    def _moves(self, shape: tuple[int, ...]) -> Array:
        """Return factors that move numbers by a few roundings: by one, half of them would stay where they are."""
        assert self._random is not None  # noqa: S101 -- it is asked where there is one
        return 1.0 + _EPSILON * self._random.uniform(-4.0, 4.0, shape)

    def _is_moved(self, tail: str, head: str) -> bool:
        """Return whether a vertex moves with one that it reads, as far as the scheme lets it."""
        moves: bool = self._tensors[tail].requires_grad
        return moves and not self._actions[tail, head].drops

    def _constant(self, value: Array | float) -> Any:
        return self._torch.tensor(np.asarray(value), dtype=self._torch.float64)

    def _moved(self, head: str) -> Any:
        """Return a vertex by its equation, as it moves with what the scheme lets it read."""
        read = {tail: self._read(tail, self._actions[tail, head]) for tail in self._graph.pred[head]}
        found = self._computed(head, read)
        for tail in read:
            action = self._actions[tail, head]
            if action.kind in _REPLACED and self._tensors[tail].requires_grad:
                value = self._tensors[tail]
                jacobian = self._replaced(action, self._jacobian(head, tail))
                found = found + (jacobian @ (value - value.detach()).reshape(-1)).reshape(found.shape)
        return found

    def _read(self, tail: str, action: Action) -> Any:
        """Return what an equation sees of a vertex."""
        value = self._tensors[tail]
        if action.drops or action.kind in _REPLACED:
            return value.detach()
        if action.kind == "scale":
            # What is added is zero: a large factor rounds nothing.
            return value.detach() + action.number * (value - value.detach())
        if action.kind == "mask" and action.mask is not None:
            return value.detach() + self._constant(action.mask) * (value - value.detach())
        return value

    def _jacobian(self, head: str, tail: str) -> Any:
        """Return d(head)/d(tail), all other parents fixed: (entries of the head, entries of the tail)."""
        fixed = {parent: self._tensors[parent].detach() for parent in self._graph.pred[head]}

        def of(value: Any) -> Any:
            return self._computed(head, {**fixed, tail: value})

        found = self._torch.func.jacrev(of)(fixed[tail])
        return found.reshape(-1, fixed[tail].numel())

    def _replaced(self, action: Action, jacobian: Any) -> Any:
        if action.kind == "diagonal":
            return jacobian * self._torch.eye(*jacobian.shape, dtype=jacobian.dtype)
        if action.kind == "clip":
            return jacobian.clamp(-action.number, action.number)
        drawn = self._constant(np.random.default_rng(int(action.number)).normal(size=tuple(jacobian.shape)))
        # The square of 1e200 is infinite, that of 1e-200 zero.
        largest = jacobian.abs().max()
        length = (jacobian / largest).norm() if largest else largest
        return drawn * (length / drawn.norm()) * largest

    def _computed(self, vertex: str, read: dict[str, Any]) -> Any:
        """Return a vertex by its equation, of what it reads."""
        if vertex == TARGET:
            return self._loss(read)
        data = self._graph.nodes[vertex]

        def leaf(name: str, step: int | None) -> Any:
            there = self._vertices[name, step]
            return read[there] if there in read else self._tensors[there]

        return self._of(self._equations[data["quantity"]], data["step"], leaf)

    def _of(self, expression: Expression, step: int, leaf: Callable[[str, int | None], Any]) -> Any:
        if isinstance(expression, Number):
            return self._constant(expression.value)
        if isinstance(expression, Parameter):
            return leaf(expression.name, None)
        if not isinstance(expression, Apply):
            return leaf(expression.name, step - expression.lag)
        arguments = [self._of(part, step, leaf) for part in expression.arguments]
        row = operation(expression.operation, self._problem.cell.activations)
        found = self._functions[row.name](*arguments)
        if self._random is None:
            return found
        # A rounding moves the value, and is no part of the function that is differentiated.
        return found + found.detach() * (self._constant(self._moves(found.shape)) - 1.0)

    def _loss(self, read: dict[str, Any]) -> Any:
        terms = [
            term.weight
            * self._functions[term.kind](
                *self._entries(term, read[self._vertices[term.quantity, step]], self._constant(target))
            )
            for term in self._problem.losses
            for step, target in zip(term.steps, term.targets, strict=True)
        ]
        return sum(terms)

    def _entries(self, term: LossTerm, *tensors: Any) -> tuple[Any, ...]:
        """Return what a loss reads of its quantity and of its target."""
        if not term.entries:
            return tensors
        return tuple(self._functions["entries"](tensor, *term.entries) for tensor in tensors)
