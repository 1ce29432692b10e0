"""What is told of a cell follows from its equations: held against graphs that are made, and against what is known."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from graphviz_lstm.cells import CELLS, parse_cell
from graphviz_lstm.errors import InputError
from graphviz_lstm.graph import TARGET, evaluate
from graphviz_lstm.paths import find_paths
from graphviz_lstm.reports.cell_figure import cell_figure
from graphviz_lstm.reports.cells import cell_document, cells_json, cells_of, cells_text, facts_of
from graphviz_lstm.reports.formats import to_markdown, to_text
from graphviz_lstm.reports.fresh import fresh_net

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", CELLS)
def test_paths_are_those_of_the_graphs(name: str) -> None:
    """Over one step to four, from the parameter that is told."""
    facts = facts_of(CELLS[name])
    for steps, told in enumerate(facts.paths[:4], start=1):
        graph = evaluate(fresh_net(CELLS[name], hidden=1, steps=steps))
        assert find_paths(graph, facts.source, TARGET).count == told


def test_growth_is_what_is_known() -> None:
    """(5 + sqrt 21) / 2 of the LSTM; T (T + 1) / 2 of whatever carries one state by itself."""
    assert abs(facts_of(CELLS["lstm"]).rate - (5 + np.sqrt(21)) / 2) < 1e-3
    for name in ("indrnn", "mingru", "minlstm", "rg-lru"):
        assert (facts_of(CELLS[name]).paths, facts_of(CELLS[name]).degree) == ((1, 3, 6, 10, 15, 21), 2)
    assert facts_of(CELLS["lstm-peephole"]).paths == (2, 24, 240, 2336, 22650, 219504)
    same = facts_of(parse_cell("c", "h[t] = h[t-1] + X[t]\nH[t] = W * X[t] + 0 * h[t]"))
    assert (same.degree, same.growth) == (1, "as T")


def test_gates_that_read_the_input_alone_are_told_so() -> None:
    """And those that read the state, with what they read."""
    for name in ("mingru", "mingru-log", "minlstm", "minlstm-log", "rg-lru", "lru", "s6", "gated-deltanet"):
        assert facts_of(CELLS[name]).reading == {}
    assert facts_of(CELLS["lstm"]).reading == dict.fromkeys("aifo", ("H",))
    assert facts_of(CELLS["lstm-peephole"]).reading["i"] == ("H", "S")


def test_what_cancels_is_found() -> None:
    """The stabilisers of both xLSTMs; nothing of an LSTM. What cannot be evaluated is not known."""
    cancelling = {name: facts_of(cell).cancelling for name, cell in CELLS.items()}
    assert {name for name, found in cancelling.items() if found} == {"slstm", "mlstm"}
    assert cancelling["mlstm"] == ("m",)
    # From first states of zero, c and n scale alike with the input gate's bias, and c / n does not.
    assert cancelling["slstm"] == ("b_i", "m")
    twice = parse_cell("twice", "p[t] = W @ X[t]\nq[t] = p[t]\nr[t] = -p[t]\nH[t] = q[t] + r[t] + b")
    assert facts_of(twice).cancelling == ("W", "p")
    broken = parse_cell("broken", "H[t] = log(-exp(X[t])) + W @ X[t]")
    assert facts_of(broken).cancelling is None
    assert "Not known" in to_text(cell_document(broken))


def test_a_cell_without_parameters_is_counted_from_its_input() -> None:
    """One without either has nothing to count from."""
    assert facts_of(parse_cell("c", "H[t] = H[t-1] + X[t]")).source == "X_1"
    with pytest.raises(InputError, match="nothing to count paths from: cell 'c' has neither parameters nor inputs"):
        facts_of(parse_cell("c", "H[t] = H[t-1]"))


@pytest.mark.parametrize("name", CELLS)
def test_the_document_of_a_cell_names_its_paper_and_its_equations(name: str) -> None:
    """In every format that is written."""
    cell = CELLS[name]
    document = cell_document(cell, recursions=True)
    for text in (to_text(document), to_markdown(document)):
        assert cell.about.sentence.split(":")[0] in text
        assert cell.about.citations[0].title.split(":")[0] in text
    assert len([section for section in document.sections if "recursion" in section.title]) == 2


def test_the_list_is_in_the_order_of_years() -> None:
    """Each cell once, as JSON and as text."""
    told = json.loads(cells_json(cells_of(None)))["cells"]
    years = [min(citation["year"] for citation in cell["citations"]) for cell in told]
    assert years == sorted(years)
    assert sorted(cell["name"] for cell in told) == list(CELLS)
    assert cells_text(cells_of(None)).count("\n") == 2 * len(CELLS)


def test_a_file_is_told_and_drawn_as_the_library_is(tmp_path: Path) -> None:
    """By its path."""
    file = tmp_path / "mine.toml"
    file.write_text("equations = 'H[t] = tanh(W @ X[t] + U @ H[t-2])'")
    (cell,) = cells_of(str(file))
    assert cells_text([cell]).startswith("mine\n  states H', H; paths from W: 1, 2, 4, 6, 9, 12;")
    assert cell_figure(file).svg == cell_figure(cell).svg == cell_figure(str(file)).svg
