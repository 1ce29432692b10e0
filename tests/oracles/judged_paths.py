"""What the package says of the paths from one source, held against the tape, at both levels; see `judged`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.gradients.shares.routes import routes_of
from graphviz_lstm.notation.names import text
from graphviz_lstm.reports import Study
from tests.oracles.judged import Refusals
from tests.oracles.labelled import Labelled, Marks, place_in, share_of, sum_of
from tests.oracles.tape import ONE, ZERO, Ball, along, exactly
from tests.oracles.taped_net import require_close

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from graphviz_lstm.problems import Problem
    from tests.oracles.labelled import Vector
    from tests.oracles.taped_net import Label, Labelling, TapedNet

# More paths than this are not listed one by one.
_FEW = 60


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
        self._marks = Marks(study.graph)
        self._source = self._marks.keys[study.source]
        self._first = study.problem.first_step
        self._sums = Labelled(net, self._marks, self._source)
        self._total, self._by = self._sums.total, self._sums.by
        self._place = place_in(net.shapes[self._source], study.element)

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
        if units is not None:
            self._judge_masses(units)
        self._judge_listed()
        if study.source in study.problem.parameters:
            self._judge_triangle()
            self._judge_units()
        self._judge_strip()
        self._judge_routes()
        self._judge_flows()
        self._asked(study.check)

    def _told(self, vector: Vector, level: str) -> Vector:
        """Return what is told of a sum: of single units the entry that is looked at, where one is."""
        return vector if level == "quantity" or self._place is None else [vector[self._place]]

    # What a share is.

    def _share(self, vector: Vector) -> Ball:
        """Return the share of a contribution; of a gradient of zero what it is along the direction that is taken."""
        if self._study.is_zero:
            return along(vector, [exactly(x) for x in np.ravel(self._study.paths.facts.whole.direction)])
        return share_of(vector, self._total, self._place)

    def _require_shares(self, found: Mapping[Any, float], exact: Mapping[Any, Vector], what: str) -> None:
        """Raise unless shares that sweeps find are those of sums; what is not there is nothing."""
        for name in {**found, **exact}:
            mid, off = self._share(exact.get(name, self._sums.nothing))
            require_close(found.get(name, 0.0), [Ball(mid, off + self._sums.lost)], f"{what} {name}")

    # What is told.

    def _judge_groups(self, paths: Any, level: str) -> None:
        for name, key in self._sums.keys().items():
            groups, exact = self._asked(lambda name=name: paths.group_by(name)), self._by(key)
            for label, group in (groups or {}).items():
                vector = exact.get(label, self._sums.nothing)
                require_close(group.contribution, self._told(vector, level), f"{name} {label} by {level}")
                if not self._study.is_zero:
                    require_close(group.share, [self._share(vector)], f"share of {name} {label} by {level}")

    def _judge_masses(self, units: Any) -> None:
        """Hold the sums of the shares of each sign: half of the mass, and half of the whole."""
        masses = self._net.masses(self._source)
        require_close(units.absolute_total, self._told(masses, "unit"), "mass")
        if self._study.is_zero:
            return
        if self._place is None:
            mass = self._net.mass(self._source, self._total).over(along(self._total, self._total))
        else:
            mid, off = masses[self._place].over(self._total[self._place])
            mass = Ball(abs(mid), off)
        found = self._asked(lambda: units.masses)
        for sign, told in ((1, found.positive), (-1, found.negative)) if found else ():
            require_close(told, [Ball((ONE + sign * mass.mid) / 2, mass.off)], f"mass of sign {sign}")

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
            by_gate[gate] = sum_of(parts, len(self._total))
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
        for key, share in found.items():
            mid, off = self._share(exact.get(key, self._sums.nothing))
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
        head = self._sums.heads[label[2] - 1]
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
        return sums.get((1,), self._sums.nothing)


def _cells(square: Any) -> dict[tuple[int, int], float]:
    """Return the numbers of a square by row and column, counted from 1."""
    return {(i + 1, j + 1): float(number) for (i, j), number in np.ndenumerate(square)}
