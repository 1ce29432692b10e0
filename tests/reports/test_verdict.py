"""The verdict: read off what is left of the mass, at both levels, by documented thresholds; never "No" by default."""

from __future__ import annotations

import json
import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from graphviz_lstm.problems import Example
from graphviz_lstm.reports import Study, describe_answer
from graphviz_lstm.reports.parts import APART, Part
from graphviz_lstm.reports.verdict_words import answer_sentence
from tests.examples import TYPICAL, random_example

CASES = Path(__file__).parents[1] / "cases"


def case(name: str, element: tuple[int, ...] | None = None, source: str | None = None) -> Study:
    """Return a study of one of the cases."""
    return Study(CASES / f"{name}.json", source, element=element)


def test_of_the_worked_example_all_are_of_one_sign_and_it_is_said_once() -> None:
    """10.14 % of [0,0]; with one unit there is one level."""
    verdict = Study("gomez", "W_A", element=(0, 0)).verdict
    assert (verdict.word, verdict.one_level) == ("no", True)
    assert round(100 * verdict.share, 2) == 10.14
    assert str(verdict) == (
        "Do the terms through the gates cancel? No: all 4 that cross a gate have one sign, and sum to +10.1 % of "
        "dE/dW_A[0,0]."
    )


def test_of_the_trained_net_three_quarters_of_the_mass_cancel_between_units() -> None:
    """+98.3 % against -61.1 %; by crossings 41, 84, 93 %."""
    verdict = case("adding-trained", (7, 0), "W_A").verdict
    unit = verdict.unit.crossing
    assert unit.positive is not None
    assert unit.negative is not None
    assert unit.cancellation is not None
    assert 0.982 < unit.positive < 0.984
    assert -0.612 < unit.negative < -0.610
    assert round(unit.cancellation, 2) == 0.77
    apart = [verdict.unit.by_crossings[times].cancellation for times in (1, 2, 3)]
    assert [round(100 * part) for part in apart if part is not None] == [41, 84, 93]
    assert verdict.word == "in part"
    assert "In part: +98.3 % and -61.1 % leave +37.2 % of dE/dW_A[7,0]; 76.6 % of their mass" in str(verdict)
    assert "(at the level of single units, where 6.4e+28 paths cross)" in str(verdict)
    # Quantities cannot be listed there, and that is what is said.
    assert verdict.quantity.crossing.word == "not known"
    assert "At the level of quantities that is not known" in str(verdict)


@pytest.mark.parametrize(
    ("name", "word", "line"),
    [
        ("cancel_lstm", "in part", "In part: +32.0 % and -7.48 % leave +24.5 % of dE/dW_A; 37.9 % of their mass"),
        ("cancel_rnn", "no", "No: there is one, and it is -2.51 % of dE/dW_H."),
        ("cancel_huge", "no", "No: there is one, and it is -198708 % of dE/dW_H."),
        ("zero", "zero", "There is nothing to cancel: every one of them is zero."),
        ("unproven-32-50", "yes", "of their mass: +4.92e+28 % and -4.92e+28 % leave +66.4 % of dE/dW_A"),
        ("gru3h2", "in part", "In part: +2.37 % and -5.17 % leave -2.80 % of dE/dW_z; 62.9 % of their mass"),
    ],
)
def test_the_cases_are_judged_by_their_numbers(name: str, word: str, line: str) -> None:
    """Each with the sentence that says them."""
    verdict = case(name).verdict
    assert verdict.word == word
    assert line in str(verdict)


def test_a_cell_whose_gates_do_not_read_the_state_has_none() -> None:
    """A minimal GRU."""
    verdict = Study(random_example(TYPICAL["mingru"], hidden=2, steps=4)).verdict
    assert verdict.word == "none"
    assert str(verdict).endswith("There are none here: no path crosses a gate.")


@pytest.mark.parametrize("last_digit", [0.0, 1e-16, -1e-16])
def test_units_that_undo_each_other_leave_nothing(last_digit: float) -> None:
    """Twin units, each of which adds to one what it takes from the other. The quantity path is then zero by itself.

    On one processor exactly, on another to the last digit.
    """
    same = Example(
        cell=TYPICAL["rnn"],
        parameters={
            "W_H": np.array([[0.5], [0.5]]),
            "U_H": np.array([[0.7, -0.7 + last_digit], [-0.7, 0.7]]),
            "b_H": np.array([0.1, 0.1]),
        },
        inputs=np.array([[1.0], [0.5]]),
        targets=np.array([[0.3, 0.3], [0.2, 0.2]]),
    )
    verdict = Study(same, "W_H").verdict
    assert verdict.word == "nothing left"
    assert (verdict.quantity.crossing.word, verdict.share) == ("zero", 0.0)
    text = describe_answer(Study(same, "W_H").answer)
    assert "leave nothing" in text
    assert "Are they forgotten?" not in text


def test_what_is_too_large_is_not_known_and_says_how_large() -> None:
    """Before it is taken; and the word is then that of the other level."""
    study = Study(random_example(TYPICAL["lstm"], hidden=3, steps=3, seed=2), memory=100)
    verdict = study.verdict
    assert verdict.unit.crossing.word == "not known"
    assert verdict.word == verdict.quantity.crossing.word != "not known"
    assert "At the level of single units that is not known: the unit graph from 'W_A' to 'E' takes " in str(verdict)
    huge = Study(case("unproven-32-50").problem, memory=100).verdict
    assert huge.word == "not known"
    assert "cancel? Not known: " in str(huge)


@pytest.mark.parametrize(
    ("part", "word"),
    [
        (Part(0.5, None, None), "not known"),
        (Part(math.inf, math.inf, 0.0), "not known"),
        (Part(0.0, 0.0, 0.0), "zero"),
        (Part(0.5, 0.5, 0.0), "no"),
        (Part(-0.5, 0.0, -0.5), "no"),
        (Part(0.5 - 1e-12, 0.5, -1e-12), "no"),
        (Part(0.48, 0.49, -0.01), "hardly"),
        (Part(0.3, 0.5, -0.2), "in part"),
        (Part(0.01, 0.5, -0.49), "yes"),
        (Part(-0.01, 0.49, -0.5), "yes"),
        (Part(0.66, 1e26, -1e26), "yes"),
        (Part(1e-17, 0.5, -0.5), "nothing left"),
    ],
)
def test_the_word_is_read_off_what_is_left(part: Part, word: str) -> None:
    """By the documented thresholds."""
    assert part.word == word


@given(
    cell=st.sampled_from(["lstm", "gru", "rnn", "lstm-peephole"]), seed=st.integers(0, 1000), hidden=st.integers(1, 2)
)
@settings(max_examples=15)
def test_every_number_is_that_of_the_listed_paths(cell: str, seed: int, hidden: int) -> None:
    """At both levels, and by crossings; all crossings together make the crossing paths."""
    study = Study(random_example(TYPICAL[cell], hidden=hidden, steps=3, seed=seed))
    verdict = study.verdict
    for level, paths in ((verdict.quantity, study.paths), (verdict.unit, study.unit_paths)):
        crossed: dict[int, list[float]] = {}
        for path in paths:
            names = path.vertices if level.level == "quantity" else path.quantities  # type: ignore[attr-defined]
            times = sum(study.graph.edges[edge]["crossings"] for edge in pairwise(names))
            if times:
                crossed.setdefault(min(times, APART + 1), []).append(path.share)
        assert set(crossed) == set(level.by_crossings)
        scale = sum(abs(share) for shares in crossed.values() for share in shares)
        for times, shares in crossed.items():
            part = level.by_crossings[times]
            assert part.share == pytest.approx(math.fsum(shares), abs=1e-12 * scale)
            assert part.positive == pytest.approx(math.fsum(x for x in shares if x > 0), abs=1e-12 * scale)
            assert part.negative == pytest.approx(math.fsum(x for x in shares if x < 0), abs=1e-12 * scale)
        assert level.crossing.share == pytest.approx(
            math.fsum(p.share for p in level.by_crossings.values()), abs=1e-12 * scale
        )
    if hidden == 1:
        assert verdict.one_level


def test_the_content_is_json_and_says_its_level() -> None:
    """Nothing that is not finite; what is not known is null."""
    content = case("adding-trained", (7, 0), "W_A").verdict.content()
    assert json.loads(json.dumps(content, allow_nan=False)) == content
    assert content["level"] == "unit"
    assert content["quantity"]["positive"] is None
    assert content["unit"]["by_crossings"]["1"]["word"] == "in part"
    assert case("zero").verdict.content()["share"] is None


def test_the_answer_says_what_the_verdict_says() -> None:
    """Word for word."""
    study = Study("gomez", "W_A", element=(0, 0))
    assert answer_sentence(study.verdict) in " ".join(describe_answer(study.answer).split())
    assert np.isclose(study.answer.crossing.share, study.verdict.share)
