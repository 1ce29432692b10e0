"""What Keras saves: `.weights.h5`, where arrays have numbers for keys, and `.keras`, an archive of that and of the net.

Which key a number stands for is a table. What a `.keras` file says of the net is held against what the layouts compute:
whatever else it does is told as what it is, and not passed over.
"""

from __future__ import annotations

import json
import re
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Any

from graphviz_lstm.errors import WeightsError, shorten
from graphviz_lstm.problems.weights.entries import Weights
from graphviz_lstm.problems.weights.hdf5 import hdf5_held
from graphviz_lstm.problems.weights.npy import archive_of, opened, read_member

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from graphviz_lstm.problems.weights.hdf5 import Held

NUMBERED: dict[str, tuple[str, ...]] = {
    r"(\w+_)?cell(_\d+)?": ("kernel", "recurrent_kernel", "bias"),
    r"dense(_\d+)?|layer": ("kernel", "bias"),
    r"embedding(_\d+)?": ("embeddings",),
}
"""What a layer is called, by the last part of its path or by its name -> the keys of its arrays, in their order."""
# What is no part of the model: how it was trained, and from which seeds.
_BESIDE = r"(optimizer|optimizer_weights|_?metrics)/.*|(.*/)?seed_generator(_\d+)?/.*"
_SIZE = 2**24
_CONFIG, _HELD = "config.json", "model.weights.h5"
_FORWARD: dict[str, object] = {"go_backwards": False}
_TANH: dict[str, object] = {"activation": "tanh"}
_GATED: dict[str, object] = {**_TANH, "recurrent_activation": "sigmoid"}
# What changes nothing when a net is not trained.
_PASSING = ("InputLayer", "Dropout", "SpatialDropout1D", "GaussianDropout", "GaussianNoise", "ActivityRegularization")
# Layers that the layouts compute -> what must be said of them.
_KNOWN: dict[str, dict[str, object]] = {
    "LSTM": {**_GATED, **_FORWARD},
    "GRU": {**_GATED, **_FORWARD},
    "SimpleRNN": {**_TANH, **_FORWARD},
    "RNN": _FORWARD,
    "LSTMCell": _GATED,
    "GRUCell": _GATED,
    "SimpleRNNCell": _TANH,
    "StackedRNNCells": {},
    "Bidirectional": {"merge_mode": "concat"},
    "TimeDistributed": {},
    "Dense": {"activation": "linear"},
    "Embedding": {"mask_zero": False},
    **{kind: {} for kind in _PASSING},
}


def hdf5_weights(path: Path, what: str) -> Weights:
    """Return what an HDF5 file of Keras holds.

    Raises
    ------
    WeightsError
        As `hdf5_held`.
    """
    return Weights(what, _named(hdf5_held(partial(opened, path, what), what)))


def keras_weights(path: Path, what: str) -> Weights:
    """Return what a `.keras` file holds, and what else its net does.

    Raises
    ------
    WeightsError
        If it is no such archive, or unpacks to far more than it is; as `hdf5_held`.
    """
    with archive_of(path, what, "an archive as Keras writes it") as archive:
        for name in (_CONFIG, _HELD):
            if name not in archive.namelist():
                raise WeightsError(f"not as Keras saves: {name!r} is not in {what}")
        told = read_member(archive, _CONFIG, what, most=_SIZE)
        held = read_member(archive, _HELD, what)
    try:
        others = tuple(_others(json.loads(told)))
    except (ValueError, RecursionError):
        raise WeightsError(f"not JSON that can be read: {_CONFIG!r} of {what}") from None
    return Weights(what, _named(hdf5_held(partial(BytesIO, held), what)), others=others)


def _named(held: Held) -> dict[str, Any]:
    """Return the arrays, with keys for numbers where the table knows what they are.

    >>> from graphviz_lstm.problems.weights.entries import Entry
    >>> from graphviz_lstm.problems.weights.hdf5 import Held
    >>> one = Entry((2, 8), "float32", lambda: None)
    >>> list(_named(Held({"layers/lstm/cell/vars/0": one, "fc/vars/0": one}, {"fc/vars": "dense_3"})))
    ['layers/lstm/cell/kernel', 'fc/kernel']
    """
    found = {}
    for path, entry in held.entries.items():
        if re.fullmatch(_BESIDE, path):
            continue
        layer, _, number = path.rpartition("/vars/")
        called = (layer.rpartition("/")[2], held.names.get(f"{layer}/vars", ""))
        keys = next((keys for name in called for each, keys in NUMBERED.items() if re.fullmatch(each, name)), ())
        known = bool(layer) and number.isdecimal() and int(number) < len(keys)
        found[f"{layer}/{keys[int(number)]}" if known else path] = entry
    return found


def _others(config: Any) -> Iterator[str]:
    """Yield what a net does beside what the layouts compute, each in words."""
    own = config.get("config") if isinstance(config, dict) else None
    layers = own.get("layers") if isinstance(own, dict) else None
    if not isinstance(layers, list):
        return
    before = None
    for layer in layers:
        yield from _unknown(layer)
        name = _told(layer).get("name")
        # In a Functional net each layer names those that it reads: it must be the one before.
        read = set(re.findall(r'"keras_history": \["([^"]*)"', json.dumps(_got(layer, "inbound_nodes"))))
        if before is not None and read - {before}:
            told = ", ".join(map(shorten, sorted(read)))
            yield f"{shorten(str(name))} reads {told}, not {shorten(str(before))} alone"
        before = name


def _got(thing: Any, key: str) -> Any:
    return thing.get(key) if isinstance(thing, dict) else None


def _told(layer: Any) -> dict[str, Any]:
    own = _got(layer, "config")
    return own if isinstance(own, dict) else {}


def _unknown(layer: Any) -> Iterator[str]:
    """Yield what is not known of a layer, and of those that it wraps."""
    kind, own = _got(layer, "class_name"), _told(layer)
    if not isinstance(kind, str) or kind not in _KNOWN:
        yield f"layer {shorten(str(own.get('name')))} of class {shorten(kind)}"
        return
    called = f"{kind} {shorten(str(own.get('name')))}"
    for key, due in _KNOWN[kind].items():
        if key in own and own[key] != due:
            yield f"{called} with {key} {shorten(own[key])}"
    cells = own.get("cells")
    for inner in (own.get("layer"), own.get("cell"), *(cells if isinstance(cells, list) else ())):
        if inner is not None:
            yield from _unknown(inner)
