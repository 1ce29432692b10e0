"""How names read: as text, in LaTeX, and in two parts for whoever sets them himself. The one place that makes them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from graphviz_lstm.cells.names import Moving, Name
from graphviz_lstm.notation.escape import greek

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graphviz_lstm.cells.names import Step

__all__ = ["Moving", "Name", "equation", "latex", "split", "step_text", "text"]


def step_text(step: Step) -> str:
    """Return a step as an index reads: `3`, `t`, `{t-1}`.

    >>> step_text(-1), step_text(Moving()), step_text(Moving(-1))
    ('-1', 't', '{t-1}')
    """
    if isinstance(step, Moving):
        return f"{{t{step.offset:+d}}}" if step.offset else "t"
    return str(step)


def text(name: Name) -> str:
    """Return a name as plain text.

    A name that has an index already takes the step as a second one; an applied function hands it on to its argument.

    >>> [text(Name(base, step)) for base, step in (("a", 1), ("H", -1), ("W_A", None), ("Z_A", 1))]
    ['a_1', 'H_-1', 'W_A', 'Z_A,1']
    >>> text(Name("f_S", argument=Name("S")).at(1)), text(Name("H", layer=2).at(3)), text(Name("a", 3).entry((7,)))
    ('f_S(S_1)', 'H^(2)_3', 'a_3[7]')
    >>> text(Name("H", 3, layer=2, part="<")), text(Name("H", 3, part="+"))
    ('H^(2<)_3', 'H^(+)_3')
    >>> text(Name("tanh", argument=Name("H", lag=1)).at(2)), text(Name("f", argument=Name("b", moving=False)).at(2))
    ('tanh(H_1)', 'f(b),2')
    """
    layer = above(name, "^({})")
    whole = f"{name.base}{layer}"
    if name.argument is not None:
        whole += f"({text(name.argument)})"
        if name.step is not None and not name.argument.moving:
            whole += f",{step_text(name.step)}"
        if name.owner is not None:
            whole += f" in {text(name.owner)}"
    elif name.step is not None:
        whole += f"{',' if '_' in name.base else '_'}{step_text(name.step)}"
    return whole if name.unit is None else f"{whole}[{','.join(map(str, name.unit))}]"


def above(name: Name, template: str) -> str:
    """Return what stands above a name: its layer and which part of that it is, empty where it has neither.

    >>> above(Name("H", layer=2), "^({})"), above(Name("H", part="<"), "^({})"), above(Name("H"), "^({})")
    ('^(2)', '^(<)', '')
    """
    told = f"{'' if name.layer is None else name.layer}{name.part}"
    return template.format(told) if told else ""


def equation(name: Name) -> str:
    """Return a name as a cell's equations have it, so that they can be parsed.

    >>> equation(Name("H", Moving(-1))), equation(Name("H", Moving())), equation(Name("W_A"))
    ('H[t-1]', 'H[t]', 'W_A')
    """
    return name.base if name.step is None else f"{name.base}[{step_text(name.step).strip('{}')}]"


def texts(name: Name, steps: Iterable[int]) -> list[str]:
    """Return the text of one quantity's name at each of many steps: `[text(name.at(step)) for step in steps]`.

    >>> texts(Name("a"), range(2)), texts(Name("f_S", argument=Name("S")), range(2))
    (['a_0', 'a_1'], ['f_S(S_0)', 'f_S(S_1)'])
    """
    if name.argument is not None or name.unit is not None or name.lag or not name.moving:
        return [text(name.at(step)) for step in steps]
    layer = above(name, "^({})")
    start = f"{name.base}{layer}{',' if '_' in name.base else '_'}"
    return [f"{start}{step}" for step in steps]


def split(base: str) -> tuple[str, str]:
    """Return the letter of a name and the index that it bears: `W` and `A` of `W_A`.

    >>> split("W_A"), split("S"), split("_x"), split("a_b_c")
    (('W', 'A'), ('S', ''), ('_x', ''), ('a', 'b_c'))
    """
    letter, _, index = base.partition("_")
    return (letter, index) if letter and index else (base, "")


def latex(name: Name) -> str:
    r"""Return a name as it is typeset.

    >>> latex(Name("S", Moving(-1))), latex(Name("Z_A", 1)), latex(Name("W_A"))
    ('S_{t-1}', 'Z_{A,1}', 'W_{A}')
    >>> latex(Name("f_S", argument=Name("S")).at(2)), latex(Name("E")), latex(Name("H", layer=2).at(1))
    ('f_{S}\\left(S_{2}\\right)', 'E', 'H^{(2)}_{1}')
    >>> latex(Name("H", 3, layer=2, part="<")), latex(Name("H", 3, layer=1, part="+"))
    ('\\overleftarrow{H}^{(2)}_{3}', 'H^{(1+)}_{3}')
    >>> latex(Name("größe", 1)), latex(Name("gap")), latex(Name("σ", 1))
    ('\\text{größe}_{1}', '\\mathit{gap}', '\\sigma_{1}')
    """
    letter, index = split(name.base)
    arrow = _ARROWS.get(name.part)
    over = above(name if arrow is None else replace(name, part=""), "^{{({})}}")
    indices = [_in_math(index)] if index else []
    unit = "" if name.unit is None else f"[{','.join(map(str, name.unit))}]"
    if name.argument is not None:
        below = f"_{{{indices[0]}}}" if indices else ""
        return rf"{_under(arrow, _letter(letter))}{over}{below}\left({latex(name.argument)}\right){unit}"
    if name.step is not None:
        indices.append(step_text(name.step).strip("{}"))
    below = f"_{{{','.join(indices)}}}" if indices else ""
    return f"{_under(arrow, _letter(letter))}{over}{below}{unit}"


_ARROWS = {">": r"\overrightarrow", "<": r"\overleftarrow"}


def _under(arrow: str | None, letter: str) -> str:
    return letter if arrow is None else f"{arrow}{{{letter}}}"


def _letter(letter: str) -> str:
    if len(letter) == 1 and letter.isascii() and letter.isalpha():
        return letter
    return _in_math(letter) if not letter.isascii() else rf"\mathit{{{_in_math(letter)}}}"


def _in_math(part: str) -> str:
    r"""Return part of a name within a formula: letters that mathematics has no italics for as text."""
    if len(part) == 1 and (command := greek(part)):
        return command
    escaped = part.replace("_", r"\_")
    return escaped if part.isascii() else rf"\text{{{escaped}}}"
