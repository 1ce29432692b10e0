"""The mathematics of one gradient as a document: equations, edges, paths, both recursions, verdicts, proof.

A document is sections of sentences, formulas and tables; `reports/formats.py` writes it as text, LaTeX, Markdown or
HTML. A formula is made from the equations, as text and as LaTeX; nothing of it is typed in.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.cells.names import Moving
from graphviz_lstm.claims import judge
from graphviz_lstm.errors import InputError, UnknownNameError, describe_unknown, shorten
from graphviz_lstm.given import as_whole
from graphviz_lstm.gradients.symbolic.proof import MOST_TERMS, prove
from graphviz_lstm.graph import TARGET, problem_of
from graphviz_lstm.notation import text, written
from graphviz_lstm.notation.numbers import format_array, plain_percent
from graphviz_lstm.paths import format_share
from graphviz_lstm.paths.listing.limits import describe_count
from graphviz_lstm.problems import Example
from graphviz_lstm.problems.arrays import whole_number
from graphviz_lstm.reports.approximations import approximation_section
from graphviz_lstm.reports.columns import WIDTH
from graphviz_lstm.reports.document import Document, Section, Table
from graphviz_lstm.reports.fold import LINE, fold
from graphviz_lstm.reports.formats import to_html, to_json, to_latex, to_markdown, to_text
from graphviz_lstm.reports.recursions import Hand, equations_section, forward_section, reverse_section

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.cells import Cell
    from graphviz_lstm.claims import Verdict
    from graphviz_lstm.graph.evaluate import HasProblem
    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.graph.partials import LocalPartial
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.notation import Formula, Style
    from graphviz_lstm.paths import Path
    from graphviz_lstm.problems import Problem
    from graphviz_lstm.reports.study import Study

# More paths are told by their number, and these are written out.
_WRITTEN_OUT = 40
# A longer product is told by its length: nobody reads it.
_MOST_FACTORS = 200
_PROVEN_STEPS = (1, 2, 3)
# Of several units three steps take minutes.
_PROVEN_STEPS_OF_UNITS = (1, 2)
# A proof over more paths from one source takes minutes; that of each cell of the library over three steps does not.
_MOST_PROVEN = 1_000

_JUDGED = (
    "Each line is compared with the derived one in symbols; the error is what it would make of dE/dW_A[0,0] on the "
    "worked example, all other lines being right."
)
_PROVEN = (
    "For general functions, {units}, half the squared error at every step: the sum of the symbolic paths minus "
    "sympy's derivative of the loss with everything put in, as polynomials in all distinct function applications."
)


@dataclass(frozen=True, slots=True)
class Derivation:
    """The document of one gradient, in the format that is asked for."""

    document: Document

    @property
    def text(self) -> str:
        """As plain text, folded as for a terminal."""
        return to_text(self.document, width=WIDTH)

    @property
    def latex(self) -> str:
        """As a LaTeX document."""
        return to_latex(self.document)

    @property
    def markdown(self) -> str:
        """As Markdown, with formulas between dollar signs."""
        return to_markdown(self.document)

    @property
    def html(self) -> str:
        """As a self-contained page, with formulas as MathML."""
        return to_html(self.document)

    @property
    def json(self) -> str:
        """As one JSON object: sections of texts, formulas (as text and as LaTeX) and tables."""
        return to_json(self.document)

    def _repr_latex_(self) -> str:
        return "\n\n".join(f"$$ {formula.latex} $$" for formula in self.document.formulas())

    def _repr_markdown_(self) -> str:
        return self.markdown


def parameter_of(problem: Problem, source: str | None) -> str:
    """Return the vertex of a parameter, by default of the cell's first: nothing else has a derivation.

    Raises
    ------
    UnknownNameError
        If it is not a parameter of the cell.
    InputError
        If the cell has none.
    """
    cell = problem.cell
    vertices = [text(cell.name_of(key)) for key in cell.parameters]
    if not vertices:
        raise InputError(f"nothing to derive: cell {cell.name!r} has no parameters")
    if source is not None and source not in vertices:
        raise UnknownNameError(describe_unknown("parameter", source, vertices))
    return vertices[0] if source is None else source


def derivation_of(study: Study, *, chosen: bool = False, proof: bool = False, units: int = 1) -> Derivation:
    """Return the derivation of a study of a parameter; see `derive`.

    Parameters
    ----------
    chosen
        Whether somebody chose so many steps: then too many paths are an error.
    units
        Of how many units the proof is.
    """
    problem, vertex, graph = study.problem, study.source, study.graph
    cell = problem.cell
    if study.paths.count > MOST_TERMS and chosen:
        raise InputError(
            f"too many steps for symbols: {problem.steps} steps have {describe_count(study.paths.count)} paths from "
            f"{vertex!r} (at most {MOST_TERMS:,}): ask for fewer, or leave --steps out for the recursions, which hold "
            "for any number"
        )
    (key,) = (key for key in cell.parameters if text(cell.name_of(key)) == vertex)
    hand = Hand(problem, key)
    sections = [
        equations_section(hand),
        _edges(graph, hand),
        paths_section(study),
        forward_section(hand),
        reverse_section(hand),
        *approximation_section(study),
    ]
    verdicts = judge(cell, hand.source, first_step=problem.first_step)
    if verdicts is not None:
        sections.append(_verdicts(verdicts))
    if proof:
        sections.append(_proofs(cell, units))
    return Derivation(Document(f"dE/d{vertex} of {problem.name!r}, cell {cell.name}, derived", tuple(sections)))


def shortened(example: HasProblem, steps: int | None) -> Problem:
    """Return the problem over its first steps; an example's loss at the last step counts at the last of these."""
    problem = problem_of(example)
    if steps is None or (as_whole(steps) == problem.steps):
        return problem
    steps = whole_number("steps", steps)
    if not 1 <= steps <= problem.steps:
        raise InputError(f"wrong number of steps: {steps!r} (example {problem.name!r} has 1 to {problem.steps})")
    if isinstance(example, Example):
        kept = example.targets[:steps] if len(example.targets) == example.steps else example.targets
        return replace(example, inputs=example.inputs[:steps], targets=kept).problem
    after = problem.first_step + steps
    losses = []
    for term in problem.losses:
        rows = [k for k, step in enumerate(term.steps) if step < after]
        if rows:
            losses.append(replace(term, steps=tuple(term.steps[k] for k in rows), targets=term.targets[rows]))
    if not losses:
        counted = sorted({step for term in problem.losses for step in term.steps})
        raise InputError(f"no loss within the first {steps} steps: it counts at {shorten(counted)}")
    inputs = {name: rows[:steps] for name, rows in problem.inputs.items()}
    return replace(problem, inputs=inputs, losses=losses, steps=steps, texts=problem.texts[:steps])


def _edges(graph: Graph, hand: Hand) -> Section:
    """Return every kind of edge once, with its number at the last step at which there is one."""
    scalar = hand.problem.scalar
    last = {graph.nodes[tail]["quantity"]: graph.nodes[tail]["step"] for tail in graph.pred[TARGET]}
    rows: list[tuple[Formula | str, ...]] = []
    for tail, head, edge in graph.edges(data=True):
        step = graph.nodes[tail]["step"] if head == TARGET else graph.nodes[head]["step"]
        if step != (last[graph.nodes[tail]["quantity"]] if head == TARGET else hand.problem.last_step):
            continue
        # Of vectors, a map has no one number.
        with np.errstate(all="ignore"):  # an edge that bears no path may have any partial
            numbers = np.asarray(edge["partial"].pull(np.ones(edge["partial"].head_shape))) if scalar else None
        shown = () if numbers is None else (_number(numbers),)
        rows.append((*_edge(graph, tail, head, step, hand), *shown))
    header = ("partial", "in general", "with its functions", *(("at the last step",) if scalar else ()))
    told = "All other parents held fixed."
    if len(hand.problem.losses) > 1:
        told += " E is the sum of several losses, each with a target of its own, which here are written alike."
    return Section("Every edge: the local partials", (told, Table(header, tuple(rows))))


def _number(numbers: Array) -> str:
    """Return a partial of single numbers; one of an edge that bears no path here may leave the range of numbers."""
    return format_array(numbers.squeeze()) if np.isfinite(numbers).all() else "not a finite number"


def _edge(graph: Graph, tail: str, head: str, step: int, hand: Hand) -> tuple[Formula, Formula, Formula]:
    """Return what an edge's partial is called and what it is, in general functions and written out, at any step."""
    at, before = graph.nodes[head], graph.nodes[tail]
    symbol: LocalPartial = graph.edges[tail, head]["symbol"]
    lag = None if before["step"] is None else Moving(before["step"] - step)

    def ratio(style: Style) -> str:
        name = hand.writer(style).name
        top = "E" if head == TARGET else name(at["quantity"], Moving())
        return style.local.format(top, name(before["quantity"], lag))

    def partial(*, written_out: bool) -> Formula:
        return written(lambda style: hand.writer(style, written_out=written_out).partial(symbol.terms, Moving()))

    return written(ratio), partial(written_out=False), partial(written_out=True)


def paths_section(study: Study) -> Section:
    """Return every path from a parameter as a product; with an element shares and contributions are of that entry."""
    graph, paths, problem = study.named, study.paths, study.problem
    (key,) = (key for key in problem.cell.parameters if text(problem.cell.name_of(key)) == study.source)
    hand = Hand(problem, key)
    entry = study.element or ()
    shown = list(paths.top(min(paths.count, _WRITTEN_OUT)))
    rows = tuple(
        (
            format_share(path.share),
            " -> ".join(map(str, path.vertices)) if len(path.edges) <= _MOST_FACTORS else fold(path, graph, width=LINE),
            _product(graph, path, hand),
            format_array(np.asarray(path.contribution)[entry]),
        )
        for path in shown
    )
    others = describe_count(paths.count - len(shown))
    end = f"; the {others} others are not written out." if others != "0" else "."
    told = f"1 path{end}" if paths.count == 1 else f"{describe_count(paths.count)} paths, by their share{end}"
    sums = tuple(
        (
            str(label),
            describe_count(group.count),
            format_share(group.share),
            format_array(np.asarray(group.contribution)[entry]),
        )
        for label, group in paths.group_by("crossings", up_to=9).items()
    )
    return Section(
        "Every path: a product of partials",
        (
            f"{told} Each product goes back from E edge by edge, as a delta does.",
            Table(("share", "path", "product", "contribution"), rows),
            "And every group a sum:",
            Table(("crossings", "paths", "share", "sum"), sums),
        ),
    )


def _product(graph: Graph, path: Path, hand: Hand) -> Formula | str:
    """Return a path's contribution: the loss's partial pulled back edge by edge; of a long path how many there are."""
    if len(path.edges) > _MOST_FACTORS:
        return f"a product of {len(path.edges):,} partials, not written out: the recursions hold for any number"
    symbols = [graph.edges[str(edge[0]), str(edge[1])]["symbol"] for edge in path.edges]
    return written(lambda style: hand.writer(style).contribution([(symbol.terms, symbol.step) for symbol in symbols]))


def _verdicts(verdicts: Sequence[Verdict]) -> Section:
    rows = tuple(
        (
            verdict.written,
            verdict.word,
            plain_percent(verdict.mistake) if verdict.mistake else "none",
            verdict.why,
            verdict.corrected,
        )
        for verdict in verdicts
    )
    return Section(
        "The question's equations, judged",
        (
            _JUDGED,
            Table(("as written", "verdict", "error", "why", "as derived"), rows),
        ),
    )


def _proofs(cell: Cell, units: int) -> Section:
    """Return what was proven, and in one line what was not."""
    rows: list[tuple[str, ...]] = []
    told = _PROVEN.format(units="one unit" if units == 1 else f"{units} units and every entry")
    for steps in _PROVEN_STEPS if units == 1 else _PROVEN_STEPS_OF_UNITS:
        try:
            proofs = prove(cell, steps, most=_MOST_PROVEN, units=units)
        except InputError as error:
            return Section("The proof", (told, *_table(rows), f"Not proven over {steps} steps: {error}."))
        rows += (
            (str(proof.steps), proof.source, f"{proof.paths:,}", f"{proof.terms:,}", proof.difference)
            for proof in proofs
        )
    return Section("The proof", (told, *_table(rows)))


def _table(rows: Sequence[tuple[str, ...]]) -> tuple[Table, ...]:
    return (Table(("steps", "source", "paths", "terms", "difference"), tuple(rows)),) if rows else ()
