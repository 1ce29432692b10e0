"""The conversation: what it says of the worked example and of others is what a run computes, and what does not apply is
left out."""

from __future__ import annotations

import math
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from graphviz_lstm.cells.library import CELLS, GRU, LSTM
from graphviz_lstm.cells.names import Moving
from graphviz_lstm.claims import HERE, article_lines, judge
from graphviz_lstm.graph import TARGET, evaluate, forward, given_values
from graphviz_lstm.notation import TEXT
from graphviz_lstm.notation.numbers import format_array, plain_percent
from graphviz_lstm.paths import find_paths, format_share
from graphviz_lstm.paths.listing.limits import describe_count
from graphviz_lstm.problems import load_example
from graphviz_lstm.reports import Study, describe_answer
from graphviz_lstm.reports.columns import WIDTH
from graphviz_lstm.reports.conversation import brief_text, conversation_of
from graphviz_lstm.reports.conversation.asked import asked_of
from graphviz_lstm.reports.conversation.backward import MARK, backward_section, has_article
from graphviz_lstm.reports.conversation.cancelling import (
    STEPS,
    bias_masses,
    groups_of,
    kept_of,
    mingru_crossing,
    stabiliser_masses,
    wide_study,
)
from graphviz_lstm.reports.conversation.circle import circle_section
from graphviz_lstm.reports.conversation.claimed import claimed_section
from graphviz_lstm.reports.conversation.growth import lengths_of, repeated, scales_of
from graphviz_lstm.reports.conversation.held import held_section
from graphviz_lstm.reports.conversation.listed import paths_section, share_in
from graphviz_lstm.reports.conversation.net import net_section
from graphviz_lstm.reports.conversation.siblings import find_siblings
from graphviz_lstm.reports.conversation.verdict import verdict_section
from graphviz_lstm.reports.conversation.ways import NUDGE, nudged, ways_section
from graphviz_lstm.reports.document import Sentence, Table, plain
from graphviz_lstm.reports.formats import to_html, to_latex, to_markdown, to_text
from graphviz_lstm.reports.fresh import fresh_net
from tests.examples import TYPICAL, random_example

CASES = Path(__file__).parents[1] / "cases"
CANCEL = "When do they cancel?"
QUESTIONS = [
    "Do the terms through the gates cancel?",
    "Is i_1 a function of a_1?",
    "Which paths are there, and how large are they?",
    "Where in the article are the gate terms?",
    "Is the list of paths complete?",
    "What if the output of the step before is held fixed?",
    "Is that truncated backpropagation, K steps back?",
    "Which of your equations are right?",
    "Is it circular?",
    "Do RTRL and BPTT give the same?",
    "Does it grow with the number of steps or with the recurrent weights?",
    "And the other weights?",
    "And in a stack of layers?",
    CANCEL,
]
TITLES = [
    "In short",
    "The equations of one step",
    *QUESTIONS,
    "Every path: a product of partials",
    "The net: its numbers",
    "Every edge on a path: its partial",
    "The proof that no path is missing",
    "The code to run",
    "Sources",
]
# What a section is called of another cell, or where there is nothing to be asked.
OTHERWISE = {
    "Where in the backward pass are the gate terms?": "Where in the article are the gate terms?",
    "The backward pass, line by line": "Where in the article are the gate terms?",
    "Does it grow with the number of steps?": "Does it grow with the number of steps or with the recurrent weights?",
}


def studies() -> dict[str, Study]:
    """Return the worked example, and others in which something is lacking or different."""
    return {
        "gomez": Study("gomez", "W_A"),
        "three units": Study(CASES / "gru3h2.json"),
        "no crossing": Study(random_example(TYPICAL["mingru"], steps=3)),
        "one loss": Study(random_example(LSTM, steps=3, at="last", seed=4)),
        "one step": Study(random_example(LSTM, steps=1)),
        "behind the last gate": Study(random_example(LSTM, steps=2), "o_2"),
    }


STUDIES = studies()


def words(study: Study) -> str:
    """Return the whole conversation on one line."""
    return " ".join(to_text(conversation_of(study)).split())


def test_the_worked_example_is_told_in_the_order_of_a_conversation() -> None:
    """Each section once, and the sentences that settle the question."""
    document = conversation_of(Study("gomez", "W_A"))
    assert [section.title for section in document.sections] == TITLES
    text = words(Study("gomez", "W_A"))
    for sentence in (
        "i_1 is not a function of a_1.",
        "both read H_0, and neither reads the other",
        "Its delta out_0 is 0.0363 before that is added, and 0.0180 after: the gate terms are -0.0183.",
        "-0.0170 = -0.0197 (from later losses without a gate) + 0.0054 (from the loss of its own step) - 0.0027",
        "The article drops nothing; its lines, computed as they stand, give all of dE/dW_A[0,0], -0.026716.",
        "dH_-1/dW_A = 0, dS_-1/dW_A = 0",
    ):
        assert sentence in text, sentence


@pytest.mark.parametrize("name", STUDIES)
def test_the_verdicts_numbers_are_those_of_a_run(name: str) -> None:
    """Counts, contributions and share: from the paths, listed one by one."""
    study = STUDIES[name]
    one = asked_of(study).one
    listed = list(find_paths(study.graph, study.source, TARGET, element=one.element))
    edges = study.graph.edges
    crossing = [path for path in listed if any(edges[edge[:2]]["kind"] == "crossing" for edge in path.edges)]
    parts = verdict_section(asked_of(study)).parts
    text = " ".join(plain(part) for part in parts if isinstance(part, str | Sentence))
    many = f"{len(listed)} path{'' if len(listed) == 1 else 's'} from {study.source} to E"
    assert many in text
    if crossing:
        assert f"{len(crossing)} cross{'es' if len(crossing) == 1 else ''} a gate, and bring " in text
        assert f": {format_share(sum(path.share for path in crossing))} of it." in text


@pytest.mark.parametrize("name", STUDIES)
def test_the_numbers_computed_apart_are(name: str) -> None:
    """The quotient is one of the loss itself, and lies near the sum over the paths."""
    study = STUDIES[name]
    asked = asked_of(study)
    section = ways_section(asked)
    if asked.one.element is None:
        assert np.size(study.paths.total) > 1 or section is not None
        return
    value = study.graph.nodes[study.source]["value"]
    ends = []
    for sign in (1.0, -1.0):
        moved = np.array(value)
        moved[asked.one.element] += sign * NUDGE
        ends.append(float(forward(study.graph, given_values(study.problem) | {study.source: moved})[TARGET]))
    assert nudged(asked) == pytest.approx((ends[0] - ends[1]) / (2 * NUDGE), rel=1e-9)
    assert nudged(asked) == pytest.approx(asked.number(asked.one.paths.total), rel=1e-5, abs=1e-9)
    assert section is not None
    (table,) = (part for part in section.parts if isinstance(part, Table))
    assert ("that cross a gate" in str(table.rows)) == bool(asked.crossing and asked.straight)


def test_a_nudge_that_disagrees_is_told() -> None:
    """Of a graph in which a partial was changed the quotient knows nothing."""
    study = Study.of(evaluate(load_example("gomez")), "W_A", element=(0, 0))
    edge = study.graph.edges["S_0", "S_1"]
    edge["partial"] = edge["partial"].changed(lambda number: 2.0 * number)
    asked = asked_of(study)
    assert abs(nudged(asked) - asked.number(study.paths.total)) > 0.1 * abs(nudged(asked))


@pytest.mark.parametrize("name", STUDIES)
def test_the_backward_pass_adds_up(name: str) -> None:
    """The last running sum is the derivative; a line is marked where an arrow crosses, and nowhere else."""
    study = STUDIES[name]
    asked = asked_of(study)
    parts = backward_section(asked).parts
    if has_article(asked):
        (table,) = (part for part in parts if isinstance(part, Table))
        told = [str(number) for number in table.rows[-1][2:]]
        assert len(told) == study.problem.steps
        # Each is rounded to the decimals that all of them have.
        half = 0.5 * 10.0 ** -max(len(number.partition(".")[2]) for number in told)
        total = asked.number(asked.one.paths.total)
        assert math.fsum(map(float, told)) == pytest.approx(total, rel=1e-3, abs=1.01 * half * len(told))
        assert [table.rows[k][0] for k in table.marked] == [HERE]
        return
    if study.problem.steps <= 4 and asked.one.element is not None:
        sums = re.findall(
            r"The sum so far: (\S+)\.(?: |$)", " ".join(plain(p) for p in parts if isinstance(p, str | Sentence))
        )
        assert float(sums[-1]) == pytest.approx(asked.number(asked.one.paths.total), rel=1e-3)
    marked = sum(row[0] == MARK for part in parts if isinstance(part, Table) for row in part.rows)
    arrows = [
        (tail, head)
        for tail, head, edge in study.graph.edges(data=True)
        if edge["kind"] == "crossing" and {tail, head} <= asked.vertices and tail != study.source
    ]
    assert marked == len(arrows)


@pytest.mark.parametrize("name", STUDIES)
def test_siblings_read_one_output_and_not_each_other(name: str) -> None:
    """In the graph itself."""
    study = STUDIES[name]
    found = find_siblings(study.graph, study.source)
    if found is None or not {found.first, found.second} & asked_of(study).vertices:
        assert "siblings" not in words(study)
        return
    graph = study.graph
    assert {found.first, found.second} <= set(graph.succ[found.parent])
    assert not graph.has_edge(found.first, found.second)
    assert not graph.has_edge(found.second, found.first)
    assert f"Is {found.second} a function of {found.first}?" in words(study)
    assert f"No: {found.second} is not a function of {found.first}." in words(study)


@pytest.mark.parametrize("name", ["gomez", "three units", "one loss"])
def test_the_forward_table_ends_in_zeros_and_in_the_same_gradient(name: str) -> None:
    """From the bottom row up."""
    asked = asked_of(STUDIES[name])
    section = circle_section(asked)
    assert section is not None
    (table,) = (part for part in section.parts if isinstance(part, Table))
    assert table.rows[-1] == (str(asked.problem.first_step - 1), *["0"] * (len(table.header) - 1))
    assert float(str(table.rows[0][-1])) == pytest.approx(asked.number(asked.one.paths.total), rel=1e-3)


@pytest.mark.parametrize("name", STUDIES)
def test_the_nets_equations_and_numbers_stand_on_the_page(name: str) -> None:
    """Each equation, and where they are few the numbers that it is given and comes to."""
    study = STUDIES[name]
    section = net_section(asked_of(study))
    assert section is not None
    text = words(study)
    for equation in study.problem.cell.equations:
        assert f" {TEXT.name(study.problem.cell.name_of(equation.quantity).at(Moving()))} = " in text
    tables = [part for part in section.parts if isinstance(part, Table)]
    given = dict(tables[0].rows)
    for key in study.problem.cell.parameters:
        assert given[key] == format_array(study.problem.parameters[key])
    if study.problem.scalar:
        for quantity, *values in tables[1].rows:
            vertex = f"{quantity}_{study.problem.last_step}"
            assert float(str(values[-1])) == pytest.approx(study.graph.nodes[vertex]["value"].item(), rel=1e-5)


def test_only_of_an_lstm_is_it_said_that_it_was_trained_so_in_1997() -> None:
    """Whatever its letters are; a GRU has the same cut, and another history."""
    said = "So was the LSTM of 1997 trained"
    assert said in words(STUDIES["gomez"])
    assert said in words(Study(random_example(CELLS["lstm-1997"], steps=2)))
    gru = words(STUDIES["three units"])
    assert said not in gru
    assert "(lstm-1997) cuts what goes through a gate, however late" in gru


def test_a_negative_share_is_told_by_its_loss() -> None:
    """The sums of the losses are those of the paths that reach them, and are the whole together."""
    study = Study("gomez", "W_A", element=(0, 0))
    sums = {step: sum(path.share for path in study.paths if path.vertices[-2] == f"H_{step}") for step in (0, 1)}
    assert sum(sums.values()) == pytest.approx(1.0)
    told = ", ".join(f"that of step {step} {format_share(share)}" for step, share in sums.items())
    assert f"By the loss that they reach: {told}." in words(study)
    assert "A minus says" not in words(STUDIES["one loss"])


def test_a_verdict_at_two_levels_is_one_paragraph() -> None:
    """The level that it was read off first, the other in a few words."""
    asked = asked_of(STUDIES["three units"])
    assert not asked.one.verdict.one_level
    first, second = verdict_section(asked).parts[:2]
    assert "at the level of single units" in plain(first)
    assert "At the level of quantities, of " in plain(first)
    assert "level" not in plain(second)


def test_what_does_not_apply_is_left_out_without_an_empty_table() -> None:
    """One step, no crossing, a source behind the last gate, another cell."""
    for name, study in STUDIES.items():
        document = conversation_of(study)
        titles = [section.title for section in document.sections]
        told = [OTHERWISE.get(title, re.sub(r"Is \S+ a function of \S+\?", QUESTIONS[1], title)) for title in titles]
        assert [title for title in TITLES if title in told] == told, name
        assert all(part.rows for section in document.sections for part in section.parts if isinstance(part, Table))
        text = words(study)
        assert "these 1." not in text
        assert "all 1 path" not in text
        article = bool(asked_of(study).crossing) and study.problem.cell == LSTM
        assert ("In its line Delta out_{t-1}" in text) == article, name
        assert (held_section(asked_of(study)) is not None) == bool(asked_of(study).crossing), name
        assert (claimed_section(asked_of(study)) is not None) == (study.problem.cell == LSTM and study.source == "W_A")
    assert article_lines(evaluate(random_example(GRU)), "W_z", 1) == ()
    assert "0.0363" not in words(STUDIES["one loss"])


def test_shares_of_another_entry_and_of_the_whole_are_those_of_their_own_lists() -> None:
    """Beside the one entry's."""
    study = Study("gomez", "W_A")
    for element in ((0, 1), None):
        other = study.about("W_A", element=element)
        own = {path.vertices: path.share for path in other.paths}
        for path in study.paths:
            assert share_in(other, path) == pytest.approx(own[path.vertices], rel=1e-9)
    table = next(part for part in paths_section(asked_of(study)).parts if isinstance(part, Table))
    assert table.header[1:4] == ("share of it", "of [0,1]", "of dE/dW_A")


def test_growth_is_counted_and_shared_as_by_a_study_of_its_own() -> None:
    """Over more steps, and with larger recurrent weights."""
    asked = asked_of(Study("gomez", "W_A"))
    for point in lengths_of(asked)[:4]:
        longer = repeated(asked.problem, int(point.label))
        assert longer is not None
        study = Study(longer, "W_A", element=(0, 0))
        assert (point.paths, round(point.share, 9)) == (study.paths.count, round(study.verdict.share, 9))
    shares = {point.label: point.share for point in scales_of(asked)}
    assert shares[1.0] == pytest.approx(Study("gomez", "W_A", element=(0, 0)).verdict.share)
    assert shares[0.25] < shares[1.0] < shares[4.0]


def test_where_they_cancel_is_computed() -> None:
    """A wide fresh net nearly, a stabiliser exactly, and of a minGRU there are none."""
    for positive, negative, left in (stabiliser_masses(), bias_masses()):
        assert positive > 0 > negative
        assert abs(left) <= 1e-12 * (positive - negative)
    assert mingru_crossing()[1] == 0
    study = wide_study()
    groups = groups_of(study)
    text = " ".join(to_text(conversation_of(Study("gomez", "W_A"))).split())
    for times, group in groups.items():
        assert f"{times} {describe_count(group.count)} {format_share(float(group.positive or 0.0))} " in text
    assert all((kept_of(groups[times]) or 0.0) < 0.05 for times in (1, 2, 3))
    # The rest crosses more often.
    rest = study.unit_paths.group_by("crossings", up_to=3)[4].share
    assert sum(group.share for group in groups.values()) + rest == pytest.approx(1.0)


def test_an_slstm_bias_has_no_derivative_only_where_its_states_start_from_zero() -> None:
    """As is proved in symbols; of other states the same sum is another number."""
    example = fresh_net(CELLS["slstm"], hidden=2, steps=STEPS)
    assert np.abs(Study(example, "b_i").adjoints["b_i"]).max() < 1e-13
    moved = replace(example, initial={**example.initial, "c": [0.5, -0.25], "n": [1.0, 2.0]})
    study = Study(moved, "b_i")
    assert np.abs(study.adjoints["b_i"]).max() > 1e-3
    # Its stabiliser changes nothing even so.
    assert all(np.abs(study.adjoints[f"m_{step}"]).max() < 1e-13 for step in (1, STEPS))


def test_one_screen_is_eighty_columns_and_some_forty_lines() -> None:
    """And `--long` is all of it, its sentences folded."""
    lines = brief_text(Study("gomez", "W_A")).splitlines()
    assert len(lines) <= 40
    assert max(map(len, lines)) <= WIDTH
    answer = Study("gomez", "W_A").answer
    assert describe_answer(answer, brief=True).splitlines() == lines
    assert all(title in describe_answer(answer) for title in TITLES)


@pytest.mark.parametrize("name", STUDIES)
def test_every_form_says_the_same(name: str) -> None:
    """All forms have every section; HTML sets formulas as MathML, with no script and no address."""
    document = conversation_of(STUDIES[name])
    forms = [to_text(document), to_markdown(document), to_latex(document), to_html(document)]
    for section in document.sections:
        assert all(section.title in form.replace("\\_", "_") for form in forms)
    assert "<math" in forms[-1]
    assert "<script" not in forms[-1]
    assert 'src="http' not in forms[-1]
    assert "adj(" not in "".join(forms)


@pytest.mark.skipif(shutil.which("lualatex") is None, reason="LaTeX is not installed")
def test_the_latex_compiles(tmp_path: Path) -> None:
    """As it stands, and no box is wider than the page."""
    (tmp_path / "answer.tex").write_text(to_latex(conversation_of(Study("gomez", "W_A"))), "utf-8")
    command = ["lualatex", "-interaction=nonstopmode", "-halt-on-error", "answer.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
    assert "Overfull" not in done.stdout


def test_a_large_net_has_a_conversation_of_bounded_size() -> None:
    """64 units over 50 steps: no table grows with either."""
    study = Study(random_example(LSTM, hidden=64, steps=50, scale=0.125), "W_A")
    assert len(to_text(conversation_of(study))) < 40_000


def test_what_is_no_equation_has_no_error() -> None:
    """Each equation of the question stands there with its verdict, those that are wrong with their error."""
    section = claimed_section(asked_of(Study("gomez", "W_A")))
    verdicts = judge(load_example("gomez").cell, "W_A", first_step=0)
    assert section is not None
    assert verdicts is not None
    (table,) = (part for part in section.parts if isinstance(part, Table))
    assert [row[:2] for row in table.rows] == [(verdict.written, verdict.word) for verdict in verdicts]
    for row, verdict in zip(table.rows, verdicts, strict=True):
        told = plain_percent(verdict.mistake) if verdict.mistake or verdict.right else "no equation"
        assert row[2:] == (told, verdict.why)
        assert verdict.name.removeprefix("the line of ") in plain(section.answer)
    assert sum(row[2] == "no equation" for row in table.rows) == 1
