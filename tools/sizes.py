"""What an installation takes on the disk: the packages that are needed, one by one, in megabytes.

Run where this package is installed: `python tools/sizes.py`. A package that several need is counted once; what would be
saved without one of them is it, and what it alone needs.
"""

from __future__ import annotations

import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

PACKAGE = "graphviz-lstm"
# What somebody who only lists paths would not need: the mathematics, the strip, the page.
SEPARABLE = ("sympy", "matplotlib", "jinja2", "latex2mathml", "pygraphviz")


def needed(name: str, without: frozenset[str] = frozenset()) -> dict[str, Distribution]:
    """Return what is installed for a package, itself included, but for what only the packages `without` need."""
    found: dict[str, Distribution] = {}
    waiting = [name]
    while waiting:
        each = waiting.pop().lower().replace("_", "-")
        if each in found or each in without:
            continue
        try:
            found[each] = distribution(each)
        except PackageNotFoundError:  # of another system
            continue
        for text in found[each].requires or []:
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                waiting.append(requirement.name)
    return found


def size(one: Distribution) -> int:
    """Return how many bytes a package's files have, those that Python compiles left out."""
    paths = (Path(str(one.locate_file(file))) for file in one.files or [] if "__pycache__" not in str(file))
    return sum(path.stat().st_size for path in paths if path.is_file())


def megabytes(packages: dict[str, Distribution]) -> float:
    """Return how much some packages take together."""
    return sum(map(size, packages.values())) / 1e6


def main() -> None:
    """Print a row for each package, the largest first, and what would be saved without each of the separable ones."""
    everything = needed(PACKAGE)
    for name, one in sorted(everything.items(), key=lambda item: -size(item[1])):
        print(f"{size(one) / 1e6:8.1f} MB  {name} {one.version}")
    whole = megabytes(everything)
    print(f"{whole:8.1f} MB  in all, Python {sys.version_info.major}.{sys.version_info.minor}")
    for name in SEPARABLE:
        print(f"{whole - megabytes(needed(PACKAGE, frozenset({name}))):8.1f} MB  less without {name}")
    print(f"{whole - megabytes(needed(PACKAGE, frozenset(SEPARABLE))):8.1f} MB  less without all of these")


if __name__ == "__main__":
    main()
