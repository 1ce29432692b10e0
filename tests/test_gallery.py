"""The gallery: each view stands there with the command that draws it, and each of these commands draws."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from graphviz_lstm.cells import CELLS
from graphviz_lstm.figures.choices import PLOT_VIEWS, SCHEME_VIEWS, VIEWS
from graphviz_lstm.interfaces.cli import cli
from graphviz_lstm.problems import load_problem, problem_to_json
from tests.examples import random_example

GALLERY = (Path(__file__).parents[1] / "docs" / "gallery.md").read_text("utf-8")
COMMANDS = re.findall(r"^graphviz-lstm .*$", GALLERY, re.MULTILINE)


def test_every_view_stands_there_with_its_command() -> None:
    """Of the net, of schemes, and in bars and cells."""
    told = [shlex.split(command)[1:] for command in COMMANDS]
    shown = {words[words.index("--view") + 1] if "--view" in words else "" for words in told if words[0] == "draw"}
    assert shown == {*VIEWS, ""} - {"flow"}
    compared = {
        words[words.index("--view") + 1] if "--view" in words else "sheet" for words in told if words[0] == "compare"
    }
    assert compared == set(SCHEME_VIEWS)
    assert {words[0] for words in told} >= {*PLOT_VIEWS, "batch", "train-curve"}
    for section in GALLERY.split("\n## ")[1:]:
        assert "\ngraphviz-lstm " in section, section.splitlines()[0]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the files that the gallery's commands name."""
    made = tmp_path_factory.mktemp("gallery")
    gomez = load_problem("gomez")
    moved = replace(gomez, parameters={name: 0.9 * array for name, array in gomez.parameters.items()})
    sentence = random_example(CELLS["lstm"], hidden=2, steps=11, seed=4).problem
    files = {"my": random_example(CELLS["lstm"], steps=60, seed=3).problem, "sentence": sentence}
    files["gru"] = random_example(CELLS["gru"], steps=3, seed=5).problem
    for name, problem in (files | {"before": gomez, "after": moved}).items():
        (made / f"{name}.json").write_text(problem_to_json(problem))
    return made


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_gallery_draws(command: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture, whatever the name of its file."""
    monkeypatch.chdir(folder)
    words = shlex.split(command)[1:]
    done = CliRunner().invoke(cli, words)
    assert (done.exit_code, done.output) == (0, "")
    assert "<svg" in Path(words[words.index("-o") + 1]).read_text("utf-8")
