"""The figures against their peers, in one run on one machine: ratios, also where we lose.

    python benchmarks/figures.py          # prints, and writes benchmarks/FIGURES.md

Needs torch, torchviz and a `dot` executable besides the package: for the peers alone.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paths import example, machine, table

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


def torchviz_seconds(steps: int) -> float:
    """Return the seconds that torchviz takes to draw the same LSTM's graph of operations as SVG."""
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
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        make_dot(loss, params=p).render(f"{folder}/graph", format="svg")
        return time.perf_counter() - start


def dot_seconds(steps: int) -> tuple[float | None, str]:
    """Return the seconds of `dot`'s own layout of our graph, None where it is not done in time, and what it drew."""
    figure = whole(annotated(steps))
    text = re.sub(r' (pos|lp|bb)="[^"]*"', "", figure.dot).replace("layout=nop2", "layout=dot")
    edges = len(figure.scene.curves) + len(figure.scene.samples)
    command = [shutil.which("dot") or "dot", "-Tsvg"]
    start = time.perf_counter()
    try:
        done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=_PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return None, f"not done in {_PATIENCE:.0f} s"
    seconds = time.perf_counter() - start
    drawn = done.stdout.count(b'class="edge')
    return seconds, f"{drawn:,} of {edges:,} edges drawn, exit {done.returncode}"


def main() -> None:
    """Measure everything, print it and write it down."""
    draw(annotated(2)).svg  # noqa: B018 -- Graphviz is loaded once
    thirty, thirty_all = ours(30)
    peer = torchviz_seconds(30)
    rows = [
        [what, f"{seconds:.2f} s", "torchviz", f"{peer:.1f} s", f"{peer / seconds:,.0f}", "100"]
        for what, seconds in (("SVG of T = 30, from the annotated graph", thirty), ("with its evaluation", thirty_all))
    ]
    for steps in (30, 300):
        seconds, _ = ours(steps)
        found, drew = dot_seconds(steps)
        told = f"> {_PATIENCE:.0f} s" if found is None else f"{found:.1f} s"
        ratio = f"> {_PATIENCE / seconds:,.0f}" if found is None else f"{found / seconds:,.0f}"
        what = f"T = {steps} with all labels"
        rows.append([what, f"{seconds:.2f} s", f"dot's own layout ({drew})", told, ratio, "10"])
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
