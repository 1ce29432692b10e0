"""A scheme as data: a rule by which a backward pass drops, scales or replaces edges, and who proposed it.

What a scheme computes is the sum over the paths that its rule leaves, each with what the rule made of its partials. So
it is the gradient of the same net on another graph, and everything that can be asked of paths can be asked of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from graphviz_lstm.gradients.schemes.action import Action
    from graphviz_lstm.gradients.schemes.edge import Edge

Per = Literal["", "source", "entry", "exit"]


class Rule(Protocol):
    """What happens to an edge: data that can be called."""

    def __call__(self, edge: Edge) -> Action:
        """Return it."""
        ...


@dataclass(frozen=True, slots=True)
class Chance:
    """The law of a random scheme: at each step, independently, all edges of one kind are dropped together.

    Attributes
    ----------
    dropped
        The probability that the edges into a step are dropped.
    factor
        What they are multiplied by when they are not.
    of
        Which edges: those through gates, those of the carousel, or both.
    """

    dropped: float
    factor: float
    of: tuple[str, ...]

    @property
    def mean(self) -> float:
        """The expected factor."""
        return (1.0 - self.dropped) * self.factor

    @property
    def variance(self) -> float:
        """The variance of the factor."""
        return self.dropped * (1.0 - self.dropped) * self.factor**2

    def is_about(self, edge: Edge) -> bool:
        """Whether an edge is one of those that are dropped by chance."""
        return edge.kind in self.of


@dataclass(frozen=True, slots=True)
class Scheme:
    """A rule by which a backward pass leaves edges out.

    Attributes
    ----------
    name
        As it is asked for: `"bptt:2"`.
    citation
        Who proposed it, and when.
    sentence
        What it drops, in one sentence.
    rule
        Edge -> what happens to it. Of a random scheme, what happens in expectation.
    per
        Whether the rule is another one for each source (`"source"`), each entry of it (`"entry"`), or each step whose
        loss is meant (`"exit"`); empty where it is one for all.
    reach
        For `"entry"`: within how many steps an entry of the state has to be reached.
    chance
        The law of a random scheme; None of one that is not.
    """

    name: str
    citation: str
    sentence: str
    rule: Rule
    per: Per = ""
    reach: int = 0
    chance: Chance | None = None

    def __str__(self) -> str:
        """Return its name, what it drops, and who proposed it."""
        return f"{self.name}: {self.sentence} ({self.citation})"
