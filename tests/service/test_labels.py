"""Labels in and out of files, and backups, by the command line."""

import csv
import gzip
import json
import os
import sqlite3
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from service.handlers import exchange
from service.settings import Settings
from service.store import labels, records
from tests.conftest import Run, copy_models

ROWS: list[dict[str, object]] = [
    {"id": "1", "title": "Ceasefire holds", "text": "Both armies kept to the line.", "labels": ["border_conflict"]},
    {"id": "2", "text": "=SUM(A1) was what the leaked\nsheet of the \"agency\" held.", "labels": ["digital_rights"],
     "by": "ann", "note": "-maybe", "verdict": "confirm", "url": "http://example.org/2", "source": "x",
     "published": "2026-01-02T03:04:05Z", "at": "2026-02-03T04:05:06Z"},
    {"id": "3", "text": "'=quoted once already", "labels": []},
    {"id": "4", "text": "Nobody could say what this was about.", "labels": None, "verdict": "unsure"},
    {"id": "5", "text": "A camera watched the officer.", "labels": ["policing_accountability", "digital_rights"]},
]  # fmt: skip


def write(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def kept(home: Path) -> list[records.Whole]:
    database = Settings(home=home).database()
    with database.read() as connection:
        found = list(labels.labelled(connection))
    database.close()
    return found


def plain(found: list[records.Whole]) -> list[dict[str, object]]:
    return [exchange.row(record) for record in found]


@pytest.mark.parametrize("name", ["labels.jsonl", "labels.csv", "labels.jsonl.gz", "labels.csv.gz"])
def test_out_and_in_again(topicdesk: Run, own_home: Path, tmp_path: Path, name: str) -> None:
    source = write(tmp_path / "in.jsonl", ROWS)
    done = topicdesk("labels", "import", source, "--by", "desk", home=own_home)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert "5 rows: 5 labels added" in done.stderr
    first = plain(kept(own_home))
    assert [row["labels"] for row in first] == [row["labels"] for row in ROWS]
    assert [row["by"] for row in first] == ["desk", "ann", "desk", "desk", "desk"]
    assert kept(own_home)[0].decision is not None
    done = topicdesk("labels", "export", tmp_path / name, home=own_home)
    assert done.returncode == 0, done.stderr
    other = tmp_path / "other"
    copy_models(own_home, other)
    done = topicdesk("labels", "import", tmp_path / name, home=other)
    assert done.returncode == 0, done.stderr
    assert plain(kept(other)) == first
    again = topicdesk("labels", "import", tmp_path / name, home=other)
    assert "5 there already" in again.stderr


def test_cells_are_inert(topicdesk: Run, own_home: Path, tmp_path: Path) -> None:
    topicdesk("labels", "import", write(tmp_path / "in.jsonl", ROWS), home=own_home)
    topicdesk("labels", "export", "out.txt", "--format", "csv", home=own_home)
    with (tmp_path / "out.txt").open(newline="") as file:
        for row in csv.reader(file):
            assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)


def test_bad_rows_are_told_and_the_good_ones_kept(topicdesk: Run, own_home: Path, tmp_path: Path) -> None:
    bad: list[dict[str, object]] = [
        {"text": "no labels"},
        {"text": "", "labels": []},
        {"text": "unknown", "labels": ["swordfish"]},
        {"text": "verdict", "labels": [], "verdict": "maybe"},
        {"text": "unsure", "labels": ["digital_rights"], "verdict": "correct", "at": "yesterday"},
        {"id": "1", "text": "an id of another text", "labels": []},
    ]
    done = topicdesk("labels", "import", write(tmp_path / "in.jsonl", [*ROWS, *bad]), home=own_home)
    assert done.returncode == 1
    assert "11 rows: 5 labels added, 0 changed, 0 there already, 0 older than what is kept, 6 failed" in done.stderr
    for part in ("row 6: no `labels`", "row 7", "row 8: unknown topic", "row 9", "row 10: `at`", "... and 1 more"):
        assert part in done.stderr
    assert len(kept(own_home)) == 5


def test_a_later_label_takes_over(topicdesk: Run, own_home: Path, tmp_path: Path) -> None:
    topicdesk("labels", "import", write(tmp_path / "in.jsonl", ROWS), home=own_home)
    changed = [ROWS[0] | {"labels": [], "by": "bob"}]
    done = topicdesk("labels", "import", write(tmp_path / "in.jsonl", changed), home=own_home)
    assert "1 changed" in done.stderr
    assert plain(kept(own_home))[0]["labels"] == []


def test_an_older_export_undoes_no_newer_label(topicdesk: Run, own_home: Path, tmp_path: Path) -> None:
    topicdesk("labels", "import", write(tmp_path / "in.jsonl", ROWS), home=own_home)
    topicdesk("labels", "export", "old.jsonl", home=own_home)
    changed = [ROWS[0] | {"labels": [], "by": "bob"}]
    topicdesk("labels", "import", write(tmp_path / "in.jsonl", changed), home=own_home)
    done = topicdesk("labels", "import", "old.jsonl", home=own_home)
    assert "0 changed, 4 there already, 1 older" in done.stderr
    assert plain(kept(own_home))[0]["labels"] == []


def test_a_title_alone_comes_back(topicdesk: Run, own_home: Path, tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [{"title": "Ceasefire", "text": "", "labels": ["border_conflict"]}]
    topicdesk("labels", "import", write(tmp_path / "in.jsonl", rows), home=own_home)
    for name in ("out.csv", "out.jsonl"):
        topicdesk("labels", "export", name, home=own_home)
        assert "1 there already" in topicdesk("labels", "import", name, home=own_home).stderr


def test_labels_can_come_before_the_first_model(topicdesk: Run, tmp_path: Path) -> None:
    done = topicdesk("labels", "import", write(tmp_path / "in.jsonl", ROWS), home=tmp_path / "new")
    assert done.returncode == 0, done.stderr
    assert [record.decision for record in kept(tmp_path / "new")] == [None] * 5


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("import", "nothing.jsonl"), 1, "there is no file"),
        (("import", "."), 1, "there is no file"),
        (("export", "x.parquet"), 1, "jsonl or csv"),
        (("export", "x.txt"), 1, "cannot tell the format"),
        (("export", "x.jsonl", "--format", "xml"), 1, "jsonl or csv"),
        (("export", "no/such/folder.csv"), 1, "cannot write"),
    ],
)
def test_wrong_files(topicdesk: Run, own_home: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    done = topicdesk("labels", *arguments, home=own_home)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_backup_is_the_state_again(topicdesk: Run, own_home: Path, tmp_path: Path) -> None:
    topicdesk("labels", "import", write(tmp_path / "in.jsonl", ROWS), home=own_home)
    done = topicdesk("backup", "all.tar", home=own_home)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "all.tar").stat().st_mode & 0o777 == 0o600
    with tarfile.open(tmp_path / "all.tar") as tar:
        tar.extractall(tmp_path / "restored", filter="data")
    assert plain(kept(tmp_path / "restored")) == plain(kept(own_home))
    classified = topicdesk("classify", "--json", home=tmp_path / "restored", stdin="Troops shelled the border village.")
    assert json.loads(classified.stdout)["articles"]
    assert not list(own_home.glob(".backup-*"))


def test_a_backup_overwrites_nothing(topicdesk: Run, own_home: Path, tmp_path: Path) -> None:
    (tmp_path / "all.tar").write_text("precious")
    done = topicdesk("backup", "all.tar", home=own_home)
    assert done.returncode == 1
    assert "overwrites nothing" in done.stderr
    assert (tmp_path / "all.tar").read_text() == "precious"
    done = topicdesk("backup", "no/such/folder.tar", home=own_home)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)


def test_a_backup_of_postgresql(home: Path, postgresql: str, tmp_path: Path) -> None:
    topicdesk = str(Path(sys.executable).parent / "topicdesk")
    with_database = os.environ | {"TOPICDESK_DATABASE_URL": postgresql.format("postgres"), "TOPICDESK_HOME": str(home)}
    source = write(tmp_path / "in.jsonl", ROWS)
    for arguments in (("labels", "import", str(source)), ("backup", str(tmp_path / "all.tar"))):
        subprocess.run([topicdesk, *arguments], env=with_database, check=True, capture_output=True)
    with tarfile.open(tmp_path / "all.tar") as tar:
        names = tar.getnames()
        tar.extractall(tmp_path / "restored", filter="data")
    assert {"topicdesk.dump", "models/CURRENT"} <= set(names)
    listing = subprocess.run(
        ["pg_restore", "--list", tmp_path / "restored" / "topicdesk.dump"], check=True, capture_output=True, text=True
    )
    assert "TABLE DATA public label_history" in listing.stdout


def test_a_backup_while_others_write(topicdesk: Run, own_home: Path, tmp_path: Path) -> None:
    topicdesk("labels", "import", write(tmp_path / "in.jsonl", ROWS), home=own_home)
    writer = sqlite3.connect(own_home / "topicdesk.db", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE label SET by = 'half'")
    done = topicdesk("backup", "all.tar", home=own_home)
    writer.execute("ROLLBACK")
    writer.close()
    assert done.returncode == 0, done.stderr
    with tarfile.open(tmp_path / "all.tar") as tar:
        tar.extractall(tmp_path / "restored", filter="data")
    assert "half" not in [row["by"] for row in plain(kept(tmp_path / "restored"))]


def test_gzip_is_whole(topicdesk: Run, own_home: Path, tmp_path: Path) -> None:
    topicdesk("labels", "import", write(tmp_path / "in.jsonl", ROWS), home=own_home)
    topicdesk("labels", "export", "out.jsonl.gz", home=own_home)
    with gzip.open(tmp_path / "out.jsonl.gz", "rt") as file:
        assert [json.loads(line)["id"] for line in file] == ["1", "2", "3", "4", "5"]
