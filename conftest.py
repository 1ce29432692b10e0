"""What is collected: doors to other programs where these are installed; with `--quick` less, with `--long` more."""

from __future__ import annotations

import re
from fnmatch import translate
from importlib.util import find_spec
from shutil import which
from typing import TYPE_CHECKING

import pytest

from tests.amounts import FEW, LONG, SLOW

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

# What is collected only where a library is.
_NEEDING = {
    "sphinx": ("graphviz_lstm/interfaces/sphinx.py",),
    "pymdownx": ("graphviz_lstm/interfaces/mkdocs.py",),
    "torch": ("tests/cells/published.py", "tests/interfaces/test_from_pytorch.py"),
    "cosmic_ray": ("tests/mutations/mutating.py", "tests/mutations/__main__.py"),
    "zensical": ("tests/interfaces/test_zensical.py",),
    "atheris": ("tests/fuzz/guided.py",),
    "torchrecurrent": ("tests/cells/test_torchrecurrent.py",),
    "flax": ("tests/cells/test_flaxs_mgu.py",),
    "keras": ("tests/problems/weights/kept/make.py",),
}

collect_ignore = [file for library, files in _NEEDING.items() if find_spec(library) is None for file in files]
# The judges of the layouts of weights: where they are not, the table is held against numpy alone.
_JUDGES = ("keras", "flax", "onnx")
_MISSING = [library for library in _JUDGES if find_spec(library) is None]
collect_ignore += [f"tests/problems/weights/test_{library}.py" for library in _MISSING]
# A program, not a library: on the PATH by `pip install mystmd` or `npm install -g mystmd`.
collect_ignore += [] if which("myst") else ["tests/doors/test_myst.py"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--quick`, `--long` and `--part`."""
    amount = parser.getgroup("amount").addoption
    amount("--quick", action="store_true", help="leave out slow tests and draw fewer examples of each law")
    amount("--long", action="store_true", help="also try laws at more places and on hundreds of other draws")
    amount("--part", type=_part, default=(0, 1), metavar="K/N", help="of what --long adds, only the K-th of N parts")


def _part(text: str) -> tuple[int, int]:
    """Return K - 1 and N: which cases are in the K-th part of N."""
    found = re.fullmatch(r"(\d{1,4})/(\d{1,4})", text)
    if found is None or not 1 <= int(found[1]) <= int(found[2]):
        raise pytest.UsageError(f"--part {text}: must be K/N with 1 <= K <= N, such as 1/3")
    return int(found[1]) - 1, int(found[2])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which judges did not judge."""
    if _MISSING:
        files = ", ".join(f"test_{library}.py" for library in _MISSING)
        terminalreporter.write_line(f"not collected in tests/problems/weights, since not installed: {files}")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave slow files out before they are imported; None leaves the rest to pytest."""
    if not config.getoption("quick") or not collection_path.is_relative_to(config.rootpath):
        return None
    return True if _is_slow(collection_path.relative_to(config.rootpath).as_posix()) else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave slow tests out, or long ones."""
    left_out: set[pytest.Item] = set()
    if config.getoption("quick"):
        left_out.update(item for item in items if item.get_closest_marker("slow") or _is_slow(item.nodeid))
    added = {item for item in items if item.get_closest_marker("long") or _is_long(item.nodeid)}
    added.update(_between(item for item in items if item not in added and item not in left_out))
    if config.getoption("long"):
        part, parts = config.getoption("part")
        in_turn = [item for item in items if item in added]
        added.difference_update(in_turn[part::parts])
    left_out.update(added)
    config.hook.pytest_deselected(items=list(left_out))
    items[:] = [item for item in items if item not in left_out]


def _between(items: Iterable[pytest.Item]) -> Iterator[pytest.Item]:
    """Yield the cases that `FEW` leaves out: all but so many, the first and the last among these."""
    cases: dict[str, list[pytest.Item]] = {}
    for item in items:
        cases.setdefault(item.nodeid.partition("[")[0], []).append(item)
    for law, of_law in cases.items():
        named = max((name for name in FEW if law.startswith(name)), key=len, default="")
        if named and len(of_law) > FEW[named]:
            kept = {round(k * (len(of_law) - 1) / (FEW[named] - 1)) for k in range(FEW[named])}
            yield from (item for k, item in enumerate(of_law) if k not in kept)


def _matches(patterns: Iterable[str]) -> Callable[[str], bool]:
    """Return what tells whether a name fits one of the patterns: one expression, for thousands of names."""
    expression = re.compile("|".join(map(translate, patterns)))
    return lambda name: expression.match(name) is not None


_is_slow, _is_long = _matches(SLOW), _matches(LONG)
