"""Other names for quantities: a graph and its paths as a figure calls them, everything else as it was.

Names are renamed where they are data, so that labels, titles, formulas and what is said of a path follow by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

import networkx as nx

from graphviz_lstm.errors import UNSEEN, InputError, describe_unknown, shorten
from graphviz_lstm.figures.small_file import read_table
from graphviz_lstm.notation.names import Name, text
from graphviz_lstm.paths import Path, PathSet, UnitPathSet

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.paths.compiled.dag import Dag, Edge

_LONGEST = 12
# In a rule of a scheme: a quantity, whose step follows in brackets.
_IN_A_RULE = re.compile(r"[^\W\d]\w*(?=\[)")


def labels_of(given: object) -> dict[str, str]:
    """Return what a mapping, or a TOML or JSON file by its name, calls what.

    >>> labels_of({"S": "c", "H": "h"})
    {'S': 'c', 'H': 'h'}

    Raises
    ------
    InputError
        If the file cannot be read, or one of them is no name.
    """
    told, where = given, ""
    if isinstance(given, str | FilePath):
        told, where = read_table(FilePath(given), "labels file"), f" in labels file {str(given)!r}"
    if not isinstance(told, Mapping) or not told:
        raise InputError(
            f"unusable labels: {shorten(told)}{where} (must be a TOML or JSON file or a mapping, such as {{'S': 'c'}})"
        )
    for name, label in told.items():
        if not isinstance(label, str) or not label.strip() or len(label) > _LONGEST or _is_unseen(label):
            raise InputError(
                f"unusable label: {shorten(label)} for {shorten(name)}{where} "
                f"(must be a text of 1 to {_LONGEST} letters that show)"
            )
    return {str(name): label.strip() for name, label in told.items()}


def _is_unseen(label: str) -> bool:
    return bool(UNSEEN.search(label)) or "\n" in label or "\t" in label


def renamed_graph(graph: Graph, labels: Mapping[str, str]) -> Graph:
    """Return one of our own graphs whose quantities are called otherwise.

    Raises
    ------
    InputError
        If a label is of nothing, or two vertices would bear one name.
    """
    target = graph.graph["target"]
    bases = list(dict.fromkeys(base for data in graph.nodes.values() for base in _bases(data["name"])))
    known = [base for base in bases if base != target]
    _require_known(labels, known, "quantity")
    _require_apart({base: labels.get(base, base) for base in bases})
    names = {vertex: _renamed(data["name"], labels) for vertex, data in graph.nodes.items()}
    called = {vertex: text(name) for vertex, name in names.items()}
    _require_apart(called)
    quantities = _quantities(graph, labels)
    shown: Graph = nx.DiGraph(**graph.graph)
    for vertex, data in graph.nodes.items():
        quantity = quantities[data["quantity"]]
        shown.add_node(called[vertex], **{**data, "name": names[vertex], "quantity": quantity})
    symbols: dict[int, Mapping[str, Name]] = {}
    references = {one for vertex in graph for one in (graph.nodes[vertex]["quantity"],)} | set(known)
    for tail, head, edge in graph.edges(data=True):
        symbol = edge["symbol"]
        if id(symbol.names) not in symbols:
            old = {one: symbol.names.get(one) or Name(one) for one in references | set(symbol.names)}
            symbols[id(symbol.names)] = {one: _renamed(name, labels) for one, name in old.items()}
        gates = frozenset(quantities.get(gate, gate) for gate in edge["gates"])
        renamed = replace(symbol, names=symbols[id(symbol.names)])
        shown.add_edge(called[tail], called[head], **{**edge, "symbol": renamed, "gates": gates})
    told: dict[Any, str] = {key: called[graph.graph[key]] for key in ("source", "target") if key in graph.graph}
    if "scheme" in graph.graph:
        told["scheme"] = _IN_A_RULE.sub(lambda found: labels.get(found[0], found[0]), graph.graph["scheme"])
    shown.graph.update(told)
    return shown


def renamed_foreign(graph: nx.Graph[Any], labels: Mapping[str, str]) -> dict[Hashable, str]:
    """Return the vertices of any graph that are called otherwise, and how.

    Raises
    ------
    InputError
        If a label is of nothing, or two vertices would bear one name.
    """
    _require_known(labels, map(str, graph), "vertex")
    _require_apart({str(vertex): labels.get(str(vertex), str(vertex)) for vertex in graph})
    return {vertex: labels[str(vertex)] for vertex in graph if str(vertex) in labels}


def renamed_paths(paths: PathSet | UnitPathSet, called: Mapping[Any, Hashable]) -> PathSet | UnitPathSet:
    """Return the same paths by the names that their vertices have now."""
    dag = _renamed_dag(paths.dag, called)
    if isinstance(paths, UnitPathSet):
        shapes, known = (
            {called.get(vertex, vertex): shape for vertex, shape in some.items()}
            for some in (paths.shapes, paths.known)
        )
        return replace(paths, dag=dag, shapes=shapes, known=known)
    return replace(paths, dag=dag, known=dict.fromkeys(called.get(vertex, vertex) for vertex in paths.known))


def renamed_path(path: Path, before: PathSet | UnitPathSet, now: PathSet | UnitPathSet) -> Path:
    """Return the path of the same number.

    Raises
    ------
    InputError
        If it is none of these paths.
    """
    return now[before.index(path)]  # type: ignore[arg-type]


def vertices_called(graph: Graph, shown: Graph) -> dict[str, str]:
    """Return vertex -> what it is called in the renamed graph."""
    return dict(zip(graph, shown, strict=True))


def _renamed_dag(dag: Dag, called: Mapping[Any, Hashable]) -> Dag:
    def edge(one: Edge) -> Any:
        return (called.get(one[0], one[0]), called.get(one[1], one[1]), *one[2:])

    return replace(
        dag,
        source=called.get(dag.source, dag.source),
        target=called.get(dag.target, dag.target),
        vertices=tuple(called.get(vertex, vertex) for vertex in dag.vertices),
        edges=tuple(map(edge, dag.edges)),
    )


def _bases(name: Name) -> list[str]:
    """Return what a name is made of: of an applied function that which it is applied to."""
    if name.argument is None:
        return [name.base]
    return [*_bases(name.argument), *([] if name.owner is None else _bases(name.owner))]


def _renamed(name: Name, labels: Mapping[str, str]) -> Name:
    argument = None if name.argument is None else _renamed(name.argument, labels)
    owner = None if name.owner is None else _renamed(name.owner, labels)
    base = name.base if argument is not None else labels.get(name.base, name.base)
    return replace(name, base=base, argument=argument, owner=owner)


def _quantities(graph: Graph, labels: Mapping[str, str]) -> dict[str, str]:
    """Return each quantity of a graph, and what it is called without a step."""
    found = {}
    for data in graph.nodes.values():
        quantity, name = data["quantity"], data["name"]
        if quantity not in found:
            new = _renamed(name, labels)
            found[quantity] = quantity if new == name else text(new.at(None))
    return found


def _require_known(labels: Mapping[str, str], known: Iterable[str], what: str) -> None:
    names = list(known)
    for name in labels:
        if name not in names:
            raise InputError(describe_unknown(what, name, names))


def _require_apart(called: Mapping[str, str]) -> None:
    """Refuse two things of one name."""
    taken: dict[str, str] = {}
    for name, label in called.items():
        if label in taken:
            raise InputError(
                f"two of one name: {taken[label]!r} and {name!r} would both be called {label!r} (labels must differ)"
            )
        taken[label] = name
