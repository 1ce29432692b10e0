"""How many steps are counted: as many as is told, and not one more."""

from __future__ import annotations

import pytest

from graphviz_lstm.cells import LSTM, parse_cell
from graphviz_lstm.errors import InputError
from graphviz_lstm.graph.counting import count_paths
from graphviz_lstm.graph.losses import LossPlace

ONE_WAY = parse_cell("c", "H[t] = w * H[t-1] + x", output="H")
BACKWARD = parse_cell("c", "H[t] = w * H[t+1] + x", output="H")


@pytest.mark.parametrize(("cell", "most"), [(ONE_WAY, 10**7), (BACKWARD, 10**4)])
def test_ten_million_steps_are_counted_and_no_more(cell: object, most: int) -> None:
    """Of a recursion that runs backward ten thousand. A loss at one end: a path for each step that x enters at."""
    at = 1 if cell is BACKWARD else most
    assert count_paths(cell, most, [LossPlace("H", "squared_error", range(at, at + 1))], "x") == most
    with pytest.raises(InputError, match=rf"from 1 to {most:,}"):
        count_paths(cell, most + 1, [LossPlace("H", "squared_error", range(at, at + 1))], "x")


@pytest.mark.parametrize("steps", [0, -3])
def test_no_step_is_none_to_count(steps: int) -> None:
    with pytest.raises(InputError, match="wrong number of steps"):
        count_paths(LSTM, steps, [LossPlace("H", "squared_error", range(1, 2))], "W_A")
