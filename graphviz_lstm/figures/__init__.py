"""The pictures: an annotated graph becomes a scene, the scene DOT text, and Graphviz draws that.

Each name loads its module when it is first asked for, so that `choices` can be read without any of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from graphviz_lstm.figures.choices import SUFFIXES, THEMES, VIEWS

if TYPE_CHECKING:
    from graphviz_lstm.figures.drawing import draw
    from graphviz_lstm.figures.figure import Figure, require_suffix

__all__ = ["SUFFIXES", "THEMES", "VIEWS", "Figure", "draw", "require_suffix"]

_MODULE_OF = {"Figure": "figure", "draw": "drawing", "require_suffix": "figure"}


def __getattr__(name: str) -> object:
    """Load the module of a name when it is first asked for."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
    globals()[name] = value
    return value
