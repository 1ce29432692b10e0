"""The path engine against its peers, in one run on one machine: ratios, also where we lose.

    python benchmarks/paths.py            # prints, and writes benchmarks/RESULTS.md

Needs igraph, rustworkx and pynini besides the package. Gradients against JAX and PyTorch, and long sequences, are in
`benchmarks/gradients.py`.
"""

from __future__ import annotations

import math
import sys
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
from measuring import METHOD, best, machine, on_one_core, once, peak, run_alone, table

from graphviz_lstm import LSTM, Example, annotate, evaluate, find_paths
from graphviz_lstm.graph.sweeps import reverse

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent
SEED = 1


def example(steps: int, hidden: int = 1, inputs: int = 1) -> Example:
    """Return an LSTM with random numbers."""
    rng = np.random.default_rng(SEED)
    shapes = {"W": (hidden, inputs), "U": (hidden, hidden), "b": (hidden,)}
    parameters = {name: rng.normal(size=shapes[name[0]]) * 0.8 / math.sqrt(hidden) for name in LSTM.parameters}
    return Example(
        cell=LSTM,
        parameters=parameters,
        inputs=rng.normal(size=(steps, inputs)),
        targets=rng.normal(size=(steps, hidden)),
        initial={"S": np.zeros(hidden), "H": np.zeros(hidden)},
    )


def drain(iterator: Any, count: int) -> None:
    """Take `count` items, and look at each."""
    for item in islice(iterator, count):
        len(item)


def integer_graph(graph: nx.DiGraph[str]) -> tuple[list[tuple[int, int]], int, int, int]:
    """Return a graph as pairs of numbers, with the numbers of W_A and E: what C and Rust libraries take."""
    index = {vertex: i for i, vertex in enumerate(graph)}
    return [(index[a], index[b]) for a, b in graph.edges], len(index), index["W_A"], index["E"]


def igraph_rate(graph: nx.DiGraph[str]) -> float:
    """Return how many paths a second igraph lists."""
    import igraph

    edges, size, source, target = integer_graph(graph)
    peer = igraph.Graph(n=size, edges=edges, directed=True)
    found: list[Any] = []

    def run() -> None:
        found[:] = peer.get_all_simple_paths(source, to=target, mode="out")

    return len(found) / best(run) if not run() and found else math.nan  # type: ignore[func-returns-value]


def rustworkx_rate(graph: nx.DiGraph[str]) -> float:
    """Return how many paths a second rustworkx lists."""
    import rustworkx

    edges, size, source, target = integer_graph(graph)
    peer = rustworkx.PyDiGraph()
    peer.add_nodes_from(range(size))
    peer.add_edges_from_no_data(edges)
    found: list[Any] = []

    def run() -> None:
        found[:] = rustworkx.all_simple_paths(peer, source, target)

    run()
    return len(found) / best(run)


def listing_rows() -> list[list[str]]:
    """Return visiting, materialising, iterating, vertex arrays."""
    nine = evaluate(example(9))
    paths9 = find_paths(nine, "W_A", "E")
    peer_igraph, peer_rust = igraph_rate(nine), rustworkx_rate(nine)
    taken = 200_000
    peer_networkx = 20_000 / best(lambda: drain(nx.all_simple_paths(nine, "W_A", "E"), 20_000), 7)

    thirteen = find_paths(evaluate(example(13)), "W_A", "E")
    count = thirteen.count
    visited = count / best(thirteen.summed)
    arrays = paths9.count / best(paths9.contributions)

    def iterate() -> None:
        for path in islice(paths9, taken):
            path.vertices, path.contribution  # noqa: B018 -- that they are read is what is timed

    iterated = taken / best(iterate, 7)
    rows = paths9.count / best(paths9.vertex_array)

    def line(what: str, ours: float, peer: str, theirs: float, aim: float) -> list[str]:
        return [what, f"{ours:.2g}", peer, f"{theirs:.2g}", f"{ours / theirs:,.0f}", f"{aim:,.0f}"]

    return [
        line(f"visit and sum {count:.2g} contributions (T = 13)", visited, "igraph, listing", peer_igraph, 500),
        line("contributions as an array (T = 9)", arrays, "igraph, listing", peer_igraph, 50),
        line("contributions as an array (T = 9)", arrays, "rustworkx, listing", peer_rust, 1),
        line(
            "`Path` objects, vertices and contribution read", iterated, "networkx.all_simple_paths", peer_networkx, 10
        ),
        line("vertices as an integer array (T = 9)", rows, "igraph, listing", peer_igraph, 3),
    ]


def top_row() -> list[str]:
    """Return the thousand best paths of 200 steps."""
    graph = evaluate(example(200))
    paths = find_paths(graph, "W_A", "E")
    ours = best(lambda: find_paths(graph, "W_A", "E").top(1000))
    # The peer needs lengths of at least 0: |partials| scaled below 1, which changes no order of equally long paths
    # alone, so it answers another question; it is timed at 20 paths and reckoned up.
    largest = max(abs(float(np.max(np.abs(partial)))) for partial in paths.dag.weights.partials)
    shorter = nx.DiGraph()
    for tail, head, edge in graph.edges(data=True):
        size = float(np.max(np.abs(edge["partial"].pull(np.ones(edge["partial"].head_shape)))))
        shorter.add_edge(tail, head, weight=-math.log(max(size, 1e-12) / (2 * largest)))
    few = 20
    listed, seconds = once(lambda: list(islice(nx.shortest_simple_paths(shorter, "W_A", "E", weight="weight"), few)))
    theirs = seconds * 1000 / len(listed)
    name = "networkx.shortest_simple_paths, 20 paths times 50"
    return ["`.top(1000)` at T = 200", f"{ours:.2f} s", name, f"{theirs:.0f} s", f"{theirs / ours:,.0f}", "20"]


def openfst_rows() -> list[list[str]]:
    """Return the thousand best paths beside OpenFst, whose read-out tells weight and labels; ours tells vertices."""
    import pynini

    def read_out(fst: Any) -> list[Any]:
        found, paths = [], fst.paths()
        while not paths.done():
            found.append((paths.weight(), paths.ilabels()))
            paths.next()
        return found

    rows = []
    for steps in (10, 200, 1000):
        paths = find_paths(evaluate(example(steps)), "W_A", "E")
        along = paths.facts.along
        fst = pynini.Fst()
        for _ in along.vertices:
            fst.add_state()
        fst.set_start(0)
        fst.set_final(len(along.vertices) - 1)
        for e, (tail, head) in enumerate(along.ends()):
            fst.add_arc(tail, pynini.Arc(e + 1, e + 1, -math.log(abs(float(along.weights.partials[e]))), head))  # type: ignore[arg-type]
        theirs = best(lambda fst=fst: read_out(pynini.shortestpath(fst, nshortest=1000)), 15)
        ours = best(lambda paths=paths: paths.top(1000), 15)
        looked_at = best(lambda paths=paths: [path.vertices for path in paths.top(1000)], 15)
        at_first = best(lambda paths=paths: [path.vertices for path in replace(paths).top(1000)], 5)
        for what, seconds, aim in (
            ("`.top(1000)`", ours, "2 times"),
            ("`.top(1000)`, vertices of all read", looked_at, "2 times"),
            ("the same, the first time that a set is asked", at_first, "-"),
        ):
            times = f"{1e3 * seconds:.1f} ms", "OpenFst shortestpath with read-out", f"{1e3 * theirs:.1f} ms"
            rows.append([f"{what} at T = {steps}", *times, f"{seconds / theirs:.1f} times", aim])
    return rows


def direction_rows() -> list[list[str]]:
    """Return how long grouping takes by a label near the source, and by one near the target."""
    paths = find_paths(evaluate(example(60)), "W_A", "E")
    paths.total  # noqa: B018 -- what both need
    first = best(lambda: paths.group_by("entry"))
    last = best(lambda: paths.group_by("exit"))
    return [["60 labels near the source", f"{first:.3f} s"], ["60 labels near the target", f"{last:.3f} s"]]


def unit_rows() -> list[list[str]]:
    """Return what is asked of the unit graph of 128 units, 64 inputs, 50 steps: 3.3 million edges."""
    graph = evaluate(example(50, 128, 64))
    runs = [ask_units(graph) for _ in range(3)]
    rows = [[what, f"{min(run[what] for run in runs):.2f} s", aim] for what, aim in UNIT_AIMS.items()]
    return [*rows, ["peak memory of the process, the rows above it included", f"{peak()} MB", "2,000 MB"]]


UNIT_AIMS = {
    "blocks made of the maps": "-",
    "masses by crossings 0..9": "1 s",
    "masses by gate": "1 s",
    "masses by entry and exit": "1 s",
    "top 100, proven": "5 s",
}


def ask_units(graph: nx.DiGraph[str]) -> dict[str, float]:
    """Return the seconds of each question to a new set of paths through units."""
    seconds = {}

    def timed(what: str, ask: Callable[[], Any]) -> Any:
        answer, seconds[what] = once(ask)
        return answer

    def both_ends(edge: Any) -> tuple[int, ...]:
        ends: tuple[int, ...] = graph.edges[edge]["entry"] + graph.edges[edge]["exit"]
        return ends

    units = timed("blocks made of the maps", lambda: find_paths(graph, "W_A", "E", level="unit"))
    timed("masses by crossings 0..9", lambda: units.group_by("crossings", up_to=9))
    timed("masses by gate", lambda: units.group_by("gates"))
    timed("masses by entry and exit", lambda: units.group_by(both_ends))
    one = find_paths(graph, "W_A", "E", level="unit", element=(7, 0))
    assert timed("top 100, proven", lambda: one.top(100)).proven
    return seconds


def gradient_rows() -> list[list[str]]:
    """Return what is told of the explicit graph of a cell of 128 units."""
    steps, hidden, inputs = 100, 128, 64
    given = example(steps, hidden, inputs)
    graph = evaluate(given)
    ours = best(lambda: reverse(graph), 10)
    whole = best(lambda: evaluate(given), 5)
    flows = best(lambda: annotate(graph, "W_A"), 5)
    grouped = best(lambda: find_paths(graph, "W_A", "E").group_by("crossings", up_to=10), 2)
    return [
        ["all adjoints by the reverse sweep (graph evaluated)", f"{1e3 * ours:.1f} ms", "1"],
        ["graph, forward values and partials", f"{1e3 * whole:.1f} ms", f"{whole / ours:.1f}"],
        ["adjoints and all flows from W_A", f"{1e3 * flows:.1f} ms", f"{flows / ours:.1f}"],
        ["table by crossings, up to 10, exact", f"{1e3 * grouped:.0f} ms", f"{grouped / ours:.1f}"],
    ]


def peak_memory() -> str:
    """Return the peak memory of a process that visits every path of 13 steps, and of one that only imports."""
    before, after = run_alone(__file__, "--peak")
    return f"Peak memory of a process that visits every path of 13 steps: {after} MB; {before} MB before it began."


def tell_peak() -> None:
    """Print the peak memory before and after every path of 13 steps is visited."""
    paths = find_paths(evaluate(example(13)), "W_A", "E")
    before = peak()
    paths.summed()
    print(before, peak())


_RANKED = """\
What ranking begins with is kept by the set: the total, the best way on from each vertex and the turns off it. Their
automaton is built before it is timed. The first time that a set is asked, all this is worked out too."""
_SCALED = """\
networkx needs lengths of at least 0, so its partials were scaled below 1: it then prefers short paths, and its answer
is another one. Ours does not care how large a partial is."""


def main() -> None:
    """Measure everything, print it and write it down."""
    if "--peak" in sys.argv:
        tell_peak()
        return
    on_one_core()
    sections = [
        "# Benchmarks of the path engine",
        f"Made by `python benchmarks/paths.py`, all in one run. {machine()}.",
        METHOD,
        "## Listing, in paths per second",
        table(["what", "ours", "peer", "theirs", "ratio", "aim"], [*listing_rows()]),
        peak_memory(),
        "## The best paths",
        table(["what", "ours", "peer", "theirs", "ratio", "aim"], [top_row()]),
        _SCALED,
        table(["what", "ours", "peer", "theirs", "ratio", "aim"], openfst_rows()),
        _RANKED,
        "## Grouping, by where the labels sit (T = 60)",
        table(["what", "time"], direction_rows()),
        "## The unit graph of 128 units, 64 inputs, 50 steps",
        table(["what", "time", "aim"], unit_rows()),
        "## The explicit graph of 128 units, 64 inputs, 100 steps",
        table(["what", "time", "times the sweep"], gradient_rows()),
        "Gradients beside JAX and PyTorch, and long sequences, are in [GRADIENTS.md](GRADIENTS.md).",
    ]
    text = "\n\n".join(sections) + "\n"
    print(text)
    (HERE / "RESULTS.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
