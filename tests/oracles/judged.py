"""What the package says of a net, held against the tape: each number to the rounding of that net, or a refusal.

A refusal is one line of the package's own. It is right of numbers that leave the range on their way, and wrong of an
ordinary net: so each judgement returns what was refused, and whoever asks says whether that may be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.errors import GraphvizLstmError, NoPathError
from graphviz_lstm.gradients.schemes import compare
from graphviz_lstm.gradients.shares.routes import routes_of
from graphviz_lstm.graph import evaluate, reverse
from graphviz_lstm.graph.gradients import adjoints_of
from graphviz_lstm.graph.linearized import linearize
from graphviz_lstm.graph.together import linearize_together
from graphviz_lstm.notation.names import text
from graphviz_lstm.reports import Study
from tests.oracles.tape import ZERO, Ball, exactly, total
from tests.oracles.taped_net import TARGET, TapedNet, along, require_close

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import TypeVar

    from graphviz_lstm.problems import Problem
    from tests.oracles.taped_net import Label, Labelling, Vertex

    T = TypeVar("T")
    Vector = list[Ball]

# More paths than this are not listed one by one.
_FEW = 60


class Refusals(list[str]):
    """What was refused, in one line each."""

    def asked(self, ask: Callable[[], T]) -> T | None:
        """Return an answer; of a refusal None, and keep its line."""
        try:
            return ask()
        except NoPathError:
            return None
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
    """Hold the gradients of schemes against the tape with edges cut: that of 1997, and a window of some steps."""
    refused = Refusals()
    graph = refused.asked(lambda: evaluate(problem))
    if graph is None:
        return refused
    marks = _Marks(graph)
    exits = sorted({step for _, step in net.edges[TARGET]})

    def cut_gates(tail: Vertex, head: Vertex, _: int) -> Label | None:
        return None if marks.is_cut_in_1997(tail, head) else ()

    def cut_window(last: int) -> Labelling:
        def label(tail: Vertex, head: Vertex, _: int) -> Label | None:
            if head == TARGET:
                return () if tail[1] == last else None
            steps = [head[1], tail[1]] if marks.of[tail, head]["kind"] in ("carousel", "crossing") else [head[1]]
            return () if all(last - window < step <= last for step in steps) else None

        return label

    cuts = {
        "full": [lambda *_: ()],
        "lstm-1997": [cut_gates],
        f"bptt:{window}": [cut_window(last) for last in exits],
    }
    for name, labels in cuts.items():
        found = refused.asked(lambda name=name: compare(graph, [name])[0].gradients)
        left = [net.sums(label) for label in labels] if found else []
        for parameter, gradient in (found or {}).items():
            parts = [some[parameter, None][()] for some in left if (parameter, None) in some]
            require_close(gradient, _sum(parts, gradient.size), f"dE/d{parameter} under {name}")
    return refused


class _Marks:
    """The labels of a graph's edges, by the tape's vertices."""

    def __init__(self, graph: Any) -> None:
        nodes = graph.nodes
        self.keys: dict[str, Vertex] = {vertex: (data["quantity"], data["step"]) for vertex, data in nodes.items()}
        self.of = {(self.keys[tail], self.keys[head]): data for tail, head, data in graph.edges(data=True)}
        self.gates = sorted({gate for data in self.of.values() for gate in data["gates"]})
        self._ends = {self.keys[vertex]: (data["role"], data["layer"]) for vertex, data in nodes.items()}

    def is_cut_in_1997(self, tail: Vertex, head: Vertex) -> bool:
        """Return whether an edge leads through a gate, or along a peephole."""
        kind = self.of[tail, head]["kind"]
        (role, layer), (behind, other) = self._ends[tail], self._ends[head]
        return kind == "crossing" or (kind == "inner" and (role, behind, layer) == ("state", "gate", other))


def judge_paths(problem: Problem, net: TapedNet, source: str, element: tuple[int, ...] | None = None) -> Refusals:
    """Hold what is said of the paths from a source against the tape: sums, masses, shares, at both levels."""
    refused = Refusals()
    study = Study(problem, source, element=element)
    graph = refused.asked(lambda: study.graph)
    is_zero = refused.asked(lambda: study.is_zero)
    if graph is not None and is_zero is not None:
        _Question(study, net, refused).judge()
    return refused


class _Question:
    """A question to a net, and what the tape says of it."""

    def __init__(self, study: Study, net: TapedNet, refused: Refusals) -> None:
        self._study, self._net, self._asked = study, net, refused.asked
        self._marks = _Marks(study.graph)
        self._source = self._marks.keys[study.source]
        self._first, self._steps = study.problem.first_step, study.problem.steps
        self._heads = list(dict.fromkeys(head for tail, head in self._marks.of if tail == self._source))
        # Sums by step of entry, of exit, by head and its unit, and by crossings into each gate.
        self._sums = net.sums(self._label, self._source).get(self._source, {})
        self._total = _sum(self._sums.values(), len(net.values[self._source]))
        shape = study.graph.nodes[study.source]["value"].shape
        self._place = None if study.element is None else int(np.ravel_multi_index(study.element, shape) if shape else 0)

    def _label(self, tail: Vertex, head: Vertex, row: int) -> Label:
        data = self._marks.of[tail, head]
        entry, leaving = 0, 0
        if tail == self._source:
            entry = (head[1] or 0) - self._first + 1
        if head == TARGET:
            leaving = (tail[1] or 0) - self._first + 1
        at = (self._heads.index(head) + 1, row + 1) if tail == self._source else (0, 0)
        return (entry, leaving, *at, *(data["crossings"] * (gate in data["gates"]) for gate in self._marks.gates))

    def judge(self) -> None:
        """Hold all of it against the tape."""
        study = self._study
        for level in ("quantity", "unit"):
            paths = self._asked(lambda level=level: study.at(level))
            if paths is None:
                continue
            require_close(paths.total, self._told(self._total, level), f"total by {level}")
            self._judge_groups(paths, level)
        units = self._asked(lambda: study.unit_paths)
        if units is not None and study.element is None:
            require_close(units.absolute_total, self._net.masses(self._source), "mass")
        self._judge_listed()
        if study.source in study.problem.parameters:
            self._judge_triangle()
            self._judge_units()
        self._judge_strip()
        self._judge_routes()
        self._judge_flows()

    def _told(self, vector: Vector, level: str) -> Vector:
        """Return what is told of a sum: of single units the entry that is looked at, where one is."""
        return vector if level == "quantity" or self._place is None else [vector[self._place]]

    # What a share is.

    def _share(self, vector: Vector) -> Ball:
        """Return the share of a contribution; of a gradient of zero what it is along the direction that is taken."""
        if self._study.is_zero:
            return along(vector, [exactly(x) for x in np.ravel(self._study.paths.facts.whole.direction)])
        if self._place is not None:
            return vector[self._place].over(self._total[self._place])
        return along(vector, self._total).over(along(self._total, self._total))

    def _by(self, key: Callable[[Label], Any], among: Callable[[Label], bool] = lambda _: True) -> dict[Any, Vector]:
        """Return sums by what a label says."""
        parts: dict[Any, list[Vector]] = {}
        for label, vector in self._sums.items():
            if among(label):
                parts.setdefault(key(label), []).append(vector)
        return {name: _sum(some, len(self._total)) for name, some in parts.items()}

    def _require_shares(self, found: Mapping[Any, float], exact: Mapping[Any, Vector], what: str) -> None:
        """Raise unless shares are those of sums; what is not there is nothing."""
        nothing = [Ball(ZERO, ZERO)] * len(self._total)
        for name in {**found, **exact}:
            require_close(found.get(name, 0.0), [self._share(exact.get(name, nothing))], f"{what} {name}")

    # What is told.

    def _judge_groups(self, paths: Any, level: str) -> None:
        gates = self._marks.gates
        keys: dict[str, Callable[[Label], Any]] = {
            "entry": lambda label: (label[0] + self._first - 1,),
            "exit": lambda label: (label[1] + self._first - 1,),
            "crossings": lambda label: sum(label[4:]),
            "gates": lambda label: frozenset(gate for gate, k in zip(gates, label[4:], strict=True) if k),
        }
        for name, key in keys.items():
            groups, exact = self._asked(lambda name=name: paths.group_by(name)), self._by(key)
            for label, group in (groups or {}).items():
                vector = exact.get(label, [Ball(ZERO, ZERO)] * len(self._total))
                require_close(group.contribution, self._told(vector, level), f"{name} {label} by {level}")
                if not self._study.is_zero:
                    require_close(group.share, [self._share(vector)], f"share of {name} {label} by {level}")

    def _judge_listed(self) -> None:
        paths = self._study.paths
        if paths.count > _FEW:
            return
        exact = dict(self._net.paths(self._source))
        assert paths.count == len(exact)
        for path in self._asked(lambda: list(paths)) or ():
            vector = exact[tuple(self._marks.keys[str(vertex)] for vertex in path.vertices)]
            require_close(path.contribution, vector, path)
            if not self._study.is_zero:
                require_close(path.share, [self._share(vector)], f"share of {path}")

    def _judge_strip(self) -> None:
        strip = self._asked(lambda: self._study.strip)
        if strip is None:
            return
        assert (strip.unit == "contribution") == self._study.is_zero
        by_entry = self._by(lambda label: label[0] + self._first - 1)
        self._require_shares(strip.by_entry, by_entry, "entry in the strip")
        crossings = {int(times): share for times, share in strip.by_crossings.items() if times.isdigit()}
        if len(crossings) == len(strip.by_crossings):
            self._require_shares(crossings, self._by(lambda label: sum(label[4:])), "crossings in the strip")
        by_gate = {}
        for k, gate in enumerate(self._marks.gates):
            often = self._by(lambda label, k=k: label[4 + k])
            parts = [[Ball(times * b.mid, times * b.off) for b in vector] for times, vector in often.items()]
            by_gate[gate] = _sum(parts, len(self._total))
        self._require_shares(strip.by_gate, by_gate, "gate in the strip")

    def _judge_triangle(self) -> None:
        triangle = self._asked(lambda: self._study.triangle)
        if triangle is None:
            return

        def where(among: Callable[[tuple[int, ...]], bool]) -> dict[Any, Vector]:
            return self._by(lambda label: label[:2], lambda label: among(label[4:]))

        self._require_shares(_cells(triangle.whole), where(lambda _: True), "triangle")
        self._require_shares(_cells(triangle.carousel), where(lambda k: not any(k)), "carousel of the triangle")
        for number, gate in enumerate(self._marks.gates):
            alone = where(lambda k, number=number: bool(k[number]) and sum(k) == k[number])
            self._require_close_to_difference(_cells(triangle.gates[gate]), alone, gate)
        mixed = where(lambda k: np.count_nonzero(k) > 1)
        self._require_close_to_difference(_cells(triangle.mixed), mixed, "mixed")

    def _require_close_to_difference(self, found: Mapping[Any, float], exact: Mapping[Any, Vector], what: str) -> None:
        """Raise unless parts of the triangle are right to the rounding of the whole, which they are differences of."""
        whole = {key: self._share(vector) for key, vector in self._by(lambda label: label[:2]).items()}
        sizes = {key: self._share_of_mass(key) for key in whole}
        nothing = [Ball(ZERO, ZERO)] * len(self._total)
        for key, share in found.items():
            mid, off = self._share(exact.get(key, nothing))
            require_close(share, [Ball(mid, off + sizes.get(key, ZERO))], f"{what} of the triangle {key}")

    def _share_of_mass(self, key: tuple[int, ...]) -> Any:
        """Return how far off the shares of all routes between two steps are together."""
        routes = self._by(lambda label: label[4:], lambda label: label[:2] == key)
        return sum((self._share(vector).off for vector in routes.values()), ZERO)

    def _judge_units(self) -> None:
        by_unit = self._asked(lambda: self._study.by_unit)
        if by_unit is None:
            return
        for told, crosses in ((by_unit.whole, True), (by_unit.carousel, False)):
            exact = self._by(
                lambda label: (self._unit(label), abs(label[1] - label[0])),
                lambda label, crosses=crosses: crosses or not any(label[4:]),
            )
            rows = zip(by_unit.names, told.tolist(), strict=True)
            found = {(name, lag): share for name, row in rows for lag, share in enumerate(row)}
            self._require_shares(found, exact, "unit")

    def _unit(self, label: Label) -> str:
        head = self._heads[label[2] - 1]
        index = np.unravel_index(label[3] - 1, self._net.shapes[head])
        name = text(self._study.problem.cell.name_of(head[0]))
        return f"{name}[{','.join(map(str, index))}]" if index else name

    def _judge_routes(self) -> None:
        for level in ("quantity", "unit"):
            routes = self._asked(lambda level=level: routes_of(self._study.at(level)))
            if routes is not None:
                self._require_shares({row.key: row.net for row in routes.rows}, self._by(self._route), f"by {level}")

    def _route(self, label: Label) -> tuple[str, str, int]:
        passed = [gate for gate, times in zip(self._marks.gates, label[4:], strict=True) if times]
        often = min(sum(label[4:]), 3)
        return ("none", "gate", "several")[min(len(passed), 2)], passed[0] if len(passed) == 1 else "", often

    def _judge_flows(self) -> None:
        """Hold the flow of some edges and vertices, from the front to the back, against the paths through them."""
        annotated = self._asked(lambda: self._study.carried)
        if annotated is None:
            return
        edges = list(annotated.edges)
        for tail, head in edges[:: 1 + len(edges) // 4]:
            ends = self._marks.keys[tail], self._marks.keys[head]
            passing = self._passing(lambda t, h, _, ends=ends: (int((t, h) == ends),))
            self._require_shares({1: annotated.edges[tail, head]["flow"]}, {1: passing}, f"flow {tail} -> {head}")
            if ends[0] != self._source:
                through = self._passing(lambda _, h, __, tail=ends[0]: (int(h == tail),))
                self._require_shares({1: annotated.nodes[tail]["flow"]}, {1: through}, f"flow through {tail}")
                some = self._asked(lambda tail=tail: self._study.paths.through(tail))
                if some is not None:
                    require_close(some.total, through, f"paths through {tail}")

    def _passing(self, label: Labelling) -> Vector:
        """Return the sum over the paths that a label counts once."""
        sums = self._net.sums(label, self._source).get(self._source, {})
        return sums.get((1,), [Ball(ZERO, ZERO)] * len(self._total))


def _cells(square: Any) -> dict[tuple[int, int], float]:
    """Return the numbers of a square by row and column, counted from 1."""
    return {(i + 1, j + 1): float(number) for (i, j), number in np.ndenumerate(square)}


def _sum(vectors: Iterable[Vector], size: int) -> Vector:
    """Return the sum of vectors."""
    parts = list(vectors)
    return [total(vector[k] for vector in parts) for k in range(size)]
