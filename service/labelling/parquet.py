"""Pieces of a Parquet file, each a small Parquet file of one row group, and the footer that makes one file of them.

The pieces stand one after another in the file. Their own footers stay where they are, as gaps that no reader looks at:
a run that goes on after a crash reads them back. The last footer lists every row group at the place that it came to.
"""

import io
import os
from collections.abc import Sequence
from typing import Any

import msgspec

from service.labelling import thrift
from service.labelling.layout import Layout
from training import tables

MAGIC = b"PAR1"
NUMBERS = ("score_", "map_")  # what the columns that are added begin with where they hold numbers
TAIL = 8  # the length of the footer, and the magic again
# fields of the structures of parquet.thrift
NUM_ROWS, ROW_GROUPS = 3, 4  # FileMetaData
COLUMNS, GROUP_OFFSET, ORDINAL = 1, 5, 7  # RowGroup
CHUNK_OFFSET, METADATA, INDEX_OFFSETS = 2, 3, (4, 6)  # ColumnChunk
PAGE_OFFSETS = (9, 10, 11, 14)  # ColumnMetaData


def schema(layout: Layout) -> Any:
    """Return the Arrow schema of the output."""
    import pyarrow as pa

    own = [(new, layout.types[name]) for name, new in layout.own.items()]
    added = [(name, pa.float64() if name.startswith(NUMBERS) else pa.string()) for name in layout.added]
    return pa.schema([*own, *added])


def piece(rows: Sequence[tables.Row], batch: Any, added: Sequence[Sequence[object]], layout: Layout) -> bytes:
    """Return rows as a Parquet file of one row group; see `table`."""
    return _written(table(rows, batch, added, layout))


def table(rows: Sequence[tables.Row], batch: Any, added: Sequence[Sequence[object]], layout: Layout) -> Any:
    """Return rows with the columns that are added; their own come from `batch`, where it is Arrow's."""
    import pyarrow as pa

    form = schema(layout)
    if isinstance(batch, pa.RecordBatch):
        own = list(batch.columns)
    else:
        own = [_array([row.values.get(name) for row in rows], layout.types[name]) for name in layout.own]
    new = [pa.array(column, form.field(name).type) for name, column in zip(layout.added, added, strict=True)]
    return pa.Table.from_arrays([*own, *new], schema=form)


def writer(sink: Any, form: Any) -> Any:
    """Return what writes tables of an Arrow schema to a sink."""
    import pyarrow.parquet as pq

    # the least and the greatest of long texts help nobody, nor does a dictionary of them
    leaves = [field.name for field in form if not field.type.num_fields and field.name != "text"]
    return pq.ParquetWriter(sink, form, compression="zstd", use_dictionary=leaves, write_statistics=leaves)


def _written(whole: Any) -> bytes:
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with writer(sink, whole.schema) as to:
        to.write_table(whole, row_group_size=max(1, whole.num_rows))
    return bytes(sink.getvalue())


def _array(values: list[Any], kind: Any) -> Any:
    import pyarrow as pa

    try:
        return pa.array(values, kind)
    except (pa.ArrowTypeError, pa.ArrowInvalid):  # what is no text in a text column goes in as JSON
        return pa.array([_cell(value) for value in values], kind)


def _cell(value: object) -> object:
    return value if value is None or isinstance(value, str) else msgspec.json.encode(value).decode()


def ending(file: int, sizes: Sequence[int], layout: Layout) -> bytes:
    """Return what makes a Parquet file of the pieces of these sizes in an open file, for its end."""
    if not sizes:
        return _written(schema(layout).empty_table())
    whole: thrift.Struct = {}
    groups: list[Any] = []
    rows = place = 0
    for size in sizes:
        found = _footer(file, place, size)
        whole = whole or found
        rows += found[NUM_ROWS][1]
        for group in found[ROW_GROUPS][1][1]:
            _move(group, place)
            groups.append(thrift.Encoded(thrift.encode(group)))
        place += size
    whole[NUM_ROWS] = (thrift.I64, rows)
    whole[ROW_GROUPS] = (thrift.LIST, (thrift.STRUCT, groups))
    footer = thrift.encode(whole)
    return footer + len(footer).to_bytes(4, "little") + MAGIC


def _footer(file: int, place: int, size: int) -> thrift.Struct:
    end = place + size - TAIL
    length = int.from_bytes(os.pread(file, 4, end), "little")
    return thrift.decode(io.BytesIO(os.pread(file, length, end - length)))


def _move(group: thrift.Struct, by: int) -> None:
    """Move a row group that was written at the start of a file."""
    _add(group, (GROUP_OFFSET,), by)
    group.pop(ORDINAL, None)  # only encryption needs it, and it has no room for many
    for column in group[COLUMNS][1][1]:
        _add(column, INDEX_OFFSETS, by)
        if column.get(CHUNK_OFFSET, (0, 0))[1]:  # 0 where a writer leaves it out, as it should
            _add(column, (CHUNK_OFFSET,), by)
        _add(column[METADATA][1], PAGE_OFFSETS, by)


def _add(fields: thrift.Struct, names: Sequence[int], by: int) -> None:
    for name in names:
        if name in fields:
            kind, value = fields[name]
            fields[name] = (kind, value + by)
