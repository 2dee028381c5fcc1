"""Thrift's compact protocol, as much of it as a Parquet footer takes: structures to and from plain values.

A structure is a dict of field numbers to (type, value); the value of a list is (type of its items, items).
"""

from typing import IO, Any

TRUE, FALSE, I8, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = range(1, 13)
LONG_LIST = 15

Struct = dict[int, tuple[int, Any]]


class Encoded(bytes):
    """A structure that is encoded already."""


def decode(source: IO[bytes]) -> Struct:
    """Read a structure. Raises `ValueError` or `IndexError` where there is none."""
    fields: Struct = {}
    last = 0
    while head := source.read(1)[0]:
        kind = head & 15
        last = last + (head >> 4) if head >> 4 else _signed(source)
        fields[last] = (kind, kind == TRUE if kind in (TRUE, FALSE) else _value(source, kind))
    return fields


def _value(source: IO[bytes], kind: int) -> Any:
    if kind in (I16, I32, I64):
        return _signed(source)
    if kind in (TRUE, FALSE, I8):  # as items of a list
        return source.read(1)[0]
    if kind == DOUBLE:
        return source.read(8)
    if kind == BINARY:
        return source.read(_unsigned(source))
    if kind == STRUCT:
        return decode(source)
    if kind in (LIST, SET):
        head = source.read(1)[0]
        count = head >> 4 if head >> 4 < LONG_LIST else _unsigned(source)
        return head & 15, [_value(source, head & 15) for _ in range(count)]
    raise ValueError(f"a Parquet footer holds nothing of type {kind}")


def _unsigned(source: IO[bytes]) -> int:
    value = shift = 0
    while True:
        byte = source.read(1)[0]
        value |= (byte & 127) << shift
        if byte < 128:
            return value
        shift += 7


def _signed(source: IO[bytes]) -> int:
    value = _unsigned(source)
    return value >> 1 ^ -(value & 1)


def encode(fields: Struct) -> bytes:
    """Return a structure as bytes."""
    made = bytearray()
    last = 0
    for number, (kind, value) in sorted(fields.items()):
        short = number - last < 16
        made.append((number - last if short else 0) << 4 | (kind if kind not in (TRUE, FALSE) else 2 - bool(value)))
        if not short:
            made += _from_signed(number)
        if kind not in (TRUE, FALSE):
            made += _from_value(kind, value)
        last = number
    made.append(0)
    return bytes(made)


def _from_value(kind: int, value: Any) -> bytes:
    if kind in (I16, I32, I64):
        return _from_signed(value)
    if kind in (TRUE, FALSE, I8):
        return bytes([value])
    if kind == DOUBLE:
        return bytes(value)
    if kind == BINARY:
        return _from_unsigned(len(value)) + bytes(value)
    if kind == STRUCT:
        return bytes(value) if isinstance(value, Encoded) else encode(value)
    of, items = value
    head = bytes([len(items) << 4 | of]) if len(items) < LONG_LIST else bytes([0xF0 | of]) + _from_unsigned(len(items))
    return head + b"".join([_from_value(of, item) for item in items])


def _from_unsigned(value: int) -> bytes:
    made = bytearray()
    while value > 127:
        made.append(value & 127 | 128)
        value >>= 7
    made.append(value)
    return bytes(made)


def _from_signed(value: int) -> bytes:
    return _from_unsigned(value << 1 if value >= 0 else (-value << 1) - 1)
