"""The figures against their peers, in one run on one machine: ratios, also where we lose.

    python benchmarks/figures.py          # prints, and writes benchmarks/FIGURES.md

Needs torch, torchviz and a `dot` executable besides the package: for the peers alone.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from measuring import machine, table
from paths import example

from graphviz_lstm import annotate, draw, evaluate

if TYPE_CHECKING:
    from graphviz_lstm import Figure

HERE = Path(__file__).parent
_PATIENCE = 60.0


def annotated(steps: int) -> Any:
    """Return the annotated graph of an LSTM of one unit."""
    return annotate(evaluate(example(steps)), "W_A")


def whole(graph: Any) -> Figure:
    """Return the figure with every step and every label."""
    return draw(graph, max_steps=None)


def ours(steps: int) -> tuple[float, float]:
    """Return the seconds from the annotated graph to the SVG with every step, and from the example's numbers."""
    start = time.perf_counter()
    graph = annotated(steps)
    ready = time.perf_counter()
    svg = whole(graph).svg
    end = time.perf_counter()
    assert svg.count('class="edge curve') >= len(whole(graph).scene.curves)
    return end - ready, end - start


def torchviz_seconds(steps: int) -> float | None:
    """Return the seconds that torchviz's picture of the same LSTM takes as SVG, None where it is not done in time."""
    import torch
    from torchviz import make_dot

    given = example(steps)
    p = {name: torch.tensor(array, requires_grad=True) for name, array in given.parameters.items()}
    s, h = torch.zeros(1, dtype=torch.float64), torch.zeros(1, dtype=torch.float64)
    loss = torch.zeros((), dtype=torch.float64)
    for x, y in zip(torch.tensor(given.inputs), torch.tensor(given.targets), strict=True):
        a = torch.tanh(p["W_A"] @ x + p["U_A"] @ h + p["b_A"])
        i, f, o = (torch.sigmoid(p[f"W_{k}"] @ x + p[f"U_{k}"] @ h + p[f"b_{k}"]) for k in "ifo")
        s = a * i + f * s
        h = o * torch.tanh(s)
        loss = loss + 0.5 * ((h - y) ** 2).sum()
    start = time.perf_counter()
    found = _dot(make_dot(loss, params=p).source)
    return None if found is None else time.perf_counter() - start


def _dot(text: str) -> subprocess.CompletedProcess[bytes] | None:
    """Return what came of `dot`, or None where it is not done in time."""
    command = [shutil.which("dot") or "dot", "-Tsvg"]
    try:
        return subprocess.run(command, input=text.encode(), capture_output=True, timeout=_PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return None


def dot_seconds(steps: int) -> tuple[float | None, str]:
    """Return the seconds of `dot`'s own layout of our graph, None where it is not done in time, and what it drew."""
    figure = whole(annotated(steps))
    text = re.sub(r' (pos|lp|bb)="[^"]*"', "", figure.dot).replace("layout=nop2", "layout=dot")
    edges = len(figure.scene.curves) + len(figure.scene.samples)
    start = time.perf_counter()
    done = _dot(text)
    if done is None:
        return None, f"not done in {_PATIENCE:.0f} s"
    seconds = time.perf_counter() - start
    drawn = done.stdout.count(b'class="edge')
    return seconds, f"{drawn:,} of {edges:,} edges drawn, exit {done.returncode}"


def row(what: str, seconds: float, peer: str, theirs: float | None, aim: str) -> list[str]:
    """Return a row of the table; a peer that was not done in time is at least so slow."""
    least = "" if theirs is not None else "> "
    theirs = _PATIENCE if theirs is None else theirs
    return [what, f"{seconds:.2f} s", peer, f"{least}{theirs:.1f} s", f"{least}{theirs / seconds:,.0f}", aim]


def main() -> None:
    """Measure everything, print it and write it down."""
    draw(annotated(2)).svg  # noqa: B018 -- Graphviz is loaded once
    thirty, thirty_all = ours(30)
    peer = torchviz_seconds(30)
    rows = [
        row("SVG of T = 30, from the annotated graph", thirty, "torchviz", peer, "100"),
        row("the same with its evaluation", thirty_all, "torchviz", peer, "100"),
    ]
    for steps in (30, 300):
        seconds, _ = ours(steps)
        found, drew = dot_seconds(steps)
        rows.append(row(f"T = {steps} with all labels", seconds, f"dot's own layout ({drew})", found, "10"))
    long = [[f"{steps:,}", f"{ours(steps)[0]:.2f} s"] for steps in (100, 300, 1_000)]
    text = "\n\n".join(
        [
            "# Benchmarks of the figures",
            f"Made by `python benchmarks/figures.py`, all in one run. Machine: {machine()}.",
            table(["what", "ours", "peer", "theirs", "ratio", "aim"], rows),
            "## Linear in the number of steps",
            table(["steps", "SVG with every step and label"], long),
        ]
    )
    print(text)
    (HERE / "FIGURES.md").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
