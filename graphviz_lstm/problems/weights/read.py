"""Weights from where people have them: a safetensors file, an npz archive, a folder of npy files, a mapping."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.errors import InputError, WeightsError, shorten
from graphviz_lstm.files import is_there, require_path
from graphviz_lstm.problems.weights.entries import Entry, Weights
from graphviz_lstm.problems.weights.keras import hdf5_weights, keras_weights
from graphviz_lstm.problems.weights.npy import SUFFIX, npy_entry, npz_entries
from graphviz_lstm.problems.weights.onnx import onnx_weights
from graphviz_lstm.problems.weights.safetensors import safetensors_entries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

READERS: dict[str, Callable[[Path, str], Weights]] = {
    ".safetensors": lambda path, what: Weights(what, safetensors_entries(path, what)),
    ".npz": lambda path, what: Weights(what, npz_entries(path, what)),
    ".onnx": onnx_weights,
    ".keras": keras_weights,
    ".h5": hdf5_weights,
    ".hdf5": hdf5_weights,
}
"""The suffixes of weights files."""
PICKLED = (".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".bin", ".joblib")
"""Suffixes of what is never read: it can name code, which would run."""
# What is no pickle, and not read either: how the same weights are had.
_FLAX = "numpy.savez('model.npz', **flax.traverse_util.flatten_dict(params, sep='/'))"
_ELSEWHERE = {".msgpack": _FLAX}
_SAVE = "safetensors.torch.save_file(model.state_dict(), 'model.safetensors')"
_DEEPEST = 32
# In a folder, all that is no array counted.
_MOST_FILES = 50_000


def is_weights(where: object) -> bool:
    """Return whether a path is that of weights, by its suffix: of those that are read, and those that are refused."""
    known = {*READERS, *PICKLED, *_ELSEWHERE}
    return isinstance(where, str | os.PathLike) and Path(os.fsdecode(where)).suffix in known


def read_weights(weights: str | os.PathLike[str] | Mapping[str, Any] | Weights) -> Weights:
    """Return what weights hold, none of their numbers read yet.

    Parameters
    ----------
    weights
        The path of a `.safetensors`, `.npz`, `.onnx`, `.keras` or `.h5` file, or of a folder of `.npy` files; or a
        mapping from keys to arrays, such as a state dict, which may be nested: then keys are joined by `/`.

    Raises
    ------
    WeightsError, InputError
        If it is none of these, or cannot be read; the line names the file.

    Examples
    --------
    >>> held = read_weights({"cell": {"W": np.zeros((2, 3), dtype=np.float32)}})
    >>> [f"{key}: {entry}" for key, entry in held.entries.items()]
    ['cell/W: float32 (2, 3)']
    """
    if isinstance(weights, Weights):
        return weights
    if isinstance(weights, Mapping):
        return Weights("the mapping", dict(_flattened(weights)))
    if not isinstance(weights, str | os.PathLike):
        raise InputError(f"not weights: {shorten(weights)} (must be a file's path or a mapping from keys to arrays)")
    path = require_path(weights)
    if is_there(path) and path.is_dir():
        return _folder(path)
    what = f"weights file {shorten(str(path), most=200)}"
    if path.suffix in PICKLED:
        raise WeightsError(f"never read: a pickle can run code (save it anew: {_SAVE}): {what}")
    if path.suffix in _ELSEWHERE:
        raise WeightsError(f"not read in this form (save it anew: {_ELSEWHERE[path.suffix]}): {what}")
    if path.suffix not in READERS:
        raise WeightsError(f"unknown suffix: {path.suffix!r} (must be one of {', '.join(map(repr, READERS))}): {what}")
    return READERS[path.suffix](path, what)


def _folder(folder: Path) -> Weights:
    what = f"weights folder {str(folder)!r}"
    entries = {
        path.relative_to(folder).with_suffix("").as_posix(): npy_entry(path, f"weights file {str(path)!r}")
        for path in _files_in(folder, what)
    }
    if not entries:
        raise WeightsError(f"no arrays: no file ends with {SUFFIX!r} in {what}")
    return Weights(what, entries)


def _files_in(folder: Path, what: str) -> list[Path]:
    """Return the files of arrays in a folder, in order; refuse one of more than any net has, such as a whole disk."""
    found: list[Path] = []
    seen = 0
    for where, folders, names in os.walk(folder):
        seen += len(folders) + len(names)
        if seen > _MOST_FILES:
            raise WeightsError(f"too large: more than {_MOST_FILES:,} files and folders in {what}")
        found += [Path(where, name) for name in names if name.endswith(SUFFIX)]
    return sorted(found)


def _flattened(mapping: Mapping[Any, Any], before: str = "", depth: int = 0) -> Iterator[tuple[str, Entry]]:
    """Yield each array of a mapping with its key, those of mappings in it too."""
    if depth > _DEEPEST:
        raise WeightsError(f"nested too deeply: more than {_DEEPEST} mappings within each other in the mapping")
    for name, value in mapping.items():
        key = f"{before}{name}"
        if isinstance(value, Mapping):
            yield from _flattened(value, f"{key}/", depth + 1)
        else:
            array, dtype = _array(key, value)
            yield key, Entry(array.shape, dtype, partial(np.asarray, array))


def _array(key: str, value: Any) -> tuple[NDArray[np.generic], str]:
    """Return a value as an array, and its kind of number: of numpy, or of whatever library gives it out as that."""
    if hasattr(value, "detach"):
        value = value.detach().cpu()
        if str(value.dtype) == "torch.bfloat16":
            return value.float().numpy(), "bfloat16"  # exact, and numpy has no such kind
    try:
        array = np.asarray(value)
    except Exception:  # noqa: BLE001 -- somebody else's array; a message must not fail
        raise WeightsError(f"not an array: {shorten(key)} is {shorten(value)} in the mapping") from None
    if array.dtype.name == "bfloat16":
        return array.astype(np.float32), "bfloat16"
    if array.dtype.kind not in "iufb":
        raise WeightsError(f"not numbers: {shorten(key)} is {shorten(value)} in the mapping")
    return array, array.dtype.name
