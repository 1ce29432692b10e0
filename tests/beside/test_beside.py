"""That two trees which differ are told apart, and two that do not are not."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.beside.__main__ import ROOT, ask, told, write_nets
from tests.beside.answering import COMMANDS
from tests.beside.differing import differences

if TYPE_CHECKING:
    from pathlib import Path


# A function of every cell, larger by a hundred thousandth.
WRONG = (
    "cells/numeric.py",
    "tanh, absolute, sign = np.tanh,",
    "tanh, absolute, sign = lambda z: 1.00001 * np.tanh(z),",
)


def answered(told: object, status: str = "0") -> dict[str, Any]:
    """Return an answer as a command gives it."""
    return {"status": status, "error": "", "told": told if isinstance(told, str) else json.dumps(told), "seconds": 1.0}


def trees() -> str:
    """Return where git has trees of this repository."""
    git = ["git", "-C", str(ROOT), "worktree", "list"]
    return subprocess.run(git, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ({"a": 0.1}, {"a": 0.1 + 1e-12}, []),
        ({"a": 0.1}, {"a": 0.1 + 1e-9}, [".a: 0.1, 0.100000001"]),
        ({"a": 1}, {"a": 1.0 + 1e-15}, []),
        ({"a": 10**12}, {"a": 10**12 + 1}, [".a: 1000000000000, 1000000000001"]),
        ({"a": True}, {"a": 1.5}, [".a: True, 1.5"]),
        ({"a": [1.0, 2.0]}, {"a": [1.0]}, [".a[1]: 2.0, missing"]),
        ({"a": {"b": "x"}}, {"a": {}}, [".a.b: x, missing"]),
        ({"a": 1.0, "seconds": 3.0}, {"a": 1.0, "seconds": 4.0}, []),
        ("<svg>\n<g/>", "<svg>\n<g/>", []),
        ("<svg>\n<g/>", "<svg>\n<p/>\n", ["line 2: <g/>, <p/>"]),
    ],
)
def test_what_differs_by_more_than_rounding_is_told(one: object, other: object, found: list[str]) -> None:
    assert differences(answered(one), answered(other)) == found


def test_another_end_is_all_that_is_told() -> None:
    assert differences(answered({"a": 1}), answered("", status="2")) == ["status: 0, 2"]


@pytest.mark.slow
@pytest.mark.skipif(not (ROOT / ".git").exists() or shutil.which("git") is None, reason="other trees come out of git")
def test_a_tree_and_itself_are_the_same() -> None:
    """By the command, which takes the other tree out of git and away again."""
    command = [sys.executable, "-m", "tests.beside", "HEAD", "--cells", "rnn", "--units", "1"]
    before = trees()
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    # What is not committed yet may differ.
    assert ("rnn-1-3-0.5:" in ran.stdout, ran.stderr, trees()) == (ran.returncode == 1, "", before)


@pytest.mark.slow
def test_a_tree_that_computes_something_else_is_noticed(tmp_path: Path) -> None:
    changed = tmp_path / "changed"
    shutil.copytree(ROOT / "graphviz_lstm", changed / "graphviz_lstm", ignore=shutil.ignore_patterns("__pycache__"))
    wrong = changed / "graphviz_lstm" / WRONG[0]
    text = wrong.read_text("utf-8")
    assert text.count(WRONG[1]) == 1
    wrong.write_text(text.replace(*WRONG[1:]), "utf-8")
    nets = tmp_path / "nets"
    nets.mkdir()
    write_nets(nets, "rnn", 1, seed=0)
    lines = told(ask(changed, nets, tmp_path), ask(ROOT, nets, tmp_path))
    assert {f"rnn-1-3-0.5: {command}" for command in COMMANDS if "--json" in command} <= set(lines)
