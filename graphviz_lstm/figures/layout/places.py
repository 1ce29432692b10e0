"""Where everything stands: arithmetic over the motif, linear in the number of steps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from graphviz_lstm.figures.layout.elide import gaps_of
from graphviz_lstm.figures.layout.motif import Motif, make_motif
from graphviz_lstm.figures.layout.spacing import ROOMY, Spacing
from graphviz_lstm.figures.theme import BOX_HEIGHT, BOX_WIDTH, GAP_WIDTH

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphviz_lstm.figures.scene import Point
    from graphviz_lstm.graph.unroll import Graph

# Below the frames is room for the numbers of what rises and falls, then the bus of the source, then that of the loss.
_BUS = 30.0
_BETWEEN = 16.0
_LOSS_BUS = 34.0


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the boxes stand and where the long lines may run.

    Attributes
    ----------
    motif
        That of every step.
    places
        Vertex -> centre of its box, for all that is drawn.
    origin
        Step -> x of the left side of its frame.
    bus, bus_height
        Top of the source's bus, and how much height its lines may take.
    loss_bus, loss_bus_height
        The same for the lines to the loss.
    loss_width
        How wide the box of the loss is.
    """

    motif: Motif
    places: dict[str, Point]
    origin: dict[int, float]
    bus: float
    bus_height: float
    loss_bus: float
    loss_bus_height: float
    loss_width: float = BOX_WIDTH

    def with_room(self, source: str, *, bus: float, loss_bus: float, loss_width: float, target: str) -> Layout:
        """Return a layout whose buses are as high as that, and whose loss is as wide, where they are less now.

        What stands on a bus, or behind one, moves along.
        """
        bus, loss_bus = max(bus, self.bus_height), max(loss_bus, self.loss_bus_height)
        loss_width = max(loss_width, self.loss_width)
        places = dict(self.places)
        if self.bus_height:
            places[source] = (places[source][0], self.bus - bus / 2)
        x, y = places[target]
        places[target] = (x + (loss_width - self.loss_width) / 2, y)
        return replace(
            self,
            places=places,
            bus_height=bus,
            loss_bus=self.loss_bus - (bus - self.bus_height),
            loss_bus_height=loss_bus,
            loss_width=loss_width,
        )


def make_layout(
    graph: Graph,
    source: str,
    *,
    rolled: bool = False,
    spacing: Spacing = ROOMY,
    buses: tuple[float, float] | None = None,
    tall: Mapping[str, float] | None = None,
) -> Layout:
    """Return where every drawn vertex of an annotated graph stands: the cell's quantities, the source and E.

    Where it is `rolled`, the one step that is drawn is number 0 and leads on to none. `buses` are the heights of the
    source's bus and of the loss's; by default there is room for a line to each step. `tall` has the heights of
    the boxes of quantities that are higher than usual.
    """
    first = graph.graph["first_step"]
    steps = range(1) if rolled else range(first, first + graph.graph["steps"])
    from_below = graph.nodes[source]["role"] in ("parameter", "input")
    heads = [graph.nodes[head]["step"] for head in graph.succ[source]] if from_below else []
    risers = max((heads.count(step) for step in set(heads)), default=0)
    # Loops need as much room at the left of a step as several lines from the source.
    carried = any(edge["kind"] == "carousel" for edge in graph.succ[source].values())
    motif = make_motif(
        graph, risers=2 if rolled else risers, leads_on=carried or not rolled, spacing=spacing, tall=tall
    )
    gaps = gaps_of(graph)
    origin, middles = _origins(steps, gaps, motif)
    bus = -spacing.numbers
    places: dict[str, Point] = {}
    for vertex, data in graph.nodes.items():
        if data["step"] in origin and data["quantity"] in motif.places:
            x, y = motif.places[data["quantity"]]
            places[vertex] = (origin[data["step"]] + x, y)
    places |= {gap: (middle, (motif.roof + motif.spacing.floor) / 2) for gap, middle in middles.items()}
    end = max([max(origin.values()) + motif.width, *(middle + GAP_WIDTH / 2 for middle in middles.values())])
    role, step = graph.nodes[source]["role"], graph.nodes[source]["step"]
    # The initial state of what runs backward stands behind the last step, before E.
    awaited = role == "initial" and step > first
    beyond = BOX_WIDTH + spacing.source_gap if awaited else 0.0
    places[graph.graph["target"]] = (end + spacing.loss_gap + beyond, _loss_height(graph, places))
    bus_height = (buses[0] if buses else _BUS) if from_below else 0.0
    if role == "parameter":
        places[source] = (-spacing.source_gap, bus - bus_height / 2)
    elif role == "input":
        # On the bus too, but under the one step that reads it.
        places[source] = (origin[step] - spacing.input_gap, bus - bus_height / 2)
    elif role == "initial":
        x, y = motif.places[graph.nodes[source]["quantity"]]
        places[source] = (end + spacing.source_gap + BOX_WIDTH / 2 if awaited else x - motif.pitch, y)
    loss_bus = bus - bus_height - (_BETWEEN if from_below else 0.0)
    loss_height = buses[1] if buses else min(_LOSS_BUS, 12.0 * _falling(graph, origin))
    return Layout(motif, places, origin, bus, bus_height, loss_bus, loss_height)


def _loss_height(graph: Graph, places: dict[str, Point]) -> float:
    """Return the height of what the last loss is of: E stands beside it."""
    return places[list(graph.pred[graph.graph["target"]])[-1]][1]


def _falling(graph: Graph, origin: dict[int, float]) -> int:
    """Return how many lines to the loss fall to its bus: those of all steps but the last, drawn or not."""
    whole = graph.graph.get("full", graph)
    gaps = gaps_of(graph)
    steps = [whole.nodes[tail]["step"] for tail in whole.pred[graph.graph["target"]]]
    hidden = sum(any(step in some for step in steps) for some in gaps.values())
    last = last_drawn(gaps, origin)
    return sum(step in origin for step in steps if step != last) + hidden


def last_drawn(gaps: Mapping[str, range], origin: Mapping[int, float]) -> int | None:
    """Return the step that stands beside the loss; None where hidden steps do."""
    last = max(origin)
    return None if any(hidden[0] > last for hidden in gaps.values()) else last


def _origins(steps: range, gaps: Mapping[str, range], motif: Motif) -> tuple[dict[int, float], dict[str, float]]:
    """Return the left side of each shown step's frame, and the middle of each gap."""
    origin: dict[int, float] = {}
    middles: dict[str, float] = {}
    x = 0.0
    begins = {hidden[0]: gap for gap, hidden in gaps.items()}
    for step in steps:
        if step in begins:
            beside = motif.spacing.beside_gap
            left = x - (motif.pitch - motif.width) + beside if origin else x
            middles[begins[step]] = left + GAP_WIDTH / 2
            x = left + GAP_WIDTH + beside
        elif not any(step in hidden for hidden in gaps.values()):
            origin[step] = x
            x += motif.pitch
    return origin, middles


def gap_height(motif: Motif) -> float:
    """Return the height of the box that stands for hidden steps."""
    return motif.roof - motif.spacing.floor + BOX_HEIGHT
