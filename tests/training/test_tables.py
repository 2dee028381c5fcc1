import gzip
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from model.errors import EmptyInputError, FileError, InvalidInputError
from training import tables


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def read(path: Path) -> list[tuple[int, Any]]:
    return [(row.number, row.error or row.values) for row in tables.read(path)]


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "A.JSONL"])
def test_jsonl(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, '\ufeff{"text": "één"}\n\n{"text": "b", "n": [1]}'.encode())
    assert read(path) == [(1, {"text": "één"}), (3, {"text": "b", "n": [1]})]


def test_bad_lines_of_jsonl_stand_among_the_good(tmp_path: Path) -> None:
    lines = [b'{"text": "good"}', b"{broken", b'"bare"', b'{"text": "\xff"}', b"[" * 100_000, b'{"text": "\\ud800"}']
    rows = list(tables.read(write(tmp_path / "a.jsonl", b"\n".join([*lines, lines[0]]))))
    assert [row.number for row in rows] == [1, 2, 3, 4, 5, 6, 7]
    assert [row.error is None for row in rows] == [True, False, False, False, False, False, True]
    assert rows[3].error == "not UTF-8 (byte 0xff at character 11)"


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz"])
def test_csv(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, '\ufeffid,text\r\n1,"two\nlines, and ""quotes"""\r\n\r\n2,é\r\n'.encode())
    assert read(path) == [(1, {"id": "1", "text": 'two\nlines, and "quotes"'}), (3, {"id": "2", "text": "é"})]


def test_bad_rows_of_csv_stand_among_the_good(tmp_path: Path) -> None:
    rows = list(tables.read(write(tmp_path / "a.csv", b'id,text\n1,x,y\n2\n3,\xe9t\xe9\n4,"a"b\n5,fine\n')))
    assert [row.error is None for row in rows] == [False, False, False, False, True]
    assert rows[2].error == "not UTF-8 (byte 0xe9 at character 1)"
    assert rows[2].values == {"id": "3"}
    assert rows[4].values == {"id": "5", "text": "fine"}


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"id": [1, 2], "text": ["a", None], "tags": [["x"], []]}), path)
    assert read(path) == [(1, {"id": 1, "text": "a", "tags": ["x"]}), (2, {"id": 2, "text": None, "tags": []})]
    assert tables.columns(path)["tags"] == pa.list_(pa.string())


def test_columns_of_jsonl(tmp_path: Path) -> None:
    data = (
        b'{"text": "a", "n": 1, "x": 1, "b": true, "o": {}, "h": 9999999999999999999}\n{"n": 2.5, "x": "s", "z": null}'
    )
    found = tables.columns(write(tmp_path / "a.jsonl", data))
    kinds = {"text": pa.string(), "n": pa.float64(), "x": pa.string(), "b": pa.bool_()}
    assert found == kinds | {"o": pa.string(), "h": pa.string(), "z": pa.string()}


@pytest.mark.parametrize(
    ("name", "data", "error", "says"),
    [
        ("a.txt", b"text", InvalidInputError, "name it .jsonl"),
        ("a.parquet.gz", b"", InvalidInputError, "name it .jsonl"),
        ("a.csv", b"", EmptyInputError, "is empty"),
        ("a.csv", b"id,body\n1,x\n", InvalidInputError, "no column `text`; its columns are: id, body"),
        ("a.csv", b"text,text\n1,x\n", InvalidInputError, "two columns"),
        ("a.csv", '\ufefftext\n"x"\n'.encode("utf-16"), InvalidInputError, "UTF-16"),
        ("a.parquet", b"no parquet", InvalidInputError, "cannot be read as its name says"),
    ],
)
def test_a_file_that_is_no_use(tmp_path: Path, name: str, data: bytes, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        read(write(tmp_path / name, data))


def test_a_cut_gzip_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl.gz", b'{"text": "a"}\n' * 1000)
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(InvalidInputError, match="not a whole gzip file"):
        read(path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="No such file"):
        read(tmp_path / "a.jsonl")
