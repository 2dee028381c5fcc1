import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from service.labelling import chunks
from service.labelling.chunks import Chunk, Position
from training import tables

TEXTS = ["one", "two\nlines", 'a "quote"', "é – ü", "", "x" * 500, "\u2028", "last"] * 40


def make(path: Path) -> Path:
    name = path.name
    if name.startswith("a.jsonl"):
        lines = [json.dumps({"text": text, "n": n}, ensure_ascii=n % 2 == 0) for n, text in enumerate(TEXTS)]
        data = (
            b"\xef\xbb\xbf"
            + "\n".join([*lines[:50], "", "{broken", " \u2003", *lines[50:]]).encode()
            + b'\r{"text": 1}\r\n'
        )
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    elif name.startswith("a.csv"):
        cells = ['"' + text.replace('"', '""') + '"' for text in TEXTS]
        rows = [f"{n},{cell}\r\n" for n, cell in enumerate(cells)]
        data = "".join(["\ufeffn,text\n", *rows[:50], "\n", '1,"bad"x\n', "1,2,3\n", *rows[50:]]).encode() + b"1,\xff\n"
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    else:
        pq.write_table(pa.table({"text": TEXTS, "n": range(len(TEXTS))}), path, row_group_size=70)
    return path


def header(path: Path) -> list[str]:
    return ["n", "text"] if path.name.startswith("a.csv") else []


def cut(path: Path, start: Position = Position()) -> list[Chunk]:  # noqa: B008
    with chunks.opened_at(path, start) as found:
        return list(found)


def rows(path: Path, found: list[Chunk]) -> list[Any]:
    return [row for chunk in found for row in chunks.parsed(path, chunk, header(path))]


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.csv", "a.csv.gz", "a.parquet"])
@pytest.mark.parametrize(("most", "size"), [(7, 8 << 20), (1000, 900), (1, 1), (1000, 8 << 20)])
def test_the_rows_are_those_of_the_file_from_every_cut_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, most: int, size: int
) -> None:
    monkeypatch.setattr(chunks, "ROWS", most)
    monkeypatch.setattr(chunks, "BYTES", size)
    path = make(tmp_path / name)
    expected = list(tables.read(path))
    whole = cut(path)
    assert rows(path, whole) == expected
    assert max(len(rows(path, [chunk])) for chunk in whole) <= most
    assert [chunk.share for chunk in whole] == sorted(chunk.share for chunk in whole)
    assert whole[-1].share == 1.0
    for n in range(0, len(whole), 1 + len(whole) // 20):
        again = cut(path, whole[n].end)
        assert rows(path, again) == rows(path, whole[n + 1 :])
        assert [chunk.end for chunk in again] == [chunk.end for chunk in whole[n + 1 :]]
