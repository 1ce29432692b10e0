"""Names that no file can have, wherever a command takes a file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from graphviz_lstm import Study, draw, load_cell, load_problem, load_weights, plot
from graphviz_lstm.errors import InputError
from graphviz_lstm.figures.strip import draw_strip
from graphviz_lstm.files import require_folder, write_files
from graphviz_lstm.interfaces.cli.entry import cli
from graphviz_lstm.interfaces.cli.file_names import FileName
from tests.fuzz.command import require_sound, run
from tests.fuzz.documents import WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Callable

NONE = ("a\0b", "\ud800", "\uda6b", "a" * 300, "a/" * 3000)
"""A NUL, halves of characters, and more than systems take."""


def _suffixes(option: click.Parameter) -> list[str]:
    """Return suffixes that an option's help names, two at most, or those of an example."""
    named = re.findall(r"\.[a-z]+\b", str(getattr(option, "help", "")))
    return list(dict.fromkeys(named))[:2] or ["", ".json", ".toml", ".npz"]


def _takers() -> list[tuple[str, str, str]]:
    """Return each option of each command that takes a file, and each place for an example: command, option, suffix."""
    return [
        (name, option.opts[0] if isinstance(option, click.Option) else "", suffix)
        for name, command in sorted(cli.commands.items())
        for option in command.params
        if isinstance(option, click.Argument) or isinstance(option.type, FileName)
        for suffix in _suffixes(option)
    ]


@pytest.mark.parametrize("what", NONE, ids=lambda what: ascii(what[:8]))
@pytest.mark.parametrize(("name", "option", "suffix"), _takers())
def test_a_name_that_no_file_can_have_is_refused_in_one_line(
    name: str,
    option: str,
    suffix: str,
    what: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Nothing is written."""
    monkeypatch.chdir(tmp_path)
    for file, content in WEIGHTS.items():
        (tmp_path / file).write_bytes(content)
    arguments = {"before-after": ["gomez", "gomez"], "inspect": ["w.npz"], "cells": ["rnn"]}.get(name, ["gomez"])
    if any(part in option for part in ("inputs", "targets", "lengths", "mask")):
        arguments = ["w.npz"] * len(arguments)
    file = what + suffix
    given = [option, file] if option else [file] * len(arguments)
    ran = run([name, *(arguments if option else []), *given], tmp_path, capsys)
    require_sound(ran, refused=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(WEIGHTS)


def test_whatever_is_a_file_of_a_command_is_asked_for_as_one() -> None:
    paths = [
        option for command in cli.commands.values() for option in command.params if type(option.type) is click.Path
    ]
    assert paths == []


_STUDY = Study("gomez")
_ANY: dict[str, Callable[[str], object]] = {
    "load_problem": load_problem,
    "load_weights": load_weights,
    "load_cell": load_cell,
    "labels": lambda name: _STUDY.figure(labels=f"{name}.toml"),
    "colours": lambda name: _STUDY.figure(colours=f"{name}.toml"),
    "draw": lambda name: draw(_STUDY.graph, f"{name}.svg"),
    "save": lambda name: _STUDY.figure().save(f"{name}.svg"),
    "strip": lambda name: draw_strip(_STUDY.strip, f"{name}.svg"),
    "plot": lambda name: plot(_STUDY).save(f"{name}.svg"),
    "write_files": lambda name: write_files({Path(name): b""}),
    "require_folder": lambda name: require_folder(Path(name)),
}


@pytest.mark.parametrize("what", NONE[:3], ids=ascii)
@pytest.mark.parametrize("function", _ANY.values(), ids=_ANY)
def test_functions_refuse_it_too(
    function: Callable[[str], object], what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"not a path: .* holds "):
        function(what)
    assert list(tmp_path.iterdir()) == []
