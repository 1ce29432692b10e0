"""Formulas as MathML: in pieces nothing is lost, and no bracket is parted from its other half."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from graphviz_lstm.cells.library import CELLS
from graphviz_lstm.notation import LATEX, Formula
from graphviz_lstm.reports.fresh import fresh_net
from graphviz_lstm.reports.mathml import block, inline, pieces
from graphviz_lstm.reports.recursions import Hand, forward_section, gradient_line, reverse_lines

LONGEST = 160
PAIRS = (r"\left", r"\right"), ("{", "}"), ("(", ")")


def formulas(name: str) -> list[Formula]:
    """Return every line of both recursions of a cell, for two units."""
    problem = fresh_net(CELLS[name], hidden=2, steps=2)
    hand = Hand(problem, next(iter(CELLS[name].parameters)))
    forward = (part for part in forward_section(hand).parts if isinstance(part, Formula))
    return [*reverse_lines(hand), gradient_line(hand), *forward]


@pytest.mark.parametrize("name", CELLS)
def test_no_piece_parts_a_bracket_and_together_they_are_the_formula(name: str) -> None:
    """Signs stand before what they are the signs of; of factors side by side only the space between is left out."""
    for formula in formulas(name):
        parts = pieces(formula.latex)
        assert "".join(parts).replace(" ", "") == formula.latex.replace(" ", "")
        factors = pieces(formula.latex, factors=True)
        assert "".join(factors).replace(LATEX.side.strip(), "").replace(" ", "") == (
            formula.latex.replace(LATEX.side.strip(), "").replace(" ", "")
        )
        assert len(factors) >= len(parts)
        for part in (*parts, *factors):
            assert part
            assert all(part.count(first) == part.count(second) for first, second in PAIRS), part
        assert all(re.match(r"[-+=]|\\odot|\\quad", part) for part in parts[1:])


@pytest.mark.parametrize("name", ["lstm", "slstm", "mlstm"])
def test_a_long_formula_is_several_elements_with_the_same_letters(name: str) -> None:
    """As it would be in one, in the same order."""
    long = [formula for formula in formulas(name) if len(formula.latex) > LONGEST]
    assert long
    for formula in long:
        for markup in (block(formula), inline(formula)):
            tree = ET.fromstring(f"<p>{markup}</p>")
            assert len(tree) > 1
            assert {child.tag.rpartition("}")[2] for child in tree} == {"math"}
            assert all(child.get("display") == "inline" for child in tree)
    short = next(formula for formula in formulas(name) if len(formula.latex) < LONGEST)
    assert block(short).count("<math") == 1
    assert 'display="block"' in block(short)
