"""A document of sentences, formulas and tables, as text, LaTeX, Markdown or HTML."""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING, Any

from graphviz_lstm.notation import Formula
from graphviz_lstm.notation.escape import declarations, latex_text
from graphviz_lstm.reports.document import Code, Link, Picture, Sentence, Table, anchor, plain
from graphviz_lstm.reports.tables import json_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from markupsafe import Markup

    from graphviz_lstm.reports.document import Cell, Document, Part


_WIDEST = 160
# A formula that a telephone shows on one line has no longer text.
_WIDE = 50
# So many characters of a table stand on a printed line.
_FITS = 100


def to_text(document: Document, *, width: int | None = None, brief: bool = False) -> str:
    """Return a document as plain text.

    Parameters
    ----------
    width
        How many columns there are: sentences and formulas are folded, and a table that is wider is read from top to
        bottom. Rows of text are never cut.
    brief
        Only the sections of the short form.
    """
    lines = [document.title, "=" * len(document.title)]
    for section in document.sections:
        if brief and not section.brief:
            continue
        lines += ["", section.title, "-" * len(section.title)]
        for part in section.parts:
            match part:
                case Formula():
                    lines += _folded(part.text, width, "  ", "      ")
                case Table(header, rows):
                    lines += _text_table(header, rows, _WIDEST if width is None else width)
                case Code(told):
                    lines += textwrap.indent(told, "  ").splitlines()
                case Picture():
                    if not brief:
                        lines += _folded(part.told, width)
                case _:
                    lines += _folded(plain(part), width)
    return "\n".join(lines) + "\n"


def _cell_text(cell: Cell) -> str:
    return cell.text if isinstance(cell, Formula) else plain(cell)


def _folded(text: str, width: int | None, first: str = "", further: str = "") -> list[str]:
    """Return a text as lines; `first` and `further` stand before the first one and the others."""
    if width is None:
        return [first + text]
    return textwrap.wrap(
        text, width, initial_indent=first, subsequent_indent=further, break_long_words=False, break_on_hyphens=False
    )


def _text_table(header: tuple[str, ...], rows: tuple[tuple[Cell, ...], ...], widest: int) -> list[str]:
    texts = [header, *(tuple(map(_cell_text, row)) for row in rows)]
    widths = [max(len(row[k]) for row in texts) for k in range(len(header))]
    if sum(widths) + 2 * len(widths) > widest:
        return _below(texts, widths, widest)
    numbers = [bool(texts[1:]) and all(_is_number(row[k]) for row in texts[1:]) for k in range(len(header))]
    return [_across(row, widths, numbers) for row in texts]


def _across(row: tuple[str, ...], widths: list[int], numbers: list[bool]) -> str:
    columns = zip(row, widths, numbers, strict=True)
    texts = (f"{text:>{width}}" if number else f"{text:<{width}}" for text, width, number in columns)
    return f"  {'  '.join(texts)}".rstrip()


def _below(texts: list[tuple[str, ...]], widths: list[int], widest: int) -> list[str]:
    """Return a table that is too wide to be read across: its last column below, or all columns from top to bottom."""
    if len(widths) > 1 and sum(widths[:-1]) + 2 * len(widths) <= widest:
        first = [row[:-1] for row in texts]
        numbers = [all(_is_number(row[k]) for row in first[1:]) for k in range(len(widths) - 1)]
        rows = [(_across(row, widths[:-1], numbers), whole[-1]) for row, whole in zip(first, texts, strict=True)]
        return [line for row, last in rows for line in (row, *_last(last, widest))]
    width = max(map(len, texts[0]))
    lines: list[str] = []
    for row in texts[1:]:
        for name, text in zip(texts[0], row, strict=True):
            folded = textwrap.wrap(text, max(widest - width - 4, 40), break_long_words=False) or [""]
            lines += [f"  {name if not k else '':<{width}}  {one}" for k, one in enumerate(folded)]
        lines.append("")
    return lines[:-1]


def _last(text: str, widest: int) -> list[str]:
    """Return the last column below its row: a sentence folded, what is no sentence (a path) whole."""
    indent = " " * 6
    if not text.endswith("."):
        return [f"{indent}{text}"] if text else []
    return textwrap.wrap(text, widest, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)


def _is_number(text: Cell) -> bool:
    """Return whether a cell is read as a number, or says nothing: then it stands at the right.

    >>> [_is_number(text) for text in ("-0.25", "+10.1 %", "1,024", "", "W_A", "not known")]
    [True, True, True, True, False, False]
    """
    return isinstance(text, str) and not text.strip("+-0123456789.,e% ")


def to_json(document: Document) -> str:
    """Return a document as one JSON object: each part of a section is a `text`, a `formula`, a `table` or `code`."""
    sections = [
        {"title": section.title, "parts": [*map(_part_content, section.parts)]} for section in document.sections
    ]
    return json_text({"title": document.title, "sections": sections})


def _part_content(part: Part) -> dict[str, Any]:
    match part:
        case Sentence():
            return {"text": plain(part)}
        case Picture():
            return {"text": part.told}
        case Code(told):
            return {"code": told}
        case Formula():
            return {"formula": _cell_content(part)}
        case Table(header, rows):
            return {"table": {"header": list(header), "rows": [[*map(_cell_content, row)] for row in rows]}}
        case _:
            return {"text": part}


def _cell_content(cell: Cell) -> str | dict[str, str]:
    return {"text": cell.text, "latex": cell.latex} if isinstance(cell, Formula) else plain(cell)


def to_markdown(document: Document, *, figures: str = "") -> str:
    """Return a document as Markdown, formulas between dollar signs.

    Parameters
    ----------
    figures
        How the names of its pictures' files begin: the first is `{figures}-1.svg`. Without it their words stand alone.
    """
    number = 0
    lines = [f"# {_markdown_text(document.title)}"]
    for section in document.sections:
        lines += ["", f"## {_markdown_text(section.title)}"]
        for part in section.parts:
            match part:
                case Formula():
                    lines += ["", f"$$ {part.latex} $$"]
                case Table(header, rows):
                    lines += ["", *_markdown_table(header, rows)]
                case Picture():
                    number += 1
                    told = _markdown_text(part.told)
                    # A bracket would end the words that stand for the picture.
                    alone = told.replace("]", "\\]")
                    lines += ["", f"![{alone}]({figures}-{number}.svg)", ""] if figures else [""]
                    lines.append(told)
                case Code(code):
                    lines += ["", "```text", code, "```"]
                case _:
                    lines += ["", _markdown_cell(part)]
    return "\n".join(lines) + "\n"


def _markdown_table(header: tuple[str, ...], rows: tuple[tuple[Cell, ...], ...]) -> list[str]:
    numbers = [bool(rows) and all(_is_number(row[k]) for row in rows) for k in range(len(header))]
    lines = [header, tuple("---:" if number else "---" for number in numbers)]
    lines += [tuple(map(_markdown_table_cell, row)) for row in rows]
    return [f"| {' | '.join(row)} |" for row in lines]


def _markdown_table_cell(cell: Cell) -> str:
    """Return a cell of a table: a number and its sign of per cent stay on one line."""
    told = _markdown_cell(cell)
    return told.replace(" ", "\u00a0") if _is_number(cell) else told


def _markdown_cell(cell: Cell | Link) -> str:
    match cell:
        case Formula():
            return _markdown_formula(cell)
        case Sentence():
            return "".join(map(_markdown_cell, cell.parts))
        case Link(text, address):
            return f"[{_markdown_text(text)}]({address})"
        case _:
            return _markdown_text(cell)


def _markdown_formula(formula: Formula) -> str:
    r"""Return a formula for a table's cell, where a bar would end the cell."""
    latex = formula.latex.replace("|", r"\vert ")
    return f"${latex}$"


def _markdown_text(text: str) -> str:
    """Return text as Markdown, so that no character of it is markup; an arrow is one character, and stays whole."""
    text = text.replace("->", "→")
    for character in "\\`*_|$<[&~":
        text = text.replace(character, f"\\{character}")
    return text


_LATEX = r"""\documentclass{article}
\usepackage{amsmath}
\usepackage[a4paper,landscape,margin=1.5cm]{geometry}
\usepackage{longtable}
"""
# Below a row with a formula, so that fractions do not touch.
_ROOM = "[3pt]"


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
                case Picture():
                    lines.append(f"{_latex_cell(part.told)}\\par")
                case Code(code):
                    # Of a font of equal widths; behind an empty box the spaces at the beginning of a line stay.
                    told = "\\\\\n".join(
                        rf"\mbox{{}}{latex_text(line).replace('  ', '~~')}" for line in code.splitlines()
                    )
                    lines.append(f"{{\\ttfamily\\noindent {told}\\par}}")
                case _:
                    lines.append(f"{_latex_cell(part)}\\par")
    body = "\n".join(lines)
    return "\n".join([_LATEX, *declarations(body), r"\begin{document}", body, r"\end{document}"]) + "\n"


def _latex_table(header: tuple[str, ...], rows: tuple[tuple[Cell, ...], ...]) -> list[str]:
    lines = [rf"{{\footnotesize\raggedright\begin{{longtable}}[l]{{@{{}}{_latex_columns(header, rows)}@{{}}}}"]
    lines.append(" & ".join(rf"\textit{{{latex_text(name)}}}" for name in header) + r" \\\endhead")
    for row in rows:
        room = _ROOM if any(isinstance(cell, Formula) for cell in row) else ""
        lines.append(rf"{' & '.join(map(_latex_cell, row))} \\{room}")
    return [*lines, r"\end{longtable}}"]


def _latex_columns(header: tuple[str, ...], rows: tuple[tuple[Cell, ...], ...]) -> str:
    """Return how wide each column is: as its texts where a line has room for all, else a part of the line."""
    texts = [[_cell_text(cell) for cell in row] for row in (header, *rows)]
    longest = [max(len(row[k]) for row in texts) for k in range(len(header))]
    if sum(longest) <= _FITS:
        return "".join("r" if all(_is_number(row[k]) for row in rows) else "l" for k in range(len(header)))
    # What stands between two columns is no part of either.
    room = rf"\dimexpr\linewidth-{2 * len(header) - 2}\tabcolsep\relax"
    return "".join(rf"p{{{share:.3f}{room}}}" for share in _shares(longest))


def _latex_cell(cell: Cell | Link) -> str:
    """Return a sentence or a formula; what leads somewhere is printed as the words that it stands on."""
    match cell:
        case Formula():
            return rf"$ {cell.latex} $"
        case Sentence():
            return "".join(map(_latex_cell, cell.parts))
        case Link(text):
            return latex_text(text)
        case _:
            return latex_text(cell).replace(latex_text("->"), r"$\to$")


def _shares(longest: list[int]) -> list[float]:
    """Return which part of a line each column gets: by the square root of its longest text, so that none starves.

    >>> _shares([1, 4, 9])
    [0.166, 0.333, 0.5]
    """
    whole = sum(length**0.5 for length in longest)
    # Rounded down: the parts are no more than the whole.
    return [math.floor(1000 * length**0.5 / whole) / 1000 for length in longest]


def to_html(document: Document) -> str:
    """Return a document as a self-contained page, formulas as MathML, which browsers set by themselves."""
    from graphviz_lstm.reports.environment import template

    return template("derivation.html").render(document=document, **setters())


def setters() -> dict[str, Callable[..., Any]]:
    """Return what a template sets the parts of a document with."""
    from graphviz_lstm.reports import mathml

    return {
        "kind": lambda part: type(part).__name__,
        "math": mathml.block,
        "inline": mathml.inline,
        "drawn": _drawn,
        "number": _is_number,
        "anchor": anchor,
        "stacks": _stacks,
        "length": lambda cell: len(_cell_text(cell)),
    }


def _stacks(table: Table) -> bool:
    """Return whether a telephone has the columns of a table one under the other: of formulas, and of answers."""
    first = table.rows[0][0]
    wide = any(isinstance(cell, Formula) and len(cell.text) > _WIDE for row in table.rows for cell in row)
    return isinstance(first, Sentence) or (wide and len(table.header) > 2)


def _drawn(picture: Picture) -> Markup:
    """Return a figure as an element of a page; of two that for which the page has room."""
    from markupsafe import Markup

    from graphviz_lstm.figures.embedding import address_of
    from graphviz_lstm.reports.environment import inline

    if not picture.narrow:
        return inline(picture.svg)
    if not picture.as_image:
        return Markup('<div class="at-a-desk">{}</div><div class="on-a-telephone">{}</div>').format(
            inline(picture.svg), inline(picture.narrow)
        )
    return Markup('<picture><source media="(max-width: 40rem)" srcset="{}"><img src="{}" alt="{}"></picture>').format(
        address_of(picture.narrow), address_of(picture.svg), picture.told
    )
