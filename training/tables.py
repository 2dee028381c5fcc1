"""Rows of articles from JSONL, CSV and Parquet files, a bad row standing as an error among the good ones."""

import codecs
import csv
import gzip
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, TextIO

import msgspec

from model.errors import EmptyInputError, FileError, InvalidInputError, TopicdeskError

Values = dict[str, Any]


class Row(NamedTuple):
    """One row: `number` counts from 1 (for JSONL it is the line); `error` says why it could not be read."""

    number: int
    values: Values
    error: str | None = None


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
        raise _explained(path, error) from error


def _explained(path: Path, error: Exception) -> Exception:
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


def open_text(path: Path) -> TextIO:
    """Open a text file, plain or .gz; bytes that are not UTF-8 become lone surrogates for `utf8_fault` to find."""
    with path.open("rb") as file:
        if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            raise InvalidInputError(f"{path} is UTF-16; save it as UTF-8")
    if path.name.lower().endswith(".gz"):
        return gzip.open(path, "rt", encoding="utf-8-sig", errors="surrogateescape", newline="")
    return path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")


def utf8_fault(text: str) -> str | None:
    """Return what is wrong with a text read by `open_text`, if it was not UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        return f"not UTF-8 (byte 0x{ord(text[error.start]) & 0xFF:02x} at character {error.start + 1})"
    return None


def _read_jsonl(path: Path) -> Iterator[Row]:
    decode = msgspec.json.Decoder(Values).decode
    with open_text(path) as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            if (fault := utf8_fault(line)) is not None:
                yield Row(number, {}, fault)
                continue
            try:
                yield Row(number, decode(line))
            except msgspec.ValidationError:
                yield Row(number, {}, "not a JSON object")
            except (msgspec.DecodeError, RecursionError) as error:
                yield Row(number, {}, f"not valid JSON ({error})")


def _read_csv(path: Path) -> Iterator[Row]:
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    with open_text(path) as file:
        rows = csv.reader(file, strict=True)
        try:
            header = next(rows, None)
        except csv.Error as error:
            raise InvalidInputError(f"{path} is not CSV ({error})") from None
        if header is None:
            raise EmptyInputError(f"{path} is empty")
        _check_columns(path, header)
        number = 0
        while True:
            number += 1
            try:
                cells = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                yield Row(number, {}, f"not a CSV row ({error})")
                continue
            if cells:
                yield _csv_row(number, header, cells)


def _csv_row(number: int, header: list[str], cells: list[str]) -> Row:
    values: Values = dict(zip(header, cells, strict=False))
    if len(cells) != len(header):
        error: str | None = f"{len(cells)} cells where the header has {len(header)}"
    else:
        error = next((fault for cell in cells if (fault := utf8_fault(cell)) is not None), None)
    if error is not None:
        values = {name: cell for name, cell in values.items() if utf8_fault(cell) is None}
    return Row(number, values, error)


def _read_parquet(path: Path) -> Iterator[Row]:
    import pyarrow.parquet as pq

    with path.open("rb") as source:
        file = pq.ParquetFile(source)
        _check_columns(path, file.schema_arrow.names)
        number = 0
        for batch in file.iter_batches(batch_size=1000):
            for values in batch.to_pylist():
                number += 1
                yield Row(number, values)


def _check_columns(path: Path, names: list[str]) -> None:
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
        raise _explained(path, error) from error


def _columns(path: Path) -> dict[str, Any]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    kind = suffix(path)
    if kind == ".parquet":
        return {field.name: field.type for field in pq.read_schema(path)}
    if kind == ".csv":
        with open_text(path) as file:
            return dict.fromkeys(next(csv.reader(file), []), pa.string())
    types: dict[str, set[str]] = {}
    for row in read(path):
        for name, value in row.values.items():
            types.setdefault(name, set()).add(_json_type(value))
    arrow = {"bool": pa.bool_(), "int": pa.int64(), "float": pa.float64()}
    found: dict[str, Any] = {}
    for name, seen in types.items():
        seen.discard("null")
        only = "float" if seen == {"int", "float"} else next(iter(seen), "") if len(seen) == 1 else ""
        found[name] = arrow.get(only, pa.string())
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
