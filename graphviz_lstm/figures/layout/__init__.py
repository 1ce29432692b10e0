"""Where everything stands: the motif of a step, the steps side by side, what is left out of a long sequence."""

from graphviz_lstm.figures.layout.elide import (
    GAP,
    edge_shown,
    edges_shown,
    elide,
    gaps_of,
    is_gap,
    is_long,
    steps_passed,
    through_gap,
    together,
)
from graphviz_lstm.figures.layout.motif import BACK_EACH, BACK_FIRST, Motif, make_motif, runs_back
from graphviz_lstm.figures.layout.places import Layout, gap_height, last_drawn, make_layout
from graphviz_lstm.figures.layout.prune import around, edges_on_paths, prune
from graphviz_lstm.figures.layout.sides import bottom_of, left_of, right_of, top_of
from graphviz_lstm.figures.layout.spacing import COMPACT, NARROW, ROOMY, Spacing
from graphviz_lstm.figures.layout.unit_graph import is_spelled_out, require_few, spell_out
from graphviz_lstm.figures.layout.unit_places import make_unit_layout
from graphviz_lstm.figures.layout.widening import close, widened

__all__ = [
    "BACK_EACH",
    "BACK_FIRST",
    "COMPACT",
    "GAP",
    "NARROW",
    "ROOMY",
    "Layout",
    "Motif",
    "Spacing",
    "around",
    "bottom_of",
    "close",
    "edge_shown",
    "edges_on_paths",
    "edges_shown",
    "elide",
    "gap_height",
    "gaps_of",
    "is_gap",
    "is_long",
    "is_spelled_out",
    "last_drawn",
    "left_of",
    "make_layout",
    "make_motif",
    "make_unit_layout",
    "prune",
    "require_few",
    "right_of",
    "runs_back",
    "spell_out",
    "steps_passed",
    "through_gap",
    "together",
    "top_of",
    "widened",
]
