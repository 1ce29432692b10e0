"""The command `inspect`: what a weights file holds."""

from __future__ import annotations

import click

from graphviz_lstm.interfaces.cli.command import Command
from graphviz_lstm.interfaces.cli.completing import complete_weights
from graphviz_lstm.interfaces.cli.options import json_option
from graphviz_lstm.interfaces.cli.outcome import say


@click.command(
    cls=Command, examples=("graphviz-lstm inspect model.safetensors", "graphviz-lstm inspect model.npz --json")
)
@click.argument("file", shell_complete=complete_weights)
@json_option
def inspect(file: str, *, as_json: bool) -> None:
    """Tell what a weights file holds: keys, shapes, in whose layout, which net, and the command that explains it.

    FILE is .safetensors, .npz, .onnx, .keras, .h5, or a folder of .npy files. No number of it is read, and nothing is
    unpickled.
    """
    from graphviz_lstm.problems.weights.inspecting import inspect_weights
    from graphviz_lstm.reports.inspected import describe_inspection, inspection_json

    found = inspect_weights(file)
    if as_json:
        say(inspection_json(found, file), nl=False, data=True)
    else:
        say(describe_inspection(found, file))
