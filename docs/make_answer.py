"""Make docs/answer.md: the question answered in reading order, every number and formula of it from the package.

python docs/make_answer.py
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphviz_lstm.graph import evaluate, reverse
from graphviz_lstm.paths import find_paths, format_share
from graphviz_lstm.problems import load_example
from graphviz_lstm.reports import derive
from graphviz_lstm.reports.formats import Document, Section, to_markdown

if TYPE_CHECKING:
    import networkx as nx

FILE = Path(__file__).parent / "answer.md"

_HEAD = """\
# Do the terms through the gates cancel?

An LSTM's gates read the output of the step before. So i_1 depends on H_0, H_0 depends on W_A, and a rule such as
delta_a = delta_state * i * tanh'(a) seems to forget that. Do these terms cancel, or are they left out?

**Neither.** The rule is one vertex's partial, and as that it is right. What H_0 does to the gates of the next step
comes in through the adjoint of H_0, which is a sum over everything that reads it: the loss, and all four gates.

On the worked example (Aidan Gomez, "Backpropogating an LSTM: A Numerical Example": one unit, two inputs, two steps)
there are {count} paths from W_A to E, and dE/dW_A is the sum of their contributions. {crossing} of them cross a gate.
For W_A[0,0] they are together **{share}** of the derivative, all of one sign; nothing cancels them.

![dE/dW_A of the worked example](../output/gomez-W_A.svg)

The largest that crosses goes through the output gate:

![The largest path that crosses a gate](../output/gomez-W_A-path-1.svg)
"""
_TAIL = """\

## Try it

`graphviz-lstm explain` makes the figures and a page, `graphviz-lstm derive --prove` all of the formulas and the proof,
`graphviz-lstm paths --element 0,0` the list with its shares. Each takes an example of your own.
"""


def page() -> str:
    """Return the page."""
    example = load_example("gomez")
    graph = evaluate(example)
    paths = find_paths(graph, "W_A", "E", element=(0, 0))
    crossing = paths.crossing("crossings")
    head = _HEAD.format(count=paths.count, crossing=crossing.count, share=format_share(crossing.share))
    sections = {section.title: section for section in derive(example).document.sections}
    chosen = (
        _entering(graph),
        sections["The question's equations, judged"],
        sections["The forward recursion"],
        sections["The reverse recursion"],
        sections["Every path: a product of partials"],
        sections["Every edge: the local partials"],
    )
    body = to_markdown(Document("", chosen)).partition("\n")[2]
    return head + body + _TAIL


def _entering(graph: nx.DiGraph[str]) -> Section:
    """Return where the crossing paths come in, term by term: the adjoint of the vertex that they all leave."""
    adjoints = reverse(graph)
    (vertex,) = {tail for tail, _, edge in graph.edges(data=True) if edge["crossings"] and graph.pred[tail]}
    # The last step's rule: one edge out of what reads the source.
    head = list(graph.succ["W_A"])[-1]
    step = " + ".join(_pulled(edge, reader) for reader, edge in graph.succ[head].items())
    terms = [
        f"{_pulled(edge, reader)} = {edge['partial'].pull(adjoints[reader]).item():.6g}"
        for reader, edge in graph.succ[vertex].items()
    ]
    rule_text = (
        f"The rule of one step, with adj(v) = dE/dv: adj({head}) = {step}. It uses adj(S), and that uses adj(H) of its "
        f"step. The adjoint of {vertex} is the sum of"
    )
    total = f"which is {adjoints[vertex].item():.6g}. The first four are the gates of the next step."
    return Section("Where they come in", (rule_text, *terms, total))


def _pulled(edge: dict[str, Any], head: str) -> str:
    """Return what an edge gives its tail, in symbols; E's own adjoint is 1."""
    return str(edge["symbol"].pulled("1" if head == "E" else f"adj({head})"))


if __name__ == "__main__":
    FILE.write_text(page(), encoding="utf-8")
