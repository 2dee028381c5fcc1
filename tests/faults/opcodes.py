"""Model files written opcode by opcode, so that they can be what no pickler would write."""

import io
import os
import pickle
import struct
from typing import Any

import joblib

PROTO = b"\x80\x04"
STOP = b"."


def text(value: str) -> bytes:
    data = value.encode()
    return b"\x8c" + bytes([len(data)]) + data


def name(module: str, attribute: str) -> bytes:
    return text(module) + text(attribute) + pickle.STACK_GLOBAL


WRAPPER = name("joblib.numpy_pickle", "NumpyArrayWrapper")


def number(value: int) -> bytes:
    if -(2**31) <= value < 2**31:
        return b"J" + struct.pack("<i", value)
    data = value.to_bytes(16, "little", signed=True)
    return b"\x8a" + bytes([len(data)]) + data


def plain(value: object) -> bytes:
    """Return opcodes for a value of plain data."""
    match value:
        case bytes():
            return value  # opcodes already
        case None | True | False:
            return {None: b"N", True: b"\x88", False: b"\x89"}[value]
        case int():
            return number(value)
        case str():
            return text(value)
        case tuple():
            return b"(" + b"".join(map(plain, value)) + b"t"
        case dict():
            return b"}(" + b"".join(plain(part) for pair in value.items() for part in pair) + b"u"
    raise TypeError(value)


def model(value: bytes, tail: bytes = b"") -> bytes:
    """Return a model file with a value of its own in it."""
    return PROTO + plain({"format": "topicdesk-model", "version": 1, "idf": value}) + STOP + tail


def dtype(code: str = "f8", order: str = "<", copy: bool = True, state: tuple[object, ...] | None = None) -> bytes:
    build = plain(state or (3, order, None, None, None, -1, -1, 0)) + b"b"
    return name("numpy", "dtype") + plain((code, False, copy)) + b"R" + build


def array(content: bytes = b"\0" * 80, pad: bytes = b"\xff", **changes: Any) -> bytes:
    """Return a model file with an array, announced otherwise than it is; its bytes stand where joblib reads them."""
    state: dict[str, Any] = {
        "subclass": name("numpy", "ndarray"),
        "shape": (10,),
        "order": "C",
        "dtype": dtype(),
        "allow_mmap": True,
        "numpy_array_alignment_bytes": 16,
    } | changes
    head = (
        PROTO
        + b"}("
        + text("idf")
        + WRAPPER
        + b")\x81"
        + plain({k: v for k, v in state.items() if v is not ...})
        + b"b"
    )
    padding = 16 - (len(head) + 1) % 16
    return head + bytes([padding]) + pad * padding + content + b"u" + STOP


class Act:
    """Pickles as a call."""

    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, (self.command,)


def dumped(content: object, **options: Any) -> bytes:
    buffer = io.BytesIO()
    joblib.dump(content, buffer, **options)
    return buffer.getvalue()
