"""Reads joblib's dumps as data: nothing that a file says can import, call or change anything.

A dump is a pickle with the arrays' bytes between its opcodes. This unpickler knows only the opcodes that a dict of
plain data and arrays needs. The three globals such a dump names (joblib's array wrapper, `ndarray`, `dtype`) stand on
its stack as marks, not as the classes, so that REDUCE, NEWOBJ and BUILD have nothing to call and nothing to poison: a
dtype is looked up in a table, and an array is read when its dtype, shape, padding and length have been held against the
bytes that are left. So a file cannot take more memory than a few times its own size.

Why an allow-list of names is not enough: BUILD on an allowed class sets its attributes, and joblib before 1.6 read
arrays of objects with a second, plain unpickler (GHSA-m62q-453p-gv66).
"""

import enum
import io
import math
import pickle
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NoReturn

import numpy as np
from joblib.numpy_pickle import NUMPY_ARRAY_ALIGNMENT_BYTES, NumpyArrayWrapper, NumpyUnpickler

from model.errors import InvalidModelError

MOST_OPCODES = 1000  # a model takes 336
MOST_DIMENSIONS = 2
PLAIN = (int, str, bytes, np.ndarray)
# compressed files would unpack to any size; joblib tells them by these first bytes
COMPRESSED = (b"x", b"\x1f\x8b", b"BZ", b"\x5d\x00", b"\xfd7zXZ", b"\x04\x22\x4d\x18", b"ZF")


class _Name(enum.Enum):
    """What a file may name."""

    WRAPPER = ("joblib.numpy_pickle", "NumpyArrayWrapper")
    ARRAY = ("numpy", "ndarray")
    DTYPE = ("numpy", "dtype")


class _Dtype:
    """A dtype that a file builds: its code, and whether its state has come."""

    ORDERS: Mapping[str, str] = MappingProxyType({"f8": "<", "i8": "<", "u1": "|"})

    def __init__(self, code: str) -> None:
        self.code, self.built = code, False


class _Wrapper:
    """An array that a file announces; its state says the rest."""

    KINDS: Mapping[str, type] = MappingProxyType(
        {
            "subclass": _Name,
            "shape": tuple,
            "order": str,
            "dtype": _Dtype,
            "allow_mmap": bool,  # read, and never followed
            "numpy_array_alignment_bytes": int,
        }
    )


class _Opcodes(dict[int, Callable[["Unpickler"], None]]):
    """The opcodes that are known, and how many more may come."""

    left = MOST_OPCODES

    def __getitem__(self, code: int) -> Callable[["Unpickler"], None]:
        self.left -= 1
        if self.left < 0:
            _refuse("it has more instructions than a model file")
        return super().__getitem__(code)

    def __missing__(self, code: int) -> NoReturn:
        _refuse(f"it has the instruction {_OPCODES.get(code, hex(code))}, which a model file has no use for")


_OPCODES = {
    value[0]: name
    for name, value in vars(pickle).items()
    if name.isupper() and isinstance(value, bytes) and len(value) == 1
}


HANDLERS = {
    pickle.PROTO: "load_proto",
    pickle.FRAME: "load_frame",
    pickle.STOP: "load_stop",
    pickle.MARK: "load_mark",
    pickle.MEMOIZE: "load_memoize",
    pickle.BINGET: "load_binget",
    pickle.NONE: "load_none",
    pickle.NEWTRUE: "load_true",
    pickle.NEWFALSE: "load_false",
    pickle.BININT: "load_binint",
    pickle.BININT1: "load_binint1",
    pickle.BININT2: "load_binint2",
    pickle.BINBYTES: "load_binbytes",
    pickle.SHORT_BINUNICODE: "load_short_binunicode",
    pickle.EMPTY_TUPLE: "load_empty_tuple",
    pickle.TUPLE: "load_tuple",
    pickle.TUPLE1: "load_tuple1",
    pickle.TUPLE2: "load_tuple2",
    pickle.TUPLE3: "load_tuple3",
    pickle.EMPTY_DICT: "load_empty_dictionary",
    pickle.SETITEMS: "load_setitems",
    pickle.STACK_GLOBAL: "load_stack_global",
    pickle.NEWOBJ: "load_newobj",
    pickle.REDUCE: "load_reduce",
    pickle.BUILD: "load_build",
}


class Unpickler(NumpyUnpickler):  # type: ignore[misc]
    """joblib's unpickler with nothing left in it that could act on a file's word."""

    def __init__(self, data: bytes) -> None:
        super().__init__("", io.BytesIO(data), ensure_native_byte_order=True, mmap_mode=None)
        self.size = len(data)
        self.dispatch = _Opcodes({opcode[0]: getattr(type(self), method) for opcode, method in HANDLERS.items()})

    def find_class(self, module: str, name: str) -> _Name:
        """Return the mark of one of the three names."""
        if (module, name) not in (known.value for known in _Name):
            _refuse(f"it names {f'{module}.{name}'!a:.100}")
        return _Name((module, name))

    def load_proto(self) -> None:
        """Accept the one protocol that model files are written in."""
        if self.read(1) != b"\x04":
            _refuse("it is of another pickle protocol than a model file")

    def load_frame(self) -> None:
        """Skip a frame's head: frames only help to read ahead, and might claim any length."""
        if int.from_bytes(self.read(8), "little") > self.size - self.file_handle.tell():
            _refuse("it is cut short")

    def load_tuple(self) -> None:
        """Make a flat tuple of what stands above the mark."""
        self._push(self.pop_mark())

    def load_tuple1(self) -> None:
        """Make a flat tuple of one."""
        self._push([self.stack.pop()])

    def load_tuple2(self) -> None:
        """Make a flat tuple of two."""
        second = self.stack.pop()
        self._push([self.stack.pop(), second])

    def load_tuple3(self) -> None:
        """Make a flat tuple of three."""
        second, third = self.stack[-2:]
        del self.stack[-2:]
        self._push([self.stack.pop(), second, third])

    def _push(self, items: list[object]) -> None:
        if not all(item is None or type(item) in (bool, int, str) for item in items):
            _refuse("it nests what a model file keeps flat")
        self.append(tuple(items))

    def load_setitems(self) -> None:
        """Fill a dict whose keys are strings, each once."""
        items = self.pop_mark()
        target, keys = self.stack[-1], items[::2]
        if type(target) is not dict or len(items) % 2 or not all(type(key) is str for key in keys):
            _refuse("it has a dictionary that is none")
        if len({*target, *keys}) < len(target) + len(keys):
            _refuse("it has an entry twice")
        target.update(zip(keys, items[1::2], strict=True))

    def load_newobj(self) -> None:
        """Announce an array; nothing else can be made."""
        arguments, what = self.stack.pop(), self.stack.pop()
        if what is not _Name.WRAPPER or type(arguments) is not tuple or arguments:
            _refuse("it makes an object")
        self.append(_Wrapper())

    def load_reduce(self) -> None:
        """Note a dtype; nothing else can be called."""
        arguments, what = self.stack.pop(), self.stack.pop()
        if what is not _Name.DTYPE or type(arguments) is not tuple:
            _refuse("it makes a call")
        code, *flags = arguments
        if code not in _Dtype.ORDERS or flags != [False, True]:
            _refuse("it has an array of a kind that no model file has")
        self.append(_Dtype(code))

    def load_build(self) -> None:
        """Take a dtype's byte order, or read an array; nothing else has a state."""
        state, target = self.stack.pop(), self.stack[-1]
        if type(target) is _Dtype and not target.built:
            if type(state) is not tuple or state != (3, _Dtype.ORDERS[target.code], None, None, None, -1, -1, 0):
                _refuse("it has an array of a kind that no model file has")
            target.built = True
        elif type(target) is _Wrapper and type(state) is dict:
            self.stack[-1] = self._read_array(state)
        else:
            _refuse("it changes an object")

    def _read_array(self, state: dict[str, Any]) -> Any:
        if state.keys() != _Wrapper.KINDS.keys() or any(type(state[k]) is not v for k, v in _Wrapper.KINDS.items()):
            _refuse("it has an array of a kind that no model file has")
        dtype, shape, order = state["dtype"], state["shape"], state["order"]
        fixed = (state["subclass"], state["numpy_array_alignment_bytes"])
        if fixed != (_Name.ARRAY, NUMPY_ARRAY_ALIGNMENT_BYTES) or not dtype.built or order not in ("C", "F"):
            _refuse("it has an array of a kind that no model file has")
        if not 1 <= len(shape) <= MOST_DIMENSIONS or not all(type(n) is int and n >= 0 for n in shape):
            _refuse("it has an array of a shape that no model file has")
        kind = np.dtype(_Dtype.ORDERS[dtype.code] + dtype.code)
        # joblib pads with 1 to 16 bytes of 255, after one that says how many
        start = self.file_handle.tell()
        padding = NUMPY_ARRAY_ALIGNMENT_BYTES - (start + 1) % NUMPY_ARRAY_ALIGNMENT_BYTES
        if self.file_handle.read(1 + padding) != bytes([padding]) + b"\xff" * padding:
            _refuse("it is damaged before an array")
        if math.prod(shape) * kind.itemsize > self.size - self.file_handle.tell():
            _refuse("it has an array that is longer than the file")
        self.file_handle.seek(start)
        wrapper = NumpyArrayWrapper(np.ndarray, shape, order, kind, allow_mmap=False)
        return wrapper.read(self, self.ensure_native_byte_order)


def load(data: bytes) -> dict[str, int | str | bytes | np.ndarray]:
    """Return the plain dict in a joblib dump. Raises `InvalidModelError` for anything else, and executes nothing."""
    if data.startswith(COMPRESSED):
        _refuse("it is compressed, which a model file never is")
    if not data.startswith(pickle.PROTO):
        _refuse("it is no joblib dump")
    unpickler = Unpickler(data)
    try:
        content = unpickler.load()
    except InvalidModelError:
        raise
    except Exception as error:  # what a damaged stream makes of a stack machine has no end of names
        raise InvalidModelError(f"the model file is damaged or cut short ({type(error).__name__})") from error
    if unpickler.file_handle.tell() != len(data):
        _refuse("something stands behind its end")
    if type(content) is not dict or not all(type(value) in PLAIN for value in content.values()):
        _refuse("it holds something else than plain data")
    return content


def _refuse(reason: str) -> NoReturn:
    raise InvalidModelError(f"this is not a topicdesk model file: {reason}")
