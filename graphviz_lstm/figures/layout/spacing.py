"""How much room there is between things: the figures for a wide screen, and those whose steps wrap into rows."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Spacing:
    """Distances in points, between boxes of the usual height; `BOX_WIDTH` and `BOX_HEIGHT` are the same in both.

    Attributes
    ----------
    gutter, wide_gutter
        From a frame's left side to its first column: usual, and where several lines rise into one step, whose numbers
        stand there too.
    column
        From one column to the next.
    bent_column
        The same where every line bends into the next column: none is only as long as the way between the boxes.
    climbing_column
        The same after a column of which every line climbs to the rail.
    narrow_column
        The same after a column that holds the rail's states only: no rows, so no port to keep free of.
    straight_column
        The same between boxes that a straight line joins, its number and its arrowhead side by side.
    row, high_row
        From one row to the next: usual, and where three lines or more leave a gate within the step.
    rail, rails
        From the highest row to the lowest rail, and from one rail to the next.
    floor, headroom, margin
        From a frame's lower, upper and right side to what stands in it.
    gap
        From one frame to the next.
    number
        Before a column that lines run down to, beside it: room for a number.
    lane
        From one of these lines to the next.
    beside_gap
        On both sides of the box that stands for hidden steps, for the numbers of its edges.
    numbers
        Below the frames, for the numbers of what rises and falls.
    source_gap, input_gap, loss_gap
        From the first frame back to the middle of the source, from its step's frame back to an input's, and from the
        last frame on to the loss's.
    lead
        How far beyond the frame crossings keep their height.
    turn
        How far beyond the frame they are at that of their head.
    """

    gutter: float
    wide_gutter: float
    column: float
    bent_column: float
    climbing_column: float
    narrow_column: float
    straight_column: float
    row: float
    high_row: float
    rail: float
    rails: float
    floor: float
    headroom: float
    margin: float
    gap: float
    number: float
    lane: float
    beside_gap: float
    numbers: float
    source_gap: float
    input_gap: float
    loss_gap: float
    lead: float
    turn: float


ROOMY = Spacing(
    gutter=58.0,
    wide_gutter=112.0,
    column=120.0,
    bent_column=120.0,
    climbing_column=120.0,
    narrow_column=100.0,
    straight_column=140.0,
    row=46.0,
    high_row=64.0,
    rail=58.0,
    rails=46.0,
    floor=32.0,
    headroom=40.0,
    margin=18.0,
    gap=98.0,
    number=72.0,
    lane=8.0,
    beside_gap=80.0,
    numbers=26.0,
    source_gap=42.0,
    input_gap=70.0,
    loss_gap=104.0,
    lead=-18.0,
    turn=30.0,
)
"""A number for every line."""
COMPACT = Spacing(
    gutter=38.0,
    wide_gutter=64.0,
    column=100.0,
    bent_column=100.0,
    climbing_column=66.0,
    narrow_column=54.0,
    straight_column=100.0,
    row=46.0,
    high_row=56.0,
    rail=66.0,
    rails=50.0,
    floor=40.0,
    headroom=30.0,
    margin=10.0,
    gap=74.0,
    number=34.0,
    lane=8.0,
    beside_gap=64.0,
    numbers=38.0,
    source_gap=34.0,
    input_gap=34.0,
    loss_gap=112.0,
    lead=2.0,
    turn=21.0,
)
"""Numbers where a step is entered and left: three steps of an LSTM side by side in a column of text."""
NARROW = replace(
    COMPACT, gutter=30.0, bent_column=75.0, straight_column=75.0, column=75.0, narrow_column=66.0, loss_gap=84.0
)
"""One step in a row, on a telephone, or a part of one: there is room to part it between any two columns."""
