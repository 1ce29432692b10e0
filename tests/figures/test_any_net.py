"""What the geometry of a figure promises, of the examples that once broke it and of two hundred random nets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from graphviz_lstm.cells import CELLS
from graphviz_lstm.figures.choices import LAYOUTS
from graphviz_lstm.reports import Study
from tests.examples import random_example
from tests.figures.geometry import loose_ends, mingled, overlaps, sharp_bends
from tests.figures.test_rows import WRAPPED, pixels, sizes

if TYPE_CHECKING:
    from graphviz_lstm.problems import Problem

# The largest paths of the one of 32 units take minutes to search for.
CASES = [path for path in sorted((Path(__file__).parents[1] / "cases").glob("*.json")) if "unproven" not in path.stem]
CASES.append(Path("gomez"))
# Strands, and every view that wraps.
VIEWS: dict[str, tuple[str, dict[str, Any]]] = {
    "strands": ("flow", {}),
    **{name: (name, o) for name, o in WRAPPED.items()},
}
# Of one unit a normed query has no gradient but what rounding leaves: it has no strands.
NETS = [cell for cell in CELLS.values() if cell.name != "gated-deltanet"]
_DUST = 1e-12
SETS = 20
EACH = 10


def random_net(seed: int) -> Problem:
    """Return one of 200 nets: any cell, one to three units, one to nine steps, a loss at each or at the last."""
    random = np.random.default_rng(seed)
    return random_example(
        NETS[seed % len(NETS)],
        hidden=int(random.integers(1, 4)),
        inputs=int(random.integers(1, 4)),
        steps=int(random.integers(1, 10)),
        at=str(random.choice(["every", "last"])),
        seed=seed,
        scale=float(random.choice([0.3, 1.0, 3.0])),
    )


def faults(study: Study, name: str, layout: str) -> list[str]:
    """Return what is wrong with a view: what overlaps, is cut off, turns sharply, ends beside a box, is too small."""
    view, options = VIEWS[name]
    scene = study.figure(view, layout=layout, **options).scene  # type: ignore[arg-type]
    found = overlaps(scene) + mingled(scene) + (loose_ends(scene) + sharp_bends(scene) if name != "metro" else [])
    smallest = min(sizes(scene)) * pixels(scene, layout)
    return [*found, *([f"letters of {smallest:.2f} pixels"] if smallest < 9.0 else [])]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_nothing_is_wrong_with_what_showed_faults(case: Path, layout: str) -> None:
    """Every view, as it is read in a column of text and on a telephone."""
    study = Study(case if case.suffix else str(case))
    # Of a gradient of zero there are values alone.
    names = ["values"] if study.is_zero else list(VIEWS)
    assert {name: told for name in names if (told := faults(study, name, layout))} == {}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_nothing_is_wrong_with_them_from_an_input_on(case: Path, layout: str) -> None:
    """Which stands before its step: of forty steps too, where its own is always drawn."""
    study = Study(case if case.suffix else str(case), "X_1" if case.suffix else "X_0")
    names = ["values"] if study.is_zero else list(VIEWS)
    assert {name: told for name in names if (told := faults(study, name, layout))} == {}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("number", range(SETS))
def test_nothing_is_wrong_with_random_nets(number: int, layout: str) -> None:
    """Strands of each, and one of the other views."""
    others = list(WRAPPED)
    for seed in range(number * EACH, (number + 1) * EACH):
        study = Study(random_net(seed))
        # A gradient that is nothing but rounding has no shares.
        names = ("strands", others[seed % len(others)]) if np.abs(study.paths.total).max() > _DUST else ("values",)
        for name in names:
            assert faults(study, name, layout) == [], (seed, name)
