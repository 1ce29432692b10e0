"""A gradient over a training, for people and files: the shares at each checkpoint, as a table and as curves."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphviz_lstm.errors import NumberError
from graphviz_lstm.figures.choices import LAYOUTS
from graphviz_lstm.figures.curves import MOST_CURVES, Curve, curves_plot
from graphviz_lstm.figures.options import require_known
from graphviz_lstm.figures.plots import plot_look_of, text_of
from graphviz_lstm.notation.numbers import format_plain
from graphviz_lstm.paths import format_share
from graphviz_lstm.paths.listing.table import rounded
from graphviz_lstm.reports.columns import aligned
from graphviz_lstm.reports.document import Document, Picture, Section, Table
from graphviz_lstm.reports.formats import to_html
from graphviz_lstm.reports.tables import csv_text, json_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from graphviz_lstm.figures.choices import LayoutName, ThemeName
    from graphviz_lstm.figures.plots import Plot
    from graphviz_lstm.gradients.batches.over_training import Checkpoint

_NAME = 24


@dataclass(frozen=True, slots=True, eq=False)
class TrainingTold:
    """What is told of a training.

    Attributes
    ----------
    checkpoints
        In their order.
    source, element, by
        What was asked of each.
    sequences
        How many sequences each mean is over.
    """

    checkpoints: tuple[Checkpoint, ...]
    source: str
    element: tuple[int, ...] | None
    by: str
    sequences: int

    @property
    def derivative(self) -> str:
        """Of what, in words."""
        entry = "" if self.element is None else f"[{','.join(map(str, self.element))}]"
        return f"dE/d{self.source}{entry}"

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes."""
        return tuple(self.checkpoints[0].shares)

    @property
    def head(self) -> str:
        """What is told, in words."""
        by = "route" if self.by == "routes" else "how far back it enters"
        over = f"the mean loss over {self.sequences} sequences" if self.sequences > 1 else "the loss"
        return f"{self.derivative} of {over}, by {by}, at {len(self.checkpoints)} checkpoints"


def training_text(told: TrainingTold) -> str:
    """Return the shares at each checkpoint as a table that fits a terminal."""
    return "\n".join([f"{told.head}:", *aligned([_header(told), *_rows(told)], left=1), ""])


def _header(told: TrainingTold) -> list[str]:
    return ["checkpoint", "at", "loss", "gradient", *told.labels]


def _rows(told: TrainingTold) -> Iterator[list[str]]:
    """Yield a row of texts for each checkpoint."""
    for each in told.checkpoints:
        shares = ("not defined" if math.isnan(share) else format_share(share) for share in each.shares.values())
        yield [text_of(each.name, _NAME), f"{each.at:g}", format_plain(each.loss, 4), format_plain(each.size), *shares]


def training_json(told: TrainingTold) -> str:
    """Return the shares at each checkpoint as one JSON object."""
    content: dict[str, Any] = {
        "source": told.source,
        "element": None if told.element is None else list(told.element),
        "by": told.by,
        "sequences": told.sequences,
        "checkpoints": [
            {
                "name": each.name,
                "at": rounded(each.at),
                "loss": rounded(each.loss),
                "size": rounded(each.size),
                "shares": {name: None if math.isnan(share) else rounded(share) for name, share in each.shares.items()},
            }
            for each in told.checkpoints
        ],
    }
    return json_text(content)


def training_csv(told: TrainingTold) -> str:
    """Return a row for each checkpoint."""
    rows: list[list[Any]] = [["checkpoint", "at", "loss", "size", *told.labels]]
    for each in told.checkpoints:
        shares = ("" if math.isnan(share) else share for share in each.shares.values())
        rows.append([each.name, each.at, each.loss, each.size, *shares])
    return csv_text(rows)


def training_page(told: TrainingTold) -> str:
    """Return the shares over the training as a page by itself: curves and table, of light and dark, wide and narrow."""
    wide, narrow = (plot_training(told, layout=layout, theme="auto") for layout in LAYOUTS)
    table = Table(tuple(_header(told)), tuple(map(tuple, _rows(told))))
    sections = (
        Section("As curves", (Picture(wide.svg, wide.description, narrow.svg, as_image=True),)),
        Section("As numbers", ("All shares of a checkpoint add up to 100 %.", table)),
    )
    return to_html(Document(told.head, sections))


TRAINING_FORMATS: dict[str, Callable[[TrainingTold], str]] = {
    ".txt": training_text,
    ".html": training_page,
    ".json": training_json,
    ".csv": training_csv,
}
"""Suffix -> how a gradient over a training is written."""


def plot_training(
    told: TrainingTold, *, layout: LayoutName = "wide", theme: ThemeName = "light", **looks: object
) -> Plot:
    """Return the shares over the training as curves; of many classes the largest.

    Parameters
    ----------
    layout, theme, looks
        As in `plot`.

    Raises
    ------
    InputError, NumberError
        If one of them cannot be; if there is nothing to draw.
    """
    require_known({"theme": theme, "layout": layout})
    if not told.labels:
        raise NumberError(f"zero gradient: {told.derivative} is zero at every checkpoint, so there is nothing to share")
    look = plot_look_of(looks, None, "view 'train-curve'")
    sizes = {
        label: max((abs(each.shares[label]) for each in told.checkpoints if each.size), default=0.0)
        for label in told.labels
    }
    largest = sorted(sizes, key=lambda label: -sizes[label])[:MOST_CURVES]
    at = tuple(each.at for each in told.checkpoints)
    curves = [
        Curve(label, at, tuple(each.shares[label] for each in told.checkpoints))
        for label in told.labels
        if label in largest
    ]
    left = len(told.labels) - len(curves)
    note = "All shares of a checkpoint add up to 100 %."
    note += f" Not drawn: {left} classes with smaller ones." if left else ""
    stages = {each.name: each.at for each in told.checkpoints} if len(told.checkpoints) <= MOST_CURVES else {}
    return curves_plot(
        curves,
        told.head,
        ("checkpoint", f"share of {told.derivative}"),
        note=note,
        stages=stages,
        percent=True,
        layout=layout,
        theme=theme,
        look=look,
    )
