"""What the README says is what happens: its listing, its ten lines, its file, its commands."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from graphviz_lstm.cells import CELLS
from graphviz_lstm.graph import TARGET, evaluate
from graphviz_lstm.interfaces.cli import cli, main
from graphviz_lstm.paths import find_paths
from graphviz_lstm.problems import parse_example, parse_problem
from graphviz_lstm.reports import Study

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> Iterator[str]:
    """Yield the fenced blocks in one language."""
    for match in re.finditer(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL):
        yield match.group(1)


@pytest.mark.parametrize("comment", ["the main job", "the tests"])
def test_each_of_the_two_commands_is_one_line_that_ci_finds(comment: str) -> None:
    """`.ci/run` takes it from the block that begins with this comment, and runs it word for word."""
    (command,) = [block for block in blocks("sh") if block.startswith(f"# {comment}\n")]
    assert command.count("\n") == 2
    assert f'readme_command "{comment}"' in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_the_listing_is_what_the_command_prints() -> None:
    """The comment above it names the command."""
    command = re.search(r"<!-- the output of: graphviz-lstm (.*) -->\n```\n(.*?)```", README, re.DOTALL)
    assert command is not None
    done = CliRunner().invoke(cli, command.group(1).split())
    assert done.output == command.group(2)


@pytest.mark.parametrize(
    "code", [code for code in blocks("python") if "import torch" not in code], ids=["ten lines", "any graph"]
)
def test_the_python_runs(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In an empty folder."""
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "README.md", "exec"), {})  # noqa: S102 -- our own README


@pytest.mark.slow
def test_the_lines_for_torchs_lstm_draw_its_triangle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In an empty folder: a figure of the gradient that PyTorch has too."""
    torch = pytest.importorskip("torch")
    monkeypatch.chdir(tmp_path)
    (code,) = [code for code in blocks("python") if "import torch" in code]
    lines: dict[str, Any] = {}
    exec(compile(code, "README.md", "exec"), lines)  # noqa: S102 -- our own README
    assert "step whose loss they reach" in (tmp_path / "triangle.svg").read_text("utf-8")
    loss = ((lines["model"](lines["inputs"].double())[0] - lines["targets"]) ** 2).sum() / 2
    loss.backward()
    theirs = lines["model"].weight_hh_l0.grad[4:8]
    assert torch.allclose(torch.tensor(lines["study"].adjoints["U_f"]), theirs, rtol=1e-10, atol=1e-14)


def test_the_guide_to_paths_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of its blocks, one after another."""
    monkeypatch.chdir(tmp_path)
    guide = (ROOT / "docs" / "paths.md").read_text(encoding="utf-8")
    code = re.findall(r"^```python\n(.*?)^```", guide, re.MULTILINE | re.DOTALL)
    exec(compile("\n".join(code), "paths.md", "exec"), {})  # noqa: S102 -- our own page


def test_the_example_files_of_the_guide_are_such() -> None:
    """Those that are shown and not run: a path leads from the first parameter of each to E."""
    shown = re.findall(
        r"^```json\n(.*?)^```", (ROOT / "docs" / "examples.md").read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    assert len(shown) > 1
    for text in shown:
        assert Study(parse_problem(text)).paths.count > 0


def test_the_net_of_ones_own_is_read_from_a_pipe(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands between the two `END` is the standard input."""
    (block,) = [block for block in blocks("sh") if block.startswith("# a net of your own\n")]
    call, *text = block.partition("\nEND\n")[0].splitlines()[1:]
    assert call == "graphviz-lstm paths - <<'END'"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("\n".join(text).encode()), "utf-8"))
    with pytest.raises(SystemExit) as ended:
        main(["paths", "-"])
    assert ended.value.code == 0
    assert "+53.8 %  W -> h_2 -> E" in capsys.readouterr().out


def test_the_letters_of_ones_own_are_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines below: a file of names, and a figure in which S and H are called otherwise."""
    (block,) = [block for block in blocks("sh") if block.startswith("# a net of your own\n")]
    named, call = block.splitlines()[-2:]
    found = re.fullmatch(r"echo '(.*)' > names\.json", named)
    assert found is not None
    (tmp_path / "names.json").write_text(found.group(1), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(call.split()[1:])
    assert ended.value.code == 0
    drawn = (tmp_path / "renamed.svg").read_text(encoding="utf-8")
    assert ">c<" in drawn
    assert ">S<" not in drawn


def test_the_first_calls_work_with_the_files_that_are_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A net of one's own and letters of one's own, by the names that stand at the top: another net had no S."""
    (block,) = [block for block in blocks("sh") if block.startswith("# a net of your own\n")]
    (names,) = re.findall(r"echo '(.*)' > (names\.json)", block)
    (tmp_path / names[1]).write_text(names[0], encoding="utf-8")
    net = block.partition("<<'END'\n")[2].partition("\nEND\n")[0]
    top = README.partition("\n![")[0]
    calls = re.findall(r"`graphviz-lstm ([^`]+)`", top)
    assert len(calls) == 2
    monkeypatch.chdir(tmp_path)
    for text in (net, *blocks("json")):
        (tmp_path / "mine.json").write_text(text, encoding="utf-8")
        for call in calls:
            with pytest.raises(SystemExit) as ended:
                main(call.split())
            assert ended.value.code == 0, call


def test_the_page_of_the_command_runs_and_names_every_definition_of_the_schema() -> None:
    """In the order in which they stand there."""
    page = (ROOT / "docs" / "command.md").read_text("utf-8")
    known: dict[str, Any] = {}
    (code,) = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    exec(compile(code, "command.md", "exec"), known)  # noqa: S102 -- our own page
    assert known["count"]["$ref"] == "#/$defs/count"
    named = re.findall(r"\| `([\w-]+)` \|$", page, re.MULTILINE)
    answering = ["count", "check", "explain", "paths", "groups", "derive", "compare", "schemes"]
    assert named == [
        *answering,
        "triangle",
        "units",
        "routes",
        "before-after",
        "batch",
        "train-curve",
        "cells",
        "inspect",
    ]
    assert set(named) <= set(known["schema"]["$defs"])


def test_the_sizes_that_are_told_are_near_those_of_this_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Versions and systems differ by some parts in ten. No library that could be an extra saves 100 MB."""
    pytest.importorskip("packaging")
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    from sizes import PACKAGE, megabytes, needed

    page = (ROOT / "docs" / "command.md").read_text("utf-8")
    (told,) = re.findall(r"(\d+) MB in all", page)
    whole = megabytes(needed(PACKAGE))
    assert 0.6 < whole / float(told) < 1.6
    for name in ("sympy", "matplotlib", "jinja2", "latex2mathml"):
        assert 0.0 < whole - megabytes(needed(PACKAGE, frozenset({name}))) < 100.0, name


def test_every_cell_of_the_library_is_named() -> None:
    """In the README and in the guide to example files."""
    for file in ("README.md", "docs/examples.md"):
        text = (ROOT / file).read_text("utf-8")
        assert [cell for cell in CELLS if f"`{cell}`" not in text] == []


def test_the_answer_page_is_what_the_package_says_today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Made anew by: python docs/make_answer.py."""
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    from make_answer import FILE, page

    assert FILE.read_text(encoding="utf-8") == page()


def test_the_example_file_is_one() -> None:
    """And a path leads from its weights to E."""
    (text,) = blocks("json")
    example = parse_example(text, name="readme")
    assert find_paths(evaluate(example), "W_H", TARGET).count == 3


def test_the_table_of_commands_is_complete() -> None:
    """Each command has its row, and each row its command."""
    rows = set(re.findall(r"^\| `graphviz-lstm ([\w-]+)", README, re.MULTILINE))
    assert rows == set(cli.commands)


def test_the_crossing_share_in_words_is_the_computed_one() -> None:
    """10.1 %, and the files that it points at are there."""
    from graphviz_lstm.problems import load_example

    paths = find_paths(evaluate(load_example("gomez")), "W_A", TARGET, element=(0, 0))
    share = sum(path.share for path in paths if any(vertex == "H_0" for vertex in path.vertices[:-2]))
    assert f"together {100 * share:.1f} % of the derivative" in README
    for link in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / link).exists(), link
