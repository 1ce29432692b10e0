"""What the package says of a net, held against the tape: each number to the rounding of that net, or a refusal.

A refusal is one line of the package's own. It is right of numbers that leave the range on their way, and wrong of an
ordinary net: so each judgement returns what was refused, and whoever asks says whether that may be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.errors import CheckError, GraphvizLstmError, NoPathError
from graphviz_lstm.gradients.schemes import compare
from graphviz_lstm.graph import evaluate, reverse
from graphviz_lstm.graph.gradients import adjoints_of
from graphviz_lstm.graph.linearized import linearize
from graphviz_lstm.graph.together import linearize_together
from tests.oracles.labelled import Marks, share_of, sum_of
from tests.oracles.tape import MP, UNIT, ZERO, Ball, along
from tests.oracles.taped_net import TARGET, require_close

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeVar

    from graphviz_lstm.gradients.schemes import Comparison
    from graphviz_lstm.problems import Problem
    from tests.oracles.labelled import Vector
    from tests.oracles.taped_net import Label, Labelling, TapedNet, Vertex

    T = TypeVar("T")


class Refusals(list[str]):
    """What was refused, in one line each."""

    def asked(self, ask: Callable[[], T]) -> T | None:
        """Return an answer; of a refusal None, and keep its line."""
        try:
            return ask()
        except NoPathError:
            return None
        except CheckError as error:
            raise AssertionError(f"a false alarm: {error}") from error
        except GraphvizLstmError as error:
            line = str(error)
            assert "\n" not in line
            self.append(line)
            return None


def judge_gradient(problem: Problem, net: TapedNet) -> Refusals:
    """Hold every value and every adjoint against the tape: on the graph at both details, from arrays, in a batch."""
    refused = Refusals()
    nothing = {vertex: [Ball(ZERO, ZERO)] * len(values) for vertex, values in net.values.items()}
    adjoints = nothing | net.adjoints
    for detail in ("gate", "operation"):
        graph = refused.asked(lambda detail=detail: evaluate(problem, detail=detail))
        found = graph and refused.asked(lambda graph=graph: reverse(graph))
        for vertex, data in graph.nodes.items() if graph else ():
            key = data["quantity"], data["step"]
            if key in net.values:
                require_close(data["value"], net.values[key], vertex)
                if found is not None:
                    require_close(found[vertex], adjoints[key], f"dE/d{vertex} at {detail}s")
    ways = {
        "from arrays": lambda: adjoints_of(linearize(problem)),
        "in a batch": lambda: linearize_together([problem, problem]).adjoints()[1],
    }
    for way, ask in ways.items():
        arrays = refused.asked(ask)
        for vertex, found in _by_vertex(problem, arrays) if arrays else ():
            if np.isfinite(found).all():  # what is not is refused by whoever tells it
                require_close(found, adjoints[vertex], f"dE/d{vertex} {way}")
    return refused


def _by_vertex(problem: Problem, adjoints: Any) -> Iterable[tuple[Vertex, Any]]:
    first = problem.first_step
    yield from (((name, None), array) for name, array in adjoints.parameters.items())
    yield from (((name, problem.start(name)), array) for name, array in adjoints.initial.items())
    for arrays in (adjoints.inputs, adjoints.quantities):
        yield from (((name, first + k), row) for name, rows in arrays.items() for k, row in enumerate(rows))


def judge_schemes(problem: Problem, net: TapedNet, window: int = 2) -> Refusals:
    """Hold schemes against the tape with edges cut: that of 1997, and a window of some steps."""
    refused = Refusals()
    graph = refused.asked(lambda: evaluate(problem))
    if graph is None:
        return refused
    marks = Marks(graph)
    exits = sorted({step for _, step in net.edges[TARGET]})
    cuts: dict[str, list[Labelling]] = {
        "full": [lambda *_: (0,)],
        "lstm-1997": [lambda tail, head, _: (int(marks.is_cut_in_1997(tail, head)),)],
        f"bptt:{window}": [_cut_by_window(marks, last, window) for last in exits],
    }
    for name, labels in cuts.items():
        found = refused.asked(lambda name=name: compare(graph, [name])[0])
        if found is not None:
            parts = [net.sums(label) for label in labels]
            _Scheme(name, found, parts, net).judge(refused)
    return refused


def _cut_by_window(marks: Marks, last: int, window: int) -> Labelling:
    """Return what counts, on the way to the loss of one step, the edges that a window cuts."""

    def label(tail: Vertex, head: Vertex, _: int) -> Label | None:
        if head == TARGET:
            return (0,) if tail[1] == last else None
        steps = [head[1], tail[1]] if marks.is_in_time(tail, head) else [head[1]]
        return (int(any(abs((step or 0) - last) >= window for step in steps)),)

    return label


class _Scheme:
    """What a scheme leaves of the gradient, and what it drops."""

    def __init__(
        self, name: str, found: Comparison, parts: list[dict[Vertex, dict[Label, Vector]]], net: TapedNet
    ) -> None:
        self._name, self._found, self._net = name, found, net
        self._kept, self._dropped = (
            {parameter: self._sum(parts, parameter, cut=cut) for parameter in found.gradients} for cut in (False, True)
        )

    def _sum(self, parts: list[dict[Vertex, dict[Label, Vector]]], parameter: str, *, cut: bool) -> Vector:
        source = parameter, None
        some = [vec for sums in parts for label, vec in sums.get(source, {}).items() if (label > (0,)) == cut]
        return sum_of(some, len(self._net.values[source]))

    def judge(self, refused: Refusals) -> None:
        """Hold all that is told against the tape."""
        for parameter, gradient in self._found.gradients.items():
            require_close(gradient, self._kept[parameter], f"dE/d{parameter} under {self._name}")
        kept, dropped = ([ball for some in each.values() for ball in some] for each in (self._kept, self._dropped))
        full = [Ball(a.mid + b.mid, a.off + b.off) for a, b in zip(kept, dropped, strict=True)]
        apart, whole = along(dropped, dropped), along(full, full)
        error = self._found.distance.relative_error
        if np.isfinite(error) and whole.mid:
            square = apart.over(whole)
            # Two gradients are taken from each other when they are float64s already.
            rounding = 32 * UNIT * (32 * UNIT + MP.sqrt(abs(square.mid)))
            require_close(MP.mpf(error) ** 2, [Ball(square.mid, square.off + rounding)], f"error of {self._name}")
        for parameter, own in self._dropped.items():
            told = refused.asked(lambda parameter=parameter: self._found.dropped(parameter))
            both = sum_of([own, self._kept[parameter]], len(own))
            if told is not None and not np.isnan(told.share) and any(ball.mid for ball in both):
                require_close(told.share, [share_of(own, both)], f"share that {self._name} drops of {parameter}")
