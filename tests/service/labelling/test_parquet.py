import io
import os
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from service.labelling import parquet, thrift
from service.labelling.layout import Layout

LAYOUT = Layout(Path("a.jsonl"), ".parquet", False, ("x",), {}, {}, [])


SCHEMA = pa.schema(
    [
        ("n", pa.int64()),
        ("text", pa.string()),
        ("none", pa.string()),
        ("kind", pa.dictionary(pa.int32(), pa.string())),
        ("deep", pa.list_(pa.struct([("k", pa.int64()), ("v", pa.list_(pa.binary()))]))),
        ("when", pa.timestamp("us", "UTC")),
        ("yes", pa.bool_()),
        ("real", pa.float64()),
    ]
)


def table(start: int, rows: int) -> pa.Table:
    made = [
        {
            "n": n,
            "text": f"text {n} " * 50,
            "kind": "abc"[n % 3],
            "deep": [{"k": n, "v": [b"x", None]}],
            "when": n * 1000,
            "yes": n % 2 == 0,
            "real": n / 7,
        }
        for n in range(start, start + rows)
    ]
    return pa.Table.from_pylist(made, schema=SCHEMA)


def joined(path: Path, tables: list[pa.Table]) -> None:
    pieces = [parquet._written(each) for each in tables]
    path.write_bytes(b"".join(pieces))
    file = os.open(path, os.O_RDWR)
    ending = parquet.ending(file, list(map(len, pieces)), LAYOUT)
    os.pwrite(file, ending, path.stat().st_size)
    os.close(file)


@pytest.mark.parametrize("sizes", [[5], [1] * 40, [1000, 1, 0, 3000, 17]])
def test_pieces_are_one_file_to_arrow(tmp_path: Path, sizes: list[int]) -> None:
    path = tmp_path / "a.parquet"
    tables = [table(sum(sizes[:n]), size) for n, size in enumerate(sizes)]
    joined(path, tables)
    found = pq.read_table(path)
    found.validate(full=True)
    assert found.schema == SCHEMA
    assert found.to_pylist() == table(0, sum(sizes)).to_pylist()
    file = pq.ParquetFile(path)
    assert file.metadata.num_rows == sum(sizes)
    assert [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)] == sizes
    for n, expected in enumerate(tables):
        assert file.read_row_group(n).to_pylist() == expected.to_pylist()
        statistics = file.metadata.row_group(n).column(0).statistics
        if expected.num_rows:
            assert (statistics.min, statistics.max) == (expected["n"][0].as_py(), expected["n"][-1].as_py())
    last = sum(sizes) - 1
    assert ds.dataset(path).to_table(filter=ds.field("n") == last).num_rows == 1


def test_a_footer_comes_back_as_it_was() -> None:
    """What is decoded and encoded again is the same to the byte, so that nothing unknown is lost."""
    for rows in (0, 1, 500):
        data = parquet._written(table(0, rows))
        length = int.from_bytes(data[-8:-4], "little")
        footer = data[-8 - length : -8]
        assert thrift.encode(thrift.decode(io.BytesIO(footer))) == footer


@pytest.mark.parametrize(
    "fields",
    [
        {1: (thrift.TRUE, True), 2: (thrift.FALSE, False), 90: (thrift.I64, -(2**63)), 91: (thrift.I32, 2**31 - 1)},
        {3: (thrift.DOUBLE, b"12345678"), 4: (thrift.BINARY, b""), 5: (thrift.LIST, (thrift.I16, list(range(-9, 9))))},
        {7: (thrift.STRUCT, {1: (thrift.SET, (thrift.STRUCT, [{}, {2: (thrift.I8, 7)}]))}), 8: (thrift.LIST, (1, [1]))},
    ],
)
def test_values_come_back(fields: dict[int, Any]) -> None:
    assert thrift.decode(io.BytesIO(thrift.encode(fields))) == fields
