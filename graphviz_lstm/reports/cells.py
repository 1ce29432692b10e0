"""What is told of a cell alone: its equations, how its paths grow, what reads its state, what cancels.

All but the citation, the sentence and the notes is computed from the equations, when it is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np

from graphviz_lstm.cells import CELLS
from graphviz_lstm.cells.library import find_cell
from graphviz_lstm.errors import InputError
from graphviz_lstm.graph import TARGET, evaluate, reverse, reverse_absolute
from graphviz_lstm.graph.counting import count_paths
from graphviz_lstm.graph.labels import kinds_of
from graphviz_lstm.graph.losses import LossPlace
from graphviz_lstm.graph.unroll import unroll_places
from graphviz_lstm.notation import text
from graphviz_lstm.paths.listing.limits import describe_count
from graphviz_lstm.reports.document import Document, Section, Table
from graphviz_lstm.reports.formats import to_text
from graphviz_lstm.reports.fresh import fresh_net
from graphviz_lstm.reports.recursions import Hand, equations_section, forward_section, reverse_section
from graphviz_lstm.reports.tables import json_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from graphviz_lstm.cells import Cell

TOLD = range(1, 7)
"""Over how many steps paths are told by their number."""
_FAR = 4096
# Twice as many steps have 2^degree as many paths; of a larger power, their number grows by a factor a step.
_LARGEST_DEGREE = 32
_UNITS, _STEPS = 2, 3
_NOTHING = 1e-12


@dataclass(frozen=True, slots=True)
class CellFacts:
    """What follows from a cell's equations.

    Attributes
    ----------
    cell
        The cell.
    source
        From where paths are counted: the parameter with the most of them, the first of equals; without parameters an
        input.
    paths
        How many lead from it to E over one step, two and so on to six, a loss of the output at every step.
    rate
        By what the number of paths is multiplied a step, in the long run; 1 where it grows as a power of the steps.
    degree
        That power; None where the number grows by a factor.
    reading
        Quantity -> the quantities of the step before that it reads through a function: those of the gates.
    cancelling
        Quantities and parameters whose paths sum to zero, each of them, though single ones do not: on a fresh net of
        two units over three steps. None where that cannot be evaluated.
    """

    cell: Cell
    source: str
    paths: tuple[int, ...]
    rate: float
    degree: int | None
    reading: dict[str, tuple[str, ...]]
    cancelling: tuple[str, ...] | None

    @property
    def growth(self) -> str:
        """How the number of paths grows, in words."""
        if not any(self.paths):
            return "there are none"
        if self.degree is None:
            return f"{self.rate:.4g} times as many a step"
        return ("as many at any length", "as T", f"as T^{self.degree}")[min(self.degree, 2)]

    @property
    def year(self) -> int | None:
        """When it was published first."""
        return self.cell.about.citations[0].year if self.cell.about.citations else None


def facts_of(cell: Cell) -> CellFacts:
    """Return what follows from a cell's equations.

    >>> facts = facts_of(CELLS["lstm"])
    >>> facts.paths, facts.growth, facts.reading["o"], facts.cancelling
    ((1, 7, 37, 182, 878, 4214), '4.791 times as many a step', ('H',), ())
    >>> facts_of(CELLS["mingru"]).growth, facts_of(CELLS["slstm"]).cancelling
    ('as T^2', ('b_i', 'm'))
    """
    places = [LossPlace(cell.output, "squared_error", range(1, _FAR * 2 + 1))]
    counts = _counts(cell)
    if not counts:
        raise InputError(f"nothing to count paths from: cell {cell.name!r} has neither parameters nor inputs")
    source = max(counts, key=lambda name: counts[name][-1])

    def count(steps: int) -> int:
        return count_paths(cell, steps, places, source)

    near, far = count(_FAR), count(2 * _FAR)
    exponent = 0.0 if not near else _log2(far) - _log2(near)
    degree = round(exponent) if exponent <= _LARGEST_DEGREE else None
    return CellFacts(
        cell=cell,
        source=source,
        paths=counts[source],
        rate=1.0 if degree is not None else 2.0 ** (exponent / _FAR),
        degree=degree,
        reading=_reading(cell),
        cancelling=_cancelling(cell),
    )


def _counts(cell: Cell) -> dict[str, tuple[int, ...]]:
    """Return parameter -> how many paths lead from it to E over each number of steps; without parameters, of inputs.

    All of them by one sweep from E back: of paths over the last of the steps those enter in these steps alone.
    """
    last = TOLD[-1]
    graph = unroll_places(cell, last, [LossPlace(cell.output, "squared_error", range(1, last + 1))])
    ways: dict[str, int] = {}
    for vertex in reversed(list(nx.topological_sort(graph))):
        ways[vertex] = 1 if vertex == TARGET else sum(ways[head] for head in graph.adj[vertex])
    entering = {name: [0] * last for name in map(text, map(cell.name_of, cell.parameters))}
    for name, found in entering.items():
        for head in graph.adj.get(name, ()):
            found[last - graph.nodes[head]["step"]] += ways[head]
    if not entering:
        # The first step's input goes as far as the steps do: fewer steps are a later input.
        entering = {
            text(cell.name_of(name).at(1)): [ways[text(cell.name_of(name).at(step))] for step in range(last, 0, -1)]
            for name in cell.inputs
        }
        return {name: tuple(found) for name, found in entering.items()}
    return {name: tuple(accumulate(found)) for name, found in entering.items()}


def _log2(number: int) -> float:
    """Return the logarithm of a whole number of any size."""
    length = max(number.bit_length() - 60, 0)
    return length + float(np.log2(float(number >> length)))


def _reading(cell: Cell) -> dict[str, tuple[str, ...]]:
    return {
        text(cell.name_of(quantity)): tuple(text(cell.name_of(ref.name)) for ref in crossing)
        for quantity, kinds in kinds_of(cell).items()
        if (crossing := [ref for ref, kind in kinds.items() if kind == "crossing"])
    }


def _cancelling(cell: Cell) -> tuple[str, ...] | None:
    """Return what all paths through sum to zero, at every step, though they are not all zero."""
    try:
        graph = evaluate(fresh_net(cell, hidden=_UNITS, steps=_STEPS))
        adjoints, absolute = reverse(graph), reverse_absolute(graph)
    except InputError:
        return None
    found: dict[str, bool] = {}
    for vertex, data in graph.nodes.items():
        if data["role"] in ("parameter", "gate", "state", "output") and absolute[vertex].any():
            name = text(cell.name_of(data["quantity"]))
            zero = bool(np.abs(adjoints[vertex]).max() <= _NOTHING * absolute[vertex].max())
            found[name] = found.get(name, True) and zero
    return tuple(name for name, zero in found.items() if zero)


def cell_document(cell: Cell, *, recursions: bool = False) -> Document:
    """Return what is told of a cell as a document: sections of sentences, formulas and tables.

    Parameters
    ----------
    recursions
        Whether both recursions are told too, for vectors.
    """
    facts = facts_of(cell)
    about = cell.about
    year = f" ({facts.year})" if facts.year else ""
    sections = [Section("What it is", tuple(filter(None, (about.sentence, *_constants(cell)))))]
    hand = Hand(fresh_net(cell, hidden=_UNITS, steps=1), cell.parameters[0]) if cell.parameters else None
    if hand is not None:
        sections.append(equations_section(hand))
    sections += [
        Section("How its paths grow", (_paths_told(facts), _paths_table(facts))),
        Section("Which gates read the state", _reading_told(facts)),
        Section("What cancels", (_cancelling_told(facts),)),
    ]
    if hand is not None and recursions:
        sections += [forward_section(hand), reverse_section(hand)]
    if about.notes:
        sections.append(Section("How others have it", about.notes))
    if about.citations:
        sections.append(Section("Where it is from", tuple(f"{citation.text}." for citation in about.citations)))
    return Document(f"{cell.name}{year}", tuple(sections))


def _constants(cell: Cell) -> list[str]:
    told = ", ".join(f"{name} = {value:g}" for name, value in cell.constants.items())
    return [f"Numbers that are not learned: {told}."] if told else []


def _paths_told(facts: CellFacts) -> str:
    return (
        f"From {facts.source} to E, a loss of {facts.cell.output} at every step, over T steps. In the long run: "
        f"{facts.growth}."
        if any(facts.paths)
        else f"No path leads from {facts.source} to a loss of {facts.cell.output}."
    )


def _paths_table(facts: CellFacts) -> Table:
    return Table(("T", *map(str, TOLD)), (("paths", *map(describe_count, facts.paths)),))


def _reading_told(facts: CellFacts) -> tuple[str, ...]:
    if not facts.reading:
        return ("None: what goes on from step to step goes through no function. There is nothing that could cancel.",)
    by_read: dict[tuple[str, ...], list[str]] = {}
    for quantity, read in facts.reading.items():
        by_read.setdefault(read, []).append(quantity)
    return tuple(
        f"{_joined(quantities)} {'reads' if len(quantities) == 1 else 'read'} {_joined(read)} of the step before."
        for read, quantities in by_read.items()
    )


def _cancelling_told(facts: CellFacts) -> str:
    where = f"on a fresh net of {_UNITS} units over {_STEPS} steps, from first states of zero"
    if facts.cancelling is None:
        return f"Not known: {where} the equations have no values."
    if not facts.cancelling:
        return f"Nothing cancels by the equations themselves, {where}: no quantity has paths that sum to zero."
    return (
        f"All paths through {_joined(facts.cancelling)} sum to zero at every step, though single ones do not: computed "
        f"{where}."
    )


def _joined(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def cells_of(where: str | None) -> tuple[Cell, ...]:
    """Return one cell, by a library's name or a file's path, or all of the library, the oldest first."""
    if where is not None:
        return (find_cell(where),)
    return tuple(sorted(CELLS.values(), key=lambda cell: (_year(cell), cell.name)))


def _year(cell: Cell) -> int:
    return min(citation.year for citation in cell.about.citations)


def cells_text(cells: Iterable[Cell]) -> str:
    """Return a list of cells: two lines each."""
    lines = []
    for cell in cells:
        facts = facts_of(cell)
        states = f"states {', '.join(cell.states)}" if cell.states else "no state"
        counts = ", ".join(map(describe_count, facts.paths))
        lines += [
            f"{cell.name}{f' ({facts.year})' if facts.year else ''}: {cell.about.sentence}".removesuffix(": "),
            f"  {states}; paths from {facts.source}: {counts}; {facts.growth}",
        ]
    return "\n".join(lines) + "\n"


def cell_text(cell: Cell) -> str:
    """Return all that is told of one cell."""
    return to_text(cell_document(cell))


def cells_json(cells: Iterable[Cell]) -> str:
    """Return cells as one JSON object: `cells`, an object each."""
    return json_text({"cells": [_content(facts_of(cell)) for cell in cells]})


def _content(facts: CellFacts) -> dict[str, Any]:
    from graphviz_lstm.cells.source import equations_of

    cell, about = facts.cell, facts.cell.about
    return {
        "name": cell.name,
        "sentence": about.sentence,
        "equations": equations_of(cell),
        "output": cell.output,
        "inputs": list(cell.inputs),
        "states": list(cell.states),
        "parameters": list(cell.parameters),
        "activations": dict(cell.activations),
        "constants": dict(cell.constants),
        "ranks": dict(cell.ranks),
        "citations": [
            {
                key: value
                for key in ("author", "year", "title", "doi", "arxiv", "url")
                if (value := getattr(citation, key))
            }
            for citation in about.citations
        ],
        "notes": list(about.notes),
        "source": facts.source,
        "paths": list(facts.paths),
        "rate": facts.rate,
        "degree": facts.degree,
        "reading": {quantity: list(read) for quantity, read in facts.reading.items()},
        "cancelling": None if facts.cancelling is None else list(facts.cancelling),
    }
