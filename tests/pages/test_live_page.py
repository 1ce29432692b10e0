"""The page as it computes: numbers changed by a slider, a state in the address, truth under whatever is chosen."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from graphviz_lstm.cells import GRU, LSTM, RNN, parse_cell
from graphviz_lstm.graph import annotate, evaluate
from graphviz_lstm.interfaces.cli.entry import main
from graphviz_lstm.notation.numbers import format_percent, format_value
from graphviz_lstm.paths import format_share
from graphviz_lstm.paths.choosing.proof import describe_proof
from graphviz_lstm.problems import LossTerm, Problem, load_example, load_problem
from graphviz_lstm.reports import Study
from graphviz_lstm.reports.arrays import describe_sum
from graphviz_lstm.reports.pages.interactive import interactive_page
from graphviz_lstm.reports.verdict_words import answer_sentences
from tests.examples import TYPICAL, random_example
from tests.pages.reading import FIELD, change, said, table, told, verdict

if TYPE_CHECKING:
    from playwright.sync_api import Page


def hold(page: Page, study: Study) -> None:
    """Hold all that is shown of the whole gradient against Python."""
    flows = annotate(study.graph, study.source, element=study.element)
    edges = told(page)
    largest = max(abs(data["flow"]) for *_, data in flows.edges(data=True))
    for tail, head, data in flows.edges(data=True):
        flow = data["flow"]
        if not flow:
            continue
        shown = edges[f"{tail} -> {head}"]
        assert shown["label"] == format_percent(flow), (tail, head)
        assert shown["tone"] == ("positive" if flow > 0 else "negative")
        assert shown["width"] == pytest.approx(max(0.8, 6 * abs(flow) / largest), abs=0.006)
    assert verdict(page).endswith(" ".join(answer_sentences(study.verdict)))
    listed = study.paths.top(100)
    assert sorted(share for share, _ in table(page)) == sorted(format_share(path.share) for path in listed)
    for name in ("H_0", "H_1", "E"):
        if name in flows and page.locator(f"[aria-label^='{name}: ']:visible").count():
            label = page.locator(f"[aria-label^='{name}: ']:visible").first.get_attribute("aria-label")
            assert label == f"{name}: {format_value(flows.nodes[name]['value'])}"


@pytest.mark.parametrize(
    ("cell", "hidden", "steps"),
    [(LSTM, 1, 3), (GRU, 2, 2), (RNN, 3, 3), (TYPICAL["slstm"], 1, 2)],
    ids=lambda x: str(getattr(x, "name", x)),
)
def test_the_page_shows_what_python_says(show: Any, cell: Any, hidden: int, steps: int) -> None:
    """Numbers, colours, widths, the verdict and the table, computed by the page as it opens."""
    study = Study(random_example(cell, hidden=hidden, steps=steps))
    hold(show(study), study)


@pytest.mark.parametrize("source", ["b_H", "X_1", "U_H"])
def test_paths_of_units_that_bring_nothing_are_counted(show: Any, source: str) -> None:
    """Of a unit that is dead a part of the gradient is zero: paths begin at the whole source all the same."""
    example = random_example(replace(RNN, activations={"f_H": "relu"}), hidden=2, steps=3, seed=1)
    numbers = {**example.parameters, "b_H": np.array([-100.0, 5.0])}
    if source == "X_1":
        numbers["W_H"] = example.parameters["W_H"] * np.array([1.0, 0.0])
    study = Study(replace(example, parameters=numbers), source)
    assert not np.all(study.paths.total)
    hold(show(study), study)


def test_contributions_beyond_every_number_are_told_in_words(show: Any) -> None:
    """Of two that cancel the page said +inf, and that terms of inf cancel."""
    text = "S[t] = W * X[t]\nR[t] = relu(S[t])\nQ[t] = abs(S[t])\nM[t] = R[t] - Q[t]\n"
    text += "a[t] = tanh(M[t])\nb[t] = sin(M[t])\nH[t] = V * a[t] - V * b[t]"
    losses = [LossTerm("H", (1,), [[1.0]], "given")]
    cell = parse_cell("c", text, output="H")
    for weight, size in ((1e-200, 1e200), (1e-160, 1e160), (1e-154, 1e154)):
        page = show(Study(Problem(cell, {"W": [weight], "V": [size]}, {"X": [[size]]}, losses), "W"))
        page.locator("tbody button:visible").first.click()
        shown = page.inner_text("main") + " ".join(page.locator("section:visible svg").all_text_contents())
        assert "there is nothing to share" in shown
        assert not re.search(r"(?<![\w-])(inf|NaN|nan|Infinity|undefined)(?!\w)", shown)


@pytest.mark.parametrize(
    ("array", "entry", "value"),
    [("W_A", 1, "-1.5"), ("X, the inputs", 3, "0.1"), ("targets of H", 0, "2"), ("S at the start", 0, "-0.5")],
)
def test_a_number_that_is_changed_changes_all_others(
    show: Any, tmp_path: Path, array: str, entry: int, value: str
) -> None:
    """As Python has it of the example that is then downloaded; reset brings back what was."""
    page = show(Study("gomez", "W_A"))
    before = (told(page), table(page), verdict(page))
    change(page, array, entry, value)
    with page.expect_download() as download:
        page.click("#download")
    file = tmp_path / "changed.json"
    download.value.save_as(file)
    study = Study(load_problem(file), "W_A")
    assert study.problem.name == "gomez"
    hold(page, study)
    page.click("#reset")
    assert (told(page), table(page), verdict(page)) == before


def test_the_downloaded_example_is_read_by_the_command(
    show: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`count` takes it, and it has the number that was written."""
    page = show(Study("gomez", "W_A"))
    change(page, "b_o", 0, "0.25")
    with page.expect_download() as download:
        page.click("#download")
    file = tmp_path / "mine.json"
    download.value.save_as(file)
    assert json.loads(file.read_text("utf-8"))["layers"][0]["parameters"]["b_o"] == [0.25]
    with pytest.raises(SystemExit) as ended:
        main(["count", str(file), "--source", "W_A"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == "7\n"


def test_a_slider_moves_its_field_and_the_figure(show: Any) -> None:
    """By keyboard too."""
    page = show(Study("gomez", "W_A"))
    page.evaluate("document.getElementById('numbers').open = true")
    before = told(page)
    page.locator("#numbers input[type=range]").first.focus()
    page.keyboard.press("End")
    assert page.locator(FIELD).first.input_value() == "2"
    assert told(page) != before


@pytest.mark.parametrize("written", ["abc", "", "NaN", "Infinity", "1e999", "<img src=x onerror=window.hit=1>"])
def test_what_is_no_number_is_said_and_the_last_good_picture_stays(show: Any, written: str) -> None:
    """In every number, colour and sentence."""
    page = show(Study("gomez", "W_A"))
    change(page, "W_A", 0, "0.7")
    good = (told(page), table(page), verdict(page))
    page.locator(FIELD).first.fill(written)
    assert "cannot be shown: not a number" in said(page)
    assert written in said(page)
    assert page.locator(FIELD).first.get_attribute("aria-invalid") == "true"
    assert (told(page), table(page), verdict(page)) == good
    assert page.evaluate("window.hit") is None
    page.locator(FIELD).first.fill("0.7")
    assert "cannot be shown" not in said(page)


def test_numbers_that_leave_the_range_are_said(show: Any) -> None:
    """By the vertex at which they do."""
    example = replace(random_example(RNN, steps=3, seed=1), cell=replace(RNN, activations={"f_H": "exp"}))
    page = show(Study(example, "W_H"))
    good = told(page)
    refused = 0
    for value in ("1e9", "-1e9"):
        change(page, "X, the inputs", 0, value)
        if "cannot be shown" in said(page):
            refused += 1
            assert "the value of H_1 would be no finite number" in said(page)
            assert told(page) == good
        change(
            page,
            "X, the inputs",
            0,
            str(example.inputs["X"][0][0] if isinstance(example.inputs, dict) else example.inputs[0][0]),
        )
    assert refused == 1
    assert told(page) == good


def test_a_source_whose_shares_no_float_holds_is_not_shown(show: Any) -> None:
    """It is said, and the source that was shown stays."""
    page = show(Study(random_example(RNN, steps=1, inputs=1)), "b_H", "W_H")
    change(page, "X, the inputs", 0, "1e-310")
    assert "cannot be shown" not in said(page)
    good = told(page)
    page.select_option("#source", label="W_H")
    assert "cannot be shown: dE/dW_H is" in said(page)
    assert page.locator("#source").input_value() == "0"
    assert told(page) == good


def test_paths_of_vectors_that_were_not_compared_are_said_to_be_so(show: Any) -> None:
    """As the page comes, in Python's words; after a change, that they are those that it came with."""
    study = Study(random_example(LSTM, hidden=2, steps=7, scale=0.5), "W_A")
    page = show(study)
    assert study.paths.count > 10_000
    top = study.paths.top(100)
    caption = page.locator("caption:visible")
    assert caption.inner_text().endswith(describe_proof(top) or "%")
    assert [share for share, _ in table(page)] == [format_share(path.share) for path in top]
    change(page, "b_i", 0, "0.3")
    assert "those that the page came with, and larger ones may be among the others" in caption.inner_text()
    assert len(table(page)) == 100


def test_a_state_is_shared_by_the_address(show: Any) -> None:
    """Numbers and source; opened anew the page shows them."""
    study = Study("gomez")
    page = show(study, "W_A", "U_o")
    page.select_option("#source", label="U_o")
    change(page, "W_i", 1, "-0.3")
    page.click("#share")
    fragment = page.url[page.url.index("#") :]
    shown = (told(page), table(page), verdict(page))
    again = show(study, "W_A", "U_o", fragment=fragment)
    assert again.locator("section:visible h2").first.inner_text().startswith("dE/dU_o")
    assert (told(again), table(again), verdict(again)) == shown
    again.evaluate("document.getElementById('numbers').open = true")
    again.click("#reset")
    assert "#" not in again.url


@pytest.mark.parametrize(
    "state",
    [
        "%7B",
        "<img src=x onerror=window.hit=1>",
        '{"source": "<img src=x onerror=window.hit=1>", "changes": []}',
        '{"source": "W_A", "changes": [[["layers", 0, "parameters", "__proto__"], 1]]}',
        '{"source": "W_A", "changes": [[["constructor"], 1]]}',
        '{"source": "W_A", "changes": [[["layers", 0, "parameters", "W_A", 0, 9], 1]]}',
        '{"source": "W_A", "changes": [[["layers", 0, "parameters", "W_A", 0, 0], 1e999]]}',
        '{"source": "W_A", "changes": [[["layers", 0, "parameters", "W_A", 0, 0], "1"]]}',
        '{"source": "W_A"}',
        "null",
        "[" * 10_000,
        "%E0%A4%A",
    ],
)
def test_an_address_that_tells_no_state_is_said_and_ignored(show: Any, state: str) -> None:
    """Whatever it is, it is text and never markup."""
    page = show(Study("gomez", "W_A"), fragment=f"#state={state}")
    assert said(page).startswith("The address tells no state of this page, and is ignored")
    assert len(said(page)) < 400
    assert page.evaluate("window.hit") is None
    assert page.locator("main img").count() == 0
    assert len(table(page)) == 7


def test_what_flows_is_of_the_chosen_paths_alone(show: Any) -> None:
    """Through a gate, a step and a vertex: number, colour, width, legend and sentence, in sums over every such path."""
    study = Study(random_example(LSTM, steps=3, seed=4), "W_A")
    page = show(study)
    paths = list(study.paths)
    flows: dict[tuple[str, str], float] = {}
    chosen = [path for path in paths if "f" in {g for e in path.edges for g in study.graph.edges[e[0], e[1]]["gates"]}]
    for path in chosen:
        for tail, head, *_ in path.edges:
            flows[str(tail), str(head)] = flows.get((str(tail), str(head)), 0.0) + float(path.share)
    page.select_option("#gate", "f")
    edges = told(page)
    assert set(edges) == {f"{tail} -> {head}" for tail, head in flows}
    largest = max(map(abs, flows.values()))
    for (tail, head), flow in flows.items():
        shown = edges[f"{tail} -> {head}"]
        assert shown["label"] == format_percent(flow)
        assert shown["tone"] == ("positive" if flow > 0 else "negative")
        assert shown["width"] == pytest.approx(max(0.8, 6 * abs(flow) / largest), abs=0.006)
    together = format_share(math.fsum(float(path.share) for path in chosen))
    assert said(page) == f"{len(chosen)} of the {len(paths)} paths, together {together} of the gradient."
    assert "by the chosen paths alone" in page.locator("section:visible svg").text_content()
    assert len(table(page)) == len(chosen)


def test_a_path_in_focus_wears_its_own_sign_and_its_partials(show: Any) -> None:
    """One that takes away is not painted as what adds, and no number of another path stands on it."""
    study = Study("gomez", "W_A")
    page = show(study)
    page.locator("tbody tr:visible", has_text="-12.3 %").hover()
    edges = told(page)
    path = next(path for path in study.paths if path.share < -0.1)
    assert set(edges) == {f"{tail} -> {head}" for tail, head, *_ in path.edges}
    assert {edge["tone"] for edge in edges.values()} == {"negative"}
    partial = study.graph.edges["S_0", "H_0"]["partial"].dense().item()
    assert edges["S_0 -> H_0"]["label"] == f"{partial:.3g}"
    assert "this path is \N{MINUS SIGN}12.3 % of it" in page.locator("section:visible svg").text_content()


def test_what_is_not_listed_is_said_and_summed_exactly(show: Any) -> None:
    """100 of 878, the largest; the others by a sum, not by omission."""
    study = Study(random_example(LSTM, steps=5, seed=2), "W_A")
    page = show(study)
    change(page, "b_i", 0, "0.3")
    with page.expect_download() as download:
        page.click("#download")
    changed = Study(load_problem(Path(download.value.path())), "W_A")
    top = changed.paths.top(100)
    caption = page.locator("caption:visible").inner_text()
    assert "100 of 878 are listed; the others are together" in caption
    rest = float(caption.split("together ")[1].split(" %")[0]) / 100
    assert rest == pytest.approx(float(top.remainder.share), rel=5e-3, abs=1e-6)
    assert {share for share, _ in table(page)} == {format_share(path.share) for path in top}


def test_a_long_page_is_small_and_works(show: Any) -> None:
    """Forty steps: the sources but the first are unpacked when they are chosen; gomez is less than 500 kB."""
    gomez = Study("gomez")
    assert len(interactive_page([gomez.about(name) for name in gomez.parameters])) < 500_000
    study = Study(random_example(LSTM, steps=40, scale=0.5))
    page = show(study, "W_A", "U_f", "b_o")
    size = Path(page.url.removeprefix("file://")).stat().st_size
    assert size < 1_000_000
    assert page.evaluate("document.documentElement.outerHTML.length") > 1.5 * size
    page.select_option("#source", label="U_f")
    assert page.locator("section:visible h2").first.inner_text().startswith("dE/dU_f")
    assert len(table(page)) == 100
    assert np.isfinite(float(table(page)[0][0].split(" ")[0]))


@pytest.mark.long
def test_the_page_of_all_sources_of_forty_steps_is_small() -> None:
    """Less than 2 MB."""
    study = Study(random_example(LSTM, steps=40, scale=0.5))
    assert len(interactive_page([study.about(name) for name in study.parameters])) < 2_000_000


def test_the_listed_paths_are_copied_as_latex(show: Any) -> None:
    """A line for each, and their sum."""
    page = show(Study("gomez", "W_A"))
    page.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
    page.click("#latex")
    page.locator("#saying", has_text="Copied").wait_for()
    text = page.evaluate("window.copied")
    assert text.startswith("\\begin{align*}\n")
    assert text.count("\\to E") == 7
    assert "+73.7" not in text
    assert "\\text{together} &: & +100\\,\\% &" in text


def test_a_graph_that_somebody_changed_is_shown_and_not_computed_anew(show: Any) -> None:
    """Its partials are as they are, a scheme's cut included; there is nothing to change."""
    study = Study("gomez", "W_A").under("lstm-1997")
    page = show(study)
    assert len(table(page)) == study.paths.count
    graph = evaluate(load_example("gomez")).copy()
    partial = graph.edges["S_0", "S_1"]["partial"]
    graph.edges["S_0", "S_1"]["partial"] = partial.changed(lambda array: 2 * array)
    changed = Study.of(graph, "W_A")
    page = show(changed)
    assert not page.locator("#numbers").is_visible()
    assert "The numbers of this page cannot be changed" in page.inner_text("main")
    assert {share for share, _ in table(page)} == {format_share(path.share) for path in changed.paths}


def test_a_remainder_is_rounding_beside_what_it_is_a_remainder_of(show: Any) -> None:
    """Contributions of 1e-20 were told as next to nothing, whatever they left; of large shares rounding had digits."""
    page = show(Study("gomez", "W_A"))
    rest = """([parts, part, zero]) => {
      const telling = makeTelling({ model: {}, look: {}, texts: {} }, {});
      const [paths, layout] = [parts.map((part) => ({ part })), { count: BigInt(parts.length + 1) }];
      return telling.restSentence({ solved: { paths, layout, chosen: { part }, zero, proof: "" } });
    }"""
    for size in (1e-300, 1e-20, 1.0, 1e300):
        told = page.evaluate(rest, [[size, -0.5 * size], 0.0, True])
        assert told.endswith(f"the others are together {describe_sum(-0.5 * size)}")
    assert page.evaluate(rest, [[1e9, -1e9 + 1.0], 1.0 + 1e-7, False]).endswith("together ~0")
    assert page.evaluate(rest, [[0.5, 0.25], 1.0, False]).endswith("together +25.0 %")


@pytest.mark.parametrize("value", [1e-300, 1.0, 1e300, 1.7e308])
def test_a_slider_has_ends_whatever_its_number_is(show: Any, value: float) -> None:
    """Of 1e308 the ends were minus and plus infinity, which are none: it stood somewhere from 0 to 100."""
    losses = [LossTerm("H", (1,), [[1.0]], "given")]
    study = Study(Problem(parse_cell("c", "H[t] = W * X[t]"), {"W": [value]}, {"X": [[0.25]]}, losses), "W")
    slider = "document.querySelector('#numbers input[type=range]')"
    low, high, at = show(study).evaluate(f"[{slider}.min, {slider}.max, {slider}.value].map(Number)")
    assert -math.inf < low == -high < 0.0
    assert at == pytest.approx(min(value, high))
