"""The package as a whole: its public names, and what importing it costs."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import graphviz_lstm

ROOT = Path(graphviz_lstm.__file__).parent
HEAVY = ("networkx", "numpy", "sympy", "pygraphviz", "graphviz", "matplotlib", "jinja2")


def test_every_public_name_is_there_and_no_other_is_promised() -> None:
    for name in graphviz_lstm.__all__:
        assert getattr(graphviz_lstm, name) is not None
    assert sorted(graphviz_lstm._ROOM_OF) == sorted(graphviz_lstm.__all__)  # noqa: SLF001
    tree = ast.parse((ROOT / "__init__.py").read_text())
    typed = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("graphviz_lstm")
        for alias in node.names
    }
    assert typed == set(graphviz_lstm.__all__)


def test_the_reference_lists_every_public_name_and_no_other() -> None:
    """Data in a row of its own, the rest by its docstring."""
    text = (ROOT.parent / "docs" / "reference.rst").read_text(encoding="utf-8")
    documented = re.findall(r"^\.\. auto\w+:: (\w+)", text, re.MULTILINE)
    listed = re.findall(r"^(?:\.\. data:: |          )([A-Z]+)$", text, re.MULTILINE)
    assert sorted(documented + listed) == sorted(graphviz_lstm.__all__)


LEFT_OUT = ("sympy", "matplotlib", "pygraphviz", "graphviz", "jinja2", "latex2mathml")


def without(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command as an installation of the paths alone would: what that leaves out cannot be imported."""
    program = f"import sys; sys.modules.update(dict.fromkeys({LEFT_OUT!r}))\nfrom graphviz_lstm.__main__ import main\n"
    command = [sys.executable, "-c", f"{program}main()", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT.parent)


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments", ["paths --level unit", "count --steps 100", "check", "triangle", "routes", "compare", "compare --list"]
)
def test_who_only_lists_paths_needs_neither_graphviz_nor_sympy_nor_matplotlib(arguments: str) -> None:
    """As docs/command.md says of an installation of the paths alone."""
    done = without(*arguments.split())
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "missing"),
    [
        ("derive", "sympy"),
        ("explain", "sympy"),
        ("draw -o x.svg", "graphviz"),
        ("strip -o x.svg", "matplotlib"),
        ("page -o x.html", "jinja2"),
    ],
)
def test_what_is_not_installed_is_named_in_one_line(arguments: str, missing: str) -> None:
    """With what needs it, and how it is had."""
    done = without(*arguments.split())
    assert done.returncode == 2
    assert re.fullmatch(
        rf"graphviz-lstm: not installed: '{missing}' \(.* need it: pip install {missing}\)\n", done.stderr
    )


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        graphviz_lstm.nothing  # noqa: B018


@pytest.mark.parametrize(
    "code",
    [
        "import graphviz_lstm",
        "from graphviz_lstm.interfaces.cli import cli; cli.main(['--help'], standalone_mode=False)",
        "from graphviz_lstm.interfaces.cli import cli; cli.main(['explain', '--help'], standalone_mode=False)",
    ],
)
def test_importing_the_package_and_asking_for_help_load_nothing_heavy(code: str) -> None:
    program = f"import sys\n{code}\nprint([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT.parent)
    assert done.stderr.strip() == "[]"


def test_the_main_job_loads_no_sympy() -> None:
    program = (
        "import sys\nfrom graphviz_lstm.interfaces.cli import cli\n"
        "cli.main(['paths'], standalone_mode=False)\nprint('sympy' in sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT.parent)
    assert done.stderr.strip() == "False"
