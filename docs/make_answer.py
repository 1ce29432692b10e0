"""Make docs/answer.md: the question answered in reading order, every number and formula of it from the package.

python docs/make_answer.py
"""

from __future__ import annotations

from pathlib import Path

from graphviz_lstm.problems import load_example
from graphviz_lstm.reports import Study, derive
from graphviz_lstm.reports.conversation import conversation_of
from graphviz_lstm.reports.formats import Document, to_markdown

FILE = Path(__file__).parent / "answer.md"

_HEAD = """\
# Do the terms through the gates cancel?

An LSTM's gates read the output of the step before. So i_1 depends on H_0, H_0 depends on W_A, and a rule such as
delta_a = delta_state * i * tanh'(a) seems to forget that. Do these terms cancel, or are they left out? **Neither.**
The worked example is {about}. Every number on this page is computed by the package.
"""
_APPENDIX = (
    "The reverse recursion",
    "Every path: a product of partials",
    "Every edge: the local partials",
)
_TAIL = """\

## Try it

`graphviz-lstm explain` makes the figures and a page, `graphviz-lstm derive --prove` all of the formulas and the proof,
`graphviz-lstm paths --element 0,0` the list with its shares. Each takes an example of your own.
"""


def page() -> str:
    """Return the page."""
    return text_and_pictures()[0]


def text_and_pictures() -> tuple[str, tuple[str, ...]]:
    """Return the page, and its pictures as SVG documents, in the order in which they stand."""
    example = load_example("gomez")
    sections = {section.title: section for section in derive(example).document.sections}
    told = (*conversation_of(Study(example, "W_A"), drawn=True).sections, *(sections[title] for title in _APPENDIX))
    document = Document("", told)
    body = to_markdown(document, figures=FILE.stem).partition("\n")[2]
    pictures = tuple(picture.svg for picture in document.pictures())
    return _HEAD.format(about=example.about) + body + _TAIL, pictures


if __name__ == "__main__":
    written, drawn = text_and_pictures()
    FILE.write_text(written, encoding="utf-8")
    for number, svg in enumerate(drawn, start=1):
        FILE.with_name(f"{FILE.stem}-{number}.svg").write_text(svg, encoding="utf-8")
