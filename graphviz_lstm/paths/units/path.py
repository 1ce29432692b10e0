"""One path through single units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphviz_lstm.paths.compiled.wide import narrow
from graphviz_lstm.paths.listing.alone import is_plain
from graphviz_lstm.paths.listing.path import Block, Path, Stretch
from graphviz_lstm.paths.units.compile import unit_name

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from graphviz_lstm.paths.compiled.dag import Dag
    from graphviz_lstm.paths.compiled.linear_map import Shape
    from graphviz_lstm.paths.compiled.wide import Wide
    from graphviz_lstm.paths.facts import Whole
    from graphviz_lstm.paths.units.weights import Step, UnitWeights


class UnitPath(Path):
    """A path through single units, such as `W_A -> a_3[7] -> S_3[7] -> H_3[7] -> E`.

    Everything that a `Path` says; its edges' weights are numbers. `quantities` are the vertices that it passes, whole.
    """

    __slots__ = ("_quantities",)

    def __init__(self, block: Block, place: int, quantities: tuple[Hashable, ...]) -> None:
        super().__init__(block, place)
        self._quantities = quantities

    @property
    def quantities(self) -> tuple[Hashable, ...]:
        """The vertices of the graph of vectors that the path passes: its named quantities.

        The contributions of all unit paths of the same quantities sum to that of the one path of these vertices.
        """
        return self._quantities

    def __reduce__(self) -> tuple[Any, ...]:
        """Return what travels to another process."""
        return UnitPath, (self._block, self._place, self._quantities)


def make_unit_path(
    dag: Dag,
    weights: UnitWeights,
    shapes: Mapping[Hashable, Shape],
    source: Hashable,
    whole: Whole,
    steps: Sequence[Step],
    contribution: Wide | None = None,
) -> UnitPath:
    """Return the path with these steps; `source` is what the source is called."""
    product = weights.product(steps) if contribution is None else contribution
    share = whole.share(product)
    value, part = narrow(product), float(narrow(share))
    plain = is_plain(value, product.mantissa) and is_plain(part, share.mantissa)
    quantities = (dag.vertices[0], *(dag.vertices[dag.heads[e]] for e, _ in steps))
    names = [source]
    edges, numbers = [], []
    unit = 0
    for (e, head), vertex in zip(steps, quantities[1:], strict=True):
        name = unit_name(vertex, head, shapes[vertex])
        edges.append((names[-1], name, *dag.edges[e][2:]))
        numbers.append(weights.blocks[e].entry(head, unit))
        names.append(name)
        unit = head
    stretch = Stretch(tuple(names), tuple(edges), tuple(numbers))
    nowhere = Stretch((), (), ())
    return UnitPath(Block(stretch, (nowhere,), (value,), (part,), None if plain else (product, share)), 0, quantities)
