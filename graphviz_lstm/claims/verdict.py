"""A verdict on one equation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graphviz_lstm.notation import Formula


@dataclass(frozen=True, slots=True)
class Verdict:
    """One equation of the question, judged.

    Attributes
    ----------
    name
        What it is called in a sentence.
    written
        The equation as the question has it; or the sentence.
    right
        Whether its difference from the derived form is 0.
    partly
        Whether it is 0 in a case that the question may have meant; `why` says which.
    difference
        That difference: what the equation lacks or has too much.
    corrected
        The line as it is derived.
    mistake
        What it would make of dE/dW_A[0,0] on `gomez`: the relative error.
    why
        In a sentence.
    """

    name: str
    written: Formula
    right: bool
    difference: Formula
    corrected: Formula
    mistake: float
    why: str
    partly: bool = False

    @property
    def word(self) -> str:
        """The verdict in a word or two."""
        return "right" if self.right else "in part" if self.partly else "wrong"
