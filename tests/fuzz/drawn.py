"""Calls of the command, drawn: an example of any kind, good or spoilt, and options that the command itself lists.

Which options there are, and of which kind, is read off the commands: a new one is drawn without a line here.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import click
from hypothesis import strategies as st

from graphviz_lstm.cells import CELLS
from graphviz_lstm.interfaces.choices import DOCUMENTS, PATH_FORMATS, SUFFIXES
from graphviz_lstm.interfaces.cli.entry import cli
from graphviz_lstm.interfaces.cli.weights import WeightsOption
from graphviz_lstm.problems import load_example
from graphviz_lstm.problems.write import problem_to_json
from tests.fuzz.documents import WRITTEN, documents, library, moved, rarely, seldom, words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


_QUOTED = re.compile(r'"(\w+)"')


class Call(NamedTuple):
    """What the command is given, the files that lie in the folder where it runs, and what standard input holds.

    `WEIGHTS` lie there too, always.
    """

    arguments: list[str]
    files: dict[str, str]
    stdin: str = ""

    @property
    def asked(self) -> tuple[str, ...]:
        """What the answer depends on: the arguments, and what is in the files that they name."""
        return (*self.arguments, *(self.files.get(each, "") for each in self.arguments), self.stdin)

    @property
    def words(self) -> set[str]:
        """What is given as a word, here or in files: `nan` may be a title, and is no number then."""
        return {*self.arguments, *(word for text in self.files.values() for word in _QUOTED.findall(text))}


FILE, SECOND, TRAINED = "x.json", "x2.json", "w.npz"
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
TOGETHER = 10
"""Calls of one example, which takes as long to draw as three calls do to end; of what is spoilt fewer."""

# What an option's name says of its value, where its type does not.
_VALUES: dict[str, st.SearchStrategy[str]] = {
    "element": st.sampled_from(("0", "0,0", "0,0", "1,0"))
    | st.lists(st.integers(-1, 3), min_size=1, max_size=3).map(lambda index: ",".join(map(str, index))),
    "scheme": st.sampled_from(SCHEMES),
    "tokens": st.lists(st.sampled_from(("a", "the", "$x$", "<b>")), max_size=5).map(" ".join),
    "schemes": st.lists(st.sampled_from(SCHEMES), max_size=4).map(",".join),
    # Never an address: nobody answers there. Nor other processes: they would outlive a call that is ended.
    "scheduler": st.just("threads"),
    # Of a weights file.
    "inputs": st.just("x.npy"),
    "targets": st.just("y.npy"),
    "cell": st.just("lstm") | st.sampled_from(sorted(CELLS)),
    "prefix": st.just("lstm"),
    "readout": st.just("fc"),
    "embedding": st.sampled_from(("fc", "emb")),
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
_LOOKS = ("layout", "title", "width", "dpi", "theme", "colours", "view", "font_size")
"""Options of a figure, refused where none is asked for."""
_NAMED = ("source", "sources", "through", "avoiding")
_GIVEN = ("labels", "colours")
"""Options whose file is read."""
_SUFFIXES = (*SUFFIXES, *DOCUMENTS, *PATH_FORMATS.values(), ".npz")
_FILES = st.builds(
    str.__add__,
    st.text(max_size=5).map(lambda text: "".join(c for c in text if c not in "/.\\")) | st.just("y"),
    st.sampled_from(_SUFFIXES),
) | st.sampled_from(("", ".svg", "no/such.svg", FILE, "-", "-.svg", "-.json"))
"""Names of files in the folder, and no others."""
_WHOLE = st.integers(-1, 12).map(str) | st.sampled_from(("1000", "1000000", str(10**12)))
_PARTS = st.floats(0.0, 1.0).map(str) | st.floats().map(str)


def _is_large(word: str) -> bool:
    with suppress(ValueError):
        return float(word) > 2.0
    return False


_WORDS = words.filter(lambda word: "://" not in word)
_SMALL_WORDS = _WORDS.filter(lambda word: not _is_large(word))


def _fitting(option: click.Parameter) -> st.SearchStrategy[str]:
    """Draw a file whose suffix the option's help names, as it does for each that it takes."""
    named = [suffix for suffix in _SUFFIXES if suffix in str(getattr(option, "help", ""))]
    return st.sampled_from([f"y{suffix}" for suffix in dict.fromkeys(named)] or ["folder"])


def usual_of(option: click.Parameter, names: Sequence[str]) -> st.SearchStrategy[str]:
    """Draw what an option is for, though not always of the example that it is given with."""
    kind = option.type
    if isinstance(kind, click.Choice):
        return st.sampled_from([str(choice) for choice in kind.choices])
    if option.name in _GIVEN:
        return st.sampled_from([*WRITTEN, FILE])
    if isinstance(kind, click.Path):
        return _fitting(option)
    if option.name in _VALUES:
        return _VALUES[option.name]
    if isinstance(kind, click.types.IntParamType):
        return _WHOLE
    if isinstance(kind, click.types.FloatParamType):
        return _PARTS
    if option.name in _NAMED:
        return rarely(st.sampled_from(names), st.sampled_from(OTHERS), one_in=4)
    raise TypeError(f"no values for option {option.name!r} (add them to _VALUES)")


@lru_cache(maxsize=4096)
def value_of(option: click.Parameter, names: tuple[str, ...]) -> st.SearchStrategy[str]:
    """Draw a value of an option, or what is none."""
    usual = usual_of(option, names)
    if option.name in _GIVEN:
        return rarely(usual, _FILES, one_in=8)
    if isinstance(option.type, click.Path):
        return rarely(usual, _FILES, one_in=4)
    return rarely(usual, _SMALL_WORDS if option.name in _VALUES else _WORDS)


def options_of(command: click.Command) -> list[click.Option]:
    """Return the options of a command, its help left out."""
    return [option for option in command.params if isinstance(option, click.Option)]


# What takes as long as many others is drawn less often: a bundle as fifty, the cells, all of them, as twenty.
_OFTEN = {"explain": 1, "cells": 1, "page": 4, "check": 4, "derive": 4, "strip": 6}
_COMMANDS = [name for name in sorted(cli.commands) for _ in range(_OFTEN.get(name, 32))]
_OF_EXAMPLES = [name for name in _COMMANDS if name not in ("cells", "inspect")]
_ANY, _ANY_OF_EXAMPLES = st.sampled_from(_COMMANDS), st.sampled_from(_OF_EXAMPLES)
_MOSTLY, _ONE_OR_TWO = st.integers(0, 3), st.integers(1, 2)

# What hypothesis makes anew for each draw takes longer to make than to draw from: it is made once.
_one_of = cache(st.sampled_from)


@cache
def _some_of(number: int) -> st.SearchStrategy[list[int]]:
    """Draw some of so many, by their places."""
    return st.lists(st.sampled_from(range(number)), max_size=4, unique=True)


@cache
def _taken(name: str, example: str) -> st.SearchStrategy[list[str]]:
    """Draw what a command takes beside options: an example, two of one net, some, or what is none."""
    # Only what is a file has one beside it.
    second = SECOND if example in (FILE, "-") else example
    one, two = st.just([example]), st.just([example, second])
    others = {
        "before-after": two,
        "batch": one | two,
        "train-curve": rarely(two, st.just(["adding"])),
        "inspect": st.just([TRAINED]),
        "cells": st.sampled_from([[], ["cell.toml"], *([cell] for cell in sorted(CELLS))]),
    }
    return rarely(others[name], one, one_in=8) if name in others else one


@st.composite
def arguments(draw: Callable[..., Any], example: str, names: tuple[str, ...] = OTHERS) -> list[str]:
    """Draw a command with options of it."""
    name = draw(_ANY)
    given: list[str] = []
    command, trained = cli.commands[name], example == TRAINED
    # Seldom those of a weights file, which are refused of anything else.
    weights = trained or draw(seldom(60))
    options = [option for option in options_of(command) if weights or not isinstance(option, WeightsOption)]
    if trained and name not in ("cells", "inspect"):
        given += ["--inputs", "x.npy", "--targets", "y.npy"]
        options = [option for option in options if option.name not in ("inputs", "targets")]
    # Some at once, however many there are: of more most are refused for the first that does not fit.
    chosen = draw(_some_of(len(options)))
    for k, option in enumerate(options):
        # What is simplest, and drawn more often than others, has no options.
        if not option.required and k not in chosen:
            continue
        for _ in range(draw(_ONE_OR_TWO) if option.multiple else 1):
            given.append(draw(_one_of(tuple(option.opts))))
            given += [] if option.is_flag else [draw(value_of(option, names))]
    if "-o" not in given and _looks(command, given) and draw(_MOSTLY):
        given += ["-o", "y.svg"]
    if draw(seldom(40)):
        given.insert(draw(st.integers(0, len(given))), draw(words))
    return [name, *draw(_taken(name, example)), *given]


@st.composite
def sound_arguments(draw: Callable[..., Any], names: tuple[str, ...]) -> list[str]:
    """Draw a command as it is meant to be called, with one option or none beside those that it must have."""
    name = draw(_ANY_OF_EXAMPLES)
    options = [option for option in options_of(cli.commands[name]) if not isinstance(option, WeightsOption)]
    one = draw(_one_of((None, *options)))
    given: list[str] = []
    for option in options:
        if option.required or option is one:
            given += [option.opts[0]] if option.is_flag else [option.opts[0], draw(usual_of(option, names))]
    if "-o" not in given and _looks(cli.commands[name], given):
        given += ["-o", "y.svg"]
    return [name, *draw(_taken(name, FILE)), *given]


def _looks(command: click.Command, given: Sequence[str]) -> bool:
    """Return whether it is said how a figure looks."""
    return any(option.name in _LOOKS and any(opt in given for opt in option.opts) for option in options_of(command))


def _named_in(text: str) -> tuple[str, ...]:
    """Return names that may be vertices of an example, where the text is one."""
    try:
        told = json.loads(text)
        layers = told.get("layers", [told])
        named = [name for layer in layers for name in layer["parameters"] if isinstance(name, str)]
    except (ValueError, AttributeError, KeyError, TypeError):
        return OTHERS
    return (*named, "H_1", "H_2", "X_1")


_GOMEZ = problem_to_json(load_example("gomez").problem)


@st.composite
def calls(draw: Callable[..., Any]) -> list[Call]:
    """Draw calls of one example: mostly of a file, sometimes built-in, or of a weights file; or what is none."""
    of_what, times = draw(st.integers(0, 49)), TOGETHER
    sound = 24 <= of_what < 34
    if of_what < 24:
        text, spoilt = draw(documents())
        times = 3 if spoilt else TOGETHER
        example, names = "-" if of_what < 4 else FILE, _named_in(text)
    elif sound:
        text, example = draw(library()), FILE
        names = _named_in(text)
    elif of_what < 48:
        text, names = _GOMEZ, OTHERS
        example = TRAINED if of_what < 40 else "gomez"
    else:
        text, names, times = draw(words), OTHERS, 1
        example = draw(words.filter(lambda word: "/" not in word))
    each = sound_arguments(names) if sound else arguments(example, names)
    files = {FILE: text, SECOND: moved(text, draw(st.sampled_from((0.0, -1.0, 1.1)))), **WRITTEN}
    stdin = text if example == "-" else ""
    return [Call(draw(each), files, stdin) for _ in range(times)]
