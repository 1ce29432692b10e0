"""The command `page`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from graphviz_lstm.errors import InputError
from graphviz_lstm.interfaces.cli import cli

if TYPE_CHECKING:
    from pathlib import Path


def test_page_writes_one_file_of_the_sources_asked_for(tmp_path: Path) -> None:
    """By default of every parameter of the cell."""
    file = tmp_path / "page.html"
    for arguments, sources in (([], 12), (["--source", "X_1", "--source", "W_f"], 2)):
        done = CliRunner().invoke(cli, ["page", "gomez", *arguments, "-o", str(file)])
        assert done.exit_code == 0
        assert file.read_text("utf-8").count("<svg ") == sources
    assert list(tmp_path.iterdir()) == [file]


def test_page_looks_at_one_element_of_one_source(tmp_path: Path) -> None:
    """The page says which."""
    file = tmp_path / "page.html"
    arguments = ["page", "--source", "W_A", "--element", "0,1", "-o", str(file)]
    assert CliRunner().invoke(cli, arguments).exit_code == 0
    assert "dE/dW_A[0,1]" in file.read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["-o", "page.svg"], "unknown suffix: '.svg' of 'page.svg' (must be '.html')"),
        (["--element", "0,0", "-o", "page.html"], "give exactly one --source with --element"),
        (["--source", "W_Q", "-o", "page.html"], "unknown vertex: 'W_Q'"),
    ],
)
def test_page_says_what_cannot_be_had(arguments: list[str], complaint: str) -> None:
    """Before anything is written."""
    done = CliRunner().invoke(cli, ["page", *arguments])
    assert isinstance(done.exception, InputError)
    assert complaint in str(done.exception)
