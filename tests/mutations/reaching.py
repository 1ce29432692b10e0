"""Which tests come to a line: only these can notice that it is another. It is measured, by one run of all tests."""

from __future__ import annotations

import ast
import itertools
import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from coverage import CoverageData

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

# What these try is done in other processes, which are not watched, or by a browser; the last reads files as texts.
_ELSEWHERE = ("tests/pages", "tests/doors", "tests/faults", "tests/mutations", "tests/test_repository.py")
# They look at what stands in modules and in the table, and come to no line of them.
_LOOKING = (
    "tests/laws/test_frozen.py",
    "tests/laws/test_signatures.py",
    *(f"tests/cells/test_operations.py::test_{name}" for name in ("a_row_", "what_")),
)
# The next test of a file waits behind those of other files that take so much longer.
_AS_LONG_AS_ANOTHER_FILE = 0.02
_CONFIGURATION = """[run]
parallel = true
data_file = {data}
include =
    {modules}
"""


@dataclass(frozen=True, eq=False)
class Reach:
    """Which tests come to which lines of the package.

    Attributes
    ----------
    root
        The folder that the tests were run in.
    seconds
        Test -> how long it took.
    """

    root: Path
    seconds: Mapping[str, float]
    _data: CoverageData = field(repr=False)

    def tests_at(self, module: str, line: int) -> list[str]:
        """Return the tests that come to a line of a module, in the order in which they shall be asked.

        A line that is run on import, as a table's or a decorator's, is asked of the tests that come to what stands in
        it, and then of those that come to anything in its module; before them, of those that look at all modules.

        Parameters
        ----------
        module
            Its place in the package: `paths/find.py`.
        line
            Its number.
        """
        lines = self._lines(module)
        spans, imported = _around(self.root / "graphviz_lstm" / module, line)
        asked: dict[str, None] = {}
        for span in spans:
            asked |= dict.fromkeys(self._in_turn({test for each in span for test in lines.get(each, ())} - set(asked)))
        if imported or not asked:
            looking = {test: None for test in self.seconds if test.startswith(_LOOKING)}
            asked = looking | asked
            asked |= dict.fromkeys(self._in_turn({test for tests in lines.values() for test in tests} - set(asked)))
        return list(asked)

    def _in_turn(self, tests: Iterable[str]) -> list[str]:
        """Order tests: quick ones first, and of quick ones one of each file before its next, since these are alike."""
        due, before = {}, Counter[str]()
        for test in sorted(tests, key=lambda name: (self.seconds.get(name, 0.0), name)):
            file = test.partition("::")[0]
            due[test] = self.seconds.get(test, 0.0) + _AS_LONG_AS_ANOTHER_FILE * before[file]
            before[file] += 1
        return sorted(due, key=lambda name: (due[name], name))

    @lru_cache(maxsize=4)  # noqa: B019 -- there is one for as long as the process lasts
    def _lines(self, module: str) -> dict[int, set[str]]:
        place = str(self.root / "graphviz_lstm" / module)
        found = self._data.contexts_by_lineno(place)
        return {
            line: {context.partition("|")[0] for context in contexts if context} for line, contexts in found.items()
        }


def within(tests: Sequence[str], seconds: Mapping[str, float], patience: float) -> list[str]:
    """Return as many of the first tests as take no longer than that together; at least one."""
    until = itertools.accumulate(seconds.get(test, 0.0) for test in tests)
    return [test for k, (test, after) in enumerate(zip(tests, until, strict=True)) if k == 0 or after <= patience]


def _around(place: Path, line: int) -> tuple[list[range], bool]:
    """Return the lines of all that a line stands in, up to its statement, the narrowest first; and if import runs it.

    Of a condition, what it leads to is left out; of a function's decorator or first lines, these are the function's.
    """
    spans, imported = [range(line, line + 1)], True
    waiting: list[tuple[ast.AST, bool]] = [(ast.parse(place.read_text(encoding="utf-8")), True)]
    while waiting:
        node, outside = waiting.pop()
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, ast.stmt | ast.expr | ast.ExceptHandler | ast.keyword):
                waiting.append((child, outside))
                continue
            first = min([child.lineno, *(each.lineno for each in getattr(child, "decorator_list", ()))])
            last = child.end_lineno or child.lineno
            if not first <= line <= last:
                continue
            waiting.append((child, outside and not isinstance(child, ast.FunctionDef)))
            if isinstance(child, ast.stmt):
                head = child.body[0].lineno if isinstance(child, ast.If | ast.For | ast.While | ast.With) else last + 1
                spans, imported = [range(line, line + 1), range(first, max(min(last + 1, head), line + 1))], outside
            else:
                spans.insert(1, range(first, last + 1))
    return spans, imported


def gathered(
    copy: Path,
    modules: Sequence[str],
    *,
    processes: int,
    tests: Sequence[str] = ("tests", "graphviz_lstm"),
    quick: bool = False,
) -> Reach:
    """Run all tests in a copy of the repository, or some, or the quick ones, and return which came to which lines.

    Raises
    ------
    AssertionError
        If one fails where nothing is mutated: it would notice anything.
    """
    settings, times = copy / "coveragerc", copy / "times.xml"
    settings.write_text(_CONFIGURATION.format(data=copy / "reached", modules="\n    ".join(modules)), encoding="utf-8")
    options = [
        *("-q", "-p", "no:cacheprovider", "-n", str(processes), "--dist", "worksteal", "--tb=line"),
        *("--cov", f"--cov-config={settings}", "--cov-context=test", "--cov-report="),
        *(f"--junitxml={times}", "-o", "junit_family=xunit1", *tests),
        *(option for folder in _ELSEWHERE for option in ("--ignore", folder)),
        *(("--quick",) if quick else ()),
    ]
    done = subprocess.run(command_of(options, copy), cwd=copy, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"tests fail where nothing is mutated:\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
    return loaded(copy)


def loaded(copy: Path) -> Reach:
    """Return what `gathered` has left in a copy."""
    data = CoverageData(str(copy / "reached"))
    data.read()
    cases = ET.parse(copy / "times.xml").iter("testcase")
    seconds = {f"{case.get('file')}::{case.get('name')}": float(case.get("time", "0")) for case in cases}
    return Reach(copy, seconds, data)


def command_of(options: Sequence[str], copy: Path) -> list[str]:
    """Return the command that runs pytest on a copy, in an environment of its own: nobody measures it."""
    kept = [f"{name}={os.environ[name]}" for name in ("PATH", "HOME") if name in os.environ]
    variables = [*kept, f"PYTHONPATH={copy}", "PYTHONDONTWRITEBYTECODE=1", "OPENBLAS_NUM_THREADS=1"]
    return ["env", "-C", str(copy), "-i", *variables, sys.executable, "-m", "pytest", *options]
