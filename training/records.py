"""Rows out of lines: JSON objects and CSV cells, a bad one standing as an error among the good ones."""

import csv
import sys
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import msgspec

from training.lines import BOM, utf8_fault

Values = dict[str, Any]

_decode = msgspec.json.Decoder(Values).decode


class Row(NamedTuple):
    """One row: `number` counts from 1 (for JSONL it is the line); `error` says why it could not be read."""

    number: int
    values: Values
    error: str | None = None


def json_rows(lines: Iterable[bytes], first: int = 1) -> Iterator[Row]:
    """Yield the rows in lines of JSON, of which the first has the number `first`; blank lines are none."""
    for number, line in enumerate(lines, first):
        try:
            yield Row(number, _decode(line))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            if (row := _bad_json(number, line, error)) is not None:
                yield row


def _bad_json(number: int, line: bytes, error: Exception) -> Row | None:
    """Return the row in a line that could not be decoded at first, None for a blank one."""
    if number == 1 and line.startswith(BOM):
        line = line.removeprefix(BOM)
        try:
            return Row(number, _decode(line))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as another:
            error = another
    if not line.decode(errors="surrogateescape").strip():
        return None
    if (fault := utf8_fault(line)) is not None:
        return Row(number, {}, fault)
    if isinstance(error, msgspec.ValidationError):
        return Row(number, {}, "not a JSON object")
    return Row(number, {}, f"not valid JSON ({error})")


class CsvRecord(NamedTuple):
    """The cells of one row of CSV; `error` says why they could not be read, `faulty` that some may not be UTF-8."""

    number: int
    cells: list[str]
    error: str | None = None
    faulty: bool = False


class CsvRecords:
    """Takes lines apart into CSV records, and knows how many bytes it has taken."""

    def __init__(self, lines: Iterable[bytes], start: int = 0) -> None:
        csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
        self.taken = start
        self._faulty = False
        self._rows = csv.reader(self._texts(lines), strict=True)

    def _texts(self, lines: Iterable[bytes]) -> Iterator[str]:
        for line in lines:
            text = line if self.taken else line.removeprefix(BOM)
            self.taken += len(line)
            try:
                yield text.decode()
            except UnicodeDecodeError:
                self._faulty = True
                yield text.decode(errors="surrogateescape")

    def header(self) -> list[str] | None:
        """Return the cells of the first row, None where there is none. Raises `csv.Error`."""
        return next(self._rows, None)

    def rows(self, after: int = 0) -> Iterator[CsvRecord]:
        """Yield the rows that follow, of which the first has the number after `after`; empty ones are counted only."""
        number = after
        while True:
            number += 1
            self._faulty = False
            try:
                cells = next(self._rows)
            except StopIteration:
                return
            except csv.Error as error:
                yield CsvRecord(number, [], f"not a CSV row ({error})")
                continue
            if cells:
                yield CsvRecord(number, cells, None, self._faulty)


def csv_row(record: CsvRecord, header: list[str]) -> Row:
    """Return a record of CSV as a row."""
    number, cells, error, faulty = record
    if error is not None:
        return Row(number, {}, error)
    values: Values = dict(zip(header, cells, strict=False))
    if len(cells) != len(header):
        error = f"{len(cells)} cells where the header has {len(header)}"
    elif faulty:
        error = next((fault for cell in cells if (fault := utf8_fault(cell)) is not None), None)
    if error is not None:
        values = {name: cell for name, cell in values.items() if utf8_fault(cell) is None}
    return Row(number, values, error)
