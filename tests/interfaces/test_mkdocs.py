"""The Markdown fence in a real little MkDocs project."""

from __future__ import annotations

import base64
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

pytest.importorskip("mkdocs", reason="MkDocs is not installed: pip install '.[docs]'")
pytest.importorskip("pymdownx", reason="PyMdown Extensions are not installed: pip install '.[docs]'")

from pymdownx.superfences import SuperFencesException

from graphviz_lstm.interfaces.mkdocs import format_paths, validate

ROOT = Path(__file__).parents[2]
CONFIGURATION = """
site_name: little
theme: {name: null, custom_dir: theme}
plugins: []
markdown_extensions:
  - attr_list
  - pymdownx.superfences:
      custom_fences:
        - name: lstm-graph
          class: lstm-graph
          validator: !!python/name:graphviz_lstm.interfaces.mkdocs.validate
          format: !!python/name:graphviz_lstm.interfaces.mkdocs.format_graph
        - name: lstm-paths
          class: lstm-paths
          validator: !!python/name:graphviz_lstm.interfaces.mkdocs.validate
          format: !!python/name:graphviz_lstm.interfaces.mkdocs.format_paths
        - name: lstm-plot
          class: lstm-plot
          validator: !!python/name:graphviz_lstm.interfaces.mkdocs.validate
          format: !!python/name:graphviz_lstm.interfaces.mkdocs.format_plot
"""
PAGE = """
# Little

``` lstm-graph
example: gomez
source: W_o
path: 2

caption: One <path> & more
```

- in a list

    ``` {.lstm-graph #first .wide theme=dark data-k="<3" alt='A "figure"'}
    ```

``` {.lstm-paths top=2}
element: 0,0
```

``` lstm-plot
view: before-after
after: gomez
caption: What changed
```

``` python
assert "untouched"
```
"""


def build(folder: Path, text: str, page: str = "index.md") -> subprocess.CompletedProcess[str]:
    """Build a project of one page in a process of its own."""
    (folder / "docs" / page).parent.mkdir(parents=True, exist_ok=True)
    (folder / "theme").mkdir()
    (folder / "theme" / "main.html").write_text("<html><body>{{ page.content }}</body></html>")
    (folder / "docs" / page).write_text(text)
    (folder / "mkdocs.yml").write_text(CONFIGURATION)
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"]
    return subprocess.run(
        command,
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_page_shows_figures_and_a_table(tmp_path: Path) -> None:
    """Options are taken from lines and from the fence; other fences stay what they are; hostile text stays text."""
    done = build(tmp_path, PAGE)
    # The oldest Matplotlib reads its own styles in a way that the newest pyparsing warns of: that is not ours.
    told = [line for line in done.stderr.splitlines() if "/matplotlib/mpl-data/" not in line]
    assert (done.returncode, told) == (0, [])
    html = (tmp_path / "site" / "index.html").read_text("utf-8")
    images = re.findall(r'<img src="data:image/svg\+xml;base64,([^"]+)" alt="([^"]+)">', html)
    assert len(images) == 2
    image = images[0]
    assert ET.fromstring(base64.b64decode(image[0])).findtext("{*}title", "").endswith("flow of dE/dW_A by crossings")
    assert image[1] == "A &quot;figure&quot;"
    # The other one, of both themes, stands within the page, whose switch it follows.
    (inline,) = re.findall(r"<svg .*?</svg>", html, re.DOTALL)
    assert "one path of dE/dW_o" in ET.fromstring(inline).findtext("{*}title", "")
    assert "<figcaption>One &lt;path&gt; &amp; more</figcaption>" in html
    assert '<figure id="first" class="lstm-graph wide" data-k="&lt;3">' in html
    assert "<td>+73.7 %</td>" in html
    assert "5 more paths" in html
    assert "by gate and crossings: before in " in images[1][1]
    assert ET.fromstring(base64.b64decode(images[1][0])).tag.endswith("svg")
    assert "<figcaption>What changed</figcaption>" in html
    assert "untouched" in html


def test_two_builds_are_the_same(tmp_path: Path) -> None:
    """No byte of the page differs."""
    pages = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        assert build(tmp_path / name, PAGE).returncode == 0
        pages.append((tmp_path / name / "site" / "index.html").read_bytes())
    assert pages[0] == pages[1]


@pytest.mark.parametrize(("given", "where"), [("own.json", "part/own.json"), ("/own.json", "own.json")])
def test_a_json_file_is_looked_for_beside_the_page_or_from_the_root(tmp_path: Path, given: str, where: str) -> None:
    """Wherever MkDocs is run."""
    file = tmp_path / "docs" / where
    file.parent.mkdir(parents=True)
    file.write_text((ROOT / "graphviz_lstm" / "problems" / "gomez.json").read_text())
    done = build(tmp_path, f"# Title\n\n``` lstm-paths\nexample: {given}\n```\n", page="part/page.md")
    assert (done.returncode, done.stderr) == (0, "")
    assert "dE/dW_A of own, path by path" in (tmp_path / "site" / "part" / "page" / "index.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("fence", "complaint"),
    [
        ("``` lstm-graph\nsource: E\n```", "wrong source: 'E' is the target itself"),
        ("``` lstm-graph\nview: rolled\npath: 3\n```", "view 'rolled' has no path in focus"),
        ("``` lstm-graph\nexample: none.json\n```", "none.json': No such file or directory"),
        ("``` lstm-graph\nsource: W_Q\n```", "unknown vertex: 'W_Q'"),
        ("``` lstm-graph\nsorce: W_A\n```", "unknown option: 'sorce' (must be one of 'source'"),
        ("``` lstm-graph\nsource W_A\n```", "not an option: 'source W_A' in line 1"),
        ('``` lstm-graph sorce="W_A"\n```', "unknown option: 'sorce'"),
        ("``` {.lstm-paths view=flow}\n```", "unknown option: 'view'"),
        ("``` lstm-plot\nview: bars\n```", "unknown view: 'bars'"),
        ("``` lstm-plot\nview: before-after\nafter: none.json\n```", "cannot read example file"),
        ("``` lstm-paths\nexample: gomes\n```", "unknown example: 'gomes'"),
    ],
)
def test_a_mistake_stops_the_build_with_one_line_that_names_page_and_line(
    tmp_path: Path, fence: str, complaint: str
) -> None:
    """No traceback, and no block of code in silence. A fence that is right, or of another language, is not blamed."""
    good = "``` python\nsource: W_Q\n```\n\n> ``` lstm-graph\n> source: W_o\n> ```\n"
    done = build(tmp_path, f"---\ntitle: Bad\n---\n\n{good}\n{fence}\n")
    assert done.returncode == 1
    assert "Error reading page 'index.md': line 13: lstm-" in done.stderr
    assert complaint in done.stderr
    assert done.stderr.count("\n") == 1


def renderer_of(name: str, make: object) -> Any:
    """Return Python-Markdown with one fence."""
    markdown = pytest.importorskip("markdown")
    fences = [{"name": name, "class": name, "validator": validate, "format": make}]
    settings = {"pymdownx.superfences": {"custom_fences": fences}}
    return markdown.Markdown(extensions=["pymdownx.superfences"], extension_configs=settings)


@pytest.mark.parametrize("error", [RuntimeError("no\nmore"), RecursionError(), MemoryError("none"), KeyError("x")])
def test_an_error_of_ours_stops_the_build_too(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it is: superfences would show the fence as a block of code, and the build would go on."""

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("graphviz_lstm.interfaces.mkdocs.ask_table", fail)
    with pytest.raises(SuperFencesException, match=f"^lstm-paths: {type(error).__name__}: ") as told:
        renderer_of("lstm-paths", format_paths).convert("``` lstm-paths\n```")
    assert told.value.__cause__ is error


def test_another_renderer_is_told_without_a_line() -> None:
    """Python-Markdown alone does not say which page it is: a file is looked for where it runs."""
    renderer = renderer_of("lstm-paths", format_paths)
    assert "+61.0 %" in renderer.convert("``` lstm-paths\n```")
    with pytest.raises(SuperFencesException, match=r"^lstm-paths: unknown vertex: 'W_Q'"):
        renderer.convert("``` lstm-paths\nsource: W_Q\n```")


@pytest.mark.parametrize("name", ['data-x"onload="y', "data-x><script>", "aria-a b", "data-", "onclick", "DATA-x"])
def test_a_name_that_would_end_its_tag_is_refused(name: str) -> None:
    """An attribute's value is escaped; its name cannot be."""
    attributes: dict[str, str] = {}
    renderer = pytest.importorskip("markdown").Markdown()
    with pytest.raises(SuperFencesException, match=r"^lstm-graph: unknown option: "):
        validate("lstm-graph", {name: "1"}, {}, attributes, renderer)
    assert attributes == {}
    assert validate("lstm-graph", {"data-k.1": "1", "aria-label": "x"}, {}, attributes, renderer)
    assert attributes == {"data-k.1": "1", "aria-label": "x"}
