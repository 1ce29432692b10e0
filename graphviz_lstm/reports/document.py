"""What a document is: sections of sentences, formulas, tables, figures and lines to type; `formats` writes it down."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from graphviz_lstm.notation import Formula

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Cell: TypeAlias = "Formula | Sentence | str"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of sentences and formulas.

    Attributes
    ----------
    header, rows
        Both of them.
    marked
        Which rows a page marks: what matters in them stands in words, too.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    marked: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead somewhere: to an address, or to a section of the same document (`#its-title`).

    What is printed shows the words alone; so those of an address say it too, as `doi:10.1162/neco.1997.9.8.1735` does.
    """

    text: str
    address: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words with formulas and links in them."""

    parts: tuple[str | Formula | Link, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure: an SVG document, and what it shows in words, which stand alone where there is no room for it.

    Attributes
    ----------
    svg, told
        Both of them.
    narrow
        The same for a telephone; empty where one will do for every page.
    as_image
        Whether a page shows it as an image, in which nothing can be pointed at: one whose identifiers are not its own.
    """

    svg: str
    told: str
    narrow: str = ""
    as_image: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """Lines to type, as they are."""

    text: str


Part: TypeAlias = "str | Sentence | Formula | Table | Picture | Code"


def said(words: str, *formulas: Formula | Link) -> Sentence:
    """Return a sentence, a formula or a link at each `{}`.

    >>> said("{} is 0.", Formula("dE/dx", "dE/dx")).parts
    ('', Formula(text='dE/dx', latex='dE/dx'), ' is 0.')
    """
    first, *rest = words.split("{}")
    parts: list[str | Formula | Link] = [first]
    for formula, text in zip(formulas, rest, strict=True):
        parts += [formula, text]
    return Sentence(tuple(parts))


@dataclass(frozen=True, slots=True)
class Section:
    """A title, and what stands below it in reading order.

    Attributes
    ----------
    question
        Whether the title is a question, and the first part the answer in a sentence.
    folded
        Whether a page shows its title alone until somebody opens it: what one looks things up in.
    brief
        Whether it belongs to the short form, which is read on one screen.
    beside
        Whether a page that is wide enough sets the picture at its beginning beside the rest.
    """

    title: str
    parts: tuple[Part, ...]
    brief: bool = False
    beside: bool = False
    question: bool = False
    folded: bool = False

    @property
    def answer(self) -> Sentence | str:
        """The answer in a sentence; empty where the title is no question."""
        first = self.parts[0] if self.question else ""
        return first if isinstance(first, Sentence | str) else ""


@dataclass(frozen=True, slots=True)
class Document:
    """A title and sections."""

    title: str
    sections: tuple[Section, ...]

    def pictures(self) -> Iterator[Picture]:
        """Yield every picture."""
        for section in self.sections:
            yield from (part for part in section.parts if isinstance(part, Picture))

    def formulas(self) -> Iterator[Formula]:
        """Yield every formula that stands by itself."""
        for section in self.sections:
            yield from (part for part in section.parts if isinstance(part, Formula))


def plain(part: str | Sentence) -> str:
    """Return a sentence as a line of text."""
    if isinstance(part, str):
        return part
    return "".join(one if isinstance(one, str) else one.text for one in part.parts)


def anchor(title: str) -> str:
    """Return where a section of a document stands: its title as those who set Markdown make an address of it.

    >>> anchor("Is i_1 a function of a_1?")
    'is-i_1-a-function-of-a_1'
    """
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def contents(title: str, sections: Sequence[Section], *, before: tuple[Part, ...] = ()) -> Section:
    """Return a section of links to others: questions, each with its answer, then what is none.

    Parameters
    ----------
    before
        What stands first.

    Examples
    --------
    >>> sections = [Section("Why?", ("Therefore.",), question=True), Section("More", ())]
    >>> table, further = contents("In short", sections).parts
    >>> [[plain(cell) for cell in row] for row in table.rows], plain(further)
    ([['Why?', 'Therefore.']], 'Further: More.')
    """
    rows = tuple((said("{}", _to(each)), each.answer) for each in sections if each.question)
    others = [_to(each) for each in sections if not each.question]
    further = (said(f"Further: {', '.join('{}' for _ in others)}.", *others),) if others else ()
    return Section(title, (*before, Table(("question", "answer"), rows), *further))


def _to(section: Section) -> Link:
    return Link(section.title, f"#{anchor(section.title)}")
