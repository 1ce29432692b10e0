"""Files of weights, good and spoilt: each is read, or refused in one line before memory is taken."""

from __future__ import annotations

import json
import os
import struct
import sys
import zipfile
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra import numpy as npst

from graphviz_lstm import ExampleError, InputError, Study, WeightsError, load_problem, load_weights
from graphviz_lstm.problems.weights.files import problem_from_files
from graphviz_lstm.problems.weights.npy import load_npy
from graphviz_lstm.problems.weights.read import PICKLED, READERS, is_weights, read_weights
from tests.problems.weights.documented import arrays_of
from tests.problems.weights.refused import require_refused
from tests.problems.weights.written import KINDS, npz_bytes, safetensors_bytes

LSTM = arrays_of(("PyTorch", "nn.LSTM", "lstm"), 2, 3, seed=0)


@given(
    st.dictionaries(
        st.text(st.characters(codec="utf-8", exclude_characters="\0/\\:"), min_size=1, max_size=5),
        npst.arrays(st.sampled_from([np.dtype(kind) for kind in KINDS]), npst.array_shapes(min_dims=0, min_side=0)),
        max_size=4,
    )
)
def test_what_is_written_is_what_is_read(tmp_path_factory: pytest.TempPathFactory, arrays: dict[str, Any]) -> None:
    """Of either form: keys, shapes, kinds of numbers, and the numbers; big-endian and by columns too."""
    folder = tmp_path_factory.mktemp("weights")
    for suffix, content in ((".safetensors", safetensors_bytes(arrays)), (".npz", npz_bytes(arrays))):
        (folder / f"m{suffix}").write_bytes(content)
        held = read_weights(folder / f"m{suffix}")
        assert {key: (e.shape, e.dtype) for key, e in held.entries.items()} == {
            key: (array.shape, array.dtype.name) for key, array in arrays.items()
        }
        for key, array in arrays.items():
            assert np.array_equal(held.entries[key].read(), array, equal_nan=array.dtype.kind == "f")


@pytest.mark.parametrize("entry", ["x.txt", "x.npy"])
def test_a_folder_without_an_end_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, entry: str) -> None:
    """`inspect /` looked at the whole disk."""
    monkeypatch.setattr(os, "walk", lambda folder: ((folder, [], [entry] * 1000) for _ in count()))
    with pytest.raises(WeightsError, match=r"^too large: more than 50,000 files and folders in weights folder "):
        read_weights(tmp_path)


def test_a_bfloat16_is_the_upper_half_of_a_float32(tmp_path: Path) -> None:
    numbers = np.array([1.0, -2.5, 3e38, 1e-38], dtype=np.float32)
    upper = (numbers.view(np.uint32) >> np.uint32(16)).astype("<u2")
    header = json.dumps({"x": {"dtype": "BF16", "shape": [4], "data_offsets": [0, 8]}}).encode()
    (tmp_path / "m.safetensors").write_bytes(struct.pack("<Q", len(header)) + header + upper.tobytes())
    held = read_weights(tmp_path / "m.safetensors")
    assert held.entries["x"].dtype == "bfloat16"
    assert (held.array("x") == (upper.astype(np.uint32) << np.uint32(16)).view(np.float32)).all()


def test_what_the_library_of_that_name_writes_is_read(tmp_path: Path) -> None:
    pytest.importorskip("safetensors")
    from safetensors.numpy import save_file

    save_file(LSTM, tmp_path / "m.safetensors", metadata={"format": "np"})
    net = load_weights(tmp_path / "m.safetensors")
    assert (net.parameters["W_i"] == LSTM["weight_ih_l0"][:2]).all()


def header(**told: Any) -> bytes:
    """Return a file of one array of two numbers, with something of its header told otherwise."""
    content = {"x": {"dtype": "F64", "shape": [2], "data_offsets": [0, 16], **told}}
    text = json.dumps(content).encode()
    return struct.pack("<Q", len(text)) + text + bytes(16)


def raw(text: bytes, length: int | None = None) -> bytes:
    """Return a file with this header."""
    return struct.pack("<Q", len(text) if length is None else length) + text


def npy(shape: str, descr: str = "'<f8'", content: bytes = b"") -> bytes:
    """Return an array whose header claims this."""
    text = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + content


def zipped(*members: tuple[str, bytes], packing: int = zipfile.ZIP_STORED) -> bytes:
    """Return an archive of these."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", packing) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return stream.getvalue()


BOMB = zipped(("x.npy", npy("(100000000,)", content=bytes(10**8))), packing=zipfile.ZIP_DEFLATED)
SPOILT = {
    "empty.safetensors": (b"", "cut short, or not safetensors: 0 bytes, where the length of its header takes 8"),
    "short.safetensors": (header()[:-1], "cut short or too long: 15 bytes of numbers, must be 16"),
    "long.safetensors": (header() + b"!", "cut short or too long: 17 bytes of numbers, must be 16"),
    "length.safetensors": (raw(b"{}", 2**63), "its header would have 9,223,372,036,854,775,808"),
    "json.safetensors": (raw(b"{]"), "wrong header: not JSON in"),
    "deep.safetensors": (raw(b"[" * 10**5), "wrong header: not JSON in"),
    "list.safetensors": (raw(b"[]"), "wrong header: must be a JSON object, is [] in"),
    "twice.safetensors": (raw(b'{"x": 1, "x": 2}'), "wrong header: not JSON: key given twice: 'x' in"),
    "meta.safetensors": (raw(b'{"__metadata__": 3}'), "wrong header: '__metadata__' is 3, must be an object"),
    "entry.safetensors": (raw(b'{"x": {"dtype": "F64"}}'), "must have dtype, shape and data_offsets"),
    "kind.safetensors": (header(dtype="F128"), "unknown kind of number: 'x' is 'F128' (must be one of F64, F32"),
    "lies.safetensors": (header(shape=[10**9]), "'x' is float64 (1000000000,), 8,000,000,000 bytes, and stands on 16"),
    "minus.safetensors": (header(shape=[-2]), "'x' has shape [-2] and data_offsets [0, 16]"),
    "bool.safetensors": (header(shape=[True]), "'x' has shape [True]"),
    "huge.safetensors": (header(shape=[10**30]), "'x' has shape"),
    "gap.safetensors": (header(data_offsets=[8, 24]), "'x' begins at byte 8, must at 0"),
    "back.safetensors": (header(data_offsets=[16, 0]), "'x' has shape [2] and data_offsets [16, 0]"),
    "empty.npz": (b"", "not an archive as numpy writes it: File is not a zip file"),
    "other.npz": (zipped(("x.txt", b"hello")), "not an array: 'x.txt' (must end with '.npy')"),
    "magic.npz": (zipped(("x.npy", b"hello")), "not an array as numpy writes it"),
    "object.npz": (zipped(("x.npy", npy("(1,)", "'|O'", b"cos\nsystem\n"))), "nothing is unpickled"),
    "claims.npz": (zipped(("x.npy", npy("(1000000000000,)"))), "not as its header says: "),
    "minus.npz": (zipped(("x.npy", npy("(-1,)"))), "wrong shape: (-1,)"),
    "code.npz": (zipped(("x.npy", npy("__import__('os')"))), "not an array as numpy writes it"),
    "version.npz": (zipped(("x.npy", b"\x93NUMPY\x09\x00aa")), "unknown version of numpy's format: (9, 0)"),
    "bomb.npz": (BOMB, "bytes would unpack to 100,000,"),
}  # fmt: skip


@pytest.mark.parametrize("name", SPOILT)
def test_a_spoilt_file_is_one_line_that_names_it_and_takes_no_memory(name: str, tmp_path: Path) -> None:
    content, said = SPOILT[name]
    require_refused(tmp_path / name, content, said)


@pytest.mark.parametrize("suffix", [*PICKLED, ".msgpack"])
def test_what_is_pickled_or_of_another_form_is_refused_with_the_line_that_saves_it_anew(
    suffix: str, tmp_path: Path
) -> None:
    """It need not even be there: it is not opened."""
    with pytest.raises(WeightsError, match=r"save it anew: .*(save_file|savez)\(") as refused:
        load_weights(tmp_path / f"model{suffix}")
    assert "\n" not in str(refused.value)


def test_a_model_of_onnx_without_its_package_is_refused_with_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(WeightsError, match=r"the package onnx is not installed, .* \(pip install onnx\): weights file"):
        load_weights(tmp_path / "model.onnx")


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("none.safetensors", "cannot read: No such file or directory: weights file"),
        ("none.npz", "cannot read: No such file or directory: weights file"),
        ("none.txt", "unknown suffix: '.txt' (must be one of '.safetensors', '.npz', '.onnx', '.keras', "),
        (".", "no arrays: no file ends with '.npy' in weights folder"),
        ("a\0b.npz", "holds a NUL character"),
    ],
)
def test_what_is_no_weights_file_is_one_line(
    where: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as refused:
        load_weights(where)
    assert said in str(refused.value)


def test_a_folder_is_its_arrays(tmp_path: Path) -> None:
    (tmp_path / "lstm").mkdir()
    for key, array in LSTM.items():
        np.save(tmp_path / "lstm" / f"{key}.npy", np.asfortranarray(array))
    assert (load_weights(tmp_path).parameters["b_i"] == LSTM["bias_ih_l0"][:2] + LSTM["bias_hh_l0"][:2]).all()


def test_a_file_alone_is_no_example_and_says_so(tmp_path: Path) -> None:
    file = tmp_path / "m.npz"
    file.write_bytes(npz_bytes(LSTM))
    for ask in (load_problem, Study):
        with pytest.raises(ExampleError, match=r"holds weights alone \(give --inputs and --targets; in Python load_w"):
            ask(file)
    assert [is_weights(name) for name in ("m.npz", "m.json", "gomez", Path("m.pt"), 3)] == [
        True,
        False,
        False,
        True,
        False,
    ]


def test_a_problem_from_files_names_the_file_that_is_missing_or_does_not_fit(tmp_path: Path) -> None:
    weights, inputs, targets = (tmp_path / name for name in ("m.npz", "x.npy", "y.npy"))
    weights.write_bytes(npz_bytes(LSTM))
    np.save(inputs, np.ones((4, 3)))
    np.save(targets, np.ones((4, 2)))
    assert (problem_from_files(weights, inputs, targets).name, load_npy(inputs, "x").shape) == ("m", (4, 3))
    for given_, said in (
        ((None, targets), "missing: --inputs, a .npy file of (steps, 3) numbers"),
        ((inputs, None), "missing: --targets, a .npy file of (steps, 2) numbers"),
        ((targets, targets), "wrong shape: inputs are (4, 2), must be (steps, 3)"),
        ((tmp_path / "x.csv", targets), "unknown suffix: '.csv' of inputs file"),
        ((tmp_path / "no.npy", targets), "cannot read: No such file or directory: inputs file"),
        ((weights.with_suffix(".npy"), targets), "inputs file"),
    ):
        with pytest.raises(InputError) as refused:
            problem_from_files(weights, *given_)
        assert said in str(refused.value)
        assert "\n" not in str(refused.value)


def test_every_suffix_has_a_reader() -> None:
    assert sorted(READERS) == [".h5", ".hdf5", ".keras", ".npz", ".onnx", ".safetensors"]


@pytest.mark.parametrize("signs", [(1.0, 1.0), (-1.0, -1.0), (1.0, -1.0)])
def test_two_biases_whose_sum_no_float_is_are_refused(signs: tuple[float, float]) -> None:
    """It was a warning of NumPy; those that cancel have a sum."""
    biases = {name: np.full(8, sign * 1.5e308) for name, sign in zip(("bias_ih_l0", "bias_hh_l0"), signs, strict=True)}
    if sum(signs):
        with pytest.raises(InputError, match=r"^not a finite number: 'b_A' of .* has -?inf at \[0\] in the mapping$"):
            load_weights({**LSTM, **biases})
    else:
        assert not load_weights({**LSTM, **biases}).parameters["b_A"].any()
