"""The doors to other programs are looked through for doctests only where these programs are installed."""

from __future__ import annotations

from importlib.util import find_spec

_DOORS = {"sphinx": "graphviz_lstm/interfaces/sphinx.py", "pymdownx": "graphviz_lstm/interfaces/mkdocs.py"}

collect_ignore = [file for library, file in _DOORS.items() if find_spec(library) is None]
