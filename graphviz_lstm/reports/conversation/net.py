"""The net that is asked about: its equations, its loss, and the numbers that it is given and comes to."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from graphviz_lstm.cells.file import UNNAMED
from graphviz_lstm.graph import TARGET, given_values
from graphviz_lstm.notation import TEXT, text
from graphviz_lstm.notation.numbers import format_array
from graphviz_lstm.reports.document import Section, Table
from graphviz_lstm.reports.recursions import Hand, equations_section

if TYPE_CHECKING:
    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.problems import Problem
    from graphviz_lstm.reports.conversation.asked import Asked
    from graphviz_lstm.reports.document import Part

# Of more arrays, or of more equations, nobody reads each: they are in the example's file.
_MOST_GIVEN, _MOST_EQUATIONS = 40, 40
_MOST_STEPS = 4
# So many are read before the answers; more of them stand in the appendix.
_FEW_EQUATIONS = 8
_LOSSES = {
    "squared_error": "half the squared distance of {output} from its target {target}",
    "cross_entropy": "the cross-entropy of the softmax of {output} and {target}",
    "binary_cross_entropy": "the cross-entropy of the sigmoid of {output} and {target}",
    "given": "the inner product of {output} and {target}, which is given as its delta",
}


def few_equations(asked: Asked) -> Section | None:
    """Return the equations of one step; None where they are many: then they stand in the appendix."""
    problem = asked.problem
    return equations_section(Hand(problem, "")) if len(problem.cell.equations) <= _FEW_EQUATIONS else None


def net_section(asked: Asked) -> Section | None:
    """Return the section; None of a net of so many equations that they fill pages."""
    problem = asked.problem
    if len(problem.cell.equations) > _MOST_EQUATIONS:
        return None
    few = few_equations(asked) is not None
    parts: list[Part] = [] if few else [*equations_section(Hand(problem, "")).parts, loss_sentence(asked)]
    given = given_values(problem) | _targets(asked)
    if len(given) <= _MOST_GIVEN:
        parts += ["What it is given:", Table(("given", "value"), tuple(_row(name, given[name]) for name in given))]
    parts += _computed(asked)
    what = "numbers" if few else "equations and numbers"
    return Section(f"The net: its {what}", tuple(parts), folded=True) if parts else None


def cell_words(problem: Problem) -> str:
    """Return which cell a problem is of, and how many units it has: of each state and the output, where these differ.

    >>> from graphviz_lstm import load_problem
    >>> cell_words(load_problem("gomez"))
    'cell lstm, 1 unit'
    """
    cell = problem.cell
    # A cell that is written down in an example bears no name.
    name = "equations of its own" if cell.name == UNNAMED else f"cell {cell.name}"
    sizes = {TEXT.name(cell.name_of(key)): prod(problem.shapes[key]) for key in (*cell.states, cell.output)}
    if len(set(sizes.values())) == 1:
        return f"{name}, {problem.hidden} unit{'' if problem.hidden == 1 else 's'}"
    return f"{name}, {', '.join(f'{state} of {size}' for state, size in sizes.items())}"


def loss_sentence(asked: Asked) -> str:
    """Return what E is, in words."""
    problem = asked.problem
    terms = []
    for term in problem.losses:
        entries = f"[{', '.join(map(str, term.entries))}]" if term.entries else ""
        names = {
            "output": TEXT.name(problem.cell.name_of(term.quantity)) + entries,
            "target": text(problem.target_name) + entries,
        }
        what = _LOSSES[term.kind].format(**names)
        steps = term.steps
        where = (
            f"at step {steps[0]}"
            if len(steps) == 1
            else f"summed over {len(steps):,} steps from {steps[0]} to {steps[-1]}"
        )
        weight = "" if term.weight == 1.0 else f"{term.weight:g} times "
        terms.append(f"{weight}{what}, {where}")
    return f"E is {'; and '.join(terms)}{'; all added' if len(terms) > 1 else ''}."


def _targets(asked: Asked) -> dict[str, Array]:
    """Return the targets by name; nothing of several losses, whose targets bear one name."""
    if len(asked.problem.losses) > 1:
        return {}
    (term,) = asked.problem.losses
    name = asked.problem.target_name
    return {text(name.at(step)): row for step, row in zip(term.steps, term.targets, strict=True)}


def _row(name: str, value: Array) -> tuple[str, str]:
    return (name, format_array(value))


def _computed(asked: Asked) -> list[Part]:
    """Return what the forward pass comes to, a column for each step; nothing of more than a few."""
    problem, nodes = asked.problem, asked.graph.nodes
    steps = range(problem.first_step, problem.last_step + 1)
    if len(steps) > _MOST_STEPS or not problem.scalar:
        return []
    quantities = [equation.quantity for equation in problem.cell.equations]
    values = {
        (data["quantity"], data["step"]): format_array(data["value"].squeeze())
        for data in nodes.values()
        if data["quantity"] in quantities
    }
    rows = tuple(
        (TEXT.name(problem.cell.name_of(quantity)), *(values.get((quantity, step), "") for step in steps))
        for quantity in quantities
    )
    told = f"What it comes to, step by step; E = {format_array(nodes[TARGET]['value'])}."
    return [told, Table(("quantity", *(f"step {step}" for step in steps)), rows)]
