"""Rules as text do to each edge what is written, told here once more by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st

from graphviz_lstm.gradients.schemes.action import CUT, KEEP, Action
from graphviz_lstm.gradients.schemes.edge import Edge, End
from graphviz_lstm.gradients.schemes.language import parse_rules

if TYPE_CHECKING:
    from collections.abc import Sequence

QUANTITIES = ("H", "S", "o")
Written = tuple[str, int | None, str, float]
rules = st.tuples(
    st.sampled_from([*QUANTITIES, "U_o", "*"]),
    st.sampled_from([None, 0, 1, 2]),
    st.sampled_from([*QUANTITIES, "*"]),
    st.sampled_from([0.0, 0.5, -2.0, 1.0]),
)


def end(quantity: str, step: int | None) -> End:
    return End(quantity, step, "parameter" if step is None else "state", None)


edges = st.builds(
    lambda tail, lag, head: Edge(end("U_o", None) if lag is None else end(tail, 5 - lag), end(head, 5), "crossing"),
    st.sampled_from(QUANTITIES),
    st.sampled_from([None, 0, 1, 2]),
    st.sampled_from(QUANTITIES),
)


def written(rule: Written, *, as_scale: bool) -> str:
    tail, lag, head, factor = rule
    when = "" if lag is None else "[t]" if lag == 0 else f"[t-{lag}]"
    return f"{'cut' if factor == 0.0 and not as_scale else f'scale {factor}'} {tail}{when} -> {head}[t]"


@given(said=st.lists(rules, min_size=1, max_size=4), edge=edges, as_scale=st.booleans())
def test_of_the_rules_that_speak_of_an_edge_the_first_counts(
    *, said: Sequence[Written], edge: Edge, as_scale: bool
) -> None:
    """By nothing is to cut; by one, to scale by one."""
    expected = KEEP
    lag = None if edge.tail.step is None else 5 - edge.tail.step
    for tail, behind, head, factor in reversed(said):
        if behind == lag and tail in ("*", edge.tail.quantity) and head in ("*", edge.head.quantity):
            expected = Action("scale", factor) if factor else CUT
    read = parse_rules("; ".join(written(rule, as_scale=as_scale) for rule in said))
    found = read(edge)
    assert (found.kind, found.number) == (expected.kind, expected.number)
    assert parse_rules(str(read)) == read


@pytest.mark.parametrize("rule", ["cut H[t-1] -> o[t]", "scale 0.5 *[t] -> *[t]"])
def test_no_rule_speaks_of_what_has_no_step(rule: str) -> None:
    """The target, behind every step."""
    assert parse_rules(rule)(Edge(end("H", 5), end("E", None), "loss")) is KEEP
