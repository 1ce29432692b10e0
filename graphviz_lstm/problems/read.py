"""Problems from files: built-in or by path, in the first edition's form or in that of version 2."""

from __future__ import annotations

import json
import os
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from graphviz_lstm.cells.file import SUFFIX as CELL_SUFFIX
from graphviz_lstm.errors import (
    ExampleError,
    InputError,
    NumberError,
    UnknownNameError,
    describe_unknown,
    shorten,
)
from graphviz_lstm.files import is_there, require_path
from graphviz_lstm.problems.arrays import name_of
from graphviz_lstm.problems.document import problem_from
from graphviz_lstm.problems.fields import placed
from graphviz_lstm.problems.first_form import example_from
from graphviz_lstm.problems.shipped import TRAINED, trained_problem
from graphviz_lstm.problems.weights.read import is_weights

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphviz_lstm.problems.example import Example
    from graphviz_lstm.problems.problem import Problem

    Loaded = TypeVar("Loaded", Problem, Example)

EXAMPLES = ("gomez", *TRAINED)


def load_problem(problem: str | os.PathLike[str]) -> Problem:
    """Return a built-in problem by its name, or the one in a JSON file by its path; the file may have either form.

    A file of weights alone is none: see `load_weights`.

    Raises
    ------
    UnknownNameError
        If `problem` is neither a built-in name nor an existing file.
    ExampleError, InputError
        If the file cannot be read or does not fit; the line names the file, the key in it, and what was due.

    Examples
    --------
    >>> load_problem("gomez").steps, load_problem("adding").steps
    (2, 24)
    """
    if isinstance(problem, str) and problem in TRAINED:
        return trained_problem(problem)
    return _load(problem, "example", parse_problem)


def load_example(example: str | os.PathLike[str]) -> Example:
    """Return a built-in example by its name, or the one in a JSON file of the first form by its path.

    Raises
    ------
    UnknownNameError
        If `example` is neither a built-in name nor an existing file.
    ExampleError, InputError
        If the file cannot be read or does not fit; the line names the file. If the built-in example has a readout.
    """
    if isinstance(example, str) and example in TRAINED:
        raise ExampleError(f"not an example: {example!r} has a readout (load_problem reads it)")
    return _load(example, "example", parse_example)


def parse_problem(text: str, *, name: str = "problem", folder: str | os.PathLike[str] = "") -> Problem:
    """Return the problem that `text`, a JSON object of either form, describes; `problem_schema` says what it may hold.

    `name` is what it is called where the text does not say so, and `folder` where the paths of cells in it begin: the
    working folder, if it is not told. See `load_problem` for what is raised.
    """
    data = _data(text, folder)
    return problem_from(data, name) if "version" in data else example_from(data, name).problem


def parse_example(text: str, *, name: str = "example", folder: str | os.PathLike[str] = "") -> Example:
    """Return the example that `text`, a JSON object of the first form, describes; see `parse_problem`."""
    data = _data(text, folder)
    if "version" in data:
        raise ExampleError("not an example: has a 'version' (load_problem and parse_problem read that form)")
    return example_from(data, name)


def problem_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of both forms.

    >>> problem_schema()["$schema"]
    'https://json-schema.org/draft/2020-12/schema'
    """
    schema: dict[str, Any] = json.loads(files("graphviz_lstm.problems").joinpath("schema.json").read_text("utf-8"))
    return schema


def _load(where: str | os.PathLike[str], what: str, parse: Callable[..., Loaded]) -> Loaded:
    if isinstance(where, str) and where in EXAMPLES:
        text = files("graphviz_lstm.problems").joinpath(f"{where}.json").read_text("utf-8")
        return parse(text, name=where)
    path = _path(where, what)
    if is_weights(path):
        raise ExampleError(
            f"not {_article(what)}: {str(path)!r} holds weights alone (give --inputs and --targets; in Python "
            "load_weights and its problem)"
        )
    text = _text(path, what)
    name = name_of(path)
    try:
        return parse(text, name=name, folder=path.parent)
    except InputError as error:
        raise type(error)(f"{error} in {what} file {str(path)!r}") from None


def _path(where: object, what: str) -> Path:
    """Return a path that may lead to a file."""
    if not isinstance(where, str | os.PathLike):
        raise InputError(f"not a name or a path: {shorten(where)} ({_CHOICES.format(what)})")
    try:
        path = require_path(Path(where))
    except TypeError:  # a path of bytes
        raise InputError(f"not a name or a path: {shorten(where)} ({_CHOICES.format(what)})") from None
    if path.suffix == CELL_SUFFIX:
        raise ExampleError(
            f"not {_article(what)}: {str(path)!r} is a cell's file, without numbers (name it as the 'cell' of one)"
        )
    if not str(where) or (not path.suffix and not is_there(path)):
        raise UnknownNameError(f"{describe_unknown(what, str(where), EXAMPLES)}, or a JSON file's path")
    return path


_CHOICES = "must be the name of a built-in {}, such as 'gomez', or a JSON file's path"


def _text(path: Path, what: str) -> str:
    try:
        # A pipe or a device may have no end.
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise ExampleError(f"cannot read {what} file {str(path)!r}: not an ordinary file")
        return path.read_text("utf-8")
    except OSError as error:
        raise ExampleError(f"cannot read {what} file {str(path)!r}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ExampleError(f"cannot read {what} file {str(path)!r}: not UTF-8 text at byte {error.start}") from None


def _data(text: str, folder: str | os.PathLike[str]) -> dict[str, Any]:
    """Return the JSON object that a text is, with paths that can be followed from here."""
    return placed(_object(text, "example"), Path(folder))


def _object(text: str, what: str) -> dict[str, Any]:
    """Return the JSON object that a text is."""
    if not isinstance(text, str):
        raise ExampleError(f"not JSON text: {shorten(text)} (a file is read by load_{what})")
    try:
        data = json.loads(
            text, object_pairs_hook=_without_duplicates, parse_constant=_refuse_constant, parse_int=_integer
        )
    except json.JSONDecodeError as error:
        raise ExampleError(f"not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise ExampleError(f"not {_article(what)}: nested too deeply") from None
    if not isinstance(data, dict):
        raise ExampleError(f"not {_article(what)}: must be a JSON object, is a {type(data).__name__}")
    return data


def _article(what: str) -> str:
    return f"an {what}" if what == "example" else f"a {what}"


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            raise ExampleError(f"key given twice: {key!r}")
        result[key] = value
    return result


def _integer(text: str) -> int:
    try:
        return int(text)
    except ValueError:  # Python reads no integer of thousands of digits
        raise NumberError(f"not a finite number: an integer of {len(text):,} digits") from None


def _refuse_constant(text: str) -> float:
    raise NumberError(f"not a finite number: {text}")
