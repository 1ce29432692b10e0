"""Drawing leaves the process as it was, and what it draws does not depend on the folder or the settings."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from graphviz_lstm.figures import draw
from graphviz_lstm.figures.render import render
from graphviz_lstm.figures.strip import draw_strip
from graphviz_lstm.graph import annotate, evaluate
from graphviz_lstm.problems import load_example

ROOT = Path(__file__).parents[2]
DOT = 'digraph {{ graph [layout=nop2 bb="0,0,90,30"] {name} [pos="10,10" width=0.2 height=0.2] }}'


def test_threads_that_draw_at_once_leave_the_process_as_it_was() -> None:
    """File descriptor 2 was left on a deleted file, and TZ changed."""
    before = os.environ.get("TZ"), time.tzname, os.fstat(2).st_ino, os.fstat(2).st_dev

    def drawn(k: int) -> bytes:
        return render(DOT.format(name=f"v{k % 3}"), "svg", vertices=1, edges=0)

    with ThreadPoolExecutor(8) as pool:
        pictures = list(pool.map(drawn, range(60)))
    assert (os.environ.get("TZ"), time.tzname, os.fstat(2).st_ino, os.fstat(2).st_dev) == before
    # Each is its own picture, and the same each time.
    assert len(set(pictures)) == 3
    assert all(f">v{k % 3}<".encode() in picture for k, picture in enumerate(pictures))


def test_a_thread_that_fails_leaves_it_as_it_was_too() -> None:
    before = os.environ.get("TZ"), os.fstat(2).st_ino
    with ThreadPoolExecutor(4) as pool:
        ended = [pool.submit(render, "digraph {", "svg", vertices=0, edges=0) for _ in range(8)]
        assert all(one.exception() is not None for one in ended)
    assert (os.environ.get("TZ"), os.fstat(2).st_ino) == before


@pytest.mark.slow
def test_figures_and_strips_from_threads_are_those_from_one() -> None:
    graph = annotate(evaluate(load_example("gomez")), "W_A")
    alone = draw(graph).svg, draw_strip(graph)
    with ThreadPoolExecutor(4) as pool:
        figures = list(pool.map(lambda _: draw(graph).svg, range(8)))
        strips = list(pool.map(lambda _: draw_strip(graph), range(8)))
    assert set(figures) == {alone[0]}
    assert set(strips) == {alone[1]}


def strip(folder: Path, **environment: str) -> tuple[bytes, str, int]:
    """Return the strip that is drawn in a folder, what is said on standard error, and the exit status."""
    done = subprocess.run(
        [sys.executable, "-m", "graphviz_lstm", "strip", "-o", "x.svg"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        timeout=120,
        check=False,
    )
    file = folder / "x.svg"
    return file.read_bytes() if file.exists() else b"", done.stderr.decode(), done.returncode


@pytest.mark.slow
def test_no_setting_of_matplotlib_matters(tmp_path: Path) -> None:
    """Neither a file in the working folder, with lines that it knows and others, nor a backend that there is not."""
    (tmp_path / "plain").mkdir()
    expected = strip(tmp_path / "plain")
    assert expected[1:] == ("", 0)
    folder = tmp_path / "settings"
    folder.mkdir()
    (folder / "matplotlibrc").write_text(
        "axes.facecolor: red\nlines.linewidth: 9\nhatch.linewidth: 7\naxes.titlesize: 40\nsavefig.dpi: 7\n"
        "nonsense: yes\nfont.size: huge\n"
    )
    assert strip(folder, MPLBACKEND="nonsense") == expected


@pytest.mark.slow
def test_settings_that_are_no_text_are_named(tmp_path: Path) -> None:
    (tmp_path / "matplotlibrc").write_bytes(b"axes.facecolor: \xff\xfe\n")
    assert strip(tmp_path) == (
        b"",
        "graphviz-lstm: cannot read Matplotlib's settings: a matplotlibrc that is not UTF-8 text\n",
        2,
    )
