"""What can be chosen, by name, without loading the rooms that know what it means: so that `--help` stays quick.

A test holds each of these to its room.
"""

from __future__ import annotations

from typing import Literal

# Until `figures.choices` is there, which is as light as this: then the next eight lines are an import.
View = Literal["flow", "path", "facets", "metro", "rolled", "values"]
ThemeName = Literal["auto", "light", "dark", "print"]
Detail = Literal["gate", "operation"]

VIEWS: tuple[View, ...] = ("flow", "path", "facets", "metro", "rolled", "values")
THEMES: tuple[ThemeName, ...] = ("auto", "light", "dark", "print")
DETAILS: tuple[Detail, ...] = ("gate", "operation")
SUFFIXES = (".svg", ".png", ".pdf", ".dot", ".tex")
"""What a figure can be written as."""

Level = Literal["quantity", "unit"]
LEVELS: tuple[Level, ...] = ("quantity", "unit")
"""What a vertex of a path is."""

TABLES = (".json", ".csv", ".txt")
"""What paths can be written as."""
DOCUMENTS = {".txt": "text", ".tex": "latex", ".md": "markdown", ".html": "html"}
"""What a derivation can be written as, and the name of that format."""
LABELS = ("crossings", "gates", "recurrence", "entry", "length")
"""What paths can be grouped by."""
