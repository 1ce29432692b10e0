"""How long the page takes to answer a slider, in a real Chromium.

    python -m benchmarks.page             # prints, and writes benchmarks/PAGE.md

Needs `.[browser]` and a Chromium on the PATH. Times are processor time of the page's main thread for one move: script,
styles, layout and painting, as Chromium's own metrics have it. What else the machine does is not in it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parent))

from measuring import machine, table

from graphviz_lstm.cells import LSTM
from graphviz_lstm.reports import Study
from graphviz_lstm.reports.pages.interactive import interactive_page
from tests.examples import random_example
from tests.pages.browser import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# Hidden units, steps, and the milliseconds within which a move is to be answered, where that is asked for.
CASES = ((1, 10, 16), (8, 20, 100), (1, 40, None))
MOVES, WARM, RUNS = 40, 20, 5
# One move for each frame, each to another number.
_MOVE = """async (moves) => {
  document.getElementById("numbers").open = true;
  const slider = document.querySelector("#numbers input[type=range]");
  for (let k = 0; k < moves; k += 1) {
    slider.value = Math.sin(k);
    slider.dispatchEvent(new Event("input"));
    await new Promise(requestAnimationFrame);
  }
}"""


def milliseconds(browser: Browser, file: Path) -> float:
    """Return the time of one move: the least of a few runs, each the mean of its moves."""
    page = browser.new_page(viewport={"width": 1300, "height": 1000})
    page.goto(file.as_uri())
    page.locator("#controls").wait_for()
    page.evaluate(_MOVE, WARM)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def spent() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return next(float(metric["value"]) for metric in metrics if metric["name"] == "TaskDuration")

    times = []
    for _ in range(RUNS):
        before = spent()
        page.evaluate(_MOVE, MOVES)
        times.append(1000 * (spent() - before) / MOVES)
    page.close()
    return min(times)


def main() -> None:
    """Measure each case, print the table and write it down."""
    rows = []
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        for units, steps, wanted in CASES:
            file = Path(folder) / "page.html"
            study = Study(random_example(LSTM, hidden=units, steps=steps, scale=units**-0.5), "W_A")
            file.write_text(interactive_page([study]), "utf-8")
            took = f"{milliseconds(browser, file):.1f} ms"
            aim = "" if wanted is None else f"{wanted} ms"
            rows.append([f"{units}", f"{steps}", took, aim, f"{file.stat().st_size // 1000} kB"])
    head = ["units", "steps", "a slider's move answered in", "aim", "the page, of one source"]
    text = f"# The page\n\nMade by `python -m benchmarks.page`. Machine: {machine()}.\n\n{table(head, rows)}\n"
    print(text)
    (Path(__file__).parent / "PAGE.md").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
