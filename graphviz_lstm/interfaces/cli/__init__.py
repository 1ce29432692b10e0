"""The command `graphviz-lstm`: a file for each command or family. Nothing but click is imported before one runs."""

from graphviz_lstm.interfaces.cli.entry import cli, main

__all__ = ["cli", "main"]
