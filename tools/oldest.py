"""Print the oldest versions that are declared, as constraints for pip: `python tools/oldest.py [EXTRA ...]`."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
BOUND = re.compile(r"(?P<name>[\w.-]+)(\[[\w,-]+\])?>=(?P<version>\d[\d.]*)")


def oldest(extras: list[str]) -> list[str]:
    """Return `name==bound` for each dependency of the package and of these extras.

    Raises
    ------
    ValueError
        If a dependency declares no lower bound, or more than that: it could not be held.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    optional = project["optional-dependencies"]
    lines = []
    for requirement in sum((optional[extra] for extra in extras), project["dependencies"]):
        bound = BOUND.fullmatch(requirement)
        if bound is None:
            raise ValueError(f"no lower bound alone: {requirement!r} (must be like 'numpy>=1.26')")
        lines.append(f"{bound['name']}=={bound['version']}")
    return lines


if __name__ == "__main__":
    print("\n".join(oldest(sys.argv[1:])))
