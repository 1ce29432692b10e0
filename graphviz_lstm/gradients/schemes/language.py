"""Rules as text: `cut H[t-1] -> o[t]; scale 0.5 S[t-1] -> S[t]`.

Either end may be `*`, for whatever is at that step: `cut *[t-1] -> *[t]`. A parameter has no step: `cut U_o -> o[t]`.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphviz_lstm.errors import InputError, shorten
from graphviz_lstm.gradients.schemes.action import CUT, KEEP, Action

if TYPE_CHECKING:
    from graphviz_lstm.gradients.schemes.edge import Edge

_FORM = "'cut H[t-1] -> o[t]' or 'scale 0.5 S[t-1] -> S[t]', several with ';' between"
_CLAUSE = re.compile(
    r"(?:(?P<cut>cut)|scale\s+(?P<factor>\S+))\s+"
    r"(?P<tail>[^\s\[\]]+)(?P<step>\[t(?:-(?P<lag>[0-9]{1,3}))?\])?\s*->\s*(?P<head>[^\s\[\]]+)\[t\]",
)


@dataclass(frozen=True, slots=True)
class Clause:
    """What one rule says.

    Attributes
    ----------
    tail, head
        Quantities or a parameter; `"*"` for any.
    lag
        How many steps the tail is before the head; None of a parameter.
    factor
        What the edge is scaled by; 0 cuts it.
    """

    tail: str
    head: str
    lag: int | None
    factor: float

    def is_about(self, edge: Edge) -> bool:
        """Whether the rule speaks of this edge."""
        if edge.head.step is None:
            return False
        lag = None if edge.tail.step is None else edge.head.step - edge.tail.step
        return self.lag == lag and self.tail in ("*", edge.tail.quantity) and self.head in ("*", edge.head.quantity)

    def __str__(self) -> str:
        """Return it as it is written."""
        verb = "cut" if self.factor == 0.0 else f"scale {self.factor:g}"
        when = "" if self.lag is None else "[t]" if self.lag == 0 else f"[t-{self.lag}]"
        return f"{verb} {self.tail}{when} -> {self.head}[t]"


@dataclass(frozen=True, slots=True)
class Clauses:
    """Several rules: of those that speak of an edge the first counts."""

    clauses: tuple[Clause, ...]

    def __call__(self, edge: Edge) -> Action:
        """Do what the first one says."""
        for clause in self.clauses:
            if clause.is_about(edge):
                return CUT if clause.factor == 0.0 else Action("scale", clause.factor)
        return KEEP

    def __str__(self) -> str:
        """Return them as they are written."""
        return "; ".join(map(str, self.clauses))


def looks_like_rules(text: str) -> bool:
    """Return whether a text is meant as rules, and not as a scheme's name."""
    return "->" in text or text.strip().startswith(("cut ", "scale "))


def parse_rules(text: str) -> Clauses:
    """Return the rules that a text says.

    Raises
    ------
    InputError
        If one cannot be read.

    Examples
    --------
    >>> print(parse_rules("cut H[t-1]->o[t]; scale 0.5 S[t-1] -> S[t]"))
    cut H[t-1] -> o[t]; scale 0.5 S[t-1] -> S[t]
    """
    return Clauses(tuple(_clause(part.strip()) for part in text.split(";") if part.strip()))


def _clause(text: str) -> Clause:
    found = _CLAUSE.fullmatch(text)
    if found is None:
        raise InputError(f"not a rule: {shorten(text)} (must be such as {_FORM})")
    try:
        factor = 0.0 if found["cut"] else float(found["factor"])
    except ValueError:
        factor = math.nan
    if not math.isfinite(factor):
        raise InputError(f"wrong factor: {shorten(found['factor'])} in rule {shorten(text)} (must be a finite number)")
    lag = int(found["lag"] or 0) if found["step"] else None
    return Clause(found["tail"], found["head"], lag, factor)
