"""The appendix: the net, every edge's partial as formula and number, the proof in symbols, and the code to run."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.errors import InputError
from graphviz_lstm.gradients.symbolic.proof import prove
from graphviz_lstm.graph import TARGET
from graphviz_lstm.notation import written
from graphviz_lstm.notation.numbers import format_array
from graphviz_lstm.paths.listing.limits import describe_count
from graphviz_lstm.problems import EXAMPLES
from graphviz_lstm.reports.conversation.listed import MOST_LISTED
from graphviz_lstm.reports.conversation.net import net_section
from graphviz_lstm.reports.derivation import paths_section
from graphviz_lstm.reports.document import Code, Section, Table

if TYPE_CHECKING:
    from graphviz_lstm.graph.partials import LocalPartial
    from graphviz_lstm.notation import Formula, Style
    from graphviz_lstm.reports.conversation.asked import Asked
    from graphviz_lstm.reports.document import Part

PROOF = "The proof that no path is missing"
MOST_EDGES = 60
"""Of more edges those of the last two steps are told."""
PROVEN_STEPS = (1, 2)
# Of more paths, or of a cell of more equations, symbols take longer than the rest of the answer.
_MOST_PATHS, _MOST_EQUATIONS = 40, 20
# How many paths the code prints.
_PRINTED = 3


def appendix_sections(asked: Asked, proof: Section | None) -> tuple[Section, ...]:
    """Return the sections, with what `proof_section` made."""
    found = (
        products_section(asked),
        net_section(asked),
        edges_section(asked),
        proof,
        code_section(asked),
    )
    return tuple(section for section in found if section is not None)


def products_section(asked: Asked) -> Section | None:
    """Return each path as a product; None of many paths, of arrays, and of a source that is no parameter."""
    if asked.source not in asked.problem.cell.parameters or asked.one.is_zero or not asked.problem.scalar:
        return None
    return replace(paths_section(asked.one), folded=True) if asked.one.paths.count <= MOST_LISTED else None


def edges_section(asked: Asked) -> Section:
    """Return every edge on a path from the source, its partial as formula and, of single numbers, as a number."""
    graph = asked.graph
    edges = [(tail, head) for tail, head in graph.edges if {tail, head} <= asked.vertices]
    told = "All else that the same box reads is held fixed. A path's contribution is the product along it."
    if not asked.problem.scalar:
        told += " Of arrays it is a product of matrices; (.) is where the array stands that it is applied to."
    if len(edges) > MOST_EDGES:
        last = asked.problem.last_step
        shown = [edge for edge in edges if _step_of(asked, *edge) >= last - 1][-MOST_EDGES:]
        told += f" Of {len(edges):,} edges these {len(shown)} are of the last steps; those before are of the same form."
        edges = shown
    rows = tuple((_ratio(asked, *edge), _partial(asked, *edge), _number(asked, *edge)) for edge in edges)
    table = Table(("partial", "is", "number"), rows)
    if all(row[2] == "" for row in rows):
        table = Table(("partial", "is"), tuple(row[:2] for row in rows))
    return Section("Every edge on a path: its partial", (told, table), folded=True)


def _step_of(asked: Asked, tail: str, head: str) -> int:
    step: int = asked.graph.nodes[tail if head == TARGET else head]["step"]
    return step


def _ratio(asked: Asked, tail: str, head: str) -> Formula:
    nodes = asked.graph.nodes
    return written(
        lambda style: style.local.format(
            "E" if head == TARGET else style.name(nodes[head]["name"]), style.name(nodes[tail]["name"])
        )
    )


def _partial(asked: Asked, tail: str, head: str) -> Formula:
    symbol: LocalPartial = asked.graph.edges[tail, head]["symbol"]

    def of(style: Style) -> str:
        return asked.writer(style).partial(symbol.terms, symbol.step)

    return written(of)


def _number(asked: Asked, tail: str, head: str) -> str:
    """Return a partial of single numbers; an array has no one number."""
    if not asked.problem.scalar:
        return ""
    partial = asked.graph.edges[tail, head]["partial"]
    numbers = np.asarray(partial.pull(np.ones(partial.head_shape)))
    return format_array(numbers.squeeze()) if np.isfinite(numbers).all() else "not a finite number"


def proof_section(asked: Asked) -> Section | None:
    """Return what sympy proves; None where the source is no parameter, or symbols would take too long."""
    cell, source = asked.problem.cell, asked.source
    keys = [key for key in cell.parameters if written(lambda s, key=key: s.name(cell.name_of(key))).text == source]  # type: ignore[misc]
    if not keys or len(cell.equations) > _MOST_EQUATIONS:
        return None
    rows: list[tuple[str, ...]] = []
    for steps in PROVEN_STEPS:
        try:
            (proof,) = prove(cell, steps, keys, most=_MOST_PATHS)
        except InputError:
            continue
        rows.append((str(steps), describe_count(proof.paths), proof.difference))
    if not rows:
        return None
    return Section(
        PROOF,
        (
            (
                f"For one unit and a loss at every step: the sum over all paths from {source} in symbols, minus "
                f"sympy's own dE/d{source} of the whole loss with everything put in. Activations stay general, so it "
                "holds for any. Were a path missing, its product would stand there."
            ),
            Table(("steps", "paths", "difference"), tuple(rows)),
            (
                "With more units each partial is a matrix, and nothing else changes: check compares the sum over all "
                "paths with the backward pass in numbers."
            ),
        ),
    )


def code_section(asked: Asked) -> Section:
    """Return what to type for the same numbers: at the command line and in Python."""
    problem, element = asked.problem, asked.one.element
    example = problem.name if problem.name in EXAMPLES else "FILE.json"
    entry = "" if element is None else f" --element {','.join(map(str, element))}"
    detail = "" if asked.whole.detail == "gate" else f" --detail {asked.whole.detail}"
    under = "" if asked.full else f" --scheme {shlex.quote(asked.scheme)}"
    which = f"{example} --source {shlex.quote(asked.source)}"
    commands = (
        f"graphviz-lstm paths {which}{entry}{detail}{under}\ngraphviz-lstm explain {which}{entry}{detail}{under} --long"
    )
    if asked.full:
        commands += f"\ngraphviz-lstm check {which}{detail}"
        commands += f"\ngraphviz-lstm derive {which} --prove" if asked.source in problem.cell.parameters else ""
    told = "" if element is None else f", element={element!r}"
    told += f", detail={asked.whole.detail!r}" if detail else ""
    made = "" if asked.full else f".under({asked.scheme!r})"
    python = (
        "from graphviz_lstm import Study\n\n"
        f"study = Study({example!r}, {asked.source!r}{told}){made}\n"
        f"for path in study.paths.top({_PRINTED}):\n"
        "    print(path, path.contribution)\n"
        "print(study.paths.total, study.adjoints[study.source])\n"
        "study.check()"
    )
    parts: tuple[Part, ...] = (
        "At the command line, in a copy of the project:",
        Code(f"pip install .\n{commands}"),
        "In Python:",
        Code(python),
    )
    if example != problem.name:
        parts = (f"FILE.json is the file of {problem.name!r}.", *parts)
    else:
        parts = (*parts, "For a net of your own put its file in place of the name: equations and numbers, as JSON.")
    return Section("The code to run", parts)
