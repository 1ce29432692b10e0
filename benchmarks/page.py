"""How long the page takes to answer a slider: from the event to a figure that is laid out, in a real Chromium.

Run from a clone: `python -m benchmarks.page`. It needs `.[browser]` and a Chromium on the PATH.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from graphviz_lstm.cells import LSTM
from graphviz_lstm.reports import Study
from graphviz_lstm.reports.pages.interactive import interactive_page
from tests.examples import random_example
from tests.pages.browser import chromium

# Hidden units, steps, and the milliseconds within which a move is to be answered.
CASES = ((1, 10, 16.0), (8, 20, 100.0), (1, 40, 100.0))
MOVES = 60
# Each move is another number; what the browser puts off (styles, layout) is asked for, so that it is counted.
_MOVE = """(moves) => {
  document.getElementById("numbers").open = true;
  const slider = document.querySelector("#numbers input[type=range]");
  const figure = document.querySelector("section:not([hidden]) svg");
  return Array.from({ length: moves }, (_, k) => {
    slider.value = Math.sin(k);
    const start = performance.now();
    slider.dispatchEvent(new Event("input"));
    figure.getBoundingClientRect();
    return performance.now() - start;
  });
}"""


def main() -> None:
    """Print for each case the size of the page, and the median and the slowest of the moves once it is warm."""
    print("| units | steps | page, kB | median, ms | 9 of 10 within, ms | wanted, ms |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        for units, steps, wanted in CASES:
            file = Path(folder) / "page.html"
            study = Study(random_example(LSTM, hidden=units, steps=steps, scale=units**-0.5), "W_A")
            file.write_text(interactive_page([study]), "utf-8")
            page = browser.new_page(viewport={"width": 1300, "height": 1000})
            page.goto(file.as_uri())
            page.locator("#controls").wait_for()
            times = sorted(page.evaluate(_MOVE, MOVES)[MOVES // 6 :])
            size = file.stat().st_size // 1000
            median, most = statistics.median(times), times[len(times) * 9 // 10]
            print(f"| {units} | {steps} | {size} | {median:.1f} | {most:.1f} | {wanted:.0f} |")
            page.close()


if __name__ == "__main__":
    main()
