"""What is collected: the doors to other programs only where these are installed; with `--quick`, what is quick."""

from __future__ import annotations

from fnmatch import fnmatch
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest  # noqa: TC002 -- pluggy reads the annotations

if TYPE_CHECKING:
    from pathlib import Path

_DOORS = {"sphinx": "graphviz_lstm/interfaces/sphinx.py", "pymdownx": "graphviz_lstm/interfaces/mkdocs.py"}

collect_ignore = [file for library, file in _DOORS.items() if find_spec(library) is None]
if find_spec("cosmic_ray") is None:
    collect_ignore += ["tests/mutations/mutating.py", "tests/mutations/__main__.py"]

# What `--quick` leaves out, and what takes the time there: whole files, and single tests by a part of their names.
# Another slow test is marked `slow` where it stands.
SLOW = {
    "tests/pages/*": "a browser",
    "tests/interfaces/test_sphinx*": "builds projects",
    "tests/interfaces/test_mkdocs*": "builds sites",
    "tests/interfaces/test_jupyter*": "runs kernels",
    "tests/paths/test_exhaustive*": "starts a cluster",
    "tests/faults/test_kill*": "starts processes, and kills them",
    "tests/faults/test_signals*": "starts processes",
    "tests/faults/test_surroundings*": "starts processes",
    "tests/mutations/test_mutating*": "copies the repository, and runs tests of a mutation",
    "tests/test_docs.py": "builds the documentation",
    "tests/cells/*::*torchs*": "needs PyTorch, which takes a gigabyte",
    "tests/gradients/schemes/test_detached*": "needs PyTorch, which takes a gigabyte",
    "tests/*::*compiles*": "runs TeX",
    "tests/*::*latex_too*": "runs TeX",
    "tests/figures/*::*no_label_lies_on_anything*": "measures every label against every line",
    "tests/figures/test_any_cell*": "measures every label against every line, for every shape of cell",
    "tests/figures/*::*only_what_lies_on_a_path*": "draws many steps",
    "tests/figures/*::*steps*": "draws many steps",
    "tests/*::*depend_on_the_process*": "starts processes",
    "tests/figures/test_foreign*::*too_large*": "makes a graph of a hundred thousand vertices",
    "tests/interfaces/test_cli.py": "starts a process for each test; tests/messages runs commands in its own",
    "tests/interfaces/test_paths_command*": "starts a process for each test",
    "tests/gradients/schemes/test_schemes*::*stopped_differentiation*[[][!l]*": "differentiates every cell anew",
    "tests/reports/test_under*::*what_is_left*[[][!l]*": "checks every parameter of every cell",
    "tests/reports/test_comparison*::*[[][!l]*": "compares every cell under every scheme",
    "tests/gradients/test_mutations*::*at_one_unit[[][!mr]*": "makes every rule of a cell wrong, one after another",
    "tests/cells/test_limits*::*thousands_of_equations*10000[]]": "reads ten thousand equations",
    "tests/reports/test_answer*::*every_cell_and_source*[[]3-*": "answers for every source",
    "tests/reports/test_derivation*::*takes_too_long*": "proves until it may not go on",
    "tests/gradients/test_derivation*::*on_the_worked_example[[]True-[!W]*": "proves for every parameter",
    "tests/gradients/*::*other_cells*": "compares long expressions",
    "tests/gradients/*::*general_functions*": "compares long expressions",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--quick`."""
    parser.addoption("--quick", action="store_true", help="leave out slow tests and draw fewer examples of each law")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave slow files out before they are imported; None leaves the rest to pytest."""
    if not config.getoption("quick") or not collection_path.is_relative_to(config.rootpath):
        return None
    return True if _is_slow(collection_path.relative_to(config.rootpath).as_posix()) else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave slow tests out."""
    if not config.getoption("quick"):
        return
    slow = [item for item in items if item.get_closest_marker("slow") or _is_slow(item.nodeid)]
    config.hook.pytest_deselected(items=slow)
    items[:] = [item for item in items if item not in slow]


def _is_slow(name: str) -> bool:
    return any(fnmatch(name, pattern) for pattern in SLOW)
