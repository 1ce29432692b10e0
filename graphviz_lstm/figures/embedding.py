"""A picture where others show it: as an image of HTML that holds its SVG, and in every form that a notebook takes."""

from __future__ import annotations

from base64 import b64encode
from html import escape


def address_of(svg: str) -> str:
    """Return the address by which an image of HTML holds an SVG: there it is scaled, and its ids are nobody else's.

    >>> address_of("<svg/>")
    'data:image/svg+xml;base64,PHN2Zy8+'
    """
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


def mimebundle(svg: str, pdf: bytes, words: str) -> dict[str, str]:
    """Return a picture as a notebook shows it, with its PDF for a notebook that becomes a paper."""
    return {
        "text/html": f'<img src="{address_of(svg)}" alt="{escape(words)}" style="max-width: 100%; height: auto">',
        "image/svg+xml": svg,
        "application/pdf": b64encode(pdf).decode(),
        "text/plain": words,
    }
