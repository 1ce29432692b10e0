"""Make docs/answer.md: the question answered in reading order, every number and formula of it from the package.

python docs/make_answer.py
"""

from __future__ import annotations

from pathlib import Path

from graphviz_lstm.claims.lines import judge_rule
from graphviz_lstm.paths import format_share
from graphviz_lstm.problems import load_example
from graphviz_lstm.reports import Study
from graphviz_lstm.reports.conversation import conversation_of
from graphviz_lstm.reports.conversation.cancelling import LONG, groups_of, masses_table
from graphviz_lstm.reports.document import Document, Section
from graphviz_lstm.reports.formats import to_markdown

FILE = Path(__file__).parent / "answer.md"

_HEAD = """\
# The terms through the gates

An LSTM's gates read the output of the step before. So $i_{{1}}$ depends on $H_{{0}}$, $H_{{0}}$ depends on $W_{{A}}$,
and a rule such as ${rule}$ seems to forget that. Do these terms cancel, or are they left out? **Neither.**
The worked example is {about}. Every number on this page is computed by the package.
"""
_TRAINED = Path(__file__).parents[1] / "tests" / "cases" / "adding-trained.json"
_TAIL = """\

## Try it

`graphviz-lstm explain` makes the figures and a page, `graphviz-lstm derive --prove` all of the formulas and the proof,
`graphviz-lstm paths --element 0,0` the list with its shares. Each takes an example of your own.

Whether a net learns by the gradient of 1997, or by K steps, is another question: [a trained net](adding.md) shows it.
"""


def page() -> str:
    """Return the page."""
    return text_and_pictures()[0]


def text_and_pictures() -> tuple[str, tuple[str, ...]]:
    """Return the page, and its pictures as SVG documents, in the order in which they stand."""
    example = load_example("gomez")
    asked = Study(example, "W_A")
    assert asked.verdict.word == "no", "the head says that they do not cancel"
    told = conversation_of(asked, drawn=True, fresh_steps=LONG, further=(trained(),)).sections
    document = Document("", told)
    body = to_markdown(document, figures=FILE.stem).partition("\n")[2]
    pictures = tuple(picture.svg for picture in document.pictures())
    return _HEAD.format(about=example.about, rule=judge_rule().written.latex) + body + _TAIL, pictures


def trained() -> Section:
    """Return the same numbers of a net that was trained."""
    study = Study(_TRAINED, "W_A")
    groups = groups_of(study)
    crossing = sum(group.share for times, group in groups.items() if times)
    less = "less than" if abs(crossing) < abs(groups[0].share) else "more than"
    return Section(
        "And in a trained net?",
        (
            (
                f"There those that cross one to {max(groups)} gates bring {format_share(crossing)}, {less} those that "
                f"cross none, {format_share(groups[0].share)}: a net of {study.problem.hidden} units."
            ),
            (
                f"An LSTM over {study.problem.steps} steps, trained on the adding problem (a file of the tests): paths "
                "through single units from all of W_A to the output of the last step, as above."
            ),
            masses_table(groups),
        ),
        question=True,
    )


if __name__ == "__main__":
    written, drawn = text_and_pictures()
    FILE.write_text(written, encoding="utf-8")
    for number, svg in enumerate(drawn, start=1):
        FILE.with_name(f"{FILE.stem}-{number}.svg").write_text(svg, encoding="utf-8")
