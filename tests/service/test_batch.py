import csv
import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from model.classifier import Classifier
from model.errors import FileError, InvalidInputError
from service import batch, outputs
from tests.conftest import Run
from training.dataset import Dataset

ROWS: list[dict[str, Any]] = [
    {"id": "1", "title": "T", "text": "Police shot an unarmed man; the officer faces a misconduct hearing.", "page": 4},
    {"id": 2, "text": "Troops traded fire across the disputed border before the ceasefire.", "status": "seen"},
    {"text": "Grill the courgettes and dress them with lemon, mint and a little of the oil.", "tags": ["food"]},
    {"id": "4", "title": "no text"},
    {"id": "5", "text": "The regulator fined the data broker for selling location data without consent.", "page": None},
]
STATUSES = ["assigned", "review", "out_of_scope", "error"]


def make(path: Path, rows: list[dict[str, Any]]) -> Path:
    opened = gzip.open(path, "wt") if path.suffix == ".gz" else path.open("w")
    with opened as file:
        if path.name.startswith("a.jsonl"):
            file.write("".join(json.dumps(row) + "\n" for row in rows))
        elif path.name.startswith("a.csv"):
            writer = csv.DictWriter(file, ["id", "title", "text", "page", "status", "tags"])
            writer.writeheader()
            writer.writerows(rows)
    if path.suffix == ".parquet":
        names = ["id", "title", "text", "page", "status", "tags"]
        pq.write_table(pa.table({name: [_text(row.get(name)) for row in rows] for name in names}), path)
    return path


def _text(value: object) -> object:
    return str(value) if isinstance(value, int) else value


def load(path: Path) -> list[dict[str, Any]]:
    if path.suffix == ".parquet":
        rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
        return rows
    text = gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text()
    if ".jsonl" in path.name:
        return [json.loads(line) for line in text.splitlines()]
    return list(csv.DictReader(text.splitlines()))


@pytest.mark.parametrize("source", ["a.jsonl", "a.csv", "a.parquet", "a.jsonl.gz", "a.csv.gz"])
@pytest.mark.parametrize("target", ["b.jsonl", "b.csv", "b.parquet", "b.jsonl.gz", "b.csv.gz"])
def test_every_format_to_every_other(tmp_path: Path, classifier: Classifier, source: str, target: str) -> None:
    summary = batch.label(make(tmp_path / source, ROWS), tmp_path / target, classifier)
    rows = load(tmp_path / target)
    in_csv = source.startswith("a.csv")  # a cell is never missing there, only empty
    assert (summary.seen, summary.failed) == (5, 0 if in_csv else 1)
    assert [str(row["id"] or "") for row in rows] == ["1", "2", "", "4", "5"]
    assert [row["status"] == "error" for row in rows] == [False, False, False, not in_csv, False]
    assert (rows[3]["reason"] == "too_short") if in_csv else ("`text`" in rows[3]["error"])
    assert rows[1]["input_status"] == "seen"
    assert [str(row.get("page") or "") for row in rows] == ["4", "", "", "", ""]
    for row in rows[:3] + rows[4:]:
        assert row["model"] == classifier.model_id
        scores = row["scores"] if "scores" in row else {k: v for k, v in row.items() if k.startswith("score_")}
        assert len(scores) == 3
        assert all(0 <= float(score) <= 1 for score in scores.values())
    assert [path.name for path in tmp_path.iterdir() if path.name not in {source, target}] == []


def test_decisions_are_those_of_the_classifier(tmp_path: Path, classifier: Classifier, starter: Dataset) -> None:
    articles = list(starter.articles)[::10]
    source = make(
        tmp_path / "a.jsonl", [{"id": str(n), "title": a.title, "text": a.text} for n, a in enumerate(articles)]
    )
    batch.label(source, tmp_path / "b.parquet", classifier)
    for article, row in zip(articles, load(tmp_path / "b.parquet"), strict=True):
        decision = classifier.classify(article)
        assert (row["status"], row["reason"], row["topics"]) == (
            decision.status,
            decision.reason,
            "|".join(decision.topics),
        )
        assert {topic: row[f"score_{topic}"] for topic in decision.scores} == decision.scores


def test_an_unreadable_row_is_reported_and_the_rest_labelled(topicdesk: Run, tmp_path: Path) -> None:
    good = json.dumps(ROWS[0]).encode()
    (tmp_path / "a.jsonl").write_bytes(good + b"\n{broken\n" + b'{"id": "x", "text": "caf\xe9"}\n' + good + b"\n")
    done = topicdesk("label", "a.jsonl", "b.jsonl")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "4 rows" in done.stderr
    assert "2 failed" in done.stderr
    assert "row 2: not valid JSON" in done.stderr
    assert "row 3: not UTF-8" in done.stderr
    assert [row["status"] == "error" for row in load(tmp_path / "b.jsonl")] == [False, True, True, False]


def test_a_file_of_nothing_gives_a_file_of_nothing(topicdesk: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,text\n")
    assert topicdesk("label", "a.csv", "b.parquet").returncode == 0
    table = pq.read_table(tmp_path / "b.parquet")
    assert (table.num_rows, table.column_names[:4]) == (0, ["id", "text", "status", "reason"])


def test_cells_that_a_spreadsheet_would_run_are_inert(tmp_path: Path, classifier: Classifier) -> None:
    cells = ["=1+1", "+SUM(A1)", "-2+3", "@x", "\tx", "-5.5", "plain", ""]
    source = make(tmp_path / "a.jsonl", [{"text": "some words of a text", "=name": cell} for cell in cells])
    batch.label(source, tmp_path / "b.csv", classifier)
    written = [row["'=name"] for row in load(tmp_path / "b.csv")]
    assert written == ["'=1+1", "'+SUM(A1)", "'-2+3", "'@x", "'\tx", "-5.5", "plain", ""]


def test_parquet_columns_keep_their_types(tmp_path: Path, classifier: Classifier) -> None:
    schema = pa.schema([("text", pa.large_string()), ("day", pa.date32()), ("tags", pa.list_(pa.int8()))])
    table = pa.table({"text": ["a b c"] * 2, "day": [1, None], "tags": [[1], None]}, schema=schema)
    pq.write_table(table, tmp_path / "a.parquet")
    batch.label(tmp_path / "a.parquet", tmp_path / "b.parquet", classifier)
    assert pq.read_table(tmp_path / "b.parquet").select(["text", "day", "tags"]).equals(table)


@pytest.mark.parametrize(
    ("source", "target", "error", "says"),
    [
        ("a.jsonl", "a.jsonl", InvalidInputError, "the same file"),
        ("a.jsonl", "b.xlsx", InvalidInputError, "name it .jsonl"),
        ("a.jsonl", "no/such/folder/b.csv", FileError, "cannot write"),
        ("none.csv", "b.csv", FileError, "there is no file"),
    ],
)
def test_files_that_cannot_be_used(
    tmp_path: Path, classifier: Classifier, source: str, target: str, error: type[Exception], says: str
) -> None:
    make(tmp_path / "a.jsonl", ROWS)
    with pytest.raises(error, match=says):
        batch.label(tmp_path / source, tmp_path / target, classifier)


def test_a_run_that_fails_leaves_the_old_output(tmp_path: Path, classifier: Classifier) -> None:
    (tmp_path / "a.csv").write_text("id,body\n1,x\n")
    (tmp_path / "b.csv").write_text("old")
    with pytest.raises(InvalidInputError, match="no column `text`"):
        batch.label(tmp_path / "a.csv", tmp_path / "b.csv", classifier)
    assert (tmp_path / "b.csv").read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 2


def test_no_column_is_lost_to_another(tmp_path: Path, classifier: Classifier) -> None:
    source = make(tmp_path / "a.jsonl", [{"text": "a b c", "status": 1, "input_status": 2, "model": 3}])
    batch.label(source, tmp_path / "b.jsonl", classifier)
    (row,) = load(tmp_path / "b.jsonl")
    assert (row["input_input_status"], row["input_status"], row["input_model"]) == (1, 2, 3)


def test_statuses_add_up(tmp_path: Path, classifier: Classifier) -> None:
    summary = batch.label(make(tmp_path / "a.jsonl", ROWS), tmp_path / "b.jsonl", classifier)
    assert summary.assigned + summary.review + summary.out_of_scope + summary.failed == summary.seen
    assert outputs.flat_columns(["x"]) == ["status", "reason", "topics", "score_x", "model", "error"]
