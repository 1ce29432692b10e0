"""No number of the answer is typed in: of other problems each is another, but for those that are listed here."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from graphviz_lstm.cells.library import LSTM
from graphviz_lstm.claims import compare
from graphviz_lstm.notation import Formula
from graphviz_lstm.problems import load_example
from graphviz_lstm.reports import Study, describe_answer
from graphviz_lstm.reports.conversation import (
    appendix,
    cancelling,
    conversation_of,
    document as told,
    growth,
    layers,
    ways,
)
from graphviz_lstm.reports.document import Document, Section
from graphviz_lstm.reports.formats import to_text
from tests.examples import random_example

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from graphviz_lstm.problems import Example

# A number as it is written, with the name before it where it is an index: a vertex is of a run, too.
_NUMBER = re.compile(r"(?:[A-Za-z]\w*[_-])?[-+]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?(?: %)?")
_SENTENCE = re.compile(r"[A-Za-z]{2,}[,;:.]* |[ ][A-Za-z]{2,}")
_REST = "Appendix"
_INDEX = re.compile(r"_-?\d+")
# Of few paths through single numbers alone; `tests/gradients/test_derivation.py` holds it.
_PRODUCTS = "Every path: a product of partials"
PACKAGE = Path(__file__).parents[2] / "graphviz_lstm"

# Where what the page says is written: the numbers in these texts are typed in. All others are computed, or told of a
# scheme as data (its name, and who published it).
ROOMS = (
    "claims",
    "reports/conversation",
    *(
        f"reports/{name}.py"
        for name in ("answer", "approximations", "formats", "groups", "parts", "verdict_words", "words")
    ),
)

# Section -> number -> why it is typed in: citations.
CITED: dict[str, dict[str, str]] = {
    "What if the output of the step before is held fixed?": {
        "1997": "the year of what is cited",
    },
    "When do they cancel?": {"2024": "the year of what is cited"},
    "Sources": {"1997": "the year of what is cited", "2024": "the year of what is cited"},
}


@cache
def written() -> frozenset[str]:
    """Return the numbers that stand in a text of these rooms, formats and what documents a function left out."""
    return frozenset(
        number for room in ROOMS for file in files_of(room) for number in written_in(file.read_text("utf-8"))
    )


def files_of(room: str) -> list[Path]:
    """Return the modules of a room, which may be one of them."""
    place = PACKAGE / room
    return sorted(place.rglob("*.py")) if place.is_dir() else [place]


def written_in(module: str) -> set[str]:
    """Return the numbers in the texts of a module."""
    tree = ast.parse(module)
    silent = {id(each.value) for each in ast.walk(tree) if isinstance(each, ast.Expr)}
    for each in ast.walk(tree):
        if isinstance(each, ast.FormattedValue) and each.format_spec is not None:
            silent |= {id(part) for part in ast.walk(each.format_spec)}
        # A formula's own numbers, as in 1 - a^2: what it says is held against a run by the tests of its room.
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Name) and each.func.id == Formula.__name__:
            silent |= {id(part) for part in ast.walk(each)}
    texts = (
        each.value
        for each in ast.walk(tree)
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and id(each) not in silent
    )
    # One word is no sentence: a format, the name of a scheme, or what a value comes to (a product without factors, 1).
    return {number for text in texts if _SENTENCE.search(text) for number in numbers_in(text)}


def numbers_in(text: str) -> list[str]:
    """Return every number of a text."""
    return [match.group().rstrip(",") for match in _NUMBER.finditer(text)]


def texts_of(study: Study, *, fresh_steps: int = cancelling.STEPS) -> dict[str, str]:
    """Return section -> all that it says, and what the rest of the page says."""
    document = conversation_of(study, fresh_steps=fresh_steps)
    # The list of answers has what the sections say.
    _, *sections = document.sections
    texts = {
        _INDEX.sub("_t", each.title): to_text(Document("", (each,))).partition(each.title)[2]
        for each in sections
        if each.title != _PRODUCTS
    }
    return texts | {_REST: describe_answer(study.answer).partition("Appendix:")[2]}


def typed_in(
    first: dict[str, str], others: list[dict[str, str]], known: frozenset[str] | None = None
) -> set[tuple[str, str]]:
    """Return the numbers of one page that all others have as well, in the same section, and that are written somewhere.

    A number that all have and nobody wrote was computed of each: that all shares sum to 100 %, that a proof leaves 0.
    """
    known = written() if known is None else known
    return {
        (title, number)
        for title, text in first.items()
        for number in numbers_in(text)
        if number in known and all(number in numbers_in(other.get(title, "")) for other in others)
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
    fresh, stacked = cancelling.fresh_net, layers.fresh_net
    for k, other in enumerate(others(), start=1):
        monkeypatch.setattr(
            compare, "load_example", lambda _, k=k: replace(altered(gomez, 10 + k), inputs=gomez.inputs)
        )
        monkeypatch.setattr(cancelling, "fresh_net", lambda cell, k=k, **sizes: fresh(cell, **sizes, seed=k))
        monkeypatch.setattr(layers, "fresh_net", lambda cell, k=k, **sizes: stacked(cell, **sizes, seed=k))
        for room, name, value in (
            (cancelling, "WIDTH", 40 + k),
            (cancelling, "INPUTS", 20 + k),
            (cancelling, "_SMALL", 2),
            (growth, "LENGTHS", range(10 + 2 * k, 12 + 2 * k)),
            (growth, "SCALES", (0.2 + k, 0.6 + k)),
            (ways, "NUDGE", 1e-5 * k),
            (layers, "LAYERS", 3),
            (layers, "STEPS", 3),
            (appendix, "PROVEN_STEPS", (1,)),
        ):
            monkeypatch.setattr(room, name, value)
        forget()
        yield texts_of(Study(other, "W_A"), fresh_steps=3 + k)
    forget()


def forget() -> None:
    """Forget what is the same whatever is asked."""
    for made in (compare.worked_example, cancelling.cancelling_section, cancelling.wide_study, layers.layers_section):
        made.cache_clear()


def test_of_other_problems_every_number_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """But for those that are listed, and each that is listed is there."""
    first, *rest = pages(monkeypatch)
    assert all(set(first) == set(other) for other in rest)
    listed = {(title, number) for title, numbers in CITED.items() for number in numbers}
    assert sorted(typed_in(first, rest) ^ listed) == []


@pytest.mark.parametrize("title", ["verdict", "held", "edges"])
def test_a_number_that_is_typed_in_is_found(monkeypatch: pytest.MonkeyPatch, title: str) -> None:
    """Wherever it is put: into a sentence of any section."""
    room = appendix if title == "edges" else told
    made: Callable[..., Section] = getattr(room, f"{title}_section")
    typed = "Together they are 10.14 % of it."

    def planted(*arguments: Any, **options: Any) -> Section:
        section = made(*arguments, **options)
        return replace(section, parts=(*section.parts, typed))

    monkeypatch.setattr(room, f"{title}_section", planted)
    first, *rest = pages(monkeypatch)
    known = written() | written_in(f"def section():\n    return {typed!r}")
    found = {number for title, number in typed_in(first, rest, known) if number not in CITED.get(title, {})}
    assert found == {"10.14 %"}


def test_what_is_written_is_read_off_the_texts_of_a_module() -> None:
    """Also off those with values in them; not off formats, documentation and single numbers."""
    module = '"Of 12 things."\nf(f"over 3 steps of {x:.5g}", "1", "lstm-1997", "7 paths", 8)'
    assert written_in(module) == {"3", "7"}
    assert {"1997", "2024"} <= written()
    assert "10.14 %" not in written()
