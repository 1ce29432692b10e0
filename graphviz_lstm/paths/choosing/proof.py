"""What a search that did not come to its end may have missed, in words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graphviz_lstm.paths.choosing.selection import Selection


def describe_proof(selection: Selection) -> str:
    """Return what a search that did not come to its end may have missed; nothing where all is proven."""
    if selection.proven:
        return ""
    bound = selection.bound
    if not math.isfinite(bound):
        return "not proven: a path of any size may be missing"
    if math.isnan(selection.remainder.share):
        return f"not proven: a path with a |contribution| of up to {bound:.3g} may be missing"
    size = f"{bound:.3g} times" if bound >= 1.0 else f"{100 * bound:.3g} % of"
    return f"not proven: a path of up to {size} the gradient may be missing"
