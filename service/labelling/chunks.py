"""Cutting a file of articles into chunks; where the cuts are depends on the file alone."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from model.errors import TopicdeskError
from training import tables
from training.lines import lines, opened
from training.records import CsvRecords, csv_row, json_rows

ROWS = 1000
BYTES = 8 << 20


class Position(msgspec.Struct, frozen=True):
    """A place between two rows: the number of the last row before it, and of bytes (unpacked) where lines are read."""

    number: int = 0
    byte: int = 0


class Chunk(NamedTuple):
    """Some rows as they stand in the file: lines, CSV records or an Arrow record batch; plain data, to be sent off.

    `first` is the number of the first row, `end` the place after the last, `share` the part of the file up to there.
    """

    first: int
    content: Any
    end: Position
    share: float


@contextmanager
def opened_at(path: Path, start: Position) -> Iterator[Iterator[Chunk]]:
    """Yield the chunks of a file from a place between two of them on.

    Raises `FileError` where it cannot be read, `InvalidInputError` where it is no file of articles.
    """
    chunks = _explained(path, CUTTERS[tables.suffix(path)](path, start))
    try:
        yield chunks
    finally:
        chunks.close()  # type: ignore[attr-defined]


def _explained(path: Path, chunks: Iterable[Chunk]) -> Iterator[Chunk]:
    try:
        yield from chunks
    except TopicdeskError:
        raise
    except Exception as error:
        raise tables.explained(path, error) from error


def _cut_jsonl(path: Path, start: Position) -> Iterator[Chunk]:
    whole = max(1, path.stat().st_size)
    with opened(path) as (file, told):
        content: list[bytes] = []
        number, byte, limit = start.number, start.byte, start.byte + BYTES
        for line in lines(path, file, start.byte):
            content.append(line)
            byte += len(line)
            if len(content) == ROWS or byte >= limit:
                end = Position(number + len(content), byte)
                yield Chunk(number + 1, content, end, told() / whole)
                content, number, limit = [], end.number, byte + BYTES
        if content:
            yield Chunk(number + 1, content, Position(number + len(content), byte), 1.0)


def _cut_csv(path: Path, start: Position) -> Iterator[Chunk]:
    whole = max(1, path.stat().st_size)
    with opened(path) as (file, told):
        records, _ = tables.csv_header(path, file)
        if start.byte:
            records = CsvRecords(lines(path, file, start.byte), start.byte)
        content: list[Any] = []
        number, limit = start.number, records.taken + BYTES
        for record in records.rows(start.number):
            content.append(record)
            if len(content) == ROWS or records.taken >= limit:
                end = Position(record.number, records.taken)
                yield Chunk(number + 1, content, end, told() / whole)
                content, number, limit = [], end.number, records.taken + BYTES
        if content:
            yield Chunk(number + 1, content, Position(content[-1].number, records.taken), 1.0)


def _cut_parquet(path: Path, start: Position) -> Iterator[Chunk]:
    with tables.open_parquet(path) as file:
        number, total = 0, max(1, file.metadata.num_rows)
        for group in range(file.num_row_groups):
            facts = file.metadata.row_group(group)
            if number + facts.num_rows <= start.number:
                number += facts.num_rows
                continue
            rows = max(1, min(ROWS, BYTES * facts.num_rows // max(1, facts.total_byte_size)))
            for batch in file.iter_batches(batch_size=rows, row_groups=[group]):
                first, number = number + 1, number + batch.num_rows
                if number > start.number:
                    yield Chunk(first, batch, Position(number), number / total)


CUTTERS = {".jsonl": _cut_jsonl, ".csv": _cut_csv, ".parquet": _cut_parquet}


def parsed(path: Path, chunk: Chunk, header: list[str], wanted: tuple[str, ...] | None = None) -> list[tables.Row]:
    """Return the rows of a chunk of `path`, of Parquet only the `wanted` columns.

    Raises `InvalidInputError` where a value cannot be read.
    """
    try:
        match tables.suffix(path):
            case ".jsonl":
                return list(json_rows(chunk.content, chunk.first))
            case ".csv":
                return [csv_row(record, header) for record in chunk.content]
        batch = chunk.content
        if wanted is not None:
            batch = batch.select([name for name in batch.schema.names if name in wanted])
        return [tables.Row(number, values) for number, values in enumerate(batch.to_pylist(), chunk.first)]
    except Exception as error:
        raise tables.explained(path, error) from error
