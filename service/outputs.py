"""Writing labelled rows as JSONL, CSV or Parquet, whole or not at all."""

import contextlib
import csv
import gzip
import os
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import msgspec

from model.errors import FileError
from model.files import sync_folder
from training import tables

Result = dict[str, Any]
Write = Callable[[tables.Values, Result], None]

BATCH_ROWS = 1000
INERT = ("=", "+", "-", "@", "\t", "\r")


@contextlib.contextmanager
def create(target: Path, source: Path, topics: Sequence[str]) -> Iterator[Write]:
    """Yield a function that writes one row's own values and its result; `target` appears at the end, if all went well.

    Raises `FileError` where it cannot be written.
    """
    kind = tables.suffix(target)
    with replacing(target) as raw, WRITERS[kind](raw, target, source, topics) as write:
        yield write


@contextlib.contextmanager
def replacing(target: Path) -> Iterator[IO[bytes]]:
    """Yield a file to write to that takes the place of `target` at the end, if all went well. Raises `FileError`."""
    target = target.resolve()  # a link stays a link
    if target.exists() and not target.is_file():
        raise FileError(f"cannot write {target}: it is not a regular file")
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as raw:
            yield raw
            raw.flush()
            os.fsync(raw.fileno())
        part.replace(target)
        sync_folder(target.parent)
    except OSError as error:
        raise FileError(f"cannot write {target}: {error.strerror or error}") from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def own(values: tables.Values, taken: Sequence[str]) -> tables.Values:
    """Return a row's own values; a name that the result needs gets `input_` before it, twice if that is taken too."""
    renamed: tables.Values = {}
    for name, value in values.items():
        free = name
        while free != "id" and (free in taken or (free != name and free in values)):
            free = f"input_{free}"
        renamed[free] = value
    return renamed


def flatten(result: Result) -> Result:
    """Return a result as flat columns: `topics` joined by `|`, a column `score_<topic>` each."""
    scores = {f"score_{topic}": score for topic, score in result.get("scores", {}).items()}
    topics = "|".join(result["topics"]) if "topics" in result else None
    return {name: result.get(name) for name in ("status", "reason", "model", "error")} | {"topics": topics, **scores}


def flat_columns(topics: Sequence[str]) -> list[str]:
    """Return the names of the flat columns."""
    return ["status", "reason", "topics", *(f"score_{topic}" for topic in topics), "model", "error"]


@contextlib.contextmanager
def packed(raw: IO[bytes], target: Path) -> Iterator[Callable[[bytes], object]]:
    """Yield a function that writes bytes, through gzip where the name says so."""
    if target.name.lower().endswith(".gz"):
        # no name and no time in the header: the same rows give the same bytes
        with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed:
            yield packed.write
    else:
        yield raw.write


@contextlib.contextmanager
def _jsonl(raw: IO[bytes], target: Path, _source: Path, _topics: Sequence[str]) -> Iterator[Write]:
    taken = ("status", "reason", "topics", "scores", "model", "error")
    encode = msgspec.json.Encoder().encode
    with packed(raw, target) as send:

        def write(values: tables.Values, result: Result) -> None:
            send(encode(own(values, taken) | result) + b"\n")

        yield write


@contextlib.contextmanager
def _csv(raw: IO[bytes], target: Path, source: Path, topics: Sequence[str]) -> Iterator[Write]:
    flat = flat_columns(topics)
    names = list(own(dict.fromkeys(tables.columns(source)), flat)) + flat
    with packed(raw, target) as send:
        writer = csv.writer(Lines(send))
        writer.writerow([inert(name) for name in names])

        def write(values: tables.Values, result: Result) -> None:
            row = own(values, flat) | flatten(result)
            writer.writerow([inert(row.get(name)) for name in names])

        yield write


class Lines:
    """What the csv module writes its lines to."""

    def __init__(self, send: Callable[[bytes], object]) -> None:
        self._send = send

    def write(self, line: str) -> object:
        """Write a line."""
        return self._send(line.encode())


def inert(value: object) -> object:
    """Return a cell that no spreadsheet takes for a formula; numbers stay as they are."""
    if value is None or isinstance(value, (int, float)):
        return value
    plain = msgspec.to_builtins(value)
    text = plain if isinstance(plain, str) else msgspec.json.encode(plain).decode()
    if text.lstrip("'").startswith(INERT):  # an apostrophe that was there before gets one more: it can be taken back
        with contextlib.suppress(ValueError):
            float(text)
            return text
        return f"'{text}"
    return text


def without_inert(value: object) -> object:
    """Return what a cell held before it was made `inert`."""
    if isinstance(value, str) and value.startswith("'") and value.lstrip("'").startswith(INERT):
        return value[1:]
    return value


@contextlib.contextmanager
def _parquet(raw: IO[bytes], _target: Path, source: Path, topics: Sequence[str]) -> Iterator[Write]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    flat = flat_columns(topics)
    kinds: Mapping[str, Any] = own(tables.columns(source), flat) | {
        name: pa.float64() if name.startswith("score_") else pa.string() for name in flat
    }
    schema = pa.schema(list(kinds.items()))
    waiting: list[tables.Values] = []
    with pq.ParquetWriter(raw, schema, compression="zstd") as writer:

        def send() -> None:
            arrays = [pa.array([_cell(row.get(name), kind) for row in waiting], kind) for name, kind in kinds.items()]
            writer.write_batch(pa.record_batch(arrays, schema=schema))
            waiting.clear()

        def write(values: tables.Values, result: Result) -> None:
            waiting.append(own(values, flat) | flatten(result))
            if len(waiting) >= BATCH_ROWS:
                send()

        yield write
        if waiting:
            send()


def _cell(value: object, kind: object) -> object:
    """Return a value as its column takes it: what is no text in a text column goes in as JSON."""
    if value is None or isinstance(value, str) or str(kind) not in ("string", "large_string"):
        return value
    return msgspec.json.encode(value).decode()


WRITERS = {".jsonl": _jsonl, ".csv": _csv, ".parquet": _parquet}
