"""What the package says of many sequences of one net, held against a tape of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.gradients.batches.batch import Batch
from graphviz_lstm.gradients.batches.batch_study import BatchStudy
from graphviz_lstm.graph import evaluate
from tests.oracles.judged import Refusals
from tests.oracles.labelled import Labelled, Marks, place_in, share_of, sum_of
from tests.oracles.tape import UNIT, Ball, total
from tests.oracles.taped_net import TARGET, require_close

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from graphviz_lstm.problems import Problem
    from tests.oracles.labelled import Vector
    from tests.oracles.taped_net import Label, TapedNet


def judge_batch(
    problems: Sequence[Problem], nets: Sequence[TapedNet], source: str, element: tuple[int, ...] | None = None
) -> Refusals:
    """Hold the gradient of the mean loss, and its parts in each sequence by every label, against the tapes."""
    refused = Refusals()
    study = BatchStudy(Batch(problems), source, element)
    graphs = refused.asked(lambda: [evaluate(problem) for problem in problems])
    if graphs is not None:
        sums = [Labelled(net, Marks(graph), (source, None)) for net, graph in zip(nets, graphs, strict=True)]
        _MeanLoss(study, sums).judge(refused)
        for loss, net in zip(study.losses, nets, strict=True):
            require_close(loss, net.values[TARGET], "loss")
    return refused


class _MeanLoss:
    """The gradient of a mean loss, and which part of it each sequence has."""

    def __init__(self, study: BatchStudy, sums: list[Labelled]) -> None:
        self._study, self._sums = study, sums
        shape = np.shape(study.batch.problems[0].parameters[study.source])
        self._place = place_in(shape, study.element)
        whole = sum_of((each.total for each in sums), len(sums[0].total))
        self._mean = [Ball(mid / len(sums), off / len(sums)) for mid, off in whole]

    def judge(self, refused: Refusals) -> None:
        """Hold all that is told against the tapes."""
        gradient = refused.asked(lambda: self._study.gradient)
        if gradient is None:
            if any(line.startswith("zero gradient") for line in refused):
                looked_at = self._mean if self._place is None else [self._mean[self._place]]
                require_close(np.zeros(len(looked_at)), looked_at, "gradient of the mean loss that is told to be zero")
            return
        require_close(gradient, self._mean, "gradient of the mean loss")
        for name in ("crossings", "gates", "entry", "exit"):
            self._judge_groups(refused, name, lambda each, name=name: each.by(each.keys()[name]))
        self._judge_groups(refused, "lag", lambda each: each.by(lambda label: abs(label[1] - label[0])))
        triangle = refused.asked(lambda: self._study.triangle)
        for (i, j), found in np.ndenumerate(triangle.whole) if triangle else ():
            parts = [each.by(_pair).get((i + 1, j + 1), each.nothing) for each in self._sums]
            require_close(found, [self._mean_share(parts)], f"mean triangle {i + 1}, {j + 1}")

    def _judge_groups(self, refused: Refusals, name: str, parted: Callable[[Labelled], dict[Any, Vector]]) -> None:
        groups = refused.asked(lambda: self._study.groups(name))
        parts = [parted(each) for each in self._sums]
        for label, group in (groups or {}).items():
            vectors = [each.get(label, self._sums[0].nothing) for each in parts]
            what = f"{name} {label} of the mean loss"
            require_close(group.parts, [self._share(vector) for vector in vectors], f"{what}, by sequence")
            require_close(group.share, [self._mean_share(vectors)], what)

    def _share(self, vector: Vector) -> Ball:
        """Return which part of the mean gradient a sum is, to its rounding and that of a quotient."""
        mid, off = share_of(vector, self._mean, self._place)
        return Ball(mid, off + UNIT * abs(mid) + max(each.lost for each in self._sums))

    def _mean_share(self, vectors: list[Vector]) -> Ball:
        mid, off = total(self._share(vector) for vector in vectors)
        return Ball(mid / len(vectors), off / len(vectors))


def _pair(label: Label) -> tuple[int, int]:
    return label[:2]  # type: ignore[return-value]
