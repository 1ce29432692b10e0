"""What a shell completes beside commands, options and choices: examples, vertices, schemes."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from click.shell_completion import CompletionItem

from graphviz_lstm.errors import GraphvizLstmError
from graphviz_lstm.interfaces.cli.streams import STANDARD

if TYPE_CHECKING:
    from collections.abc import Collection

    import click


def complete_example(_context: click.Context, _argument: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return built-in names, and JSON and weights files of the folder; where there is none, the shell goes on."""
    from graphviz_lstm.problems import EXAMPLES
    from graphviz_lstm.problems.weights.read import READERS

    files = _files(begun, (".json", *READERS))
    found = [CompletionItem(name) for name in (*EXAMPLES, *files) if name.startswith(begun)]
    return found or [CompletionItem(begun, type="file")]


def complete_cell(_context: click.Context, _argument: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return the library's names and the TOML files of the folder; where there is none, the shell goes on by itself."""
    from graphviz_lstm.cells import CELLS
    from graphviz_lstm.cells.file import SUFFIX

    found = [CompletionItem(name) for name in (*CELLS, *_files(begun, (SUFFIX,))) if name.startswith(begun)]
    return found or [CompletionItem(begun, type="file")]


def complete_weights(_context: click.Context, _argument: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return the weights files of the folder; where there is none, the shell goes on by itself."""
    from graphviz_lstm.problems.weights.read import READERS

    return [CompletionItem(name) for name in _files(begun, READERS)] or [CompletionItem(begun, type="file")]


def _files(begun: str, suffixes: Collection[str]) -> list[str]:
    """Return the files of a folder that a path begins to name."""
    folder, start = os.path.split(begun)
    with suppress(OSError):
        there = sorted(Path(folder or ".").iterdir())
        return [os.path.join(folder, f.name) for f in there if f.suffix in suffixes and f.name.startswith(start)]  # noqa: PTH118 -- as it was begun
    return []


def complete_vertex(context: click.Context, _option: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return the vertices of the example that stands on the line, the built-in one where none does: never an error."""
    from graphviz_lstm.graph import TARGET
    from graphviz_lstm.reports import Study

    # Where an option waits for its value, click has not told arguments apart yet.
    given = (word for word in context.args if word == STANDARD or not word.startswith("-"))
    example = next(given, context.params.get("example") or context.params.get("before") or "gomez")
    if example == STANDARD:
        return []
    with suppress(GraphvizLstmError):
        return [CompletionItem(name) for name in Study(example).graph if name.startswith(begun) and name != TARGET]
    return []


def complete_scheme(_context: click.Context, _option: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return the schemes of the library, each with numbers that it may have."""
    from graphviz_lstm.gradients.schemes.library import SCHEMES

    shown = (named.make(*named.shown).name for named in SCHEMES.values())
    return [CompletionItem(name) for name in shown if name.startswith(begun)]
