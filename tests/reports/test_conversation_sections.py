"""What each question of the conversation is answered by: each answer is held against a run of its own."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from graphviz_lstm.cells import parse_cell
from graphviz_lstm.cells.library import CELLS, LSTM
from graphviz_lstm.graph import evaluate
from graphviz_lstm.graph.counting import count_paths
from graphviz_lstm.graph.losses import places_over
from graphviz_lstm.graph.sweeps import push_forward
from graphviz_lstm.paths import format_share
from graphviz_lstm.paths.listing.limits import describe_count
from graphviz_lstm.problems import LossTerm, Problem, load_example
from graphviz_lstm.reports import Study
from graphviz_lstm.reports.conversation import conversation_of, ways
from graphviz_lstm.reports.conversation.appendix import proof_section
from graphviz_lstm.reports.conversation.asked import asked_of
from graphviz_lstm.reports.conversation.circle import same_section
from graphviz_lstm.reports.conversation.growth import (
    every_weight,
    growth_section,
    lengths_of,
    scales_of,
    weights_section,
)
from graphviz_lstm.reports.conversation.held import truncated_section
from graphviz_lstm.reports.conversation.layers import layers_section, stacked_study
from graphviz_lstm.reports.conversation.sources import sources_section
from graphviz_lstm.reports.conversation.ways import nudged, ways_section
from graphviz_lstm.reports.document import Link, Section, Sentence, Table, anchor, plain
from tests.examples import random_example

STUDIES = {
    "gomez": Study("gomez", "W_A"),
    "a bias": Study("gomez", "b_i"),
    "one loss": Study(random_example(LSTM, steps=3, at="last", seed=4)),
    "a GRU": Study(random_example(CELLS["gru"], steps=3, seed=1)),
}


def answer_of(section: Section | None) -> str:
    """Return the answer of a section."""
    assert section is not None
    return plain(section.answer)


@pytest.mark.parametrize("name", STUDIES)
def test_the_list_of_answers_has_each_with_a_link_to_its_section(name: str) -> None:
    """And the other sections after them."""
    short, *sections = conversation_of(STUDIES[name]).sections
    table, further = (part for part in short.parts if isinstance(part, Table) or plain(part).startswith("Further"))
    told = {link_of(row[0]): row[1] for row in table.rows}
    assert told == {link_of_section(each): each.answer for each in sections if each.question}
    assert isinstance(further, Sentence)
    others = [(part.text, part.address) for part in further.parts if isinstance(part, Link)]
    assert others == [link_of_section(each) for each in sections if not each.question]
    assert len({anchor(each.title) for each in sections}) == len(sections)


def link_of(cell: object) -> tuple[str, str]:
    """Return the words and the address of a cell that is a link."""
    assert isinstance(cell, Sentence)
    (link,) = (part for part in cell.parts if isinstance(part, Link))
    return link.text, link.address


def link_of_section(section: Section) -> tuple[str, str]:
    """Return the same of the section that it leads to."""
    return section.title, f"#{anchor(section.title)}"


@pytest.mark.parametrize("name", STUDIES)
def test_the_list_is_complete_by_a_count_of_its_own(name: str) -> None:
    """Of the recursion over the steps, and each number of the table is that of its own way."""
    study = STUDIES[name]
    asked, problem = asked_of(study), study.problem
    section = ways_section(asked)
    counted = count_paths(
        problem.cell, problem.steps, places_over(problem, problem.steps), study.source, first_step=problem.first_step
    )
    assert counted == study.paths.count
    told = answer_of(section)
    assert told.startswith(f"Yes: counting without listing comes to {describe_count(counted)}, too; in numbers")
    assert section is not None
    (table,) = (part for part in section.parts if isinstance(part, Table))
    assert [row[2] for row in table.rows[:2]] == [describe_count(counted)] * 2
    assert len({row[1] for row in table.rows[1:4]}) == 1


def test_a_count_that_differs_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """As of a list that lacks a path."""
    monkeypatch.setattr(ways, "count_paths", lambda *_, **__: 8)
    told = answer_of(ways_section(asked_of(STUDIES["gomez"])))
    assert told.startswith("The numbers do not agree: counting without listing comes to 8, the list has 7 paths")


@pytest.mark.parametrize("scale", [1.0, 10.0, 30.0])
@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_what_a_nudge_cannot_tell_is_no_disagreement(cell: str, scale: float) -> None:
    """Of nets that saturate E hardly moves: the quotient is what rounding makes of it."""
    for seed in range(4):
        asked = asked_of(Study(random_example(CELLS[cell], steps=2, seed=seed, scale=scale)))
        section = ways_section(asked)
        told = answer_of(section)
        total = asked.number(asked.one.paths.total)
        near = abs(nudged(asked) - total) < 1e-4 * abs(total)
        assert told.startswith("Yes: ")
        assert ("and a nudge of" in told) == near
        assert ("too coarse" in plain(section.parts[-1])) != near


@pytest.mark.parametrize("weight", [0.0, 1.0, 1e20])
@pytest.mark.parametrize("size", [1.0, 1e8])
def test_at_a_kink_and_of_large_numbers_a_nudge_tells_nothing(weight: float, size: float) -> None:
    """Each half of a quotient at a kink is another; a weight of 1e20 is not moved by a millionth."""
    cell = parse_cell("c", "H[t] = relu(W * X[t] - c) + tanh(W * X[t])", output="H")
    losses = [LossTerm("H", (1,), [[0.5]], "given")]
    study = Study(Problem(cell, {"W": [weight], "c": [weight * size]}, {"X": [[size]]}, losses), "W")
    assert answer_of(ways_section(asked_of(study))).startswith("Yes: ")


def test_a_sum_that_a_nudge_tells_wrong_is_said_to_be_so() -> None:
    """Of a graph in which a partial was changed."""
    study = Study.of(evaluate(load_example("gomez")), "W_A", element=(0, 0))
    edge = study.graph.edges["S_0", "S_1"]
    edge["partial"] = edge["partial"].changed(lambda number: 1.001 * number)
    assert answer_of(ways_section(asked_of(study))).startswith("The numbers do not agree: ")


def test_it_is_pointed_at_the_proof_where_there_is_one() -> None:
    """And only if it left nothing: the answer is of what was proved here."""
    asked = asked_of(STUDIES["gomez"])
    proof = proof_section(asked)
    assert proof is not None
    told = ways_section(asked, proof=proof).answer
    assert isinstance(told, Sentence)
    assert [part.address for part in told.parts if isinstance(part, Link)] == [f"#{anchor(proof.title)}"]
    (table,) = (part for part in proof.parts if isinstance(part, Table))
    steps, *_, difference = map(str, table.rows[-1])
    assert plain(told).startswith(
        f"Yes: in symbols, for one unit over {steps} steps, their sum is the whole derivative: the difference is "
        f"{difference} (the proof); "
    )
    spoilt = replace(proof, parts=(Table(table.header, (*table.rows, ("3", "37", "W_A"))),))
    assert "in symbols" not in plain(ways_section(asked, proof=spoilt).answer)


@pytest.mark.parametrize("name", STUDIES)
def test_how_paths_are_counted_adds_up(name: str) -> None:
    """By the paths that reach each loss, listed one by one."""
    study = STUDIES[name]
    section = ways_section(asked_of(study))
    assert section is not None
    (told,) = (part for part in section.parts if isinstance(part, str) and part.startswith("How they are counted"))
    ends = Counter(str(path.vertices[-2]) for path in study.paths)
    if len(ends) == 1:
        assert told.endswith("directly.")
        return
    whole = re.search(r"To E lead those to (.+?): (.+?) = (\d+)\.", told)
    assert whole is not None
    assert dict(zip(whole[1].split(" and to "), map(int, whole[2].split(" + ")), strict=True)) == ends
    assert int(whole[3]) == study.paths.count
    further = re.search(r" To (\w+) those to (.+?): (.+?) = (\d+)\.", told)
    assert further is not None
    last = [path.vertices[-3] for path in study.paths if path.vertices[-2] == further[1]]
    assert dict(zip(further[2].split(" and to "), map(int, further[3].split(" + ")), strict=True)) == Counter(last)
    assert int(further[4]) == len(last)


def test_the_answer_on_growth_is_that_of_its_tables() -> None:
    """From the first number of steps at which something crosses, and by the scale of the recurrent weights."""
    asked = asked_of(STUDIES["gomez"])
    lengths = [point for point in lengths_of(asked) if point.crossing]
    scales = scales_of(asked)
    weights = every_weight(asked)
    assert weights is not None
    section = growth_section(asked, weights, drawn=False)
    told = answer_of(section)
    ends = [format_share(point.share) for point in (lengths[0], lengths[-1], scales[0], scales[-1])]
    assert f"the share of dE/dW_A[0,0] hardly changes here: {ends[0]} over 2 steps, {ends[1]} over 10;" in told
    shares = {row[0]: row[3:] for row in weights.rows}
    moved = re.findall(r"of (\w+) (?:it is )?(\S+ %)(?: over 2)? and (\S+ %)", told)
    assert [(name, (first, last)) for name, first, last in moved] == [(name, shares[name]) for name, *_ in moved]
    changes = {name: abs(float(first[:-2]) - float(last[:-2])) for name, (first, last) in shares.items()}
    assert moved[0][0] == max(changes, key=lambda name: changes[name])
    assert float(moved[1][1][:-2]) * float(moved[1][2][:-2]) < 0.0
    assert section is not None
    text = " ".join(plain(part) for part in section.parts if isinstance(part, str))
    assert f"Over 10 steps {describe_count(lengths[-1].crossing)} of {describe_count(lengths[-1].paths)} paths" in text
    crossed = (asked.graph.edges["H_0", head]["partial"] for head in ("a_1", "i_1", "f_1", "o_1"))
    factors = [abs(partial.pull(np.ones(1)).item()) for partial in crossed]
    assert f"here of {min(factors):.2g} to {max(factors):.2g} in size, and" in text
    assert f"it grows: {ends[2]} at 0.25 times these, {ends[3]} at 4 times." in told


@pytest.mark.parametrize("name", ["gomez", "a GRU"])
def test_the_answer_on_the_other_weights_names_the_ends_of_its_columns(name: str) -> None:
    """The smallest and the largest share, over the steps of the example and over one more."""
    asked = asked_of(STUDIES[name])
    section = weights_section(asked, every_weight(asked))
    assert section is not None
    (table,) = (part for part in section.parts if isinstance(part, Table))
    for column in (3, 4):
        shares = {str(row[0]): float(str(row[column]).removesuffix(" %")) for row in table.rows}
        for end in (min(shares.values()), max(shares.values())):
            named = [key for key, share in shares.items() if share == end]
            assert any(
                f"{next(r[column] for r in table.rows if r[0] == key)} ({key})" in plain(section.answer)
                for key in named
            )


def test_both_cuts_leave_what_is_said() -> None:
    """Of the one entry: by the sums of the paths that each leaves."""
    asked = asked_of(STUDIES["gomez"])
    straight = asked.straight.share
    window = sum(
        path.share
        for path in asked.one.paths
        if asked.graph.nodes[path.vertices[1]]["step"] == asked.graph.nodes[path.vertices[-2]]["step"]
    )
    told = answer_of(truncated_section(asked, drawn=False))
    assert (
        f"the first leaves {format_share(straight)} of dE/dW_A[0,0], bptt:1 leaves {format_share(window)}: there"
        in told
    )
    assert truncated_section(asked_of(Study(random_example(CELLS["mingru"], steps=2))), drawn=False) is None


def test_with_whole_deltas_in_the_sum_what_goes_on_would_be_counted_more_than_once() -> None:
    """Over two steps by what crosses, which passes both outputs."""
    study = Study("gomez", "W_A", element=(0, 0))
    tangents = push_forward(study.graph, "W_A", np.array([[1.0, 0.0]]))
    whole = sum(float(study.adjoints[name] @ tangents[name]) for name in ("H_0", "H_1"))
    asked = asked_of(study)
    assert whole == pytest.approx(asked.number(study.paths.total) + asked.sum_of(asked.crossing), rel=1e-9)


def test_both_recursions_come_to_one_number() -> None:
    """Which is that of the backward pass, twice."""
    told = answer_of(same_section(asked_of(STUDIES["gomez"])))
    assert told.startswith("Yes, the same gradient")
    assert told.count("-0.02671622") == 2


def test_of_layers_the_numbers_are_those_of_a_run() -> None:
    """How many paths, how many cross, what they bring, and both sums."""
    study = stacked_study()
    crossing = study.paths.crossing("crossings")
    told = " ".join(plain(part) for part in layers_section().parts if isinstance(part, str | Sentence))
    assert (
        f"{study.paths.count} paths lead from the lowest W_A to E; the {crossing.count} that cross a gate from" in told
    )
    assert f"bring {format_share(crossing.share)} of {study.derivative}, of that layer." in told
    total = f"{study.paths.total[0, 0]:.6g}"
    assert f"All of them sum to {total}, and the backward pass gives {total}." in told
    # The layer above reads the output of the one below at its own step, with each gate.
    heads = {study.graph.nodes[head]["quantity"] for head in study.graph.succ["H^(1)_1"]}
    assert {f"{gate}^(2)" for gate in "aifo"} <= heads


def test_every_source_has_an_address() -> None:
    """Of the worked example, of its cell, of other cells' pages; each is cited once."""
    for study, further in ((STUDIES["gomez"], ("slstm", "mingru")), (STUDIES["a GRU"], ())):
        parts = sources_section(asked_of(study), further=further).parts
        links = [part for each in parts if isinstance(each, Sentence) for part in each.parts if isinstance(part, Link)]
        assert len(links) == len(parts) == len({link.address for link in links})
        assert all(link.address.startswith("https://") for link in links)
        assert all(link.text.split(":", 1)[-1].strip("/") in link.address for link in links)
