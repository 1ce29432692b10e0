"""How wide a letter is at most: in DejaVu Sans, the widest of the fonts that a figure may be seen in.

A figure has to be the same on a machine without that font, so that its advances stand here, rounded up.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_WIDTHS = {
    **dict.fromkeys(" .,:;'|()[]ijlft/", 0.4),
    **dict.fromkeys("∂√∫€‐‑‒–‘’‚“”„†‡•‹›", 0.64),
    **dict.fromkeys("ABCEFHIJKLNPRSTUVXYZ∑", 0.75),
    **dict.fromkeys("DGOQ&ÐØĐŊ∏", 0.79),
    **dict.fromkeys("+<>=~^#\N{MINUS SIGN}\N{MULTIPLICATION SIGN}→¬±÷ωώ≠≡≤≥", 0.84),
    **dict.fromkeys("ĦħŉƠƯжмфшщыюљњ", 0.95),
    **dict.fromkeys("%WMmw@Ææ©®¼½¾", 1.0),
    **dict.fromkeys("ŒœЖШЩЮЉЊ∭∰", 1.1),
    **dict.fromkeys("⋘⋙", 1.43),
    **dict.fromkeys("‰‱", 1.74),
}
# All others, by the last number of a range: the widest of it. What no font has is drawn as a box with its number in it,
# which is as wide.
_RANGES = (
    (0x17F, 0.64),
    (0x24F, 1.46),
    (0x36F, 1.1),
    (0x3A9, 0.91),
    (0x3CE, 0.72),
    (0x3FF, 0.94),
    (0x42F, 0.89),
    (0x45F, 0.72),
    (0x52F, 1.2),
    (0x5FF, 1.1),
    (0x6FF, 1.23),
    (0x13FF, 1.1),
    (0x169F, 1.64),
    (0x1FFF, 1.1),
    (0x206F, 1.0),
    (0x209F, 0.64),
    (0x218F, 1.38),
    (0x2253, 0.9),
    (0x22FF, 1.05),
    (0x23FF, 1.45),
    (0x27EF, 1.26),
    (0x27FF, 1.44),
    (0x2BFF, 1.33),
    (0xA63F, 1.13),
    (0xA7FF, 1.36),
    (0xFAFF, 1.17),
    (0xFB4F, 1.53),
    (0xFFFF, 1.28),
    (0x10FFFF, 1.61),
)
# Where a letter with an accent is as wide as without: a Greek one has it before itself.
_ACCENTED = (range(0x370), range(0x400, 0x530), range(0x1E00, 0x1F00))


@lru_cache(maxsize=1_000)
def letter_width(letter: str) -> float:
    """Return how wide a letter is at most, as a part of its size.

    >>> letter_width("O"), letter_width("Ö"), letter_width("ж"), letter_width("…")
    (0.79, 0.79, 0.95, 1.0)
    """
    if letter in _WIDTHS:
        return _WIDTHS[letter]
    code = ord(letter)
    bare = unicodedata.decomposition(letter).partition(" ")[0] if any(code in some for some in _ACCENTED) else ""
    # What begins with a bracket says what a letter is like, and not what it is made of.
    if bare and not bare.startswith("<"):
        return letter_width(chr(int(bare, 16)))
    return next(width for last, width in _RANGES if code <= last)
