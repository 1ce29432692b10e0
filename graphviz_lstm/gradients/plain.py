r"""The LaTeX of this package as plain text: `\frac{dS_{t}}{dW_{A}}` reads `dS_t/dW_A`."""

from __future__ import annotations

import re

_WORDS = {
    r"\,": " * ",
    r"\ ": " ",
    r"\quad": " ",
    r"\left": "",
    r"\right": "",
    r"\odot": "*",
    r"\cdot": "*",
    r"\times": "x",
    r"\partial": "d",
    r"\delta": "delta",
    r"\sum": "sum",
    r"\sigma": "sigma",
    r"\tanh": "tanh",
    r"\cos": "cos",
    r"\top": "T",
}
_BRACED = ("text", "mathit", "operatorname")


def plain(latex: str) -> str:
    r"""Return a formula as a line of text.

    >>> plain(r"\frac{da_{t}}{dW_{A}} = f_{A}'\left(Z_{A,t}\right)\, U_{A}\, \frac{dH_{t-1}}{dW_{A}}")
    "da_t/dW_A = f_A'(Z_A,t) * U_A * dH_{t-1}/dW_A"
    >>> plain(r"U_{A}^{\top} \left(f_{A}'\left(Z_{A,1}\right) \odot \overline{a_{1}}\right)")
    "U_A^T (f_A'(Z_A,1) * adj(a_1))"
    """
    text = latex
    for command in _BRACED:
        text = _replaced(text, rf"\{command}", 1, "{0}")
    text = _replaced(text, r"\frac", 2, "{0}/{1}")
    text = _replaced(text, r"\overline", 1, "adj({0})")
    text = _replaced(text, r"\dot", 1, "d({0})")
    for word, shown in _WORDS.items():
        text = text.replace(word, shown)
    text = re.sub(r"\^\{([^{}]*)\}", r"^\1", text)
    text = re.sub(r"_\{([^{}]*)\}", lambda match: _below(match.group(1)), text)
    return re.sub(r" +", " ", text.replace("{}", "")).strip()


def _below(index: str) -> str:
    """Return a subscript: in braces only where it is a sum, so that it cannot be read as one of the line."""
    first, comma, last = index.rpartition(",")
    if "+" in index or "-" in index:
        return f"_{first}{comma}{{{last}}}" if first else f"_{{{last}}}"
    return f"_{index}"


def _replaced(text: str, command: str, arguments: int, shown: str) -> str:
    """Replace a command by its arguments, the innermost ones too."""
    while (start := text.find(f"{command}{{")) >= 0:
        place = start + len(command)
        found = []
        for _ in range(arguments):
            end = _closing(text, place)
            found.append(text[place + 1 : end])
            place = end + 1
        text = text[:start] + shown.format(*found) + text[place:]
    return text


def _closing(text: str, start: int) -> int:
    depth = 0
    for place in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if not depth:
            return place
    raise ValueError(text)
