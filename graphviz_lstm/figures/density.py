"""How many dots of a PNG an inch has, written into it: so that what shows it knows how large it is."""

from __future__ import annotations

import struct
from zlib import crc32

# The signature, then the header: its length, name, 13 bytes and sum.
_HEAD = 8 + 4 + 4 + 13 + 4
_INCH = 0.0254


def with_density(png: bytes, dpi: float) -> bytes:
    """Return a PNG that says so, by its chunk `pHYs`: in dots a metre, of the PNG specification, section 11.3.5.3."""
    dots = round(dpi / _INCH)
    chunk = b"pHYs" + struct.pack(">IIB", dots, dots, 1)
    return png[:_HEAD] + struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", crc32(chunk)) + png[_HEAD:]
