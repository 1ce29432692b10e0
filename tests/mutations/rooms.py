"""Which tests must notice a mutation, by module: quick ones, the nearest first. And what no test needs to notice."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).parents[2]
SURVIVORS = Path(__file__).with_name("survivors.md")
_ROW = re.compile(r"^\| `(?P<module>[\w/.]+)` \| `(?P<before>.+?)` \| `(?P<after>.+?)` \| (?P<why>.+) \|$")

_PATHS = "tests/laws/test_path_laws.py tests/laws/test_path_set_laws.py tests/paths tests/laws"
_FROZEN = "tests/laws/test_frozen.py"
_NETS = (
    f"{_FROZEN} tests/graph tests/gradients/test_check.py tests/oracles tests/fuzz/test_extreme_nets.py tests/gradients"
)
# Of the patterns that fit a module the first one holds.
NOTICING = {
    "cells/operations.py": "tests/cells tests/oracles tests/notation tests/gradients/test_one_row.py "
    "tests/gradients/test_derivation.py tests/messages",
    "graph/counting.py": "tests/fuzz/test_whole_numbers.py tests/graph tests/laws/test_stack_laws.py",
    "graph/export.py": "tests/graph/test_export.py tests/graph",
    "graph/labels.py": "tests/graph/test_labels.py tests/graph tests/gradients/test_triangle.py tests/paths",
    "graph/gradients.py": f"{_NETS} tests/figures/test_strip.py tests/laws/test_whole_cells.py",
    "graph/threads.py": "tests/graph/test_threads.py tests/graph",
    "graph/*": f"{_NETS} tests/laws/test_whole_cells.py tests/laws/test_hostile_names.py "
    "tests/paths/test_worked_example.py",
    "paths/exhaustive.py": "tests/paths/test_plain_arguments.py tests/interfaces/test_cli.py tests/laws",
    "paths/choosing/*": f"tests/laws/test_search_laws.py tests/laws/test_ranking_laws.py {_PATHS} tests/fuzz",
    "paths/listing/share_text.py": "tests/notation/test_numbers.py tests/paths tests/laws/test_extreme_numbers.py",
    "paths/listing/*": f"tests/laws/test_order_laws.py {_PATHS} tests/fuzz",
    "paths/restricting/*": f"tests/paths/test_restricting.py {_PATHS}",
    "paths/sweeping/*": f"tests/laws/test_extreme_numbers.py {_PATHS} tests/fuzz/test_past_findings.py",
    "paths/units/*": f"tests/laws/test_unit_laws.py tests/paths/test_units.py {_PATHS} tests/gradients/test_batch.py",
    "paths/*": f"{_PATHS} tests/fuzz tests/messages/test_path_messages.py",
    "gradients/schemes/*": f"{_FROZEN} tests/gradients/schemes tests/messages/test_scheme_messages.py "
    "tests/reports/test_comparison.py tests/reports/test_under.py",
    "gradients/proof.py": "tests/gradients/test_derivation.py tests/gradients tests/reports/test_derivation.py",
    "gradients/recursions.py": "tests/gradients/test_derivation.py tests/gradients tests/reports/test_derivation.py",
    "gradients/symbols.py": "tests/gradients/test_derivation.py tests/gradients tests/reports/test_derivation.py",
    "gradients/over_training.py": "tests/gradients tests/interfaces/test_train_curve.py",
    "gradients/strip.py": "tests/figures/test_strip.py tests/gradients tests/graph/test_linearized.py",
    "gradients/triangle.py": "tests/gradients/test_triangle.py tests/graph/test_linearized.py",
    "gradients/check.py": f"{_FROZEN} tests/gradients/test_check.py tests/gradients tests/fuzz/test_extreme_nets.py "
    "tests/reports/test_under.py",
    "gradients/*": f"{_FROZEN} tests/gradients tests/fuzz/test_extreme_nets.py tests/reports/test_verdict.py",
}


def noticing(module: str) -> list[str]:
    """Return the tests that must notice when a module, told by its place in the package, is another.

    Its own doctests are not asked: they make a second module of it, in which tests then look in vain.

    Raises
    ------
    LookupError
        If the table has none.
    """
    for pattern, tests in NOTICING.items():
        if fnmatch(module, pattern):
            return list(dict.fromkeys(tests.split()))
    raise LookupError(f"no tests for module {module!r} (add its room to NOTICING)")


def listed_survivors() -> dict[tuple[str, str, str], str]:
    """Return the survivors that are explained: (module, line, the line mutated) -> why it changes nothing."""
    found = map(_ROW.match, SURVIVORS.read_text(encoding="utf-8").splitlines())
    return {(row["module"], row["before"], row["after"]): row["why"] for row in found if row}
