"""What functions are applied to is named once, and by nobody else's name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graphviz_lstm.cells import CELLS
from graphviz_lstm.cells.arguments import name_arguments
from graphviz_lstm.cells.expression import Apply, Expression, transform, walk


def _without_name(part: Expression) -> Expression:
    return replace(part, name=None) if isinstance(part, Apply) else part


@pytest.mark.parametrize("name", CELLS)
def test_arguments_have_names_that_nothing_else_bears_in_whatever_order_equations_stand(name: str) -> None:
    cell = CELLS[name]
    plain = [replace(each, expression=transform(each.expression, _without_name)) for each in cell.equations]
    named = name_arguments(plain[::-1], cell.activations)[::-1]
    names = [p.name for e in named for p in walk(e.expression) if isinstance(p, Apply) and p.name is not None]
    assert len(names) == len(set(names))
    assert not set(names) & set(cell.ranks)
    assert [replace(each, expression=transform(each.expression, _without_name)) for each in named] == plain
    assert {*names} == {
        p.name for e in cell.equations for p in walk(e.expression) if isinstance(p, Apply) and p.name is not None
    }
