"""A document of sentences, formulas and tables, as text, LaTeX, Markdown or HTML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from graphviz_lstm.notation import Formula
from graphviz_lstm.notation.escape import declarations, latex_text
from graphviz_lstm.reports.tables import json_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markupsafe import Markup


_WIDEST = 160

Cell: TypeAlias = "Formula | str"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of sentences and formulas."""

    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A title, and what stands below it in reading order."""

    title: str
    parts: tuple[str | Formula | Table, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A title and sections."""

    title: str
    sections: tuple[Section, ...]

    def formulas(self) -> Iterator[Formula]:
        """Yield every formula that stands by itself."""
        for section in self.sections:
            yield from (part for part in section.parts if isinstance(part, Formula))


def to_text(document: Document) -> str:
    """Return a document as plain text."""
    lines = [document.title, "=" * len(document.title)]
    for section in document.sections:
        lines += ["", section.title, "-" * len(section.title)]
        for part in section.parts:
            match part:
                case Formula():
                    lines.append(f"  {part.text}")
                case Table(header, rows):
                    lines += _text_table(header, rows)
                case _:
                    lines.append(part)
    return "\n".join(lines) + "\n"


def _text_table(header: tuple[str, ...], rows: tuple[tuple[Cell, ...], ...]) -> list[str]:
    texts = [header, *(tuple(c.text if isinstance(c, Formula) else c for c in row) for row in rows)]
    widths = [max(len(row[k]) for row in texts) for k in range(len(header))]
    if sum(widths) > _WIDEST:
        # Too wide to be read across: each row from top to bottom.
        width = max(map(len, header))
        blocks = [[f"  {name:<{width}}  {text}" for name, text in zip(header, row, strict=True)] for row in texts[1:]]
        return [line for block in blocks for line in (*block, "")][:-1]
    return [
        "  " + "  ".join(f"{text:<{width}}" for text, width in zip(row, widths, strict=True)).rstrip() for row in texts
    ]


def to_json(document: Document) -> str:
    """Return a document as one JSON object: each part of a section is a `text`, a `formula` or a `table`."""
    sections = [
        {"title": section.title, "parts": [*map(_part_content, section.parts)]} for section in document.sections
    ]
    return json_text({"title": document.title, "sections": sections})


def _part_content(part: str | Formula | Table) -> dict[str, Any]:
    match part:
        case Formula():
            return {"formula": _cell_content(part)}
        case Table(header, rows):
            return {"table": {"header": list(header), "rows": [[*map(_cell_content, row)] for row in rows]}}
        case _:
            return {"text": part}


def _cell_content(cell: Cell) -> str | dict[str, str]:
    return {"text": cell.text, "latex": cell.latex} if isinstance(cell, Formula) else cell


def to_markdown(document: Document) -> str:
    """Return a document as Markdown, formulas between dollar signs."""
    lines = [f"# {_markdown_text(document.title)}"]
    for section in document.sections:
        lines += ["", f"## {_markdown_text(section.title)}"]
        for part in section.parts:
            match part:
                case Formula():
                    lines += ["", f"$$ {part.latex} $$"]
                case Table(header, rows):
                    lines += ["", *_markdown_table(header, rows)]
                case _:
                    lines += ["", _markdown_text(part)]
    return "\n".join(lines) + "\n"


def _markdown_table(header: tuple[str, ...], rows: tuple[tuple[Cell, ...], ...]) -> list[str]:
    lines = [header, ("---",) * len(header)]
    lines += [
        tuple(_markdown_formula(cell) if isinstance(cell, Formula) else _markdown_text(cell) for cell in row)
        for row in rows
    ]
    return [f"| {' | '.join(row)} |" for row in lines]


def _markdown_formula(formula: Formula) -> str:
    r"""Return a formula for a table's cell, where a bar would end the cell."""
    latex = formula.latex.replace("|", r"\vert ")
    return f"${latex}$"


def _markdown_text(text: str) -> str:
    """Return text as Markdown, so that no character of it is markup."""
    for character in "\\`*_|$<[&~":
        text = text.replace(character, f"\\{character}")
    return text


_LATEX = r"""\documentclass{article}
\usepackage{amsmath}
\usepackage[a4paper,landscape,margin=1.5cm]{geometry}
\usepackage{longtable}
"""


def to_latex(document: Document) -> str:
    """Return a document as a LaTeX document that compiles by itself."""
    lines = [rf"\section*{{{latex_text(document.title)}}}"]
    for section in document.sections:
        lines.append(rf"\subsection*{{{latex_text(section.title)}}}")
        for part in section.parts:
            match part:
                case Formula():
                    lines.append(rf"\[ {part.latex} \]")
                case Table(header, rows):
                    lines += _latex_table(header, rows)
                case _:
                    lines.append(f"{latex_text(part)}\\par")
    body = "\n".join(lines)
    return "\n".join([_LATEX, *declarations(body), r"\begin{document}", body, r"\end{document}"]) + "\n"


def _latex_table(header: tuple[str, ...], rows: tuple[tuple[Cell, ...], ...]) -> list[str]:
    widths = _shares(header, rows)
    columns = "".join(rf"p{{{width:.3f}\linewidth}}" for width in widths)
    lines = [rf"{{\footnotesize\raggedright\begin{{longtable}}{{@{{}}{columns}@{{}}}}"]
    lines.append(" & ".join(rf"\textit{{{latex_text(name)}}}" for name in header) + r" \\")
    for row in rows:
        cells = (rf"$ {cell.latex} $" if isinstance(cell, Formula) else latex_text(cell) for cell in row)
        lines.append(" & ".join(cells) + r" \\")
    return [*lines, r"\end{longtable}}"]


def _shares(header: tuple[str, ...], rows: tuple[tuple[Cell, ...], ...]) -> list[float]:
    """Return how much of a line each column gets: by the square root of its longest text, so that none starves."""
    texts = [[cell.text if isinstance(cell, Formula) else cell for cell in row] for row in (header, *rows)]
    longest = [max(len(row[k]) for row in texts) for k in range(len(header))]
    whole = sum(length**0.5 for length in longest)
    return [0.94 * length**0.5 / whole for length in longest]


def to_html(document: Document) -> str:
    """Return a document as a self-contained page, formulas as MathML, which browsers set by themselves."""
    from graphviz_lstm.reports.environment import template

    page = template("derivation.html")
    return page.render(document=document, kind=lambda part: type(part).__name__, math=_math, inline=_inline)


def _math(formula: Formula) -> Markup:
    return _mathml(formula.latex, "block")


def _inline(formula: Formula) -> Markup:
    return _mathml(formula.latex, "inline")


def _mathml(latex: str, display: str) -> Markup:
    from latex2mathml.converter import convert
    from markupsafe import Markup

    # Our own formula: names in it are names of a cell's equations, which are identifiers.
    return Markup(convert(latex, display=display))  # noqa: S704
