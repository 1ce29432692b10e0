r"""Text for TeX: no character of it a command, and none of it lost.

pdfTeX knows the letters of Western Europe and stops at any other; so a document declares those that it has. Where TeX
reads Unicode by itself (LuaTeX, XeTeX) the declarations say nothing, and the letters stay what they are.
"""

from __future__ import annotations

import unicodedata

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "_": r"\_",
    "%": r"\%",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': "''",
    "\N{NO-BREAK SPACE}": "~",
    "\N{MINUS SIGN}": "$-$",
    "\N{MULTIPLICATION SIGN}": r"$\times$",
    "\N{MIDDLE DOT}": r"$\cdot$",
    "\N{RIGHTWARDS ARROW}": r"$\to$",
    "\N{PARTIAL DIFFERENTIAL}": r"$\partial$",
    "\N{HORIZONTAL ELLIPSIS}": r"\dots{}",
    "\N{PRIME}": "$'$",
    "\N{LEFTWARDS ARROW}": r"$\leftarrow$",
    "\N{CIRCLED DOT OPERATOR}": r"$\odot$",
    "\N{CIRCLED TIMES}": r"$\otimes$",
    "\N{DIVISION SIGN}": r"$\div$",
    "\N{SQUARE ROOT}": r"$\surd$",
    "\N{MODIFIER LETTER CAPITAL T}": r"\textsuperscript{T}",
    "\N{SUPERSCRIPT MINUS}": r"\textsuperscript{$-$}",
    **{above: rf"\textsuperscript{{{sign}}}" for above, sign in zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾", "0123456789()", strict=True)},
}
# Combining mark -> the accent of TeX's that sets it.
_ACCENTS = {
    "\u0300": "`",
    "\u0301": "'",
    "\u0302": "^",
    "\u0303": "~",
    "\u0304": "=",
    "\u0306": "u",
    "\u0307": ".",
    "\u0308": '"',
    "\u030a": "r",
    "\u030b": "H",
    "\u030c": "v",
    "\u0323": "d",
    "\u0327": "c",
    "\u0331": "b",
}
_KNOWN = "\u00df\u00e6\u00c6\u00f8\u00d8\u00a7\u00a9"
"""Sharp s, ae, o with a stroke, section and copyright: known to pdfTeX without an accent."""
# Greek letters that TeX calls otherwise than Unicode, or does not have since they look like Latin ones.
_GREEK = {"LAMDA": "lambda", "FINAL SIGMA": "varsigma", "OMICRON": ""}
_CAPITALS = ("Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega")


def latex_text(text: str) -> str:
    r"""Return text so that no character of it is a command; letters of every script stay, see `declarations`.

    >>> latex_text("50 % of größe_1"), latex_text("a\tb")
    ('50 \\% of größe\\_1', 'a b')
    """
    return "".join(_SPECIAL.get(c) or (c if c.isprintable() else " ") for c in text)


def greek(letter: str) -> str | None:
    r"""Return TeX's command for a Greek letter, if it has one.

    >>> greek("\N{GREEK SMALL LETTER DELTA}"), greek("\N{GREEK CAPITAL LETTER SIGMA}"), greek("d")
    ('\\delta', '\\Sigma', None)
    """
    name = unicodedata.name(letter, "")
    capital = name.startswith("GREEK CAPITAL LETTER ")
    if not capital and not name.startswith("GREEK SMALL LETTER "):
        return None
    word = name.partition(" LETTER ")[2]
    command = _GREEK.get(word, word.lower())
    if capital:
        command = command.capitalize() if command.capitalize() in _CAPITALS else ""
    return rf"\{command}" if command.isalpha() else None


def declarations(text: str) -> list[str]:
    r"""Return the lines of a preamble that tell pdfTeX how to set each letter of `text` that it does not know.

    A letter that it has no glyph for reads as its number: two names never become one.

    >>> declarations("größe"), declarations("ŵ")[0]
    ([], '\\ifdefined\\DeclareUnicodeCharacter\\DeclareUnicodeCharacter{0175}{\\^{w}}\\fi')
    """
    lines = []
    for letter in sorted(set(text)):
        if letter.isascii() or letter in _SPECIAL:
            continue
        shown = _set(letter)
        if shown is not None:
            declare = rf"\DeclareUnicodeCharacter{{{ord(letter):04X}}}{{{shown}}}"
            lines.append(rf"\ifdefined\DeclareUnicodeCharacter{declare}\fi")
    return lines


def _set(letter: str) -> str | None:
    """Return how pdfTeX can set a letter; None where it knows by itself."""
    parts = unicodedata.normalize("NFD", letter)
    base, mark = parts[0], parts[1:]
    accented = base.isascii() and mark in _ACCENTS
    if letter in _KNOWN or (accented and ord(letter) < 0x100):
        return None
    if accented:
        return rf"\{_ACCENTS[mark]}{{{base}}}"
    command = greek(letter)
    return rf"\ensuremath{{{command}}}" if command else rf"\texttt{{U+{ord(letter):04X}}}"
