"""The pages of the cells, `docs/cells`: written from the library while the documentation is built, and no file of ours.

Each has the equations, the cell's figure, how its paths grow, what reads the state, what cancels, both recursions, and
where it is from. `compared` holds all of them against each other on one task.
"""

from __future__ import annotations

from itertools import count, islice, product
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.cells import CELLS
from graphviz_lstm.graph import evaluate, reverse, reverse_absolute
from graphviz_lstm.notation.numbers import plain_percent
from graphviz_lstm.paths.listing.limits import describe_count
from graphviz_lstm.reports import Study
from graphviz_lstm.reports.cells import cell_document, cells_of, facts_of
from graphviz_lstm.reports.formats import to_markdown
from graphviz_lstm.reports.fresh import fresh_net
from graphviz_lstm.reports.parts import ONE_SIGN

if TYPE_CHECKING:
    from sphinx.application import Sphinx

    from graphviz_lstm.cells import Cell

UNITS, STEPS, DRAWS = 4, 8, 5
"""Of the nets on which the cells are compared."""
_TRIED = 10
_PROOFS = Path(__file__).parents[2] / "benchmarks" / "PROOFS.md"

_FIGURES = """
## The cell

```{{run}}
from graphviz_lstm import CELLS, draw

draw(CELLS["{name}"], view="cell")
```

## Unrolled

The gradient of a fresh net of one unit over two steps, by {source}:

```{{run}}
from graphviz_lstm import Study
from graphviz_lstm.reports.fresh import fresh_net

Study(fresh_net(CELLS["{name}"], hidden=1, steps=2, seed={seed}), "{source}").figure()
```
"""
_INDEX = """# The library of cells

{count} cells come with the package, each a text in the form that
[a cell of your own](../examples.md#a-cell-in-a-file) has. A test holds every one of them against its paper, written
once more by hand in PyTorch, at several sizes and lengths: values to twelve digits, gradients to 1e-12 of the sum of
all |contributions|. Where others compute a cell, tests hold it against them too: PyTorch, torchrecurrent, ONNX'
reference, Keras and Flax. A cell's page says where theirs is another than its paper's.

The number of paths is that from the parameter that has most of them, over T = 1 to 6 steps, with a loss of the output
at every step. [When do they cancel?](compared.md) compares them on one task.

{table}

## What is proved

`graphviz-lstm derive --prove` sums the paths of a net of one unit in symbols, and holds the sum against sympy's
derivative of the loss: the difference is the polynomial 0. With `--units 2` the partials are matrices, and every entry
of a parameter is proved. This is how far it goes for all parameters of each cell.

{proofs}

Times are processor time on one core (`benchmarks/PROOFS.md` of the repository says how they were measured).

```{{toctree}}
:hidden:

compared
{names}
```
"""
_COMPARED = """# When do they cancel? Every cell, compared

One task and one size: a fresh net of {units} units, {steps} steps, two inputs, a loss at the last step alone, weights
evenly drawn from ±1/sqrt({units}) as before training. Asked is how the first input reaches the last output: the
gradient by X_1,
of {draws} nets of other random numbers that have one. Paths are those through whole quantities; shares and what
cancels are of paths through single units, all of them, by sweeps. Computed while this page was built.

*Cross* says how many of the paths pass a gate that reads the state of the step before; *through the gates* how much
of the gradient they bring, least and most of the {draws} nets; *cancelled* how much of the crossing paths' |shares|
their sum does not show, on average. *By the equations* is what cancels in every net of the cell, whatever its
numbers.

{table}

Where nothing crosses there is nothing to cancel, and a backward pass that takes the gates for inputs is exact. Where
paths cross, what cancels is chance: it differs from net to net. What is in the last column is no chance: from first
states of zero, those paths sum to zero in every net.
"""


def write_pages(app: Sphinx) -> None:
    """Write the pages beside those that people wrote; one that says the same already is left as it is."""
    folder = Path(app.srcdir) / "cells"
    folder.mkdir(exist_ok=True)
    pages = {"index": index_page(), "compared": compared_page(), **{name: cell_page(name) for name in CELLS}}
    for name, text in pages.items():
        file = folder / f"{name}.md"
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")
    for file in folder.glob("*.md"):
        if file.stem not in pages:
            file.unlink()


def cell_page(name: str) -> str:
    """Return the page of a cell: what is told of it, its figures after the equations."""
    cell = CELLS[name]
    text = to_markdown(cell_document(cell, recursions=True))
    before, title, after = text.partition("\n## How its paths grow\n")
    # The parameter with the most paths, or another one where its gradient is zero with one unit.
    parameters = (facts_of(cell).source, *cell.parameters)
    source, seed = next(asked for asked in product(parameters, range(_TRIED)) if _has_gradient(cell, *asked))
    return before + _FIGURES.format(name=name, source=source, seed=seed) + title + after


def _has_gradient(cell: Cell, source: str, seed: int) -> bool:
    """Return whether a fresh net of one unit has a gradient by a source that is no rounding."""
    graph = evaluate(fresh_net(cell, hidden=1, steps=2, seed=seed))
    return bool(np.abs(reverse(graph)[source]).max() > 1e-9 * reverse_absolute(graph)[source].max())


def index_page() -> str:
    """Return the list of all cells."""
    rows = ["| cell | year | what it is | states | paths | in the long run |", "|---|---|---|---|---|---|"]
    for cell in cells_of(None):
        facts = facts_of(cell)
        counts = ", ".join(map(describe_count, facts.paths))
        told = (f"[{cell.name}]({cell.name}.md)", facts.year, cell.about.sentence, ", ".join(cell.states), counts)
        rows.append(f"| {' | '.join(map(str, told))} | {facts.growth} |")
    proofs = "\n".join(line for line in _PROOFS.read_text(encoding="utf-8").splitlines() if line.startswith("|"))
    return _INDEX.format(count=len(CELLS), table="\n".join(rows), names="\n".join(CELLS), proofs=proofs)


def compared_page() -> str:
    """Return the comparison of all cells on one task."""
    header = ("cell", "paths", "cross", "through the gates", "cancelled", "by the equations")
    rows = [f"| {' | '.join(header)} |", "|---" * len(header) + "|"]
    rows += [f"| {' | '.join(compared_row(name))} |" for name in (cell.name for cell in cells_of(None))]
    return _COMPARED.format(units=UNITS, steps=STEPS, draws=DRAWS, table="\n".join(rows))


def compared_row(name: str) -> tuple[str, ...]:
    """Return what is told of a cell beside the others."""
    cell = CELLS[name]
    every = (Study(fresh_net(cell, hidden=UNITS, steps=STEPS, seed=seed, last=True), "X_1") for seed in count(0))
    # Where every unit is beyond its kink there is no gradient to take a share of.
    studies = list(islice((study for study in every if study.paths.total.any()), DRAWS))
    whole, crossing = studies[0].paths.count, studies[0].paths.crossing("crossings").count
    cancelling = facts_of(cell).cancelling
    equations = "" if not cancelling else f"through {' and '.join(cancelling)}"
    link = f"[{name}]({name}.md)"
    if not crossing:
        return link, describe_count(whole), "none", "", "", equations
    levels = [study.verdict.decisive.crossing for study in studies]
    shares = [level.share for level in levels]
    lost = float(np.mean([1.0 - abs(level.share) / level.mass for level in levels if level.mass]))
    between = f"{plain_percent(min(shares))} to {plain_percent(max(shares))}"
    cancelled = "none" if lost < ONE_SIGN else plain_percent(lost)
    return link, describe_count(whole), describe_count(crossing), between, cancelled, equations


def setup(app: Sphinx) -> dict[str, bool]:
    """Have the pages written before any is read."""
    app.connect("builder-inited", write_pages)
    return {"parallel_read_safe": True}
