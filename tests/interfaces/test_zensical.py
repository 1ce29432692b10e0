"""The Markdown fence in a real little project of Zensical, whose configuration is that of MkDocs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.interfaces.test_mkdocs import CONFIGURATION, PAGE

pytest.importorskip("zensical", reason="Zensical is not installed: pip install '.[doors]'")

ROOT = Path(__file__).parents[2]


def complaints(done: subprocess.CompletedProcess[str]) -> str:
    """Return what is said but for Zensical's own line about links and the like."""
    return done.stderr.replace("No issues found\n", "")


def build(
    folder: Path, text: str, page: str = "index.md", *, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Build a project of one page in a process of its own, from its folder or another."""
    file = folder / "docs" / page
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    kept = [line for line in CONFIGURATION.splitlines() if not line.startswith(("theme:", "plugins:"))]
    (folder / "mkdocs.yml").write_text("\n".join(kept))
    return subprocess.run(
        [sys.executable, "-m", "zensical", "build", "-f", str(folder / "mkdocs.yml")],
        cwd=cwd or folder,
        env={"PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_page_of_mkdocs_builds_unchanged(tmp_path: Path) -> None:
    done = build(tmp_path, PAGE)
    assert (done.returncode, complaints(done)) == (0, "")
    html = (tmp_path / "site" / "index.html").read_text("utf-8")
    assert len(re.findall(r'<img src="data:image/svg\+xml;base64,[^"]+" alt="[^"]+"', html)) == 2
    assert "<figcaption>One &lt;path&gt; &amp; more</figcaption>" in html
    assert "+73.7 %" in html


@pytest.mark.parametrize(("given", "where"), [("own.json", "part/own.json"), ("/own.json", "own.json")])
def test_a_json_file_is_looked_for_beside_the_page_or_from_the_root(tmp_path: Path, given: str, where: str) -> None:
    """Wherever Zensical is run."""
    file = tmp_path / "docs" / where
    file.parent.mkdir(parents=True)
    file.write_text((ROOT / "graphviz_lstm" / "problems" / "gomez.json").read_text())
    done = build(tmp_path, f"# Title\n\n``` lstm-paths\nexample: {given}\n```\n", "part/page.md", cwd=tmp_path.parent)
    assert (done.returncode, complaints(done)) == (0, "")
    assert "dE/dW_A of own, path by path" in (tmp_path / "site" / "part" / "page" / "index.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("fence", "complaint"),
    [
        ("``` lstm-graph\nsource: W_Q\n```", "unknown vertex: 'W_Q'"),
        ("``` lstm-graph\nexample: none.json\n```", "none.json': No such file or directory"),
        ('``` {.lstm-graph sorce="W_A"}\n```', "unknown option: 'sorce'"),
    ],
)
def test_a_mistake_stops_the_build_with_one_line_that_names_page_and_line(
    tmp_path: Path, fence: str, complaint: str
) -> None:
    """Zensical itself would print the traceback, twice. From another folder too."""
    done = build(tmp_path, f"# Bad\n\n{fence}\n", "part/bad.md", cwd=tmp_path.parent)
    assert done.returncode == 1
    assert complaints(done).startswith("Error reading page 'part/bad.md': line 3: lstm-graph: ")
    assert complaint in complaints(done)
    assert complaints(done).count("\n") == 1


def test_other_errors_are_printed_as_ever(capsys: pytest.CaptureFixture[str]) -> None:
    """The one line is of our mistake alone."""
    from graphviz_lstm.interfaces.mkdocs import _tell

    seen: list[object] = []
    _tell("ours", lambda *given: seen.append(given), ValueError, ValueError("theirs"), None)
    _tell("ours", lambda *given: seen.append(given), RuntimeError, RuntimeError("Python error: ours"), None)
    assert len(seen) == 1
    assert capsys.readouterr().err == "ours\n"
