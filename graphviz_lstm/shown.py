"""How a notebook shows what is ours: asked of the object, answered in one place, `interfaces/notebooks.py`."""

from __future__ import annotations

from importlib import import_module

# As `typing` has it: the ground floor loads nothing.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Any

_DOOR = "graphviz_lstm.interfaces.notebooks"


class Shown:
    """What has more to show than its text, wherever `_repr_html_` is asked for: Jupyter, marimo, Quarto, MyST."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        # By its name: a room knows no door, and loads none before something is shown.
        door: Any = import_module(_DOOR)
        told: str = door.html_of(self)
        return told
