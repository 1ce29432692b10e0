"""What a command takes as the name of a file or a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from graphviz_lstm.files import require_path


class FileName(click.Path):
    """A path; one that no file can have is refused before the system is asked of it."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path."""
        return super().convert(require_path(value), param, ctx)
