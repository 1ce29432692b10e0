"""The faults that were once found in figures and pages, by their numbers: each has a law that would see it again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from graphviz_lstm.problems import load_problem
from graphviz_lstm.reports import Study, derive

ROOT = Path(__file__).parents[2]
LAWS = {
    1: "tests/pages/test_live_page.py::test_a_path_in_focus_wears_its_own_sign_and_its_partials",
    2: "tests/pages/test_live_page.py::test_what_flows_is_of_the_chosen_paths_alone",
    3: "tests/figures/test_rows.py::test_no_line_lies_on_another",
    4: "tests/figures/test_contrast.py::test_six_lines_can_be_told_apart",
    5: "tests/figures/test_plots.py::test_signs_are_told_apart_without_colours",
    6: "tests/figures/test_faults.py::test_a_derivation_is_mathematics_in_markdown",
    7: "tests/pages/test_answer_page.py::test_on_a_wide_page_nothing_is_scrolled_sideways",
    8: "tests/pages/test_zoom.py::test_numbers_can_be_read_as_the_page_opens",
    9: "tests/figures/test_strands.py::test_nothing_lies_on_anything_and_every_strand_keeps_its_width",
    10: "tests/figures/test_rows.py::test_no_line_lies_on_another",
    11: "tests/figures/test_labels.py::test_the_lines_of_a_box_are_within_it_however_long",
    12: "tests/figures/test_rows.py::test_every_number_can_be_read_where_it_is_shown",
    13: "tests/figures/test_rows.py::test_every_number_can_be_read_where_it_is_shown",
    14: "tests/figures/test_faults.py::test_the_readme_shows_and_lists_one_element",
    15: "tests/figures/test_faults.py::test_a_legend_tells_of_every_kind_of_line_and_of_no_other",
    16: "tests/figures/test_rows.py::test_facets_differ_where_their_paths_run_through_hidden_steps",
    17: "tests/figures/test_strip.py::test_how_many_steps_stand_together_is_said",
    18: "tests/figures/test_strands.py::test_a_strand_is_as_wide_as_its_share_is_large",
    19: "tests/pages/test_motion.py::test_figure_and_table_are_in_sight_together",
    20: "tests/pages/test_motion.py::test_backpropagation_runs_term_by_term",
    21: "tests/figures/test_rows.py::test_paths_side_by_side_do_not_meet",
    22: "tests/figures/test_labels.py::test_a_subscript_is_smaller_and_lower_and_the_next_piece_is_back_on_the_line",
    23: "tests/figures/test_contrast.py::test_six_lines_can_be_told_apart",
    24: "tests/figures/test_rows.py::test_no_line_lies_on_another",
}


@pytest.mark.parametrize(("number", "law"), LAWS.items())
def test_each_fault_has_a_law(number: int, law: str) -> None:
    """There is a test of that name."""
    file, _, name = law.partition("::")
    assert f"def {name}(" in (ROOT / file).read_text("utf-8"), number


def test_a_derivation_is_mathematics_in_markdown() -> None:
    """Fault 6: where Markdown knows no formulas, a thin space becomes a comma, and the formula stands there raw."""
    core = pytest.importorskip("docutils.core")
    nodes = pytest.importorskip("docutils.nodes")
    parser = pytest.importorskip("myst_parser.docutils_", reason="Markdown of the documentation").Parser()
    settings = {"myst_enable_extensions": ["dollarmath"], "report_level": 5}
    markdown = derive(load_problem("gomez")).markdown
    tree = core.publish_doctree(markdown, parser=parser, settings_overrides=settings)
    formulas = [node.astext() for kind in (nodes.math, nodes.math_block) for node in tree.findall(kind)]
    assert sum(r"\frac" in formula for formula in formulas) > 20
    words = (node for node in tree.findall(nodes.Text) if node.parent.tagname not in ("math", "math_block", "literal"))
    assert [word for word in words if "$" in word or "\\" in word] == []
    # As many as were written: none was taken for text.
    assert len(formulas) == len(re.findall(r"(?<!\\)\$\$?", markdown)) / 2
    assert '"dollarmath"' in (ROOT / "docs" / "conf.py").read_text("utf-8")


def test_the_readme_shows_and_lists_one_element() -> None:
    """Fault 14: the figure above the list is of the same element, its numbers are those of the listed paths."""
    readme = (ROOT / "README.md").read_text("utf-8")
    figure = re.search(r"!\[[^]]*]\((docs/[^)]*\.svg)\)", readme)
    listed = re.search(r"<!-- the output of: graphviz-lstm paths --element (\S+) -->\n```\n(.*?)```", readme, re.DOTALL)
    assert figure is not None
    assert listed is not None
    shown = (ROOT / figure[1]).read_text("utf-8")
    description = re.search(r"<desc[^>]*>(.*?)</desc>", shown, re.DOTALL)
    assert description is not None
    leading = re.findall(r"^ *([+-][\d.]+ %)", listed[2], re.MULTILINE)[:3]
    assert len(leading) == 3
    assert all(share in description[1] for share in leading)
    element = tuple(map(int, listed[1].split(",")))
    assert Study("gomez", "W_A", element=element).figure().scene.title in shown.replace("&#39;", "'")


@pytest.mark.parametrize("options", [{"by": "whole"}, {}, {"view": "rolled"}], ids=["whole", "strands", "rolled"])
@pytest.mark.parametrize("source", ["U_A", "W_A"])
def test_a_legend_tells_of_every_kind_of_line_and_of_no_other(source: str, options: dict[str, str]) -> None:
    """Fault 15: a line along which nothing flows, of U_A in the worked example, lies on a path all the same."""
    scene = Study("gomez", source).figure(**options).scene  # type: ignore[arg-type]
    told = " ".join(text.string for text in scene.texts)
    tones = {curve.tone for curve in scene.curves if curve.pattern != "dotted"}
    assert ("on a path, and 0" in told) == ("quiet" in tones)
    assert ("on no path from" in told) == ("pale" in tones)
    assert ("quiet" in tones) == (source == "U_A")
