"""Every path of a recurrent network's gradient: counted, listed, summed, derived and drawn.

The public names, and nothing else. Each loads its room when it is first used, so that importing the package is quick.
"""

from __future__ import annotations

from importlib import import_module

# As `typing` has it, which takes ten milliseconds to import: until the command runs, Ctrl-C is a traceback.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from graphviz_lstm.cells import (
        ACTIVATIONS,
        CELLS,
        GRU,
        LOSSES,
        LSTM,
        OPERATIONS,
        RNN,
        Cell,
        Operation,
        load_cell,
        parse_cell,
        read_cell,
    )
    from graphviz_lstm.errors import (
        CellError,
        CheckError,
        EquationError,
        ExampleError,
        GraphError,
        GraphvizLstmError,
        InputError,
        NoPathError,
        NumberError,
        OutputError,
        RenderError,
        ShapeError,
        TooManyPathsError,
        UnknownNameError,
        UnknownVertexError,
        WeightsError,
    )
    from graphviz_lstm.figures import Figure, draw
    from graphviz_lstm.figures.plots import Plot
    from graphviz_lstm.gradients import Check, check
    from graphviz_lstm.gradients.batches.batch import Batch
    from graphviz_lstm.gradients.schemes import Scheme, compare
    from graphviz_lstm.gradients.symbolic.proof import Proof, prove
    from graphviz_lstm.graph import annotate, evaluate, reverse, unroll
    from graphviz_lstm.paths import Path, PathSet, find_paths
    from graphviz_lstm.problems import (
        Example,
        Layer,
        LoadedNet,
        LossTerm,
        Problem,
        load_example,
        load_problem,
        load_sequences,
        load_weights,
        parse_example,
        parse_problem,
        problem_schema,
        problem_to_json,
        stack,
        stack_problem,
    )
    from graphviz_lstm.reports import Answer, Study, Verdict, derive, describe_answer, explain
    from graphviz_lstm.reports.derivation import Derivation
    from graphviz_lstm.reports.plots import plot
    from graphviz_lstm.reports.scheme_figures import draw_comparison

__version__ = "0.1.0"

_ROOMS = {
    "cells": (
        "ACTIVATIONS",
        "CELLS",
        "GRU",
        "LOSSES",
        "LSTM",
        "OPERATIONS",
        "RNN",
        "Cell",
        "Operation",
        "load_cell",
        "parse_cell",
        "read_cell",
    ),
    "errors": (
        "CellError",
        "CheckError",
        "EquationError",
        "ExampleError",
        "GraphError",
        "GraphvizLstmError",
        "InputError",
        "NoPathError",
        "NumberError",
        "OutputError",
        "RenderError",
        "ShapeError",
        "TooManyPathsError",
        "UnknownNameError",
        "UnknownVertexError",
        "WeightsError",
    ),
    "figures": ("Figure", "draw"),
    "figures.plots": ("Plot",),
    "gradients": ("Check", "check"),
    "gradients.batches.batch": ("Batch",),
    "gradients.schemes": ("Scheme", "compare"),
    "gradients.symbolic.proof": ("Proof", "prove"),
    "graph": ("annotate", "evaluate", "reverse", "unroll"),
    "paths": ("Path", "PathSet", "find_paths"),
    "problems": (
        "Example",
        "Layer",
        "LoadedNet",
        "LossTerm",
        "Problem",
        "load_example",
        "load_problem",
        "load_sequences",
        "load_weights",
        "parse_example",
        "parse_problem",
        "problem_schema",
        "problem_to_json",
        "stack",
        "stack_problem",
    ),
    "reports": ("Answer", "Study", "Verdict", "derive", "describe_answer", "explain"),
    "reports.derivation": ("Derivation",),
    "reports.plots": ("plot",),
    "reports.scheme_figures": ("draw_comparison",),
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = [
    "ACTIVATIONS",
    "CELLS",
    "GRU",
    "LOSSES",
    "LSTM",
    "OPERATIONS",
    "RNN",
    "Answer",
    "Batch",
    "Cell",
    "CellError",
    "Check",
    "CheckError",
    "Derivation",
    "EquationError",
    "Example",
    "ExampleError",
    "Figure",
    "GraphError",
    "GraphvizLstmError",
    "InputError",
    "Layer",
    "LoadedNet",
    "LossTerm",
    "NoPathError",
    "NumberError",
    "Operation",
    "OutputError",
    "Path",
    "PathSet",
    "Plot",
    "Problem",
    "Proof",
    "RenderError",
    "Scheme",
    "ShapeError",
    "Study",
    "TooManyPathsError",
    "UnknownNameError",
    "UnknownVertexError",
    "Verdict",
    "WeightsError",
    "annotate",
    "check",
    "compare",
    "derive",
    "describe_answer",
    "draw",
    "draw_comparison",
    "evaluate",
    "explain",
    "find_paths",
    "load_cell",
    "load_example",
    "load_problem",
    "load_sequences",
    "load_weights",
    "parse_cell",
    "parse_example",
    "parse_problem",
    "plot",
    "problem_schema",
    "problem_to_json",
    "prove",
    "read_cell",
    "reverse",
    "stack",
    "stack_problem",
    "unroll",
]


def __getattr__(name: str) -> object:
    """Load the room of a public name when it is first asked for."""
    if name not in _ROOM_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_ROOM_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names."""
    return [*__all__, "__version__"]
