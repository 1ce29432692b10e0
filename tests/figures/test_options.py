"""The one table of a figure's options: what `draw`, the views, the command and documents have is what it says."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import MISSING, fields
from inspect import getdoc, signature
from pathlib import Path

import click
import pytest

from graphviz_lstm.errors import InputError
from graphviz_lstm.figures import draw
from graphviz_lstm.figures.options import OPTIONS, SPELLED, is_default, read_options, spelling
from graphviz_lstm.figures.takes import Flag, Names, Several, Whole
from graphviz_lstm.figures.views import Request
from graphviz_lstm.interfaces.cli.entry import cli
from graphviz_lstm.interfaces.documents import FIGURE_OPTIONS

ROOT = Path(__file__).parents[2]
_GIVEN = {"graph", "file", "source", "target", "paths"}


def test_draw_takes_what_the_table_says() -> None:
    """Each keyword with its default, and a line on each in the docstring."""
    keywords = {name: one.default for name, one in signature(draw).parameters.items() if name not in _GIVEN}
    assert set(keywords) == set(OPTIONS)
    assert all(is_default(name, default) for name, default in keywords.items())
    told = str(getdoc(draw)).split("Raises")[0]
    assert [name for name in OPTIONS if not re.search(rf"^(\w+, )*{name}(, \w+)*$", told, re.MULTILINE)] == []


def test_a_request_has_what_views_use() -> None:
    """With the same defaults; what a view can refuse is said in a line."""
    asked = [each for each in fields(Request) if each.default is not MISSING]
    assert all(is_default(each.name, each.default) for each in asked)
    assert {each.name for each in asked} <= set(OPTIONS)
    for name, row in OPTIONS.items():
        assert (row.views is None) == (row.refusal == ""), name
        assert row.views is None or set(row.views) < set(OPTIONS["view"].takes.choices), name  # type: ignore[union-attr]


def test_the_command_takes_every_option() -> None:
    """By one spelling, with words of help; MkDocs reads the same names."""
    command = cli.commands["draw"]
    flags = {option.opts[0]: option for option in command.params if isinstance(option, click.Option)}
    for name, row in OPTIONS.items():
        option = flags[f"--{spelling(name)}"]
        assert str(option.help).startswith(row.help)
        assert option.is_flag == isinstance(row.takes, Flag)
    assert {*SPELLED, "source", "element"} == set(FIGURE_OPTIONS)


def test_every_option_has_a_row_in_the_documentation() -> None:
    """In the table of `figures.md`, by its name in the command and by that in Python."""
    told = (ROOT / "docs" / "figures.md").read_text("utf-8")
    rows = [f"| `{word}` | `{name}" for word, name in SPELLED.items()]
    assert [row for row in rows if row not in told] == []


@pytest.mark.parametrize("name", OPTIONS)
def test_what_does_not_read_is_refused_by_its_name(name: str) -> None:
    """In one line; what reads is what the command would take."""
    takes, word = OPTIONS[name].takes, spelling(name)
    if isinstance(takes, Names):
        for choice in takes.choices:
            assert read_options({word: choice}) == {name: choice}
        with pytest.raises(InputError, match=rf"^unknown {word}: 'x y' \(must be one of "):
            read_options({word: "x y"})
    if isinstance(takes, Whole):
        assert read_options({word: str(takes.least)}) == {name: takes.least}
        for bad in ("x", "", str(takes.least - 1), "1.5"):
            with pytest.raises(InputError, match=rf"^unusable {word}: '.*' \(must be a whole number of at least "):
                read_options({word: bad})
    if isinstance(takes, Several):
        assert read_options({word: "a_1; b,2 ;c"}) == {name: ("a_1", "b,2", "c")}
        with pytest.raises(InputError, match=rf"^unusable {word}: 'a;' \(must be names with ; between them\)$"):
            read_options({word: "a;"})
    if isinstance(takes, Flag):
        assert read_options({word: ""}) == read_options({word: "yes"}) == {name: takes.value}
        with pytest.raises(InputError, match=rf"^unusable {word}: 'no' \(must be nothing, or yes"):
            read_options({word: "no"})


def test_to_read_the_table_loads_nothing() -> None:
    """Neither numpy nor networkx nor Graphviz: `--help` stays quick."""
    code = (
        "import sys; import graphviz_lstm.figures.options; "
        "print(sorted(m for m in sys.modules if m.split('.')[0] in ('numpy', 'networkx', 'pygraphviz', 'graphviz')))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
