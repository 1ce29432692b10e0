"""Laws of the repository itself: what may lie in it, how long a file is, which test names which module."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.amounts import FEW, LONG, SLOW

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "graphviz_lstm"
IGNORED = [line.strip("/") for line in (ROOT / ".gitignore").read_text().splitlines()]

# What people write. The pages and figures in `output/` are written by the program.
SOURCES = {".css", ".html", ".js", ".json", ".md", ".py", ".rst", ".sh", ".toml", ".ts", ".txt", ".yaml", ".yml"}
LONGEST_LINE = 1000
LONGEST_FILE = 400

# Written so that this file does not hold what it looks for.
LICENCE_FILE = re.compile(r"(un)?licen[cs]e|copying|copyright|notice", re.IGNORECASE)
LICENCE_TEXT = re.compile(
    r"""permission\ is\ hereby\ gr[a]nted | redistribution\ and\ use\ in\ s[o]urce | gnu\ (lesser\ )?general\ p[u]blic
    | licensed\ und[e]r | released\ und[e]r\ the | mozilla\ p[u]blic\ licen | all\ rights\ res[e]rved
    | spdx-licen[s]e | @lic[e]nse | copyright\s+(\(c\)|©|\d{4}|[A-Z][a-z]+\ [A-Z])""",
    re.IGNORECASE | re.VERBOSE,
)
FOREIGN_FOLDERS = {"node_modules", "third_party", "thirdparty", "vendor", "vendored", "_vendor"}
UNFINISHED = re.compile(r"\b(TO[D]O|FIX[M]E|XX[X])\b")
REGISTRIES = re.compile(
    r"pypi[.](org|io)|pythonhosted[.]org|npmjs[.](org|com)|yarnpkg[.]com|(deb|security)[.]debian[.]org"
    r"|unpkg[.]com|jsdelivr[.]net|cdnjs[.]|crates[.]io|proxy[.]golang[.]org|anaconda[.]org"
)

# Room -> modules in it that no test imports from, and why that is right.
UNTESTED = {
    "": ("frozen", "tests/problems tries to change what is frozen"),
    "claims": ("equations gates lines verdict", "tests/claims reads every verdict"),
    "figures": (
        "density legend small_file",
        "tests/figures and tests/reports read the texts of every scene and plot, and what is written of them",
    ),
    "figures.layout": ("prune sides", "tests/figures holds every box and line of every layout to its laws"),
    "figures.routes": ("between buses hidden shared within", "tests/figures looks where each line runs"),
    "figures.views": (
        (
            "alike drawing facets flow loop_entries loops metro pair path rolled rows settling sheet stacking "
            "stretches values wrapping"
        ),
        "tests/figures draws every view by its name",
    ),
    "figures.views.strands": (
        "boxes legend lines numbers question rivers room view words",
        "tests/figures/test_strands.py reads the scenes that they make together",
    ),
    "figures.writers": ("dot svg", "tests/figures reads the files that they write"),
    "gradients.batches": ("padded", "tests/gradients/test_padded.py asks it of a batch"),
    "gradients.checking": ("local prefixes rounding", "tests/gradients: the check is made of them"),
    "gradients.symbolic": ("values", "tests/gradients: both recursions are run in numbers by it"),
    "graph": ("families partials schema stepping", "tests/graph: they make the sweeps"),
    "interfaces": ("html", "tests/interfaces builds documents"),
    "interfaces.cli": (
        (
            "batch cells check compare derive explain figure_options figures inspect options outcome page paths plots "
            "train_curve"
        ),
        "tests/interfaces and tests/faults run the commands",
    ),
    "paths": ("examples questions", "tests/paths and the docstrings ask path sets"),
    "paths.choosing": ("choose sample", "tests/laws chooses from random graphs"),
    "paths.compiled": ("compile number_weights reachable shapes weights", "tests/laws compiles random graphs"),
    "paths.grouping": ("labels", "tests/laws groups random graphs"),
    "paths.listing": (
        "alone arrays contributions iterate vertex_rows wide_contributions",
        "tests/laws lists them",
    ),
    "paths.units": ("best compile facts order path sample weights", "tests/laws compares with unit graphs"),
    "problems": ("arrays fields first_form", "tests/problems and tests/messages read files, good and bad"),
    "problems.weights": (
        "entries finding readouts safetensors",
        "tests/problems/weights loads weights of every layout, good and spoilt",
    ),
    "reports": (
        "environment source",
        "tests/reports reads what they write",
    ),
    "reports.pages": ("answer", "tests/pages opens them in a browser"),
}


def files() -> Iterator[Path]:
    """Yield every file that would be committed: those that `.gitignore` does not name."""
    folders = [ROOT]
    while folders:
        for path in sorted(folders.pop().iterdir()):
            name = path.relative_to(ROOT).as_posix()
            if path.name == ".git" or any(fnmatch(path.name, p) or fnmatch(name, p) for p in IGNORED):
                continue
            if path.is_dir():
                folders.append(path)
            else:
                yield path


def lines(*suffixes: str) -> Iterator[tuple[str, str]]:
    """Yield each line of the sources, with its place."""
    for path in files():
        if path.suffix in (suffixes or SOURCES) or path.parent.name == ".ci":
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                yield f"{path.relative_to(ROOT).as_posix()}:{number}", line


def written() -> Iterator[tuple[str, str]]:
    """Yield each line that a person wrote."""
    return ((place, line) for place, line in lines() if not place.startswith("output/"))


def test_nothing_is_minified() -> None:
    """Neither by its name nor by its lines."""
    assert [path.name for path in files() if ".min." in path.name] == []
    assert [place for place, line in written() if len(line) > LONGEST_LINE] == []


def test_nothing_is_copied_in_from_others() -> None:
    """What others wrote is depended on as a package or written anew: no licence of theirs is in the tree."""
    foreign = [path for path in files() if FOREIGN_FOLDERS & set(path.relative_to(ROOT).parts)]
    assert [path.relative_to(ROOT).as_posix() for path in foreign] == []
    assert [path.name for path in files() if LICENCE_FILE.search(path.stem)] == []
    assert [place for place, line in lines() if LICENCE_TEXT.search(line)] == []


@pytest.mark.parametrize(
    "text",
    [
        "Copy" + "right 2016-2019 Somebody",
        "/*! Copy" + "right (c) Some Body */",
        "Released und" + "er the MIT license",
        "# SPDX-Licen" + "se-Identifier: MIT",
        "Permission is hereby gr" + "anted, free of charge",
    ],
)
def test_a_licence_text_would_be_found(text: str) -> None:
    """The pattern is not idle."""
    assert LICENCE_TEXT.search(text)


def test_nothing_is_left_unfinished() -> None:
    """An open end is an issue, not a comment."""
    assert [place for place, line in written() if UNFINISHED.search(line)] == []


def test_what_warns_is_an_error_by_the_suites_own_rule_alone() -> None:
    """CI lets old dependencies warn each other: a test with a rule of its own would fail there for what is not ours."""
    own = re.compile(r"""(simple|filter)(filter|warnings)\(["']error""")
    assert [place for place, line in lines() if own.search(line) and "/test_" in place] == []


def test_no_file_names_a_registry_or_a_content_network() -> None:
    """Packages come from where the machine gets them."""
    assert [place for place, line in lines() if REGISTRIES.search(line)] == []


def test_no_file_is_longer_than_a_room_should_be() -> None:
    """Past 400 lines it is two rooms."""
    long = {path.name: len(path.read_text().splitlines()) for path in PACKAGE.rglob("*.py")}
    assert {name: length for name, length in long.items() if length > LONGEST_FILE} == {}


def isort_key(name: str) -> tuple[int, str]:
    """Order constants before classes before the rest, as the linter does."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


def exports(tree: ast.Module) -> list[str] | None:
    """Return `__all__` of a module, or None."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__":
            return [element.value for element in getattr(node.value, "elts", []) if isinstance(element, ast.Constant)]
    return None


def defined(tree: ast.Module) -> set[str]:
    """Return the public names that a module defines, or imports from the package, be it when they are asked for."""
    names: set[str] = set()
    for node in (*tree.body, *(inner for part in tree.body if isinstance(part, ast.If) for inner in part.body)):
        match node:
            case ast.ImportFrom(module=str(module)) if module.startswith("graphviz_lstm"):
                names |= {alias.asname or alias.name for alias in node.names}
            case ast.FunctionDef() | ast.ClassDef():
                names.add(node.name)
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                names.add(name)
    return {name for name in names if not name.startswith("_")}


@pytest.mark.parametrize("room", sorted(p.parent.name for p in PACKAGE.glob("*/__init__.py")))
def test_what_a_room_promises_is_what_stands_in_its_door_in_order(room: str) -> None:
    """No name is promised that is not there, none is there that is not promised; a room may promise nothing."""
    tree = ast.parse((PACKAGE / room / "__init__.py").read_text(encoding="utf-8"))
    promised = exports(tree) or []
    assert promised == sorted(promised, key=isort_key)
    assert set(promised) == defined(tree)


def module_name(path: Path) -> str:
    """Return `graphviz_lstm.paths.find` for its file."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def doors() -> dict[str, str]:
    """Return where each name that a room hands on is defined: `graphviz_lstm.paths.find_paths` in `paths/find.py`."""
    handed: dict[str, str] = {}
    for path in PACKAGE.rglob("__init__.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("graphviz_lstm"):
                handed |= {f"{module_name(path)}.{alias.name}": f"{node.module}.{alias.name}" for alias in node.names}
    return handed


def named_by(path: Path, handed: dict[str, str]) -> set[str]:
    """Return the modules that a test names, or a name of which it imports through a door."""
    text = path.read_text(encoding="utf-8")
    names = set(re.findall(r"\bgraphviz_lstm(?:\.\w+)+", text))
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("graphviz_lstm"):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    found = set(names)
    while names := {handed[name] for name in names if name in handed}:
        found |= names
    return found | {name.rpartition(".")[0] for name in found}


def test_every_module_is_named_by_a_test_or_listed_with_a_reason() -> None:
    """By importing something that it defines, or by its place: `tests/paths/test_wide.py` is for `paths/wide.py`."""
    tests = [path for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__)]
    handed = doors()
    named = set().union(*(named_by(path, handed) for path in tests))
    mirrored = {path.relative_to(ROOT / "tests").as_posix() for path in tests}
    modules = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        inside = path.relative_to(PACKAGE)
        if path.name != "__init__.py":
            modules[module_name(path)] = inside.with_name(f"test_{inside.name}").as_posix()
    unnamed = {name for name, mirror in modules.items() if name not in named and mirror not in mirrored}
    listed = {
        ".".join(filter(None, (PACKAGE.name, room, module)))
        for room, (inside, _) in UNTESTED.items()
        for module in inside.split()
    }
    assert sorted(unnamed - listed) == []
    assert sorted(listed - unnamed) == []


def test_what_is_left_out_is_there() -> None:
    """No entry outlives its file."""
    everything = [path.relative_to(ROOT).as_posix() for path in files()]
    for patterns in (SLOW, LONG):
        assert [p for p in patterns if not any(fnmatch(name, p.partition("::")[0]) for name in everything)] == []
    for name, most in FEW.items():
        file, _, law = name.partition("::")
        assert (ROOT / file).exists(), name
        assert not law or f"def {law}(" in (ROOT / file).read_text("utf-8"), name
        assert most >= 2


def test_every_path_that_contributing_names_exists() -> None:
    """In backquotes, from the root of the repository; `*` stands for any name."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    text = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    paths = set(re.findall(r"`([\w.*-]+(?:/[\w.*-]*)+|[\w-]+\.(?:md|py|toml|yaml))`", text))
    assert len(paths) > 10
    assert sorted(path for path in paths if not any(ROOT.glob(path.rstrip("/")))) == []


def test_the_versions_that_are_declared_are_the_versions_that_are_tried() -> None:
    """Each dependency of the command and of the tests has a lower bound, which CI installs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = project["dependencies"] + project["optional-dependencies"]["test"]
    assert [requirement for requirement in needed if not re.search(r">=\d[\d.]*$", requirement)] == []
    oldest = project["requires-python"].removeprefix(">=")
    pythons = re.findall(r"Python :: (\d\.\d+)", "\n".join(project["classifiers"]))
    assert pythons[0] == oldest


def _asked_of_a_library(file: Path) -> Iterator[tuple[str, str]]:
    """Give what each test of a file would skip without: the test's name, or that of the file, and the library's."""
    name = file.relative_to(ROOT).as_posix()
    for part in ast.parse(file.read_text(encoding="utf-8")).body:
        test = part if isinstance(part, ast.FunctionDef) else None
        # Helpers are judged where they are called: this cannot see it.
        if test and (not test.name.startswith("test_") or "pytest.mark.slow" in map(ast.unparse, test.decorator_list)):
            continue
        for call in ast.walk(part):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.importorskip":
                asked = call.args[0]
                library = asked.value if isinstance(asked, ast.Constant) else ast.unparse(asked)
                yield f"{name}::{test.name}[x]" if test else name, str(library)


def test_what_quick_runs_needs_the_tests_own_extra_alone() -> None:
    """CI runs it where nothing else is installed, and there a skip is a failure."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = project["dependencies"] + project["optional-dependencies"]["test"]
    # `fcntl` is Python's own; without `packaging`, pytest would not be there.
    there = {re.split(r"[^\w-]", requirement)[0].replace("-", "_") for requirement in needed} | {"fcntl", "packaging"}
    left = [
        f"{name} asks for {library}"
        for file in sorted((ROOT / "tests").rglob("test_*.py"))
        for name, library in _asked_of_a_library(file)
        if library not in there and not any(fnmatch(name, pattern) for pattern in SLOW)
    ]
    assert left == []


def test_in_ci_a_skip_is_a_failure_of_one_test_and_of_a_whole_file(tmp_path: Path) -> None:
    """Where CI is not set it is a skip."""
    (tmp_path / "conftest.py").write_text((ROOT / "conftest.py").read_text(encoding="utf-8"))
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "conftest.py").write_text((ROOT / "tests" / "conftest.py").read_text(encoding="utf-8"))
    (tmp_path / "tests" / "test_one.py").write_text("import pytest\ndef test_one(): pytest.skip('no browser')\n")
    (tmp_path / "tests" / "test_file.py").write_text("import pytest\npytest.importorskip('nothing_such')\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --continue-on-collection-errors\n")
    free = {name: value for name, value in os.environ.items() if name not in ("CI", "PYTEST_ADDOPTS")}
    for environment, closing in ((free, "2 skipped"), ({**free, "CI": "true"}, "1 failed, 1 error")):
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert closing in done.stdout


@pytest.mark.slow
def test_the_parts_of_what_long_adds_are_all_of_it_and_share_nothing() -> None:
    """And each has what always runs."""

    def asked(*options: str) -> set[str]:
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--collect-only", *options]
        done = subprocess.run([*command, "tests/graph"], cwd=ROOT, capture_output=True, text=True, check=True)
        return {line for line in done.stdout.splitlines() if "::" in line}

    usual, whole = asked(), asked("--long")
    parts = [asked("--long", "--part", f"{k}/3") for k in (1, 2, 3)]
    assert usual < whole == set().union(*parts)
    assert parts[0] & parts[1] == parts[1] & parts[2] == parts[0] & parts[2] == usual
