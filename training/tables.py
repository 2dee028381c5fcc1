"""Rows of articles from JSONL, CSV and Parquet files, a bad row standing as an error among the good ones."""

import csv
import gzip
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from model.errors import EmptyInputError, FileError, InvalidInputError, TopicdeskError
from training.lines import BUFFER, lines, opened, utf8_fault
from training.records import CsvRecords, Row, Values, csv_row, json_rows

__all__ = ["READERS", "Row", "Values", "columns", "explained", "json_types", "read", "split_labels", "suffix"]

PARQUET_ROWS = 1000


def suffix(path: Path) -> str:
    """Return `.jsonl`, `.csv` or `.parquet`, looking through `.gz`. Raises `InvalidInputError` for another name."""
    name = path.name.lower().removesuffix(".gz")
    for known in READERS:
        if name.endswith(known) and not (known == ".parquet" and path.name.lower().endswith(".gz")):
            return known
    raise InvalidInputError(f"cannot tell the format of {path}: name it .jsonl, .csv, .jsonl.gz, .csv.gz or .parquet")


def read(path: Path) -> Iterator[Row]:
    """Yield the rows of a file.

    Raises `FileError` where it cannot be read and `InvalidInputError` where it is not of the format its name says or
    has no `text` column.
    """
    reader = READERS[suffix(path)]
    try:
        yield from reader(path)
    except Exception as error:
        raise explained(path, error) from error


def explained(path: Path, error: Exception) -> Exception:
    """Return a reader's error as one of ours, where it is the file's fault."""
    if isinstance(error, EOFError | gzip.BadGzipFile | zlib.error):
        return InvalidInputError(f"{path} is not a whole gzip file ({error})")
    if isinstance(error, TopicdeskError):
        return error
    if isinstance(error, OSError) and error.strerror is not None:
        return FileError(f"cannot read {path}: {error.strerror}")
    if type(error).__module__.startswith("pyarrow") or isinstance(error, OSError | ValueError | OverflowError):
        return InvalidInputError(f"{path} cannot be read as its name says ({type(error).__name__})")
    return error


def _read_jsonl(path: Path) -> Iterator[Row]:
    with opened(path) as (file, _):
        yield from json_rows(lines(path, file))


def _read_csv(path: Path) -> Iterator[Row]:
    with opened(path) as (file, _):
        records, header = csv_header(path, file)
        for record in records.rows():
            yield csv_row(record, header)


def csv_header(path: Path, file: IO[bytes]) -> tuple[CsvRecords, list[str]]:
    """Return the records of a CSV file that follow its header, and that; its columns are checked."""
    records = CsvRecords(lines(path, file))
    try:
        header = records.header()
    except csv.Error as error:
        raise InvalidInputError(f"{path} is not CSV ({error})") from None
    if header is None:
        raise EmptyInputError(f"{path} is empty")
    check_columns(path, header)
    return records, header


def _read_parquet(path: Path) -> Iterator[Row]:
    with open_parquet(path) as file:
        number = 0
        for batch in file.iter_batches(batch_size=PARQUET_ROWS):
            for values in batch.to_pylist():
                number += 1
                yield Row(number, values)


@contextmanager
def open_parquet(path: Path) -> Iterator[Any]:
    """Yield a Parquet file, of which no whole row group is ever held; its columns are checked."""
    import pyarrow.parquet as pq

    with path.open("rb") as source:
        file = pq.ParquetFile(source, pre_buffer=False, buffer_size=BUFFER)
        check_columns(path, file.schema_arrow.names)
        yield file


def check_columns(path: Path, names: list[str]) -> None:
    """Raise `InvalidInputError` where a table of these columns holds no articles."""
    if any(utf8_fault(name) for name in names):
        raise InvalidInputError(f"{path}: the names of its columns are not UTF-8")
    if "text" not in names:
        # without a header, these are the cells of an article
        shown = ", ".join(name[:20] + "..." * (len(name) > 20) for name in names[:10]) + ", ..." * (len(names) > 10)
        raise InvalidInputError(f"{path} has no column `text`; its columns are: {shown}")
    named = [name for name in names if name]  # spreadsheets leave empty columns behind
    if len(set(named)) < len(named):
        raise InvalidInputError(f"{path} has two columns of one name")


def columns(path: Path) -> dict[str, Any]:
    """Return the names of a file's columns in order and their Arrow types.

    A CSV's are all text. Those of JSONL are found by reading it: values of several types, lists and objects are text.
    """
    try:
        return _columns(path)
    except Exception as error:
        raise explained(path, error) from error


def _columns(path: Path) -> dict[str, Any]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    kind = suffix(path)
    if kind == ".parquet":
        return {field.name: field.type for field in pq.read_schema(path)}
    if kind == ".csv":
        with opened(path) as (file, _):
            return dict.fromkeys(CsvRecords(lines(path, file)).header() or [], pa.string())
    return {name: pa.type_for_alias(kind) for name, kind in json_types(path).items()}


def json_types(path: Path) -> dict[str, str]:
    """Return the columns of a JSONL file in order of first appearance, with the names of their Arrow types."""
    types: dict[str, set[str]] = {}
    shapes: set[tuple[object, ...]] = set()
    for _, values, _ in read(path):
        kinds = tuple(map(type, values.values()))
        # rows are mostly alike: one of a shape that was seen says nothing new, but for numbers, whose size counts
        if (shape := (*values, *kinds)) in shapes and int not in kinds:
            continue
        shapes.add(shape)
        for name, value in values.items():
            types.setdefault(name, set()).add(_json_type(value))
    known = {"bool": "bool", "int": "int64", "float": "double"}
    found: dict[str, str] = {}
    for name, seen in types.items():
        seen.discard("null")
        only = "float" if seen == {"int", "float"} else next(iter(seen), "") if len(seen) == 1 else ""
        found[name] = known.get(only, "string")
    return found


def _json_type(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, int) and not isinstance(value, bool) and not -(2**53) <= value <= 2**53:
        return "large"  # too large for a float: kept as text
    return type(value).__name__


READERS: dict[str, Callable[[Path], Iterator[Row]]] = {
    ".jsonl": _read_jsonl,
    ".csv": _read_csv,
    ".parquet": _read_parquet,
}


def split_labels(value: object) -> object:
    """Return the labels of a flat table's cell, which are joined by `|`, as a list; other values as they are."""
    if isinstance(value, str):
        return [label.strip() for label in value.split("|") if label.strip()]
    return value
