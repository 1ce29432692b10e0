"""What an option of a figure takes, and how that is read from text."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from graphviz_lstm.errors import InputError, shorten
from graphviz_lstm.given import require_one_of


@dataclass(frozen=True, slots=True)
class Names:
    """What is one of some names."""

    choices: tuple[str, ...]

    def read(self, word: str, text: str) -> str:
        """Return the name that a text is."""
        require_one_of(word, text, self.choices)
        return text


@dataclass(frozen=True, slots=True)
class Whole:
    """What is a whole number of at least so much."""

    least: int = 1

    def read(self, word: str, text: str) -> int:
        """Return the number that a text tells."""
        try:
            number = int(text)
        except ValueError:
            number = self.least - 1
        if number < self.least:
            raise InputError(f"unusable {word}: {shorten(text)} (must be a whole number of at least {self.least})")
        return number


@dataclass(frozen=True, slots=True)
class Flag:
    """What is said or not: if it is, the option has this value."""

    value: object = True

    def read(self, word: str, text: str) -> object:
        """Return the value, for a text that says nothing else than yes."""
        if text.strip().casefold() not in ("", "yes", "true"):
            raise InputError(f"unusable {word}: {shorten(text)} (must be nothing, or yes: leave the option out for no)")
        return self.value


@dataclass(frozen=True, slots=True)
class Words:
    """What is a text that somebody else reads."""

    metavar: str

    def read(self, _word: str, text: str) -> str:
        """Return the text."""
        return text


@dataclass(frozen=True, slots=True)
class File:
    """What is a file, found from the place where its name is written."""

    metavar: str = "FILE"

    def read(self, _word: str, text: str) -> Path:
        """Return its path."""
        return Path(text)


@dataclass(frozen=True, slots=True)
class Several:
    """What is some names: in the command the option is given again for each, in documents they stand behind `;`."""

    metavar: str

    def read(self, word: str, text: str) -> tuple[str, ...]:
        """Return the names."""
        names = tuple(part.strip() for part in text.split(";"))
        if not all(names):
            raise InputError(f"unusable {word}: {shorten(text)} (must be names with ; between them)")
        return names


@dataclass(frozen=True, slots=True)
class Some:
    """What is some of some names, with commas between them."""

    choices: tuple[str, ...]
    metavar: str

    def read(self, word: str, text: str) -> tuple[str, ...]:
        """Return the names."""
        names = tuple(part.strip() for part in text.split(",") if part.strip())
        for name in names:
            require_one_of(word, name, self.choices)
        return names


Takes = Names | Whole | Flag | Words | File | Several | Some
