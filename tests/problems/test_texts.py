"""A problem with texts is asked whatever one without is: over fewer steps and more, and as one of many sequences."""

from __future__ import annotations

import numpy as np

from graphviz_lstm import Batch, Problem, Study, stack_problem
from graphviz_lstm.gradients.schemes.angles import first_steps
from graphviz_lstm.reports.conversation.growth import repeated
from graphviz_lstm.reports.derivation import shortened


def told() -> Problem:
    """Return a net over three steps, what is read at each in words."""
    losses = [{"targets": [[0.1], [0.2], [0.3]]}]
    texts = ["The", "cat", "sat"]
    return stack_problem(["rnn"], inputs=[[0.5], [1.0], [0.2]], losses=losses, hidden=1, seed=0, texts=texts)


def test_texts_are_those_of_the_steps_that_are_left_or_come_again() -> None:
    """As the inputs are."""
    problem = told()
    fewer, more = first_steps(problem, 2), repeated(problem, 5)
    assert fewer is not None
    assert more is not None
    assert fewer.texts == shortened(problem, 2).texts == ("The", "cat")
    assert more.texts == ("The", "cat", "sat", "The", "cat")
    assert repeated(Study("gomez").problem, 3).texts == ()  # type: ignore[union-attr]
    assert Study(problem, source="W_H").derivation(steps=1).text


def test_texts_of_a_net_are_not_those_of_its_sequences() -> None:
    """Each reads something else, and may be shorter."""
    random = np.random.default_rng(0)
    batch = Batch.padded(told(), random.normal(size=(2, 3, 1)), random.normal(size=(2, 3, 1)), lengths=[3, 2])
    assert [problem.texts for problem in batch.problems] == [(), ()]
