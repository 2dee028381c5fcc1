"""Files made to harm who loads them.

`hostile` gives them all; `ACT` names those with which a plain `joblib.load` runs a command, `POISON` those with which
it changes something in the process.
"""

import bz2
import gzip
import io
import lzma
import pickle
import struct
import zlib
from functools import cache
from pathlib import Path
from typing import Any

import joblib
import numpy as np

from model import artifact
from tests.faults.opcodes import PROTO, STOP, WRAPPER, Act, array, dtype, dumped, model, name, plain, text
from tests.small import small


def hostile(canary: Path) -> dict[str, bytes]:
    """Return the files by name; those that run a command make the file `canary.<name>`."""
    return _calls(canary) | _changes() | _objects() | _bulk() | _arrays() | _disguises(canary)


def _calls(canary: Path) -> dict[str, bytes]:
    """Files that run a command."""
    good = artifact.dump(small())
    files: dict[str, bytes] = {}

    def command(key: str) -> str:
        return f"touch {canary}.{key}"

    def calls(key: str) -> bytes:
        return name("os", "system") + text(command(key)) + b"\x85R"

    for protocol in (2, 3, 4, 5):
        files[f"reduce-protocol-{protocol}"] = pickle.dumps(Act(command(f"reduce-protocol-{protocol}")), protocol)
    files["reduce-in-a-value"] = model(calls("reduce-in-a-value"))
    files["reduce-thrown-away"] = PROTO + calls("reduce-thrown-away") + b"0" + good[2:]
    files["reduce-as-key"] = PROTO + b"}(" + calls("reduce-as-key") + b"Nu."
    files["reduce-behind-the-end"] = good[:-1] + calls("reduce-behind-the-end") + b"0" + STOP
    for key, raw in {
        "text-global": "cos\nsystem\n(S'{}'\ntR.",
        "inst": "(S'{}'\nios\nsystem\n.",
        "obj": "(cos\nsystem\nS'{}'\no.",
        "python-2-global": 'c__builtin__\neval\n(S\'__import__("os").system("{}")\'\ntR.',
    }.items():
        files[key] = raw.format(command(key)).encode()
        files[f"{key}-protocol-2"] = b"\x80\x02" + raw.format(command(f"{key}-protocol-2")).encode()
    files["dotted-name"] = model(name("joblib.numpy_pickle", "os.system") + text(command("dotted-name")) + b"\x85R")
    files["object-array"] = dumped({"idf": np.array([Act(command("object-array"))], dtype=object)})
    files["object-field"] = dumped({"idf": np.array([(1, Act(command("object-field")))], dtype="i8,O")})
    files["nested-pickle"] = model(
        name("pickle", "loads") + pickle.dumps(pickle.dumps(Act(command("nested-pickle"))), 3)[2:-3] + b"\x85R"
    )
    files["exec"] = model(name("builtins", "exec") + text(f"import os; os.system({command('exec')!r})") + b"\x85R")
    files["partial"] = model(
        name("functools", "partial") + name("os", "system") + text(command("partial")) + b"\x86R)R"
    )
    files["joblib-load"] = model(name("joblib.numpy_pickle", "load") + text(f"{canary}.none") + b"\x85R")
    return files


def _changes() -> dict[str, bytes]:
    """Files that change the process instead."""
    files: dict[str, bytes] = {}
    files["build-on-a-class"] = model(WRAPPER + plain((None, {"poisoned": 1})) + b"b")
    files["build-on-an-allowed-class"] = model(WRAPPER + plain({"poisoned": 1}) + b"b")
    files["build-on-a-module"] = model(name("joblib", "numpy_pickle") + plain({"poisoned": 1}) + b"b")
    files["setitem-modules"] = PROTO + name("sys", "modules") + text("poisoned") + b"Ns0}."
    files["setitem-environ"] = PROTO + name("os", "environ") + text("POISONED") + text("1") + b"s0}."
    files["append-path"] = PROTO + name("sys", "path") + text("/poisoned") + b"a0}."
    files["setattr-builtins"] = model(
        name("builtins", "setattr") + name("sys", "modules") + b"0" + name("joblib", "numpy_pickle")
        + text("poisoned") + b"K\x01\x87R"
    )  # fmt: skip
    files["seterr"] = model(name("numpy", "seterr") + text("raise") + b"\x85R")
    files["build-on-a-shared-dtype"] = model(dtype("f8", copy=False, state=(3, ">", None, None, None, -1, -1, 0)))
    files["build-a-dtype-twice"] = model(dtype() + plain((3, "<", None, None, None, -1, -1, 0)) + b"b")
    return files


def _objects() -> dict[str, bytes]:
    """Files with objects that no model file has."""
    files: dict[str, bytes] = {}
    files["newobj"] = model(name("subprocess", "Popen") + b")\x81")
    files["newobj-of-an-allowed-name"] = model(name("numpy", "ndarray") + plain((3,)) + b"\x81")
    files["newobj-with-arguments"] = model(WRAPPER + plain(("a",)) + b"\x81")
    files["newobj-ex"] = model(WRAPPER + b")}\x92")
    files["dtype-as-an-object"] = model(name("numpy", "dtype") + plain(("f8",)) + b"\x81")
    files["a-name-as-a-value"] = model(WRAPPER)
    files["a-wrapper-as-a-value"] = model(WRAPPER + b")\x81")
    files["a-dtype-as-a-value"] = model(dtype())
    files["call-the-wrapper"] = model(WRAPPER + plain((1, 2, 3, 4)) + b"R")
    files["sklearn-reads-paths"] = model(name("sklearn.feature_extraction.text", "TfidfVectorizer") + b")\x81")
    files["old-joblib-wrapper"] = model(
        name("joblib.numpy_pickle_compat", "NDArrayWrapper") + b")\x81"
        + plain({"filename": "/etc/passwd", "subclass": name("numpy", "ndarray")}) + b"b"
    )  # fmt: skip
    files["list"], files["set"], files["dup"] = model(b"]"), model(b"\x8f"), model(b"N20")
    files["ext-1"], files["ext-2"], files["ext-4"] = (
        model(b"\x82\x01"), model(b"\x83\x01\x00"), model(b"\x84\x01\x00\x00\x00")
    )  # fmt: skip
    files["persid"], files["binpersid"] = model(b"P1\n"), model(b"NQ")
    files["next-buffer"], files["readonly-buffer"] = model(b"\x97"), model(b"N\x98")
    files["long"], files["float"], files["get"] = model(b"\x8a\x01\x01"), model(b"G" + b"\0" * 8), model(b"g0\n")
    files["dict-in-a-value"] = model(b"}")
    files["bool-as-version"] = PROTO + plain({"format": "topicdesk-model", "version": True}) + STOP
    files["itself"] = PROTO + b"}\x94(" + text("idf") + b"h\0u."
    files["key-twice"] = PROTO + b"}(" + (text("format") + text("topicdesk-model")) * 2 + b"u."
    files["key-no-text"] = PROTO + plain({1: 1}) + STOP
    files["key-without-value"] = PROTO + b"}(" + text("format") + b"u."
    files["no-dict"] = PROTO + plain((1, 2)) + STOP
    files["setitems-on-a-tuple"] = PROTO + b")(NNu."
    files["self-referring-array"] = PROTO + b"}\x94(" + text("idf") + WRAPPER + b")\x81" + b"h\0b" + b"u."
    files["empty-stack"] = PROTO + b"bR\x81."
    files["memo-of-nothing"] = PROTO + b"\x94h\xff."
    files["nested-tuple"] = model(plain(((1, (2,)),)))
    return files


def _bulk() -> dict[str, bytes]:
    """Files that take memory or time."""
    good = artifact.dump(small())
    files: dict[str, bytes] = {}
    files["huge-long"] = PROTO + b"\x8b\xff\xff\xff\x7f" + b"\xff" * 1000
    files["huge-frame"] = PROTO + b"\x95" + b"\xff" * 7 + b"\x7f" + good[2:]
    files["frame-past-the-end"] = PROTO + b"\x95" + struct.pack("<Q", len(good) + 100) + good[2:]
    files["huge-bytes"] = PROTO + b"B\xff\xff\xff\xff"
    files["huge-bytearray"] = PROTO + b"\x96" + struct.pack("<Q", 1 << 40)
    files["huge-put"] = PROTO + b"Nr\xff\xff\xff\xff."
    files["many-memos"] = PROTO + b"N" + b"\x94" * 100_000 + STOP
    files["many-dicts"] = PROTO + b"}" * 100_000 + STOP
    files["many-marks"] = PROTO + b"(" * 100_000 + STOP
    files["deep-tuples"] = PROTO + b"N" + b"\x85" * 100_000 + STOP
    files["doubling-tuples"] = PROTO + b"N" + b"\x94h\0\x86" * 40 + STOP
    files |= _bombs()
    files["lz4"] = b"\x04\x22\x4d\x18" + bytes(100)
    files["compressed-by-joblib"] = dumped({"format": "topicdesk-model"}, compress=3)
    return files


def _arrays() -> dict[str, bytes]:
    """Files that lie about arrays."""
    files: dict[str, bytes] = {}
    for key, shape in {
        "long": (1 << 30,), "longer": (11,), "overflow": (1 << 32, 1 << 32), "square": (2**31 - 1, 2**31 - 1),
        "negative": (-10,), "both-negative": (-2, -5), "none": (), "three": (1, 2, 5), "text": ("10",), "true": (True,),
        "zero-times-much": (0, 2**31 - 1, 2**31 - 1),
    }.items():  # fmt: skip
        files[f"shape-{key}"] = array(shape=shape)
    files["shape-no-tuple"] = array(shape=10)
    for code in ("O", "O8", "V8", "S1000000000", "U4", "M8", "f2", "f16", "c16", "i4", ">f8", "f8,O", "b1"):
        files[f"dtype-{code}"] = array(dtype=dtype(code))
    files["dtype-big-endian"] = array(dtype=dtype("f8", ">"))
    files["dtype-with-fields"] = array(dtype=dtype(state=(3, "<", None, ("a",), None, -1, -1, 0)))
    files["dtype-with-a-subarray"] = array(dtype=dtype(state=(3, "<", "O", None, None, -1, -1, 0)))
    files["dtype-object-flags"] = array(dtype=dtype(state=(3, "<", None, None, None, -1, -1, 63)))
    files["dtype-unbuilt"] = array(dtype=name("numpy", "dtype") + plain(("f8", False, True)) + b"R")
    files["dtype-text"] = array(dtype="f8")
    files["subclass-memmap"] = array(subclass=name("numpy", "memmap"))
    files["subclass-call"] = array(subclass=name("os", "system"))
    files["subclass-dtype"] = array(subclass=name("numpy", "dtype"))
    files["order"] = array(order="K")
    files["alignment"], files["alignment-none"] = (
        array(numpy_array_alignment_bytes=8), array(numpy_array_alignment_bytes=None)
    )  # fmt: skip
    files["alignment-missing"] = array(numpy_array_alignment_bytes=...)
    files["wrapper-with-more"] = array(filename="/etc/passwd")
    files["mmap-text"] = array(allow_mmap="r+")
    files["padding"], files["padding-long"] = array(pad=b"\0"), array(pad=b"\xff\xff")
    files["array-cut"] = array(content=b"\0" * 79)
    files["array-too-long"] = array(content=b"\0" * 81)
    return files


def _disguises(canary: Path) -> dict[str, bytes]:
    """Files that are not what they seem."""
    good = artifact.dump(small())
    files: dict[str, bytes] = {}

    def command(key: str) -> str:
        return f"touch {canary}.{key}"

    files["trailing-byte"] = good + b"\0"
    files["trailing-pickle"] = good + pickle.dumps(Act(command("trailing-pickle")))
    files["two-models"] = good + good
    files["empty"], files["only-protocol"], files["only-stop"] = b"", PROTO, PROTO + STOP
    files["protocol-5"], files["protocol-255"] = b"\x80\x05" + good[2:], b"\x80\xff" + good[2:]
    files["protocol-twice"] = PROTO + b"\x80\x02" + good[2:]
    files["npy"] = b"\x93NUMPY" + bytes(100)
    files["zip"] = b"PK\x03\x04" + bytes(100)
    files["json"] = b'{"format": "topicdesk-model", "version": 1}'
    files["metadata-deep"] = dumped(_loaded(good) | {"metadata": b"[" * 100_000}, protocol=4)
    files["metadata-huge-number"] = dumped(_loaded(good) | {"metadata": b"9" * 100_000}, protocol=4)
    return files


@cache
def _bombs() -> dict[str, bytes]:
    bomb = dumped({"terms": np.zeros(20_000_000, np.uint8)})
    return {
        "zlib": zlib.compress(bomb, 1),
        "gzip": gzip.compress(bomb, 1),
        "bz2": bz2.compress(bomb, 1),
        "xz": lzma.compress(bomb, preset=0),
        "lzma": lzma.compress(bomb, format=lzma.FORMAT_ALONE, preset=0),
    }


def _loaded(data: bytes) -> dict[str, Any]:
    content: dict[str, Any] = joblib.load(io.BytesIO(data))
    return content


ACT = [
    *(f"reduce-protocol-{n}" for n in (2, 3, 4, 5)),
    "reduce-in-a-value", "reduce-thrown-away", "reduce-as-key", "text-global", "inst", "obj", "python-2-global",
    "text-global-protocol-2", "inst-protocol-2", "obj-protocol-2", "python-2-global-protocol-2",
    "dotted-name", "object-array", "object-field", "nested-pickle", "exec", "partial",
]  # fmt: skip
POISON = ["build-on-a-class", "build-on-a-module", "setitem-modules", "setitem-environ", "append-path",
          "setattr-builtins", "seterr"]  # fmt: skip
