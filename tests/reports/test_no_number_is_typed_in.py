"""No number of the answer is typed in: of other problems each is another, but for those that are listed here."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from graphviz_lstm.cells.library import LSTM
from graphviz_lstm.claims import compare
from graphviz_lstm.problems import load_example
from graphviz_lstm.reports import Study, describe_answer
from graphviz_lstm.reports.conversation import appendix, cancelling, conversation_of, document as told, growth, ways
from graphviz_lstm.reports.formats import Document, Section, to_text
from tests.examples import random_example

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from graphviz_lstm.problems import Example

# A number as it is written, with the name before it where it is an index: a vertex is of a run, too.
_NUMBER = re.compile(r"(?:[A-Za-z]\w*[_-])?[-+]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?(?: %)?")
_REST = "Appendix"

_BEFORE = {"t-1": "the step before, as a letter"}
_CROSSED = {"1": "how many gates are crossed", "2": "how many gates are crossed", "3": "how many gates are crossed"}
_WHOLE = "all shares together"
_CITED = dict.fromkeys(("1997", "2000", "2002", "2024"), "the year of what is cited")

# Section -> number -> why it is the same of every problem.
STRUCTURAL: dict[str, dict[str, str]] = {
    "Do the terms through the gates cancel?": {"0": "the partial of one sibling by another"},
    "Which paths are there, and how large are they?": {
        "100 %": _WHOLE,
        "+100 %": _WHOLE,
        "0,1": "the second entry that is told",
    },
    "The backward pass, line by line": {"1": "t - 1 in the article's letters"},
    "What if the output of the step before is held fixed?": {
        **_BEFORE,
        **{year: why for year, why in _CITED.items() if year != "2024"},
        "lstm-1997": "the name of a scheme",
        "1": "appendix A.1, and the window bptt:1",
        "2": "the window bptt:2, where there are more steps; 2 paths where there are not",
    },
    "Your equations": {
        **_BEFORE,
        "0": "what is claimed to be 0",
        "0,0": "the entry of the worked example of which errors are told",
        "1": "1 - a^2",
        "2": "1 - a^2",
        "7": "how many of the question's equations differ, which no numbers change",
    },
    "Why is it not circular?": {**_BEFORE, "0": "the derivative before the first step"},
    "When do they cancel?": {
        **_CROSSED,
        "2024": _CITED["2024"],
        "0": "what is proved to be 0; no gate is crossed",
        "+1": "the step after, as a letter",
        "-1": "the bound 1/sqrt(n) of the weights",
        "100 %": _WHOLE,
    },
    "The proof that no path is missing": {
        "0": "the difference that is proved to be 0",
        "1": "one step, one path",
        "2": "terms of the one step that is always proved",
    },
    "The code to run": {"0": "an index of the entry", "3": "how many paths the code prints"},
    _REST: {**_BEFORE, **_CROSSED, "lstm-1997": "the name of a scheme"},
}


def numbers_in(text: str) -> list[str]:
    """Return every number of a text."""
    return [match.group().rstrip(",") for match in _NUMBER.finditer(text)]


def texts_of(study: Study, *, fresh_steps: int = cancelling.STEPS) -> dict[str, str]:
    """Return section -> all that it says, and what the rest of the page says."""
    document = conversation_of(study, fresh_steps=fresh_steps)
    texts = {each.title: to_text(Document("", (each,))).partition(each.title)[2] for each in document.sections}
    return texts | {_REST: describe_answer(study.answer).partition("Appendix:")[2]}


def typed_in(first: dict[str, str], others: list[dict[str, str]]) -> set[tuple[str, str]]:
    """Return the numbers of one page that all others have as well, in the same section: these no run has made."""
    return {
        (title, number)
        for title, text in first.items()
        for number in numbers_in(text)
        if all(number in numbers_in(other.get(title, "")) for other in others)
    }


def altered(example: Example, seed: int) -> Example:
    """Return an example with other numbers throughout, its first input 0: so another entry of W_A is told."""
    random = np.random.default_rng(seed)
    parameters = {name: each * random.uniform(0.5, 1.5, each.shape) for name, each in example.parameters.items()}
    inputs = example.inputs * random.uniform(0.5, 1.5, example.inputs.shape)
    inputs[:, 0] = 0.0
    targets = example.targets + random.normal(size=example.targets.shape)
    return replace(example, parameters=parameters, inputs=inputs, targets=targets, name=f"altered {seed}")


def others() -> tuple[Example, ...]:
    """Return three problems that have every section, other numbers, other steps, a loss at other places, more units."""
    return (
        altered(load_example("gomez"), 1),
        replace(random_example(LSTM, steps=3, seed=2, at="last"), first_step=5),
        replace(random_example(LSTM, hidden=2, inputs=3, steps=4, seed=3), first_step=7),
    )


def pages(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Yield the worked example's page, then those of the others, with other fixed nets, ranges and steps on them."""
    gomez = load_example("gomez")
    yield texts_of(Study(gomez, "W_A"))
    fresh = cancelling.fresh_net
    for k, other in enumerate(others(), start=1):
        monkeypatch.setattr(
            compare, "load_example", lambda _, k=k: replace(altered(gomez, 10 + k), inputs=gomez.inputs)
        )
        monkeypatch.setattr(cancelling, "fresh_net", lambda cell, k=k, **sizes: fresh(cell, **sizes, seed=k))
        for room, name, value in (
            (cancelling, "WIDTH", 40 + k),
            (cancelling, "INPUTS", 20 + k),
            (cancelling, "_SMALL", 2),
            (growth, "LENGTHS", range(10 + 2 * k, 12 + 2 * k)),
            (growth, "SCALES", (0.2 + k, 0.6 + k)),
            (ways, "NUDGE", 1e-5 * k),
            (appendix, "PROVEN_STEPS", (1,)),
        ):
            monkeypatch.setattr(room, name, value)
        compare.worked_example.cache_clear()
        yield texts_of(Study(other, "W_A"), fresh_steps=3 + k)
    compare.worked_example.cache_clear()
    cancelling.cancelling_section.cache_clear()


def test_of_other_problems_every_number_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """But for those that are listed, and each that is listed is there."""
    first, *rest = pages(monkeypatch)
    assert all(set(first) == set(other) for other in rest)
    listed = {(title, number) for title, numbers in STRUCTURAL.items() for number in numbers}
    assert sorted(typed_in(first, rest) ^ listed) == []
    assert len(listed) < 0.125 * len({(title, number) for title in first for number in numbers_in(first[title])})


@pytest.mark.parametrize("title", ["verdict", "held", "edges"])
def test_a_number_that_is_typed_in_is_found(monkeypatch: pytest.MonkeyPatch, title: str) -> None:
    """Wherever it is put: into a sentence of any section."""
    room = appendix if title == "edges" else told
    made: Callable[..., Section] = getattr(room, f"{title}_section")

    def planted(*arguments: Any, **options: Any) -> Section:
        section = made(*arguments, **options)
        return replace(section, parts=(*section.parts, "Together they are 10.14 % of it."))

    monkeypatch.setattr(room, f"{title}_section", planted)
    first, *rest = pages(monkeypatch)
    found = {number for title, number in typed_in(first, rest) if number not in STRUCTURAL.get(title, {})}
    assert found == {"10.14 %"}
