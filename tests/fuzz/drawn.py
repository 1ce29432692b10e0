"""Calls of the command, drawn: an example of any kind, good or spoilt, and options that the command itself lists.

Which options there are, and of which kind, is read off the commands: a new one is drawn without a line here.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

import click
import numpy as np
from hypothesis import strategies as st

from graphviz_lstm.cells import CELLS, parse_cell
from graphviz_lstm.cells.shapes import sizes_of
from graphviz_lstm.errors import GraphvizLstmError
from graphviz_lstm.interfaces.choices import DOCUMENTS, PATH_FORMATS, SUFFIXES
from graphviz_lstm.interfaces.cli.entry import cli
from graphviz_lstm.interfaces.cli.weights import WeightsOption
from graphviz_lstm.problems.write import problem_to_json
from tests.examples import random_example
from tests.laws.cells import GENERAL, bind, cells

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


class Call(NamedTuple):
    """What the command is given, the files that lie in the folder where it runs, and what standard input holds."""

    arguments: list[str]
    files: dict[str, str]
    stdin: str = ""


FILE = "x.json"
HOSTILE = ("", "nan", "-inf", "1e400", "9" * 400, "-0", "\x1b[31m", "a\u202eb", "\ud800", "None", "<b>", "größe", "%s")
OTHERS = (
    "W_A",
    "W_f",
    "U_o",
    "U_H",
    "b_H",
    "X_1",
    "X_0",
    "H_0",
    "H_1",
    "S_0",
    "S_1",
    "a_1",
    "a_1[0]",
    "E",
    "y_1",
    "W[0]",
)
SCHEMES = (
    "full",
    "lstm-1997",
    "bptt:2",
    "bptt:1:1",
    "h-detach:0.25",
    "cut H[t-1] -> o[t]",
    "bptt:0",
    "bptt:x",
    "cut",
    "bptt:3:2",
    "snap:1",
    "snap:2",
)
NUMBERS = (0.0, 1.0, -1.0, 1e-308, 5e-324, 1e308, -1e155, 50.0, 1e16, 0.1)
FUNCTIONS = ("tanh", "sigmoid", "relu", "softplus", "exp", "log", "sqrt", "abs", "sin")

# Text that is none, and what numbers are not.
words = st.text(max_size=8) | st.sampled_from(HOSTILE)


def _rarely(
    usual: st.SearchStrategy[Any], other: st.SearchStrategy[Any], *, one_in: int = 40
) -> st.SearchStrategy[Any]:
    # Neither end: those are drawn more often than others.
    return st.integers(0, one_in).flatmap(lambda k: other if k == one_in // 3 else usual)


# What an option's name says of its value, where its type does not.
_VALUES: dict[str, st.SearchStrategy[str]] = {
    "element": st.sampled_from(("0", "0,0", "0,0", "1,0"))
    | st.lists(st.integers(-1, 3), min_size=1, max_size=3).map(lambda index: ",".join(map(str, index))),
    "scheme": st.sampled_from(SCHEMES),
    "tokens": st.lists(st.sampled_from(("a", "the", "$x$", "<b>")), max_size=5).map(" ".join),
    "schemes": st.lists(st.sampled_from(SCHEMES), max_size=4).map(",".join),
    # Never an address: nobody answers there. Nor other processes: they would outlive a call that is ended.
    "scheduler": st.just("threads"),
    # Of a weights file, which no drawn call has as its example: what is read of one is spoilt in `readings`.
    "inputs": st.just("x.npy"),
    "targets": st.just("y.npy"),
    "cell": st.sampled_from(sorted(CELLS)),
    "prefix": st.just("lstm"),
    "readout": st.just("fc"),
    "embedding": st.just("emb"),
    "activations": st.just("f_H=relu"),
    # What may be asked for is bounded, as the time is that it may take.
    "memory": st.floats(0.0, 1.0).map(str),
    "budget": st.floats(0.0, 2.0).map(str),
    "show": st.lists(st.sampled_from(("inputs", "parameters", "losses", "no")), max_size=3).map(",".join),
    # How a figure looks: never so large that it takes long.
    "title": words.filter(str.strip) | st.just("Where it comes from"),
    "width": st.builds(
        "{:g}{}".format, st.floats(0.0, 30.0), st.sampled_from(("cm", "in", "px", "mm", "pt", "", "em"))
    ),
    "font_size": st.floats(0.0, 20.0).map(str) | st.sampled_from(("8", "9pt")),
    "dpi": st.integers(0, 200).map(str) | st.sampled_from(("nan", "96.5")),
    "steps": st.sampled_from(("0", "1", "0..1", "1..2", "1,3", "0..2,7", "3..1", "-1..0")),
    "path": st.integers(-1, 9).map(str)
    | st.sampled_from(("W_A -> a_1 -> S_1 -> H_1 -> E", "W_A -> a_0 -> S_0 -> H_0 -> E", "W_A -> E", "->"))
    | st.lists(st.sampled_from(OTHERS), max_size=5).map(" -> ".join),
}
WRITTEN = {
    "names.toml": 'S = "c"\nH = "h"\n',
    "names.json": '{"W_A": "W_g", "H": "<b>"}',
    "own.toml": 'positive = "#005f99"\n',
    "dark.toml": '[dark]\nnegative = "#ffb060"\n',
    "pale.toml": 'text = "#cccccc"\n',
}
"""Files that say how a figure looks."""
_NAMED = ("source", "sources", "through", "avoiding")
_SUFFIXES = (*SUFFIXES, *DOCUMENTS, *PATH_FORMATS.values(), ".npz")


def _files() -> st.SearchStrategy[str]:
    """Draw names of files in the folder, and no others."""
    names = st.text(max_size=5).map(lambda text: "".join(c for c in text if c not in "/.\\")) | st.just("y")
    return st.builds(str.__add__, names, st.sampled_from(_SUFFIXES)) | st.sampled_from(
        ("", ".svg", "no/such.svg", FILE, "-", "-.svg", "-.json")
    )


def _fitting(option: click.Parameter) -> st.SearchStrategy[str]:
    """Draw a file whose suffix the option's help names, as it does for each that it takes."""
    named = [suffix for suffix in _SUFFIXES if suffix in str(getattr(option, "help", ""))]
    return st.sampled_from([f"y{suffix}" for suffix in dict.fromkeys(named)] or ["folder"])


def value_of(option: click.Parameter, names: Sequence[str]) -> st.SearchStrategy[str]:
    kind = option.type
    if isinstance(kind, click.Choice):
        usual = st.sampled_from([str(choice) for choice in kind.choices])
    elif option.name in ("labels", "colours"):
        return _rarely(st.sampled_from([*WRITTEN, FILE]), _files(), one_in=8)
    elif isinstance(kind, click.Path):
        return _rarely(_fitting(option), _files(), one_in=4)
    elif option.name in _VALUES:
        usual = _VALUES[option.name]
    elif isinstance(kind, click.types.IntParamType):
        usual = st.integers(-1, 12).map(str) | st.sampled_from(("1000", "1000000", str(10**12)))
    elif isinstance(kind, click.types.FloatParamType):
        usual = st.floats(0.0, 1.0).map(str) | st.floats().map(str)
    elif option.name in _NAMED:
        usual = _rarely(st.sampled_from(names), st.sampled_from(OTHERS), one_in=4)
    else:
        raise TypeError(f"no values for option {option.name!r} (add them to _VALUES)")
    refused = words.filter(lambda word: "://" not in word)
    return _rarely(usual, refused.filter(lambda word: not _is_large(word)) if option.name in _VALUES else refused)


def _is_large(word: str) -> bool:
    with suppress(ValueError):
        return float(word) > 2.0
    return False


def options_of(command: click.Command) -> list[click.Option]:
    """Return the options of a command, its help left out."""
    return [option for option in command.params if isinstance(option, click.Option)]


def _drawn_options(command: click.Command, draw: Callable[..., Any]) -> list[click.Option]:
    """Return the options that are drawn from: seldom those of a weights file, which are refused of anything else."""
    weights = draw(_rarely(st.just(False), st.just(True), one_in=60))  # noqa: FBT003 -- what is drawn
    return [option for option in options_of(command) if weights or not isinstance(option, WeightsOption)]


@st.composite
def arguments(draw: Callable[..., Any], example: str, names: Sequence[str] = OTHERS) -> list[str]:
    """Draw a command with options of it."""
    name = draw(st.sampled_from(sorted(cli.commands)))
    given: list[str] = []
    options = _drawn_options(cli.commands[name], draw)
    # One or two at once, however many there are: of more most are refused for the first that does not fit.
    often = min(15, 150 // len(options))
    for option in options:
        if not (draw(st.integers(0, 99)) < (100 if option.required else often)):
            continue
        for _ in range(draw(st.integers(1, 2)) if option.multiple else 1):
            given.append(draw(st.sampled_from(option.opts)))
            given += [] if option.is_flag else [draw(value_of(option, names))]
    if draw(_rarely(st.just(False), st.just(True))):  # noqa: FBT003 -- what is drawn
        given.insert(draw(st.integers(0, len(given))), draw(words))
    return [name, example, *given]


@st.composite
def equations(draw: Callable[..., Any]) -> str:
    """Draw the text of one unit's cell, which may mean nothing."""
    usual = st.sampled_from(("H[t-1]", "H[t-1]", "X[t]", "X[t]", "W", "U", "b", "2", "0.5", "1e-200"))
    leaf = _rarely(usual, st.sampled_from(("S[t]", "S[t-1]", "a[t-1]", "X[t-1]", "1e400")), one_in=6)
    right = st.recursive(
        leaf,
        lambda part: (
            st.builds("({} {} {})".format, part, st.sampled_from("+-*/@"), part)
            | st.builds("{}({})".format, _rarely(st.sampled_from(FUNCTIONS), st.just("nosuch")), part)
            | st.builds("-{}".format, part)
            | st.builds("max({}, {})".format, part, part)
        ),
        max_leaves=6,
    )
    lines = [
        f"{name}[t] = {draw(right)} + W * X[t]"
        for name in draw(_rarely(st.sampled_from((("H",), ("S", "H"))), st.just(("H", "H"))))
    ]
    text = "\n".join(lines)
    if draw(_rarely(st.just(False), st.just(True), one_in=8)):  # noqa: FBT003 -- what is drawn
        cut = draw(st.integers(0, len(text)))
        text = text[:cut] + draw(words) + text[cut + draw(st.integers(0, 2)) :]
    return text


@st.composite
def first_form(draw: Callable[..., Any]) -> Any:
    """Draw an example of version 1: one unit, any numbers."""
    number = _rarely(st.floats(-3.0, 3.0), st.sampled_from(NUMBERS), one_in=3)
    steps, text = draw(st.integers(1, 4)), draw(equations())
    axes = dict.fromkeys("WUb", 1)
    # Whatever it is that parsing ends in, the command will say.
    with suppress(Exception):
        cell = parse_cell("cell", text, output="H")
        axes = {name: len(sizes_of(cell)[name]) for name in cell.parameters}
    return {
        "cell": {"equations": text.splitlines(), "output": "H"},
        "parameters": {name: np.full((1,) * axes[name], draw(number)).tolist() for name in axes},
        "inputs": [[draw(number)] for _ in range(steps)],
        "targets": [[draw(number)] for _ in range(steps)],
        "loss": {
            "kind": draw(st.sampled_from(("squared_error", "given"))),
            "at": draw(st.sampled_from(("every", "last"))),
        },
        "first_step": draw(_rarely(st.integers(0, 1), st.sampled_from((-1, 10**9, 10**30)))),
    }


@st.composite
def second_form(draw: Callable[..., Any]) -> Any:
    """Draw an example of version 2: a cell of the library, or one of strange names."""
    if draw(st.booleans()):
        cell = CELLS[draw(st.sampled_from(sorted(CELLS)))]
        scale = draw(st.sampled_from((0.0, 1e-160, 0.5, 1.0, 1.0, 50.0, 1e160)))
        sizes = {name: draw(st.integers(1, 3)) for name in ("hidden", "inputs", "steps")}
        loss = draw(st.sampled_from(("squared_error", "cross_entropy")))
        problem = random_example(cell, **sizes, loss=loss, scale=scale, seed=draw(st.integers(0, 99))).problem
    else:
        while True:
            with suppress(GraphvizLstmError):
                numbers = {"first_step": draw(st.sampled_from((0, 1, -2))), "seed": draw(st.integers(0, 99))}
                problem = bind(draw(cells()).text, GENERAL, steps=draw(st.integers(1, 3)), **numbers)
                break
    return json.loads(problem_to_json(problem))


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each container of a JSON value with each of its keys."""
    waiting = [value]
    while waiting:
        holder = waiting.pop()
        for key in list(holder) if isinstance(holder, dict) else range(len(holder)):
            yield holder, key
            if isinstance(holder[key], dict | list):
                waiting.append(holder[key])


@st.composite
def documents(draw: Callable[..., Any]) -> str:
    """Draw the text of a file: an example, often spoilt at one place or two."""
    told = draw(first_form() | second_form())
    spoilt = draw(st.sampled_from((0, 0, 0, 0, 0, 1, 1, 2)))
    for _ in range(spoilt):
        holder, key = draw(st.sampled_from(list(_places(told))))
        how = draw(st.integers(0, 3))
        if how == 0 and len(told) > 1:
            del holder[key]
        elif how == 1 and isinstance(holder, dict):
            holder[draw(words)] = holder.pop(key)
        else:
            holder[key] = draw(_junk)
        if not told:
            break
    text = json.dumps(told, ensure_ascii=draw(st.booleans()))
    if draw(_rarely(st.just(False), st.just(True), one_in=15)):  # noqa: FBT003 -- what is drawn
        cut = draw(st.integers(0, len(text)))
        text = text[:cut] + draw(words)
    return text


def _named_in(text: str) -> tuple[str, ...]:
    """Return names that may be vertices of an example, where the text is one."""
    try:
        told = json.loads(text)
        layers = told.get("layers", [told])
        return (*(name for layer in layers for name in layer["parameters"]), "H_1", "H_2", "X_1")
    except (ValueError, AttributeError, KeyError, TypeError):
        return OTHERS


_junk = st.recursive(
    st.none() | st.booleans() | words | st.sampled_from((*NUMBERS, 10**400, -(10**18), float("nan"), float("inf"))),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(words, part, max_size=2),
    max_leaves=4,
)


@st.composite
def calls(draw: Callable[..., Any]) -> Call:
    """Draw a call: mostly of a file that is an example, sometimes of the built-in one, or of what is none."""
    of_what = draw(st.integers(0, 9))
    if of_what < 6:
        text = draw(documents())
        piped = of_what == 0
        return Call(
            draw(arguments("-" if piped else FILE, _named_in(text))), {FILE: text, **WRITTEN}, text if piped else ""
        )
    if of_what < 9:
        return Call(draw(arguments("gomez")), WRITTEN)
    return Call(draw(words.filter(lambda word: "/" not in word).flatmap(arguments)), {FILE: draw(words), **WRITTEN})
