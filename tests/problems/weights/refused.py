"""A spoilt file of weights: refused in one line, and no memory is taken for what it claims."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import pytest

from graphviz_lstm import WeightsError, load_weights

if TYPE_CHECKING:
    from pathlib import Path


def require_refused(file: Path, content: bytes, said: str) -> None:
    """Write a file, and raise unless the line that refuses it says so and names it."""
    file.write_bytes(content)
    tracemalloc.start()
    with pytest.raises(WeightsError) as refused:
        load_weights(file)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    line = str(refused.value)
    assert said in line
    assert str(file) in line
    assert "\n" not in line
    assert most < 8 * len(content) + 2_000_000
