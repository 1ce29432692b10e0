"""How names are set in figures: italics, subscripts, layers above."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphviz_lstm.figures.scene import Line, Run, text_width
from graphviz_lstm.figures.theme import NOTED_SIZE
from graphviz_lstm.notation.names import Name, above, split, step_text
from graphviz_lstm.notation.numbers import MINUS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphviz_lstm.cells.names import Step

_ABOVE = str.maketrans("0123456789()+<>", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾⁺←→")


def label_of(data: Mapping[str, Any]) -> Line:
    """Return a vertex's name as it is typeset, from the data that the vertex bears in its graph."""
    return name_label(data["name"])


def name_label(name: Name) -> Line:
    """Return a name as it is typeset: W with A below, a with 1 below, f_S applied to S_1, the layer above.

    >>> def shown(name):
    ...     return "".join(f"<{run.text}>" if run.sub else run.text for run in name_label(name))
    >>> shown(Name("Z_A", 1)), shown(Name("f_S", argument=Name("S")).at(2)), shown(Name("H", 1, 2, part="<"))
    ('Z<A,1>', 'f<S>(S<2>)', 'H⁽²←⁾<1>')
    """
    letter, index = split(name.base)
    layer = above(name, "({})").translate(_ABOVE)
    head = Run(f"{letter}{layer}", italic=True)
    unit = () if name.unit is None else (Run(f"[{','.join(map(str, name.unit))}]"),)
    if name.argument is not None:
        whole = (head, *_below(index), Run("("), *name_label(name.argument), Run(")"))
        alone = name.step is not None and not name.argument.moving
        owner = () if name.owner is None else (Run(" in "), *name_label(name.owner))
        return (*whole, *(_below("", name.step) if alone else ()), *owner, *unit)
    return (head, *_below(index, name.step), *unit)


def brief_label(name: Name, width: float) -> Line:
    """Return a name as a large box has it: of a function whose argument has no room in it, the function.

    What it is applied to is what leads to it.

    >>> def shown(name, width):
    ...     return "".join(run.text for run in brief_label(name, width))
    >>> tanh = Name("tanh", argument=Name("Z_tanh", 1))
    >>> shown(tanh, 100.0), shown(tanh, 56.0), shown(tanh, 40.0), shown(Name("Z_tanh", 1), 20.0)
    ('tanh(Ztanh,1)', 'tanh(…)', 'tanh', 'Ztanh,1')
    """
    whole = name_label(name)
    if name.argument is None or text_width(whole, NOTED_SIZE) <= width:
        return whole
    argument = next(k for k, run in enumerate(whole) if run.text == "(")
    alone = whole[:argument]
    dotted = (*alone, Run("(\N{HORIZONTAL ELLIPSIS})"))
    return dotted if text_width(dotted, NOTED_SIZE) <= width else alone


def raised(name: Name) -> str:
    """Return a name without a step as plain text, its layer above.

    >>> raised(Name("H", layer=2)), raised(Name("s_a"))
    ('H⁽²⁾', 's_a')
    """
    return f"{name.base}{above(name, '({})').translate(_ABOVE)}"


def _below(index: str, step: Step | None = None) -> tuple[Run, ...]:
    when = "" if step is None else step_text(step).strip("{}").replace("-", MINUS)
    parts = ",".join(part for part in (index, when) if part)
    return (Run(parts, sub=True),) if parts else ()
