"""The rows of uploaded tables whatever their columns are called, of which none may fill the memory."""

import csv
import itertools
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import IO, Any

from model.errors import EmptyInputError, InvalidInputError, TooLargeError
from training import tables
from training.lines import BUFFER, lines, opened, utf8_fault
from training.records import CsvRecords, Row, csv_row, json_rows

MAX_ROW = 16_000_000  # bytes: four for each character of a text as long as may be, and as much again for the rest
MAX_COLUMNS = 300
PARQUET_ROWS = 100


def read(path: Path, name: str) -> Iterator[Row]:
    """Yield the rows of a table that is told as `name` where something is wrong with it.

    Raises `FileError` or `InvalidInputError` where it cannot be read, `TooLargeError` for a row past `MAX_ROW`.
    """
    label = Path(name)
    try:
        match tables.suffix(path):
            case ".parquet":
                yield from _parquet(path, label)
            case kind:
                with opened(path) as (file, _):
                    yield from (_csv if kind == ".csv" else _jsonl)(label, file)
    except Exception as error:
        raise tables.explained(label, error) from error


def columns(path: Path, name: str) -> list[str]:
    """Return the columns that a CSV or Parquet file says it has; none for JSONL, whose rows say them."""
    label = Path(name)
    try:
        match tables.suffix(path):
            case ".jsonl":
                return []
            case ".csv":
                with opened(path) as (file, _):
                    return _header(label, CsvRecords(lines(label, _bounded(file))))
        import pyarrow.parquet as pq

        return _checked(label, list(pq.read_schema(path).names))
    except Exception as error:
        raise tables.explained(label, error) from error


class _Bounded:
    """Lines of a file, as bytes, which stop short of a row that no memory should hold."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.taken = 0  # bytes since the last row that was whole

    def __iter__(self) -> Iterator[bytes]:
        while line := self._file.readline(MAX_ROW + 1):
            self.taken += len(line)
            if self.taken > MAX_ROW:
                raise TooLargeError(
                    f"a row is larger than {MAX_ROW} bytes; a quotation mark may be left open before it"
                )
            yield line


def _bounded(file: IO[bytes]) -> Any:
    return _Bounded(file)


def _jsonl(label: Path, file: IO[bytes]) -> Iterator[Row]:
    bounded = _bounded(file)
    for row in json_rows(lines(label, bounded)):
        bounded.taken = 0
        yield row


def _csv(label: Path, file: IO[bytes]) -> Iterator[Row]:
    bounded = _bounded(file)
    records = CsvRecords(lines(label, bounded))
    header = _header(label, records)
    for record in records.rows():
        bounded.taken = 0
        yield csv_row(record, header)


def _header(label: Path, records: CsvRecords) -> list[str]:
    try:
        header = records.header()
    except csv.Error as error:
        raise InvalidInputError(f"{label} is not CSV ({error})") from None
    if header is None:
        raise EmptyInputError(f"{label} is empty")
    return _checked(label, header)


def _checked(label: Path, names: list[str]) -> list[str]:
    if any(utf8_fault(name) for name in names):
        raise InvalidInputError(f"{label}: the names of its columns are not UTF-8; save it as UTF-8")
    if len(names) > MAX_COLUMNS:
        raise InvalidInputError(f"{label} has {len(names)} columns; the most is {MAX_COLUMNS}")
    named = [name for name in names if name]
    if not named:
        raise InvalidInputError(f"{label} has no names of columns in its first row")
    if len(set(named)) < len(named):
        raise InvalidInputError(f"{label} has two columns of one name")
    return names


def _parquet(path: Path, label: Path) -> Iterator[Row]:
    import pyarrow.parquet as pq

    with path.open("rb") as source:
        file = pq.ParquetFile(source, pre_buffer=False, buffer_size=BUFFER)
        _checked(label, file.schema_arrow.names)
        numbers = itertools.count(1)
        with closing(file.iter_batches(batch_size=PARQUET_ROWS)) as batches:
            yield from _arrow(batches, numbers)


def _arrow(batches: Iterable[Any], numbers: Iterator[int]) -> Iterator[Row]:
    for batch in batches:
        if batch.nbytes > MAX_ROW * PARQUET_ROWS / 10:
            raise TooLargeError(f"some rows are larger than {MAX_ROW // 10} bytes each")
        for values in batch.to_pylist():
            yield Row(next(numbers), values)
