"""Files of weights, written by as little as their forms ask for."""

from __future__ import annotations

import json
import struct
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS = {
    "<f8": "F64", "<f4": "F32", "<f2": "F16", "<i8": "I64", "<i4": "I32", "<i2": "I16", "|i1": "I8", "<u8": "U64",
    "<u4": "U32", "<u2": "U16", "|u1": "U8", "|b1": "BOOL",
}  # fmt: skip
"""numpy's name of a kind of number -> that of safetensors."""


def safetensors_bytes(arrays: Mapping[str, Any]) -> bytes:
    """Return a safetensors file of arrays."""
    header, content = {}, b""
    for key, each in arrays.items():
        array = np.asarray(each)
        span = [len(content), len(content) + array.nbytes]
        header[key] = {"dtype": KINDS[array.dtype.str], "shape": list(array.shape), "data_offsets": span}
        content += array.tobytes()
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + content


def npz_bytes(arrays: Mapping[str, Any]) -> bytes:
    """Return an npz archive of arrays."""
    stream = BytesIO()
    np.savez_compressed(stream, **arrays)
    return stream.getvalue()
