"""A question asked in one call: `explain` of a graph that is evaluated, `derive` of an example."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_lstm.graph import problem_of
from graphviz_lstm.reports.study import Study

if TYPE_CHECKING:
    from graphviz_lstm.graph.evaluate import HasProblem
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.reports.answer import Answer
    from graphviz_lstm.reports.derivation import Derivation


def explain(graph: Graph, source: str, *, element: tuple[int, ...] | None = None) -> Answer:
    """Return the answer for dE/d(source) on an evaluated graph.

    Raises
    ------
    UnknownVertexError, NoPathError, InputError
        If there is no such source, no path from it, or no such element of it.
    CheckError
        If two ways to the gradient disagree.
    """
    return Study.of(graph, source, element=element).answer


def derive(
    example: HasProblem, source: str | None = None, *, steps: int | None = None, proof: bool = False, units: int = 1
) -> Derivation:
    """Return the derivation of dE/d(source) for an example or a problem, symbols and numbers side by side.

    Parameters
    ----------
    source
        A parameter; by default the cell's first.
    steps
        Look at the first so many steps.
    proof
        Prove over one, two and three steps, for every parameter, that the paths sum to the derivative.
    units
        Of how many units that is proved; of more than one over one step and two.

    Raises
    ------
    UnknownNameError
        If the source is not a parameter of the cell.
    NoPathError
        If no path leads from it to E.
    InputError
        If there are fewer steps, or more paths than symbols can bear.
    """
    from graphviz_lstm.reports.derivation import parameter_of

    problem = problem_of(example)
    return Study(problem, parameter_of(problem, source)).derivation(steps=steps, proof=proof, units=units)
