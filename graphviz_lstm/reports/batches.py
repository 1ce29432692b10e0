"""The gradient of a batch, for people and files: by class with its spread, by sequence, by leading path."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from graphviz_lstm.figures.batch_rows import BatchRow, batch_plot
from graphviz_lstm.figures.options import require_known
from graphviz_lstm.figures.plots import plot_look_of, text_of
from graphviz_lstm.gradients.batches.members import UNLIKE
from graphviz_lstm.notation.numbers import format_plain
from graphviz_lstm.paths import format_share
from graphviz_lstm.paths.listing.table import rounded
from graphviz_lstm.reports.columns import aligned
from graphviz_lstm.reports.groups import describe_label
from graphviz_lstm.reports.tables import csv_text, json_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from graphviz_lstm.figures.choices import LayoutName, ThemeName
    from graphviz_lstm.figures.plots import Plot
    from graphviz_lstm.gradients.batches.batch import BatchGroup
    from graphviz_lstm.gradients.batches.batch_study import BatchStudy, MeanPaths
    from graphviz_lstm.gradients.batches.members import Member

UP_TO = {"crossings": 4, "lag": 23}
"""Label -> the largest that has a row of its own: more is told together."""
_MOST_ROWS, _MOST_UNLIKE = 24, 10
_NAME = 30
_NAME = 30
_TITLES = {"lag": "steps back", "entry": "enters at", "exit": "loss at", "gates": "gates", "recurrence": "recurrence"}


@dataclass(frozen=True, eq=False)
class BatchTold:
    """What is told of a batch.

    Attributes
    ----------
    study
        The question.
    label
        Of the classes, as `BatchStudy.groups` takes it.
    top
        How many leading paths are told; none of them are looked for where it is 0.
    """

    study: BatchStudy
    label: str = "crossings"
    top: int = 5

    @cached_property
    def groups(self) -> Mapping[Any, BatchGroup]:
        """The classes."""
        return self.study.groups(self.label, up_to=UP_TO.get(self.label))

    @cached_property
    def paths(self) -> MeanPaths | None:
        """The leading paths, where they are asked for."""
        return self.study.top(self.top) if self.top else None

    @property
    def derivative(self) -> str:
        """Of what, in words."""
        element = self.study.element
        entry = "" if element is None else f"[{','.join(map(str, element))}]"
        return f"dE/d{self.study.source}{entry}"

    @property
    def example(self) -> str:
        """What the first sequence is called, without its number."""
        return self.study.batch.problems[0].name.partition(", sequence ")[0]

    @property
    def title(self) -> str:
        """By what, in words."""
        return _TITLES.get(self.label, self.label)

    @cached_property
    def largest(self) -> frozenset[Any]:
        """The labels that are told apart in tables and figures: of many those with the largest shares."""
        ranked = sorted(self.groups, key=lambda label: -abs(self.groups[label].share))
        return frozenset(ranked[:_MOST_ROWS])

    def name_of(self, label: Any) -> str:
        """Return a class's label as it is shown."""
        return describe_label(label, UP_TO.get(self.label))


def batch_text(told: BatchTold) -> str:
    """Return all of it as text that fits a terminal."""
    study, batch = told.study, told.study.batch
    lengths = sorted({problem.steps for problem in batch.problems})
    steps = f"{lengths[0]}" if len(lengths) == 1 else f"{lengths[0]} to {lengths[-1]}"
    size = "its length" if study.element is None else "it"
    lines = [
        f"{told.derivative} of the mean loss over {len(batch):,} sequences of {told.example!r}, of {steps} steps:",
        f"{size} is {format_plain(study.size, 4)}.",
        "",
        f"By {told.title}: the share of it, and how the parts that sequences bring spread:",
        "their quartiles; where the share of 95 % of batches lies that are drawn anew",
        f"from these sequences (seed {study.seed}); what adds and what takes away.",
        *aligned(_group_rows(told), left=1),
        "",
        *_unlike_lines(study.sequences),
    ]
    if told.paths is not None:
        lines += ["", *_path_lines(told.paths)]
    return "\n".join([*lines, ""])


def _group_rows(told: BatchTold) -> list[list[str]]:
    head = [told.title, "share", "a quarter", "half", "3 quarters", "from", "to", "positive", "negative"]
    rows, left = [head], []
    for label, group in told.groups.items():
        if label not in told.largest:
            left.append(group.share)
            continue
        numbers = (group.share, *group.quartiles, *group.interval)
        signs = [part for part in (group.positive, group.negative) if part is not None]
        rows.append([told.name_of(label), *map(format_share, (*numbers, *signs))])
    columns = len(rows[1])
    rows[0] = head[:columns]
    if left:
        rows.append([f"{len(left)} others", format_share(sum(left)), *[""] * (columns - 2)])
    return rows


def _unlike_lines(sequences: tuple[Member, ...]) -> list[str]:
    unlike = sorted((each for each in sequences if each.because), key=lambda each: -each.score)
    against = sum(each.part < 0.0 for each in sequences)
    of = f"{len(sequences)} sequence{'s' * (len(sequences) > 1)}"
    lines = [f"Pulling the other way, their own gradients against the mean: {against} of {of}."]
    if not unlike:
        return [*lines, f"None is unlike the others (modified z-score over {UNLIKE})."]
    rows = [["sequence", "loss", "its gradient", "part", "cosine"]]
    for each in unlike[:_MOST_UNLIKE]:
        cosine = "not defined" if each.cosine is None else f"{each.cosine:.3f}"
        rows.append(
            [str(each.number), format_plain(each.loss), format_plain(each.length), format_share(each.part), cosine]
        )
    more = [f"{len(unlike) - _MOST_UNLIKE} more: --json and --csv have all."] if len(unlike) > _MOST_UNLIKE else []
    head = f"Unlike the others (modified z-score over {UNLIKE}): {len(unlike)}. Parts are 100 % on average."
    return [*lines, head, *aligned(rows, left=1), *more, *_reasons(unlike)]


def _reasons(unlike: list[Member]) -> list[str]:
    """Return in what they are unlike the others: which of them in each."""
    names = dict.fromkeys(reason for each in unlike for reason in each.because)
    found = {name: sorted(each.number for each in unlike if name in each.because) for name in names}
    return [f"{name}: {', '.join(map(str, numbers))}" for name, numbers in found.items()]


def _path_lines(paths: MeanPaths) -> list[str]:
    bound = format_share(paths.bound).lstrip("+")
    known = "none left out is larger" if paths.proven else f"one left out may have up to {bound}"
    lines = [f"The leading paths of the mean loss ({known}), and how many sequences have them:"]
    for each in paths.paths:
        there = sum(part != 0.0 for part in each.parts)
        vertices = " -> ".join(map(str, each.path.vertices))
        lines.append(f"  {format_share(each.share)}  {there} of {len(each.parts)}  {vertices}")
    return lines


def batch_json(told: BatchTold) -> str:
    """Return all of it as one JSON object."""
    study = told.study
    triangle = study.triangle
    content: dict[str, Any] = {
        "source": study.source,
        "element": None if study.element is None else list(study.element),
        "size": rounded(study.size),
        "seed": study.seed,
        "label": told.label,
        "groups": [
            {
                "label": told.name_of(label),
                "count": group.count,
                **{name: _told(getattr(group, name)) for name in ("share", "positive", "negative", "cancellation")},
                "quartiles": [rounded(number) for number in group.quartiles],
                "interval": [rounded(number) for number in group.interval],
                "parts": [rounded(float(part)) for part in group.parts],
            }
            for label, group in told.groups.items()
        ],
        "triangle": {
            "steps": list(triangle.steps),
            "share": [[rounded(float(share)) for share in row] for row in triangle.whole],
            "routes": {
                name: [[rounded(float(share)) for share in row] for row in shares]
                for name, shares in triangle.routes.items()
            },
        },
        "sequences": [_sequence(each) for each in study.sequences],
        "paths": None
        if told.paths is None
        else {
            "proven": told.paths.proven,
            "bound": rounded(told.paths.bound),
            "shown": [
                {
                    "vertices": [str(vertex) for vertex in each.path.vertices],
                    "share": rounded(each.share),
                    "parts": [rounded(part) for part in each.parts],
                }
                for each in told.paths.paths
            ],
        },
    }
    return json_text(content)


def _sequence(each: Member) -> dict[str, Any]:
    return {
        "number": each.number,
        "name": each.name,
        "steps": each.steps,
        "loss": rounded(each.loss),
        "length": rounded(each.length),
        "part": rounded(each.part),
        "cosine": _told(each.cosine),
        "score": rounded(each.score),
        "unlike": list(each.because),
    }


def _told(number: float | None) -> float | None:
    return None if number is None else rounded(number)


def batch_csv(told: BatchTold) -> str:
    """Return a row for each sequence: what it is beside the others, and its part in each class."""
    names = [told.name_of(label) for label in told.groups]
    head = ["sequence", "name", "steps", "loss", "length", "part", "cosine", "score", "unlike"]
    rows: list[list[Any]] = [[*head, *(f"{told.label} {name}" for name in names)]]
    for k, each in enumerate(told.study.sequences):
        cosine = "" if each.cosine is None else each.cosine
        own = [each.number, each.name, each.steps, each.loss, each.length, each.part, cosine, each.score]
        rows.append([*own, "; ".join(each.because), *(float(group.parts[k]) for group in told.groups.values())])
    return csv_text(rows)


def plot_batch(told: BatchTold, *, layout: LayoutName = "wide", theme: ThemeName = "light", **looks: object) -> Plot:
    """Return what is told of the classes as a plot; of many the largest are drawn.

    Parameters
    ----------
    layout, theme, looks
        As in `plot`.

    Raises
    ------
    InputError
        If one of them cannot be.
    """
    require_known({"theme": theme, "layout": layout})
    look = plot_look_of(looks, None, "view 'batch'")
    groups = list(told.groups.items())
    rows = [
        BatchRow(told.name_of(label), group.share, tuple(map(float, group.parts)), group.quartiles, group.interval)
        for label, group in groups
        if label in told.largest
    ]
    batch = told.study.batch
    by = told.title
    by += f" ({len(rows)} of {len(groups)})" if len(rows) < len(groups) else ""
    of = f"{len(batch)} sequences of {text_of(told.example, _NAME)!r}"
    return batch_plot(rows, told.derivative, (of, by), told.study.size, layout=layout, theme=theme, look=look)


BATCH_FORMATS: dict[str, Callable[[BatchTold], str]] = {".txt": batch_text, ".json": batch_json, ".csv": batch_csv}
"""Suffix -> how what is told of a batch is written."""
