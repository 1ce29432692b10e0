"""What a document may ask for, whichever door it comes through."""

from __future__ import annotations

import pytest

from graphviz_lstm.figures.choices import VIEWS
from graphviz_lstm.interfaces.documents import ask_figure


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_can_be_asked_for_in_a_document(view: str) -> None:
    """Sphinx, MkDocs and Zensical ask through this one function."""
    assert len(ask_figure("gomez", {"view": view}).scene.boxes) > 1
