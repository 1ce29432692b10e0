"""What Keras saves: files that Keras itself wrote are read to the bit; broken and lying ones are one line, soon."""

from __future__ import annotations

import io
import json
import re
import struct
import zipfile
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from graphviz_lstm import InputError, NumberError, WeightsError, load_weights
from graphviz_lstm.problems.weights.keras import NUMBERED
from graphviz_lstm.problems.weights.layouts import FRAMEWORKS
from graphviz_lstm.problems.weights.read import read_weights
from tests.problems.weights.refused import require_refused

KEPT = Path(__file__).parent / "kept"  # `make.py` there made them, with Keras 3.15
FILES = {"tokens": "tokens.keras", "both": "both.weights.h5", "half": "half.weights.h5", "tagger": "tagger.weights.h5"}
H5 = (KEPT / FILES["tagger"]).read_bytes()
# The order of Keras' own `model.weights`.
ORDER = {
    "tokens": ["embedding/embeddings", *(f"lstm/cell/{key}" for key in NUMBERED[r"(\w+_)?cell(_\d+)?"]),
               "dense/kernel", "dense/bias"],
    "both": [f"bidirectional/{way}_layer/cell/{key}" for way in ("forward", "backward")
             for key in ("kernel", "recurrent_kernel", "bias")],
    "half": ["gru/cell/kernel", "gru/cell/recurrent_kernel", "gru/cell/bias"],
    "tagger": ["below/cell/kernel", "below/cell/recurrent_kernel", "below/cell/bias", "fc/kernel", "fc/bias"],
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_what_keras_wrote_is_read_to_the_bit_and_nothing_of_the_training(name: str) -> None:
    """An optimizer's own numbers are no part of the net, nor is a seed; single and half precision."""
    held = read_weights(KEPT / FILES[name])
    before = "" if name == "tagger" else "layers/"
    with np.load(KEPT / f"{name}.npz") as arrays:
        due = {f"{before}{key}": arrays[f"arr_{k}"] for k, key in enumerate(ORDER[name])}
    assert set(held.entries) == set(due)
    for key, array in due.items():
        assert held.entries[key].dtype == ("bfloat16" if name == "half" else "float32")
        assert np.array_equal(held.array(key), array)


@pytest.mark.parametrize("name", FILES)
def test_it_is_the_net_of_the_same_arrays_in_a_mapping(name: str) -> None:
    held = read_weights(KEPT / FILES[name])
    net, same = load_weights(KEPT / FILES[name]), load_weights({key: held.array(key) for key in held.entries})
    assert net.cell.equations == same.cell.equations
    assert all(np.array_equal(net.parameters[key], array) for key, array in same.parameters.items())
    assert net.plan.layers[0].direction == ("both" if name == "both" else "forward")
    assert (net.plan.embedding is not None, net.plan.readout is not None) == (name == "tokens", name[0] == "t")


def test_numbers_stand_for_the_keys_of_the_layouts_in_their_order() -> None:
    """The table of numbers and that of the layouts cannot come apart."""
    (keras,) = [framework for framework in FRAMEWORKS if framework.name == "Keras"]
    cell, dense, embedding = NUMBERED.values()
    assert all(tuple(stored.key for stored in layout.arrays) == cell for layout in keras.layouts)
    assert tuple(stored.key for stored in keras.linear) == dense
    assert keras.embedding is not None
    assert (keras.embedding.key,) == embedding


def changed(**changes: Any) -> bytes:
    """Return the archive with something of its config told otherwise: class of a layer -> what of it."""
    with zipfile.ZipFile(KEPT / FILES["tokens"]) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    config = json.loads(members["config.json"])
    for layer in config["config"]["layers"]:
        layer["config"] |= changes.get(layer["class_name"], {})
        layer.update(changes.get(f"{layer['class_name']}_itself", {}))
    return zipped(members | {"config.json": json.dumps(config).encode()})


def zipped(members: dict[str, bytes], packing: int = zipfile.ZIP_STORED) -> bytes:
    """Return an archive of these."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", packing) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"Dense": {"activation": "softmax"}}, "unknown layer: Dense 'dense' with activation 'softmax' (what can "),
        ({"LSTM": {"activation": "relu"}}, "unknown layer: LSTM 'lstm' with activation 'relu'"),
        ({"LSTM": {"go_backwards": True}}, "unknown layer: LSTM 'lstm' with go_backwards True"),
        ({"Embedding": {"mask_zero": True}}, "unknown layer: Embedding 'embedding' with mask_zero True"),
        ({"Dropout_itself": {"class_name": "Attention"}}, "unknown layer: layer 'dropout' of class 'Attention'"),
        ({"Dropout_itself": {"class_name": ["x"]}}, "unknown layer: layer 'dropout' of class ['x']"),
        (
            {"Dropout_itself": {"class_name": "TimeDistributed"}, "Dropout": {"layer": {"class_name": "Mine"}}},
            "unknown layer: layer 'None' of class 'Mine'",
        ),
        (
            {"Dense_itself": {"inbound_nodes": [{"args": [{"config": {"keras_history": ["lstm", 0, 0]}}]}]}},
            "unknown layer: 'dense' reads 'lstm', not 'dropout' alone",
        ),
    ],
)  # fmt: skip
def test_what_the_net_does_beside_is_told_and_a_prefix_leaves_it_out(
    changes: dict[str, Any], said: str, tmp_path: Path
) -> None:
    (tmp_path / "m.keras").write_bytes(changed(**changes))
    with pytest.raises(WeightsError) as refused:
        load_weights(tmp_path / "m.keras")
    assert said in str(refused.value)
    assert load_weights(tmp_path / "m.keras", prefix="layers/lstm/cell").plan.readout is None


def put(at: int, number: int, size: int = 8) -> bytes:
    """Return the file with another number at a place."""
    return H5[:at] + number.to_bytes(size, "little") + H5[at + size :]


HEAP, TREE, SNOD = (H5.index(word) for word in (b"HEAP", b"TREE", b"SNOD"))
CHILD = TREE + 32
LAYOUT = H5.index(struct.pack("<HH", 8, 24))
SPOILT = {
    "empty.h5": (b"", "something would stand at byte 0 of 0"),
    "other.h5": (b"hello" * 20, "it does not begin so"),
    "newer.h5": (put(8, 2, 1), "its form is 2, with addresses of 8 bytes (must be 0, of 8)"),
    "short.h5": (H5[:5000], "something would stand at byte"),
    "heap.h5": (put(HEAP, 0, 4), "the names of a group are not there"),
    "tree.h5": (put(TREE, 0, 4), "the members of a group are not there"),
    "circle.h5": (put(CHILD, TREE), "it goes round in circles, or has too many parts"),
    "link.h5": (put(SNOD + 8 + 16, 2, 4), "a member of a group is a link to elsewhere"),
    "nameless.h5": (put(SNOD + 8, 2**40), "a member of a group has no name"),
    # A layout of no bytes, and a part that is nothing in what is left of its place.
    "layout.h5": (put(LAYOUT, int.from_bytes(struct.pack("<HH4xHH", 8, 0, 0, 16), "little"), 12), "it is cut short"),
    "within.h5": (put(SNOD + 8 + 8, struct.unpack_from("<Q", H5, 64)[0]), "groups are within each other"),
    "bomb.keras": (
        zipped({"config.json": b"{}", "model.weights.h5": bytes(10**8)}, zipfile.ZIP_DEFLATED),
        "bytes would unpack to 100,000,",
    ),
    "long.keras": (zipped({"config.json": bytes(2**24 + 1), "model.weights.h5": H5}), "(at most 16,777,216 are read)"),
    "deep.keras": (zipped({"config.json": b"[" * 10**5, "model.weights.h5": H5}), "not JSON that can be read"),
    "lacks.keras": (zipped({"config.json": b"{}"}), "not as Keras saves: 'model.weights.h5' is not in"),
    "plain.keras": (H5, "not an archive as Keras writes it: File is not a zip file"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_a_spoilt_file_is_one_line_that_names_it_and_takes_no_memory(name: str, tmp_path: Path) -> None:
    content, said = SPOILT[name]
    require_refused(tmp_path / name, content, said)


def test_a_shape_that_is_not_there_is_refused_before_it_is_read(tmp_path: Path) -> None:
    """The sizes of the first array, wherever they stand: no memory is taken for them."""
    at = next(m.start() for m in re.finditer(struct.pack("<QQ", 3, 2), H5))
    (tmp_path / "m.h5").write_bytes(put(at, 2**40))
    with pytest.raises(
        WeightsError, match=r"is float32 \(1099511627776, 2\), 8,796,093,022,208 bytes, and would stand"
    ):
        load_weights(tmp_path / "m.h5")


def test_a_number_that_is_none_is_told_in_one_line_without_a_warning(tmp_path: Path) -> None:
    """A signalling one too, of which numpy warns."""
    held = read_weights(KEPT / FILES["tagger"])
    first = held.entries["below/cell/kernel"].read().tobytes()
    (tmp_path / "m.h5").write_bytes(H5.replace(first[:4], struct.pack("<I", 0x7F800001)))
    with pytest.raises(NumberError, match=r"not a finite number: 'below/cell/kernel', float32 \(3, 2\), has nan"):
        load_weights(tmp_path / "m.h5")


def broken(random: Random) -> bytes:
    """Return a file with some of its bytes changed, taken out or put elsewhere."""
    content = bytearray(H5)
    for _ in range(random.choice((1, 1, 2, 5, 20))):
        at = random.randrange(len(content))
        match random.randrange(4):
            case 0:
                content[at] = random.choice((0, 1, 127, 255))
            case 1:
                content[at : at + 8] = random.choice((0, 2**32, 2**64 - 1, random.randrange(len(H5)))).to_bytes(
                    8, "little"
                )
            case 2:
                del content[at : at + random.randrange(1, 64)]
            case _:
                other = random.randrange(len(content))
                content[at : at + 16] = content[other : other + 16]
    return bytes(content)


@pytest.mark.parametrize("seed", range(20))
def test_whatever_is_done_to_a_file_it_is_read_or_refused_in_one_line(seed: int, tmp_path: Path) -> None:
    """Headers, and then every array."""
    random = Random(seed)  # noqa: S311 -- no secret
    for _ in range(10):
        (tmp_path / "m.h5").write_bytes(broken(random))
        try:
            held = read_weights(tmp_path / "m.h5")
            for key in held.entries:
                held.array(key)
        except InputError as error:
            assert "\n" not in str(error)  # noqa: PT017 -- what is read is right too


@pytest.mark.parametrize("kind", ["<f2", ">f4", "<f8", ">i2", "<u8", "i1"])
def test_what_the_library_of_that_name_writes_is_read(kind: str, tmp_path: Path) -> None:
    """Big-endian too; a thousand arrays of one group; what it packs is refused."""
    h5py = pytest.importorskip("h5py")
    arrays = {f"a{k}": np.arange(6).reshape(2, 3).astype(kind) for k in range(1000 if kind == "<f8" else 3)}
    with h5py.File(tmp_path / "m.h5", "w") as file:
        for key, array in arrays.items():
            file[f"in/{key}"] = array
    held = read_weights(tmp_path / "m.h5")
    assert {key: entry.read().tolist() for key, entry in held.entries.items()} == {
        f"in/{key}": array.tolist() for key, array in arrays.items()
    }
    assert {entry.dtype for entry in held.entries.values()} == {np.dtype(kind).name}
    with h5py.File(tmp_path / "m.h5", "w") as file:
        file.create_dataset("x", data=np.zeros((9, 9)), compression="gzip")
    with pytest.raises(WeightsError, match=r"in pieces \(must be in one\)|has a part of kind 11"):
        read_weights(tmp_path / "m.h5")
