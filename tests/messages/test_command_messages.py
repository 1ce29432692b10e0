"""What the command says where something cannot be had: every text whole, one line on standard error, exit status 2."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from graphviz_lstm.interfaces.cli import main

if TYPE_CHECKING:
    from pathlib import Path

TARGET = "wrong source: 'E' is the target itself (must be another vertex, such as 'W_A', 'U_A', 'b_A')"
ZERO = "zero gradient: dE/df_0 is zero, so there is nothing to share"
GATES = "'W_A', 'U_A', 'b_A', 'W_i', 'U_i', 'b_i', 'W_f', 'U_f'"
MESSAGES = {
    # --- What can be chosen
    "draw --view flows -o x.svg": "Invalid value for '--view': 'flows' is not one of 'flow', 'path', 'facets', "
    "'metro', 'rolled', 'values', 'cell'.",
    "draw --theme dusk -o x.svg": "Invalid value for '--theme': 'dusk' is not one of 'auto', 'light', 'dark', 'print'.",
    "paths --detail gates": "Invalid value for '--detail': 'gates' is not one of 'gate', 'operation'.",
    "paths --group-by gate": "Invalid value for '--group-by': 'gate' is not one of 'crossings', 'gates', "
    "'recurrence', 'entry', 'length'.",
    "paths --level units": "Invalid value for '--level': 'units' is not one of 'quantity', 'unit'.",
    "paths --level unit --through a_1[1]": "unknown vertex or unit: 'a_1[1]' (must be one of 'a_1[0]', 'o_1[0]', "
    "'i_1[0]', 'W_A', 'a_0', 'S_0', 'H_0', 'a_1', 'i_1', 'f_1', 'o_1', 'S_1' and 26 more)",
    "triangle --source X_1": "no triangle of 'X_1': only a parameter enters at more than one step "
    "(such as 'W_A', 'U_A', 'b_A')",
    "triangle --element 0,2": "unknown element: (0, 2) of 'W_A', whose shape is (1, 2) (must be in (0..0, 0..1))",
    # --- Plots
    "triangle --tokens ab": "--tokens ab is of a figure (give a file for it too, such as -o figure.svg)",
    "triangle --tokens a -o x.svg": "wrong number of tokens: 1 (must be one for each of the 2 steps)",
    "triangle --layout tall -o x.svg": "Invalid value for '--layout': 'tall' is not one of 'wide', 'narrow'.",
    "routes --theme dark": "--theme dark is of a figure (give a file for it too, such as -o figure.svg)",
    "routes --layout narrow -o x.csv": "--layout narrow is of a figure (give a file for it too, such as -o figure.svg)",
    "routes --json -o x.svg": "more than one format asked for: .svg and .json (choose one)",
    "routes --json --csv": "more than one format asked for: .json and .csv (choose one)",
    "routes -o x.tex": "unknown suffix: '.tex' of 'x.tex' (must be one of '.svg', '.png', '.pdf', '.json', '.csv', "
    "'.txt')",
    "routes --element 0,2": "unknown element: (0, 2) of 'W_A', whose shape is (1, 2) (must be in (0..0, 0..1))",
    "before-after gomez": "Missing argument 'AFTER'.",
    "before-after gomez none.json": "cannot read example file 'none.json': No such file or directory",
    "before-after gomez gomez --of both": "Invalid value for '--of': 'both' is not one of 'contributions', 'shares'.",
    "before-after gomez gomez --of shares --source f_0": "zero gradient: before and after there is nothing to share "
    "(take contributions)",
    "strip --layout tall -o x.svg": "Invalid value for '--layout': 'tall' is not one of 'wide', 'narrow'.",
    "strip -o x.tex": "unknown suffix: '.tex' (must be one of '.svg', '.png', '.pdf') of 'x.tex'",
    "paths nosuch": "unknown example: 'nosuch' (must be one of 'gomez', 'adding', 'adding-untrained', "
    "'adding-plateau', 'adding-learning'), or a JSON file's path",
    "paths none.json": "cannot read example file 'none.json': No such file or directory",
    # --- Schemes
    **{
        f"{command} --scheme snap:1{output}": "no one graph is left by scheme 'snap:1': it drops other entries for "
        "each entry of 'W_A' (name one, such as --element 0,0; compare takes all)"
        for command, output in {"explain": "", "draw": " -o x.svg", "paths": "", "check": "", "routes": ""}.items()
    },
    "paths --scheme snap:1 --source X_0 --element 0": "not a parameter: 'X_0' (scheme 'snap:1' asks what each entry of "
    "a parameter reaches)",
    "paths --scheme snap:1 --element 0,2": "unknown element: (0, 2) of 'W_A', whose shape is (1, 2) "
    "(must be in (0..0, 0..1))",
    "check --element 0,0 --scheme bptt:1": "--element 0,0 has no use here: every entry is checked (leave it out; a "
    "scheme by entry, such as snap:1, takes one)",
    "paths --scheme bptt:0": "wrong number: '0' of scheme 'bptt' (must be a whole number from 1 on)",
    "compare --view bars -o x.svg": "Invalid value for '--view': 'bars' is not one of 'sheet', 'kept', 'cosine'.",
    "compare --view kept": "--view kept is of a figure (give a file for it too, such as -o schemes.svg)",
    "compare --theme dark -o x.csv": "--theme dark is of a figure (give a file for it too, such as -o schemes.svg)",
    "compare --view kept --list": "--view kept is of a figure (give a file for it too, such as -o schemes.svg)",
    "compare --view kept -o x.tex": "unknown suffix: '.tex' (must be one of '.svg', '.png', '.pdf') of 'x.tex'",
    "compare --view kept --element 9,9 -o x.svg": "unknown element: (9, 9) of 'W_A', whose shape is (1, 2) (must be in "
    "(0..0, 0..1))",
    "compare --view kept --source NOPE -o x.svg": f"unknown vertex: 'NOPE' (must be one of {GATES}, 'b_f', 'W_o', "
    "'U_o', 'b_o' and 17 more)",
    "compare --view kept --columns 2 -o x.svg": "view 'kept' has no columns (leave them out, or take view 'sheet')",
    "compare --view kept --layout narrow -o x.svg": "view 'kept' has one layout: layout='narrow' has no use in it "
    "(view 'sheet' has two)",
    "compare --view cosine --source W_A -o x.svg": "view 'cosine' is of all parameters together (leave out --source "
    "and --element)",
    "compare --view kept --source f_0 -o x.svg": "zero gradient: dE/df_0 is zero, so there is nothing to keep",
    f"compare --view cosine --schemes {','.join(['full'] * 9)} -o x.svg": "unusable number of schemes: 9 (this view "
    "has 1 to 8)",
    # --- The source
    **{
        f"{command} --source E{output}": TARGET
        for command, output in {
            "paths": "",
            "paths --json": "",
            "count": "",
            "check": "",
            "explain": "",
            "derive": "",
            "draw": " -o x.svg",
            "strip": " -o x.svg",
            "page": " -o x.html",
        }.items()
    },
    **{
        f"{command} --source f_0{output}": ZERO
        for command, output in {"draw --view metro": " -o x.svg", "draw --view path": " -o x.svg"}.items()
    },
    "draw --detail unit --view rolled -o x.svg": "the view 'rolled' shows the cell's quantities, not their single "
    "units (take another view)",
    "draw --source W_A --element 0,7 -o x.svg": "unknown element: (0, 7) of 'W_A', whose shape is (1, 2) (must be in "
    "(0..0, 0..1))",
    "paths --element x": "Invalid value for '--element': 'x' is not an index (must be whole numbers with commas, such "
    "as 0,0)",
    "page --element 0,0 -o x.html": "an element is of one source: give exactly one --source with --element",
    "derive --source X_1": f"unknown parameter: 'X_1' (must be one of {GATES}, 'b_f', 'W_o', 'U_o', 'b_o')",
    # --- The paths
    "paths --through h_0": f"unknown vertex: 'h_0' (must be one of 'H_0', 'o_0', 'i_0', 'f_0', {GATES} and 17 more)",
    "paths --crossing 7": "no path from 'W_A' to 'E'",
    "paths --at-least nan": "unusable threshold: nan (must be a number of at least 0)",
    "paths --budget -1": "unusable seconds: -1.0 (must be a number of at least 0)",
    "paths --budget nan": "unusable seconds: nan (must be a number of at least 0)",
    "paths --budget soon": "Invalid value for '--budget': 'soon' is not a valid float.",
    "paths --level unit --budget 1": "--budget does not fit --level unit: nothing is searched there, all is exact "
    "(leave it out)",
    "paths --covering 0.5 --budget 1": "--budget does not fit --covering: nothing is searched there (leave it out, or "
    "ask --top)",
    "paths --group-by gates --budget 1": "--budget does not fit --group-by: nothing is searched there (leave it out, "
    "or ask --top)",
    "paths --top 1 --covering 0.5": "more than one way to choose paths: --top and --covering (choose one)",
    "draw --path 8 -o x.svg": "there is no path 8 (there are 7 from W_A to E)",
    "draw --view rolled --path 3 -o x.svg": "view 'rolled' has no path in focus (leave out the path, or take view "
    "'path')",
    "count --steps 0": "Invalid value for '--steps': 0 is not in the range x>=1.",
    "derive --steps 3": "wrong number of steps: 3 (example 'gomez' has 1 to 2)",
    # --- Where it goes
    "draw": "Missing option '-o'.",
    "draw -o x.gif": "unknown suffix: '.gif' (must be one of '.svg', '.png', '.pdf', '.dot', '.tex') of 'x.gif'",
    "strip -o x.dot": "unknown suffix: '.dot' (must be one of '.svg', '.png', '.pdf') of 'x.dot'",
    "paths -o x.xlsx": "unknown suffix: '.xlsx' of 'x.xlsx' (must be one of '.txt', '.json', '.csv', '.jsonl')",
    "paths --arrays x.npy": "unknown suffix: '.npy' of 'x.npy' (must be '.npz')",
    "explain --arrays x.npy": "unknown suffix: '.npy' of 'x.npy' (must be '.npz')",
    "triangle -o x.jsonl": "unknown suffix: '.jsonl' of 'x.jsonl' (must be one of '.svg', '.png', '.pdf', '.json', "
    "'.csv', '.txt')",
    "paths --format xml": "Invalid value for '--format': 'xml' is not one of 'text', 'json', 'csv', 'jsonl'.",
    "paths --json --format jsonl": "more than one format asked for: .json and .jsonl (choose one)",
    "paths --at-least 0.1 --source f_0": "the total is zero, so there is nothing to share "
    "(ask of='contribution', or .top(k))",
    "page -o x.svg": "unknown suffix: '.svg' of 'x.svg' (must be '.html')",
    "derive -o x.doc": "unknown suffix: '.doc' of 'x.doc' (must be one of '.txt', '.tex', '.md', '.html', '.json')",
    "derive --format text -o x.tex": "format 'text' does not fit 'x.tex' (its suffix says latex)",
    "paths --json --csv": "more than one format asked for: .json and .csv (choose one)",
    "paths --json -o x.csv": "more than one format asked for: .json and .csv (choose one)",
    "paths -o none/x.csv": "cannot write file 'none/x.csv': No such file or directory",
    # --- The command itself
    "nonsense": "No such command 'nonsense'.",
    "check --scheduler here": "unknown scheduler: 'here' (must be one of 'threads', 'processes', 'tcp://host:port')",
}


def complaint(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """Return what the command says on standard error, having said nothing else, with exit status 2."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    printed = capsys.readouterr()
    assert (ended.value.code, printed.out) == (2, "")
    return printed.err


@pytest.mark.parametrize(("arguments", "message"), MESSAGES.items(), ids=MESSAGES)
def test_the_whole_text_is_one_line_and_nothing_is_written(
    arguments: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not even a folder is left."""
    monkeypatch.chdir(tmp_path)
    assert complaint(arguments.split(), capsys) == f"graphviz-lstm: {message}\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["paths", "--source", "W" * 10_000],
        ["paths", "--through", "\n" * 300 + "'\"" * 5_000],
        ["paths", "x" * 5_000],
        ["paths", "--element", "9" * 10_000 + "x"],
        ["paths", "--top", "9" * 10_000],
        ["draw", "-o", f"x.{'y' * 10_000}"],
        ["draw", "--view", "v" * 10_000, "-o", "x.svg"],
        ["paths", "--group-by", "g" * 10_000],
        ["triangle", "--tokens", "t" * 10_000],
        ["triangle", "--tokens", "t " * 10_000, "-o", "x.svg"],
        ["c" * 10_000],
    ],
    ids=lambda arguments: f"{arguments[0][:8]} {arguments[-1][:8]!r}",
)
def test_a_long_value_is_not_echoed_whole(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """One line that can be read."""
    said = complaint(arguments, capsys)
    assert said.startswith("graphviz-lstm: ")
    assert said.count("\n") == 1
    assert len(said) < 800


def test_the_bare_command_prints_its_help_as_help(capsys: pytest.CaptureFixture[str]) -> None:
    """Many lines on standard output, the same as with --help, and no error."""
    told = []
    for arguments in ([], ["--help"]):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        printed = capsys.readouterr()
        assert (ended.value.code, printed.err) == (0, "")
        told.append(printed.out)
    assert told[0] == told[1]
    assert told[0].count("\n") > 15
    assert max(map(len, told[0].splitlines())) <= 100
