"""Texts spoilt with their structure in mind: a key gone, a value of another kind, a token twice, a cut in the middle.

Unlike what hypothesis draws, a spoilt text costs microseconds: a million of them are tried while drawn calls are some
thousands. The same generator spoils in the same way, so that each can be made again.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from tests.fuzz.documents import HOSTILE, NUMBERS

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_JUNK: tuple[Any, ...] = (
    *HOSTILE,
    *NUMBERS,
    None,
    True,
    [],
    {},
    [[]],
    10**400,
    -(10**18),
    float("nan"),
    float("inf"),
)
_WORDS = (
    *[
        "H[t]",
        "H[t-1]",
        "S[t-1]",
        "X[t]",
        "X",
        "W",
        "U",
        "b",
        "E",
        "y",
        "t",
        "gap",
        "H_1",
        "[t-2]",
        "[t+1]",
        "[t-0]",
        "[0]",
        "@",
        "*",
        "**",
        "/",
        "-",
        "+",
        "=",
        "(",
        ")",
        "[",
        "]",
        ",",
        ":",
        ";",
        "->",
        "cut",
    ],
    *[
        "scale",
        "2",
        "-1",
        "1e400",
        "0.0",
        "tanh",
        "sigmoid",
        "max",
        "exp",
        "log",
        "sqrt",
        "transpose",
        "outer",
        "dot",
        "__import__",
        "lambda",
        ":=",
        ".",
        "#",
        "'",
        "½",
        "٣",
    ],
    *("größe", "\u202e", "bptt", "only", "0.25", "\n", "\\", '"', "\0", "f''", "H[t] = tanh(W @ X[t])\n"),
)

_FACTORS = (-1.0, 0.0, 0.5, 50.0, 1e-200, 1e200, -1e300, 5e-324)
_LIKE = {
    "number": ("0", "1", "2", "7", "308"),
    "name": ("exp", "log", "sqrt", "sin", "tanh", "max", "relu", "softplus", "transpose", "dot", "outer", "H", "W"),
    "sign": tuple("+-*/@"),
}  # fmt: skip


def spoilt(text: str, draw: Random) -> str:
    """Return a text with one to four things about it changed; now and then as it is."""
    for _ in range(draw.choice((0, 1, 1, 1, 2, 2, 3, 4))):
        how: Callable[[str, Random], str] = _value if text[:1] == "{" and draw.random() < 0.8 else draw.choice(_WAYS)
        text = how(text, draw)
    return text


def _cut(text: str, draw: Random) -> str:
    start, end = sorted(draw.randint(0, len(text)) for _ in range(2))
    return text[:start] + text[min(end, start + draw.choice((1, 2, 5, 1000))) :]


def _insert(text: str, draw: Random) -> str:
    tokens = _TOKEN.findall(text)
    place = draw.randint(0, len(tokens))
    return "".join([*tokens[:place], str(draw.choice((*_WORDS, *HOSTILE))), *tokens[place:]])


def _replace(text: str, draw: Random) -> str:
    tokens = _TOKEN.findall(text) or [""]
    tokens[draw.randrange(len(tokens))] = str(draw.choice(_WORDS))
    return "".join(tokens)


def _exchange(text: str, draw: Random) -> str:
    """Put another token of the same kind in the place of one: what comes of it is often good."""
    tokens = _TOKEN.findall(text) or [""]
    place = draw.randrange(len(tokens))
    kind = _kind(tokens[place])
    tokens[place] = draw.choice([*(each for each in tokens if _kind(each) == kind), *_LIKE.get(kind, ())])
    return "".join(tokens)


def _kind(text: str) -> str:
    return "number" if text.isdigit() else "name" if text.isidentifier() else "sign" if text in "+-*/@" else "other"


def _swap(text: str, draw: Random) -> str:
    tokens = _TOKEN.findall(text) or [""]
    one, other = draw.randrange(len(tokens)), draw.randrange(len(tokens))
    tokens[one], tokens[other] = tokens[other], tokens[one]
    return "".join(tokens)


def _repeat(text: str, draw: Random) -> str:
    start = draw.randint(0, len(text))
    end = min(len(text), start + draw.choice((1, 3, 20)))
    return text[:start] + text[start:end] * draw.choice((2, 3, 50)) + text[end:]


def _value(text: str, draw: Random) -> str:
    """Change one place of a JSON value: drop it, call it otherwise, put something else there, or another part of it."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return _cut(text, draw)
    holders = _holders(told)
    if not holders:
        return _cut(text, draw)
    holder = draw.choice(holders)
    key = draw.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
    how = draw.randrange(6)
    if how == 0:
        del holder[key]
    elif how == 1 and isinstance(holder, dict):
        holder[draw.choice((*HOSTILE, *(other for each in holders if isinstance(each, dict) for other in each)))] = (
            holder.pop(key)
        )
    elif how == 2 and isinstance(holder, list):
        holder.insert(key, holder[key])
    elif how == 3:
        other = draw.choice(holders)
        holder[key] = json.loads(json.dumps(other))
    elif how == 4 and isinstance(holder[key], str):
        holder[key] = draw.choice(_WAYS)(holder[key], draw)
    elif isinstance(holder[key], float):
        holder[key] *= draw.choice(_FACTORS)
    else:
        holder[key] = draw.choice(_JUNK)
    with suppress(RecursionError):
        return json.dumps(told, ensure_ascii=draw.random() < 0.5)
    return text


def _holders(told: Any) -> list[Any]:
    """Return each container of a JSON value that holds something."""
    found, waiting = [], [told]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict | list) and each:
            found.append(each)
            waiting.extend(each.values() if isinstance(each, dict) else each)
    return found


_WAYS = (_exchange, _exchange, _exchange, _cut, _insert, _replace, _swap, _repeat)
