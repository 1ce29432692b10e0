"""What is said of a scheme that cannot be: whole lines."""

from __future__ import annotations

import re

import numpy as np
import pytest

from graphviz_lstm.cells import parse_cell
from graphviz_lstm.errors import InputError
from graphviz_lstm.gradients.schemes import chance, gradients_under, scheme
from graphviz_lstm.gradients.schemes.chance import moments_under
from graphviz_lstm.gradients.schemes.compare import compare
from graphviz_lstm.gradients.schemes.language import parse_rules
from graphviz_lstm.gradients.schemes.library import SCHEMES, Named
from graphviz_lstm.graph import evaluate
from graphviz_lstm.problems import LossTerm, Problem, load_problem
from tests.examples import random_problem

LINES = {
    "lstm-1996": "unknown scheme: 'lstm-1996' (must be one of 'lstm-1997', 'full', 'e-prop', 'fixed-input', 'spatial', "
    "'bptt', 'chunked-bptt', 'only', 'snap', 'snap-1-by-unit', 'one-layer-rtrl', 'h-detach' and 4 more)",
    "bptt": "wrong scheme: 'bptt' (must be bptt:STEPS[:EVERY])",
    "bptt:0": "wrong number: '0' of scheme 'bptt' (must be a whole number from 1 on)",
    "bptt:-1": "wrong number: '-1' of scheme 'bptt' (must be a whole number from 1 on)",
    "bptt:²": "wrong number: '²' of scheme 'bptt' (must be a whole number from 1 on)",
    "bptt:1:2": "wrong scheme: 'bptt:1:2' leaves steps out (EVERY must be at most STEPS)",
    "full:1": "wrong scheme: 'full:1' (must be full)",
    "h-detach:1.5": "wrong probability: '1.5' of scheme 'h-detach' (must be a number from 0 to 1)",
    "c-detach:nan": "wrong probability: 'nan' of scheme 'c-detach' (must be a number from 0 to 1)",
    "artbp:1": "wrong probability: artbp:1 cuts always, and nothing makes up for it (must be below 1)",
    "clip:-1": "wrong scheme: 'clip:-1' (must be a number above 0)",
    "clip:x": "wrong number: 'x' of scheme 'clip' (must be a number)",
    "cut H": "not a rule: 'cut H' (must be such as 'cut H[t-1] -> o[t]' or 'scale 0.5 S[t-1] -> S[t]', several with "
    "';' between)",
    "scale x H[t-1] -> o[t]": "wrong factor: 'x' in rule 'scale x H[t-1] -> o[t]' (must be a finite number)",
    "scale inf H[t-1] -> o[t]": "wrong factor: 'inf' in rule 'scale inf H[t-1] -> o[t]' (must be a finite number)",
}


@pytest.mark.parametrize("text", LINES)
def test_a_scheme_that_is_none_is_told_in_one_line(text: str) -> None:
    """With the choices."""
    with pytest.raises(InputError) as error:
        scheme(text)
    assert str(error.value) == LINES[text]


@pytest.mark.parametrize("named", SCHEMES.values(), ids=SCHEMES)
def test_as_many_texts_as_the_usage_says_are_taken(named: Named) -> None:
    """One more is refused in words, and so is one less than there must be."""
    name, *texts = named.usage.partition("[")[0].split(":")
    assert len(texts) == len(named.shown)
    assert named.usage.count(":") == named.most
    for count in {len(texts) - 1, named.most + 1} - {-1}:
        asked = ":".join([name, *(["1"] * count)])
        with pytest.raises(InputError, match=re.escape(f"wrong scheme: {asked!r} (must be {named.usage})")):
            scheme(asked)
    for count in {len(texts), named.most}:
        made = scheme(":".join([name, *(named.shown or ("1",) * count)[:count]]))
        # Of one there is one step, of several there are steps.
        assert not re.search(r"\b1 steps\b|\b[2-9] step\b", made.sentence), made.sentence
    if "STEPS" in named.usage:
        assert re.search(r"\b1 step\b", scheme(f"{name}:1").sentence)


def test_a_rule_that_matches_nothing_says_what_there_is() -> None:
    """And a gate that is not there which ones are."""
    graph = evaluate(load_problem("gomez"))
    for text, line in {
        "cut S[t-1] -> o[t]": "a rule that matches nothing: 'cut S[t-1] -> o[t]' (there are S[t-1] -> S[t], "
        "H[t-1] -> a[t], H[t-1] -> i[t], H[t-1] -> f[t], H[t-1] -> o[t])",
        "only:q": "no gate 'q' to go through (there are: 'a', 'i', 'f', 'o')",
    }.items():
        with pytest.raises(InputError) as error:
            gradients_under(graph, scheme(text))
        assert str(error.value) == line


def test_what_no_rule_can_be_done_to_is_told() -> None:
    """Another detail, no diagonal, a list that is a text, too many numbers."""
    with pytest.raises(InputError, match=r"^wrong detail: 'operation' \(schemes are rules at the detail 'gate'\)$"):
        gradients_under(evaluate(load_problem("gomez"), detail="operation"), scheme("lstm-1997"))
    with pytest.raises(InputError, match=r"^not several schemes: 'full' \(must be a list, such as \['full'\]\)$"):
        compare(evaluate(load_problem("gomez")), "full")
    with pytest.raises(InputError, match=r"^no scheme to compare \(known: full, lstm-1997, "):
        compare(evaluate(load_problem("gomez")), [])
    with pytest.raises(InputError, match=r"^not a scheme: 3 \(must be a name, such as 'lstm-1997', or a Scheme\)$"):
        scheme(3)  # type: ignore[arg-type]
    cell = parse_cell("two sizes", "G[t] = tanh(V @ H[t-1])\nH[t] = tanh(U @ G[t] + W @ X[t])")
    numbers = {"V": np.ones((3, 2)), "U": np.ones((2, 3)), "W": np.ones((2, 1))}
    two = Problem(cell, numbers, {"X": np.ones((2, 1))}, [LossTerm("H", (2,), np.ones((1, 2)), "squared_error")])
    with pytest.raises(InputError, match=r"^no diagonal: an edge from shape \(2,\) to \(3,\) has none "):
        gradients_under(evaluate(two), scheme("snap-1-by-unit"))


def test_moments_that_take_too_much_are_refused_before_they_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """And what would do instead is said."""
    monkeypatch.setattr(chance, "_MOST", 7)
    with pytest.raises(InputError) as error:
        moments_under(evaluate(load_problem("gomez")), scheme("artbp:0.5"), "W_A")
    assert str(error.value) == (
        "too large for exact moments: 2 entries of the states and 2 of 'W_A' (8 numbers; at most 7); "
        "sample_under draws instead"
    )


@pytest.mark.parametrize("states", [7, 8, 9])
def test_so_many_edges_are_offered_as_a_line_holds(states: int) -> None:
    """Eight, and then that there are more."""
    lines = [f"s{k}[t] = s{k}[t-1] + W @ X[t]" for k in range(states - 1)]
    total = " + ".join(f"s{k}[t]" for k in range(states - 1))
    cell = parse_cell("many", "\n".join([*lines, f"H[t] = {total} + H[t-1]"]), output="H")
    with pytest.raises(InputError) as caught:
        compare(evaluate(random_problem(cell, hidden=1, steps=2)), ["cut q[t-1] -> H[t]"])
    offered = str(caught.value).partition("(there are ")[2]
    assert offered.count("->") == min(states, 8)
    assert offered.endswith(", ...)") == (states > 8)


def test_rules_read_back_as_they_were_written() -> None:
    """Of any of the verbs."""
    for text in ("cut H[t-1] -> o[t]", "scale -0.5 *[t-1] -> S[t]; cut U_o -> o[t]", "cut S[t] -> H[t]"):
        assert str(parse_rules(text)) == text


def test_a_scheme_that_cuts_every_path_says_so() -> None:
    """The gradient is then zero, and there is no angle."""
    (cut,) = compare(evaluate(load_problem("gomez")), ["cut W_A -> a[t]"])
    assert cut.dropped("W_A").kept == 0
    assert not cut.gradients["W_A"].any()
    assert np.isnan(cut.by_parameter["W_A"].cosine)
