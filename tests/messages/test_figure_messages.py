"""What is said of a figure that cannot look as it is asked to: each text whole, exit status 2, nothing written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.messages.test_command_messages import complaint

if TYPE_CHECKING:
    from pathlib import Path

VERTICES = "'W_A', 'U_A', 'b_A', 'W_i', 'U_i', 'b_i', 'W_f', 'U_f', 'b_f', 'W_o', 'U_o', 'b_o' and 17 more"
WIDTH = "(must be from 1cm to 500cm: a number and one of cm, mm, in, px, pt)"
LABEL = "(must be a text of 1 to 12 letters that show)"
FILES = {
    "typo.toml": 'postive = "#005f99"',
    "blue.toml": 'positive = "blue"',
    "pale.toml": 'text = "#999999"',
    "dark.toml": '[dark]\ntext = "#ffffff"',
    "own.toml": 'positive = "#005f99"',
    "broken.toml": "positive = ",
    "same.toml": 'S = "H"',
    "nothing.toml": 's = "c"',
    "empty.json": '{"S": ""}',
    "twice.json": '{"S": "c", "S": "d"}',
    "list.json": '["S"]',
    "half.json": '{"S": "c"',
}
MESSAGES: dict[tuple[str, ...], str] = {
    # --- How large
    **{
        ("draw", "--width", width): f"unusable width: {width!r} {WIDTH}"
        for width in ("0cm", "-3cm", "nan", "nancm", "infcm", "1000000000cm", "9mm", "12", "12ells", "cm", "1e3cm", "")
    },
    **{
        ("draw", "--font-size", size): f"unusable font size: {size!r} (must be from 3 to 72, in points)"
        for size in ("0", "-1", "nan", "1e9", "large", "")
    },
    **{
        ("draw", "-o", "x.png", "--dpi", dpi): f"unusable dpi: {dpi!r} (must be a whole number from 10 to 2,400)"
        for dpi in ("0", "-1", "1000000", "nan", "inf", "96.5", "many")
    },
    ("draw", "--dpi", "300"): "dpi is for .png: it has no use in .svg",
    ("draw", "-o", "x.png", "--width", "500cm", "--dpi", "600"): "too large a picture: 118,110 x 84,917 dots (at most "
    "32,767 a side and 100,000,000 in all: ask for a smaller width or dpi, or for .svg or .pdf)",
    ("draw", "--width", "12cm", "--font-size", "20"): "too large letters: at font_size=20 the figure is "
    "13.8186cm wide, not 12cm (at most 17.3, or a greater width)",
    ("draw", "--width", "12cm", "--font-size", "8", "--view", "rolled"): "the view 'rolled' does not wrap here, "
    "so that its width says how large its letters are: font_size has no use beside width",
    ("draw", "--width", "12cm", "--font-size", "8", "--steps-per-row", "1"): "width and font_size say how "
    "the steps wrap: steps_per_row=1 has no use in it",
    # --- What it says
    ("draw", "--title", " \n "): "unusable title: ' \\n ' (must be a text of 1 to 300 letters)",
    ("draw", "--title", "x" * 301): f"unusable title: '{'x' * 56}... (must be a text of 1 to 300 letters)",
    ("draw", "--no-numbers", "--view", "values"): "the view 'values' has no numbers that could be left "
    "out: numbers=False has no use in it",
    ("draw", "--fragment"): "fragment is for .tex: it has no use in .svg",
    # --- Which steps
    **{
        ("draw", "--steps", steps): f"unusable steps: {steps!r} (must be such as 0..3, or 0..2,7 with "
        "commas between them)"
        for steps in ("", "x", "3..1", "0-1", "0..1,", "..", "0...1")
    },
    ("draw", "--steps", "0..7"): "unusable steps: 0..7 (there are the steps 0..1)",
    ("draw", "--steps", "0", "--source", "a_1"): "unusable steps: 0 (step 1 must be one of them: the source "
    "stands in it)",
    ("draw", "--steps", "0", "--view", "rolled"): "the view 'rolled' adds up all steps: steps='0' has no "
    "use in it",
    ("draw", "--steps", "0", "--whole"): "all steps are asked for: steps='0' has no use there",
    # --- Which path
    ("draw", "--path", "W_A -> S_0 -> E"): "not a path: no edge leads from 'W_A' to 'S_0' (from 'W_A' edges "
    "lead to 'a_0', 'a_1')",
    ("draw", "--path", "a_0 -> E"): "not a path from 'W_A' to 'E': it begins at 'a_0' (must be 'W_A')",
    ("draw", "--path", "W_A -> Q -> E"): f"unknown vertex: 'Q' (must be one of {VERTICES})",
    ("draw", "--path", "first"): "unusable path: 'first' (must be a rank of at least 1, or vertices with -> "
    "between them)",
    ("draw", "--through", "H_1", "--avoiding", "H_1"): "no path from 'W_A' to 'E' through H_1 avoiding H_1",
    ("draw", "--through", "H_0", "--view", "flow"): "the view 'flow' shows all paths, not those through "
    "('H_0',) (view='path' puts one of them in focus)",
    ("draw", "--through", "H_0", "--path", "6"): "there is no path 6 (there are 5 from W_A to E through H_0)",
    # --- Names
    ("draw", "--labels", "none.toml"): "cannot read labels file 'none.toml': No such file or directory",
    ("draw", "--labels", "same.toml"): "two of one name: 'S' and 'H' would both be called 'H' (labels must "
    "differ)",
    ("draw", "--labels", "nothing.toml"): "unknown quantity: 's' (must be one of 'S', 'W_A', 'U_A', 'b_A', "
    "'W_i', 'U_i', 'b_i', 'W_f', 'U_f', 'b_f', 'W_o', 'U_o' and 7 more)",
    ("draw", "--labels", "empty.json"): f"unusable label: '' for 'S' in labels file 'empty.json' {LABEL}",
    ("draw", "--labels", "twice.json"): "not JSON: 'S' stands there twice in labels file 'twice.json'",
    ("draw", "--labels", "list.json"): "unusable labels file 'list.json': ['S'] (must be names and what they "
    "are)",
    ("draw", "--labels", "half.json"): "not JSON: Expecting ',' delimiter: line 1 column 10 (char 9) in "
    "labels file 'half.json'",
    # --- Colours
    ("draw", "--colours", "typo.toml"): "unknown colour name: 'postive' (must be one of 'positive', 'page', "
    "'frame', 'border', 'pale_border', 'negative', 'pale', 'faint', 'text', 'quiet', 'rank-1', 'rank-2' and 26 more) "
    "in theme file 'typo.toml'",
    ("draw", "--colours", "blue.toml"): "not a colour: 'blue' for 'positive' in theme file 'blue.toml' (must "
    "be # and six digits, such as '#0072b2')",
    ("draw", "--colours", "pale.toml"): "too little contrast: text #999999 on page #ffffff has 2.85:1 (text "
    "must have 4.5:1)",
    ("draw", "--colours", "broken.toml"): "not TOML: Invalid value (at end of document) in theme file "
    "'broken.toml'",
    ("draw", "--theme", "print", "--colours", "dark.toml"): "the theme 'print' has no dark colours of its "
    "own: [dark] has no use in it (auto has)",
    # --- Plots
    ("strip", "--width", "5cm"): "unusable width: '5cm' (must be at least 12cm: the letters of a plot keep "
    "their size)",
    ("strip", "--dpi", "96"): "dpi is for .png: it has no use in .svg",
    ("strip", "--colours", "dark.toml"): "a plot has one set of colours: [dark] has no use in it",
    ("compare", "-o", "x.svg", "--view", "kept", "--no-legend"): "view 'kept' is a plot: legend=False has no use in it",
    ("compare", "--title", "T"): "--title T is of a figure (give a file for it too, such as -o schemes.svg)",
    ("compare", "--no-legend"): "--no-legend is of a figure (give a file for it too, such as -o schemes.svg)",
    ("compare", "-o", "x.svg", "--width", "9cm", "--font-size", "8"): "a sheet does not wrap: font_size has no use "
    "beside width",
    ("compare", "-o", "x.svg", "--fragment"): "fragment is for .tex: it has no use in .svg",
}  # fmt: skip


@pytest.mark.parametrize(("arguments", "message"), MESSAGES.items(), ids=map(" ".join, MESSAGES))
def test_the_whole_text_is_one_line_and_nothing_is_written(
    arguments: tuple[str, ...],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Whatever a file says."""
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    output = ["-o", "x.svg"] if "-o" not in arguments and arguments[0] != "compare" else []
    assert complaint([*arguments, *output], capsys) == f"graphviz-lstm: {message}\n"
    assert {path.name for path in tmp_path.iterdir()} == set(FILES)
