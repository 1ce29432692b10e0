"""Where a cell is from: what its file tells readers beside the equations."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Citation:
    """A publication.

    Attributes
    ----------
    author, year, title
        As it is cited; of several authors all, or the first with "et al.".
    doi, arxiv, url
        Where it is found; what there is of them.
    """

    author: str
    year: int
    title: str
    doi: str = ""
    arxiv: str = ""
    url: str = ""

    @property
    def where(self) -> str:
        """Where it is found, in one word.

        >>> Citation("J. Elman", 1990, "Finding structure in time", doi="10.1207/s15516709cog1402_1").where
        'doi:10.1207/s15516709cog1402_1'
        """
        return f"doi:{self.doi}" if self.doi else f"arXiv:{self.arxiv}" if self.arxiv else self.url

    @property
    def address(self) -> str:
        """The same as an address, for a link.

        >>> Citation("L. Feng et al.", 2024, "Were RNNs all we needed?", arxiv="2410.01201").address
        'https://arxiv.org/abs/2410.01201'
        """
        if self.doi:
            return f"https://doi.org/{self.doi}"
        return f"https://arxiv.org/abs/{self.arxiv}" if self.arxiv else self.url

    @property
    def text(self) -> str:
        """The citation in one line."""
        return f"{self.author} ({self.year}): {self.title}{f', {self.where}' if self.where else ''}"


@dataclass(frozen=True, slots=True)
class About:
    """What is told of a cell.

    Attributes
    ----------
    sentence
        What it is, in one sentence.
    citations
        Where it was published; the first gives its year.
    notes
        How frameworks differ, and what the equations leave out: a sentence or a few each.
    """

    sentence: str = ""
    citations: tuple[Citation, ...] = ()
    notes: tuple[str, ...] = ()
