"""The schemes that are known by a name, and how a name is read: `"bptt:2"`, `"h-detach:0.25"`.

Left out, since they are no rule over edges: UORO (Tallec and Ollivier 2018) and KF-RTRL (Mujika et al. 2018), which put
a random matrix of low rank in the place of the whole influence matrix, and synthetic gradients (Jaderberg et al. 2017),
which put a learned function in the place of what comes from later steps.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphviz_lstm.errors import InputError, UnknownNameError, describe_unknown, shorten
from graphviz_lstm.gradients.schemes import rules
from graphviz_lstm.gradients.schemes.language import looks_like_rules, parse_rules
from graphviz_lstm.gradients.schemes.scheme import Chance, Scheme

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_IN_TIME = ("carousel", "crossing")


@dataclass(frozen=True, slots=True)
class Named:
    """A scheme, or a family of them that differ in numbers.

    Attributes
    ----------
    usage
        How it is asked for: `"bptt:STEPS[:EVERY]"`.
    make
        From the texts after the colons to the scheme.
    shown
        The texts that must stand there, as an example of them.
    most
        How many texts there may be.
    """

    usage: str
    make: Callable[..., Scheme]
    shown: tuple[str, ...] = ()
    most: int = 0


def _full() -> Scheme:
    return Scheme(
        "full",
        "backpropagation through time: Werbos 1990; for the LSTM: Graves and Schmidhuber 2005",
        "drops nothing: the gradient",
        rules.KeepAll(),
    )


def _lstm_1997() -> Scheme:
    return Scheme(
        "lstm-1997",
        "Hochreiter and Schmidhuber 1997, appendix A.1; forget gates: Gers, Schmidhuber and Cummins 2000; peepholes: "
        "Gers, Schraudolph and Schmidhuber 2002",
        "no error that has reached a gate or the cell input goes back to an earlier step from there",
        rules.CutGates(),
    )


def _e_prop() -> Scheme:
    return Scheme(
        "e-prop",
        "Bellec et al. 2020",
        "a unit's own state carries its error back, no connection to another unit does, nor a layer above",
        rules.CutAbove(gates=True),
        per="source",
    )


def _one_layer_rtrl() -> Scheme:
    return Scheme(
        "one-layer-rtrl",
        "exact recurrent learning within a layer, as Irie, Gopalakrishnan and Schmidhuber 2024 discuss it",
        "layers above the parameter's own pass errors within a step alone",
        rules.CutAbove(),
        per="source",
    )


def _fixed_input() -> Scheme:
    return Scheme(
        "fixed-input",
        "the guess in the question that this package answers",
        "the output of the step before is a constant, as the input is",
        rules.CutOutput(),
    )


def _spatial() -> Scheme:
    return Scheme(
        "spatial", "no backpropagation through time", "no error goes back to an earlier step", rules.CutTime()
    )


def _chunked(length: str) -> Scheme:
    k = _whole("chunked-bptt", length)
    return Scheme(
        f"chunked-bptt:{k}",
        "truncated backpropagation through time over consecutive chunks, as it is mostly implemented",
        f"no error goes back from one chunk of {k} step{'s' * (k > 1)} to the one before",
        rules.CutBetweenChunks(k),
    )


def _bptt(back: str, every: str = "1") -> Scheme:
    h, k = _whole("bptt", back), _whole("bptt", every)
    if k > h:
        raise InputError(f"wrong scheme: 'bptt:{h}:{k}' leaves steps out (EVERY must be at most STEPS)")
    return Scheme(
        f"bptt:{h}" if k == 1 else f"bptt:{h}:{k}",
        "Williams and Peng 1990",
        f"each loss looks back over {h} step{'s' * (h > 1)}"
        + (f", from the end of the {k} steps that it is in" if k > 1 else ""),
        rules.Window(h, k),
        per="exit",
    )


def _only(gate: str) -> Scheme:
    return Scheme(
        f"only:{gate}", "a question of this package", f"of the terms through gates those through {gate} alone are kept",
        rules.OnlyThrough(gate),
    )  # fmt: skip


def _snap_by_unit() -> Scheme:
    return Scheme(
        "snap-1-by-unit",
        "Menick et al. 2021, with a pattern by unit",
        "from step to step an error stays within its unit",
        rules.OwnUnit(),
    )


def _snap(steps: str) -> Scheme:
    n = _whole("snap", steps)
    return Scheme(
        f"snap:{n}",
        "Menick et al. 2021",
        f"an entry of the state counts for a parameter only if the parameter reaches it within {n} step{'s' * (n > 1)}",
        rules.KeepAll(),
        per="entry",
        reach=n,
    )


def _detach(name: str, kind: str, what: str, p: str) -> Scheme:
    """Return the scheme that drops all edges of one kind into a step, with some probability."""
    chance = Chance(_probability(name, p), 1.0, (kind,))
    return Scheme(
        f"{name}:{chance.dropped:g}",
        "Arpit, Kanuparthi et al. 2019",
        f"at each step, with probability {chance.dropped:g}, no error {what}",
        rules.Expected(chance),
        chance=chance,
    )


def _h_detach(p: str) -> Scheme:
    return _detach("h-detach", "crossing", "leaves a gate for the step before", p)


def _c_detach(p: str) -> Scheme:
    return _detach("c-detach", "carousel", "goes back along the carousel", p)


def _artbp(p: str) -> Scheme:
    dropped = _probability("artbp", p)
    if dropped == 1.0:
        raise InputError("wrong probability: artbp:1 cuts always, and nothing makes up for it (must be below 1)")
    chance = Chance(dropped, 1.0 / (1.0 - dropped), _IN_TIME)
    return Scheme(
        f"artbp:{dropped:g}",
        "Tallec and Ollivier 2017",
        f"at each step, with probability {dropped:g}, no error goes back further; what does is made larger for it",
        rules.Expected(chance),
        chance=chance,
    )


def _rflo(seed: str = "0") -> Scheme:
    number = _whole("rflo", seed, least=0)
    return Scheme(
        "rflo" if number == 0 else f"rflo:{number}",
        "Murray 2019",
        "errors go back along the leak alone, and reach the units by a random matrix instead of the readout's",
        rules.Leak(number),
    )


def _clip(largest: str) -> Scheme:
    number = _number("clip", largest)
    if not 0.0 < number < math.inf:
        raise InputError(f"wrong scheme: 'clip:{largest}' (must be a number above 0)")
    return Scheme(
        f"clip:{number:g}",
        "clipped derivatives, as De et al. 2024 clip that of a square root",
        f"no partial is larger than {number:g}",
        rules.Clip(number),
    )


SCHEMES: Mapping[str, Named] = {
    "full": Named("full", _full),
    "lstm-1997": Named("lstm-1997", _lstm_1997),
    "e-prop": Named("e-prop", _e_prop),
    "fixed-input": Named("fixed-input", _fixed_input),
    "spatial": Named("spatial", _spatial),
    "bptt": Named("bptt:STEPS[:EVERY]", _bptt, ("2",), 2),
    "chunked-bptt": Named("chunked-bptt:STEPS", _chunked, ("2",), 1),
    "only": Named("only:GATE", _only, ("i",), 1),
    "snap": Named("snap:STEPS", _snap, ("1",), 1),
    "snap-1-by-unit": Named("snap-1-by-unit", _snap_by_unit),
    "one-layer-rtrl": Named("one-layer-rtrl", _one_layer_rtrl),
    "h-detach": Named("h-detach:P", _h_detach, ("0.25",), 1),
    "c-detach": Named("c-detach:P", _c_detach, ("0.25",), 1),
    "artbp": Named("artbp:P", _artbp, ("0.25",), 1),
    "rflo": Named("rflo[:SEED]", _rflo, (), 1),
    "clip": Named("clip:SIZE", _clip, ("1",), 1),
}
"""Name -> the scheme of that name, in the order in which they are listed."""


def scheme(text: str | Scheme) -> Scheme:
    """Return the scheme that a text asks for: a name with its numbers, or rules such as `"cut H[t-1] -> o[t]"`.

    Raises
    ------
    UnknownNameError
        If there is no scheme of that name: the line has the choices.
    InputError
        If its numbers are not what they must be, or rules cannot be read.

    Examples
    --------
    >>> print(scheme("bptt:2"))
    bptt:2: each loss looks back over 2 steps (Williams and Peng 1990)
    >>> scheme("h-detach:2")
    Traceback (most recent call last):
    graphviz_lstm.errors.InputError: wrong probability: '2' of scheme 'h-detach' (must be a number from 0 to 1)
    """
    if isinstance(text, Scheme):
        return text
    if not isinstance(text, str):
        raise InputError(f"not a scheme: {shorten(text)} (must be a name, such as 'lstm-1997', or a Scheme)")
    if looks_like_rules(text):
        rule = parse_rules(text)
        return Scheme(str(rule), "the user's own", "what these rules say", rule)
    name, *given = text.strip().split(":")
    if name not in SCHEMES:
        raise UnknownNameError(describe_unknown("scheme", name, SCHEMES))
    named = SCHEMES[name]
    if not len(named.shown) <= len(given) <= named.most:
        raise InputError(f"wrong scheme: {shorten(text)} (must be {named.usage})")
    return named.make(*given)


def _whole(name: str, text: str, *, least: int = 1) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text) >= least):
        raise InputError(f"wrong number: {shorten(text)} of scheme {name!r} (must be a whole number from {least} on)")
    return int(text)


def _number(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise InputError(f"wrong number: {shorten(text)} of scheme {name!r} (must be a number)") from None


def _probability(name: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0.0 <= number <= 1.0:
        raise InputError(f"wrong probability: {shorten(text)} of scheme {name!r} (must be a number from 0 to 1)")
    return number
