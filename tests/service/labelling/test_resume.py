"""A run that is cut short goes on, does nothing twice and gives the same bytes."""

import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from model.article import Article
from model.classifier import Classifier
from model.decision import Decision
from model.errors import FileError, InvalidInputError, TopicdeskError
from service import batch
from service.labelling import chunks, partial, places
from tests.small import WORDS, small

ROWS = 300
TARGETS = ["b.jsonl", "b.csv", "b.parquet", "b.jsonl.gz", "b.csv.gz"]


class Cut(BaseException):
    """Stands for a signal."""


class Counting(Classifier):
    """Counts what it is asked, and fails at one article."""

    asked = 0
    fails_at = ""

    def classify_batch(self, articles: Sequence[Article]) -> list[Decision]:
        self.asked += len(articles)
        if any(article.id == self.fails_at for article in articles):
            raise ZeroDivisionError
        return super().classify_batch(articles)


@pytest.fixture
def counting() -> Counting:
    return Counting(small(), "20260101T000000Z-000000000000")


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "ROWS", 10)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    chance = random.Random(1)
    rows: list[dict[str, Any]] = [
        {"id": str(n), "text": " ".join(chance.choices(WORDS, k=30)), "status": n, "tags": ["é"]} for n in range(ROWS)
    ]
    for n in range(0, ROWS, 41):
        rows[n].pop("text")
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return tmp_path / "a.jsonl"


def cut_after(rows: int) -> batch.Progress:
    def progress(done: int, _share: float) -> None:
        if done >= rows:
            raise Cut

    return progress


def cut_run(source: Path, target: Path, classifier: Classifier, rows: int, **options: Any) -> None:
    with pytest.raises(Cut):
        batch.label(source, target, classifier, cut_after(rows), **options)
    assert not target.exists()
    assert places.part_of(target).exists()


@pytest.mark.parametrize("name", TARGETS)
def test_a_run_goes_on_without_doing_anything_twice(source: Path, counting: Counting, name: str) -> None:
    whole = batch.label(source, source.with_name(f"whole-{name}"), counting)
    articles, counting.asked = counting.asked, 0
    target, told = source.with_name(name), list[str]()
    cut_run(source, target, counting, 100, workers=1, tell=told.append)
    cut_run(source, target, counting, 200, workers=1, tell=told.append)
    summary = batch.label(source, target, counting, tell=told.append)
    assert target.read_bytes() == source.with_name(f"whole-{name}").read_bytes()
    assert told == [
        "100 rows are finished: the same command goes on from there",
        "resuming after 100 rows",
        "200 rows are finished: the same command goes on from there",
        "resuming after 200 rows",
    ]
    # each cut may have left three chunks under way
    assert articles <= counting.asked <= articles + 2 * 30
    assert summary.resumed == 200
    assert (summary.seen, summary.failed, summary.first_errors) == (ROWS, 8, whole.first_errors)
    assert (summary.assigned, summary.review, summary.out_of_scope) == (
        whole.assigned,
        whole.review,
        whole.out_of_scope,
    )
    assert sorted(path.name for path in source.parent.iterdir()) == sorted(["a.jsonl", name, f"whole-{name}"])


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("workers", [1, 2, 8])
def test_the_bytes_do_not_depend_on_the_workers(source: Path, counting: Counting, name: str, workers: int) -> None:
    batch.label(source, source.with_name(name), counting, workers=workers)
    batch.label(source, source.with_name(f"again-{name}"), counting, workers=3)
    assert source.with_name(name).read_bytes() == source.with_name(f"again-{name}").read_bytes()


def test_without_resume_it_starts_over(source: Path, counting: Counting) -> None:
    target, told = source.with_name("b.csv"), list[str]()
    cut_run(source, target, counting, 100)
    assert batch.label(source, target, counting, resume=False, tell=told.append).resumed == 0
    assert told == []


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ("input", "an earlier run was cut short, but with another input: starting over"),
        ("model", "an earlier run was cut short, but with another model: starting over"),
        ("thresholds", "an earlier run was cut short, but with another model: starting over"),
        ("version", "an earlier run was cut short, but with another version of topicdesk: starting over"),
    ],
)
def test_another_run_starts_over(
    source: Path, counting: Counting, monkeypatch: pytest.MonkeyPatch, other: str, says: str
) -> None:
    target, told, classifier = source.with_name("b.parquet"), list[str](), Classifier(small(), counting.model_id)
    cut_run(source, target, counting, 100)
    match other:
        case "input":
            source.write_text(source.read_text().replace("quay", "dock"))
        case "model":
            classifier = Classifier(small(1), "20260101T000001Z-000000000000")
        case "thresholds":
            classifier = Classifier(small(), counting.model_id, right=98)
        case "version":
            monkeypatch.setattr(chunks, "BYTES", 4 << 20)
    assert batch.label(source, target, classifier, tell=told.append).resumed == 0
    assert told == [says]
    batch.label(source, source.with_name("c.parquet"), classifier)
    assert target.read_bytes() == source.with_name("c.parquet").read_bytes()


@pytest.mark.parametrize("name", TARGETS)
def test_damage_to_what_is_left_never_shows(
    source: Path, counting: Counting, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Journal and partial output, cut or with bits flipped: the output is right, whatever of it was used."""
    whole, target = source.with_name(f"whole-{name}"), source.with_name(name)
    batch.label(source, whole, counting)
    with monkeypatch.context() as often:
        often.setattr(partial, "EVERY_SECONDS", 0.0)
        often.setattr(partial, "MOST_SHARE", float("inf"))
        cut_run(source, target, counting, 200)
    left = {path: path.read_bytes() for path in (places.part_of(target), places.journal_of(target))}
    chance, resumed = random.Random(7), set()
    for n in range(20):
        for path, data in left.items():
            path.write_bytes(data)
        path = list(left)[n % 2]
        damaged = bytearray(left[path])
        if n % 4 < 2:
            del damaged[chance.randrange(len(damaged)) :]
        else:
            # the journal has room for more at its end, that is no part of it
            damaged[chance.randrange(len(bytes(damaged).rstrip(b"\0")))] ^= 1 << chance.randrange(8)
        path.write_bytes(damaged)
        resumed.add(batch.label(source, target, counting).resumed)
        assert target.read_bytes() == whole.read_bytes()
    assert len(resumed) > 3
    assert max(resumed) <= 200


def test_a_worker_that_fails_loses_nothing_that_was_finished(source: Path, counting: Counting) -> None:
    target = source.with_name("b.jsonl")
    counting.fails_at = "155"
    with pytest.raises(
        TopicdeskError, match=r"the rows from 151 on .* unexpected ZeroDivisionError in .*test_resume.py"
    ) as failed:
        batch.label(source, target, counting, workers=2)
    assert "(150 rows are finished: the same command goes on from there)" in str(failed.value)
    counting.fails_at = ""
    assert batch.label(source, target, counting).resumed == 150
    assert len(target.read_text().splitlines()) == ROWS


def test_a_second_run_into_the_same_output_is_refused(source: Path, counting: Counting) -> None:
    target, refused = source.with_name("b.jsonl"), list[str]()

    def progress(done: int, _share: float) -> None:
        if done == 100:
            with pytest.raises(FileError, match="another process is labelling into it") as error:
                batch.label(source, target, counting, resume=False)
            refused.append(str(error.value))

    batch.label(source, target, counting, progress)
    assert len(refused) == 1
    assert len(target.read_text().splitlines()) == ROWS


def test_an_input_that_changes_meanwhile_is_told(source: Path, counting: Counting) -> None:
    def progress(done: int, _share: float) -> None:
        if done == 100:
            source.write_text(source.read_text() + '{"text": "one more"}\n')

    with pytest.raises(InvalidInputError, match="was changed while it was read"):
        batch.label(source, source.with_name("b.jsonl"), counting, progress, workers=1)
    assert [path.name for path in source.parent.iterdir()] == ["a.jsonl"]


def test_a_link_stays_a_link_and_the_old_output_stays_till_the_end(source: Path, counting: Counting) -> None:
    (source.parent / "else").mkdir()
    real, link = source.parent / "else" / "b.jsonl", source.with_name("link.jsonl")
    real.write_text("old")
    link.symlink_to(real)
    with pytest.raises(Cut):
        batch.label(source, link, counting, cut_after(50))
    assert real.read_text() == "old"
    batch.label(source, link, counting)
    assert link.is_symlink()
    assert len(real.read_text().splitlines()) == ROWS
    assert [path.name for path in real.parent.iterdir()] == ["b.jsonl"]


def test_a_trap_where_the_partial_output_goes_is_no_way_out(source: Path, counting: Counting) -> None:
    elsewhere = source.with_name("precious")
    elsewhere.write_text("precious")
    places.part_of(source.with_name("b.jsonl")).symlink_to(elsewhere)
    with pytest.raises(FileError, match="cannot write"):
        batch.label(source, source.with_name("b.jsonl"), counting)
    assert elsewhere.read_text() == "precious"


def test_parquet_passes_columns_that_python_cannot_hold(tmp_path: Path, counting: Counting) -> None:
    table = pa.table(
        {
            "text": ["harbour crane quay"] * 25,
            "when": pa.array([1_700_000_000_000_000_001] * 25, pa.timestamp("ns")),
            "status": pa.array(["old"] * 25).dictionary_encode(),
            "deep": pa.array([[{"a": 1.5, "b": [b"\xff"]}]] * 25),
        }
    )
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=8)
    cut_run(tmp_path / "a.parquet", tmp_path / "b.parquet", counting, 10)
    assert batch.label(tmp_path / "a.parquet", tmp_path / "b.parquet", counting).resumed == 16
    found = pq.read_table(tmp_path / "b.parquet")
    assert found.column_names[:4] == ["text", "when", "input_status", "deep"]
    assert found.select(["text", "when", "deep"]).equals(table.select(["text", "when", "deep"]))
    assert found["input_status"].to_pylist() == ["old"] * 25


def test_what_another_run_left_stays_until_this_one_begins(source: Path, counting: Counting) -> None:
    target, bad = source.with_name("b.jsonl"), source.with_name("bad.csv")
    cut_run(source, target, counting, 100)
    bad.write_text("id,body\n1,x\n")
    for _ in range(2):
        with pytest.raises(InvalidInputError, match="no column `text`"):
            batch.label(bad, target, counting)
    assert batch.label(source, target, counting).resumed == 100


def test_a_signal_between_any_two_lines_of_writing_gives_no_wrong_output(source: Path, counting: Counting) -> None:
    whole = source.with_name("whole.jsonl")
    batch.label(source, whole, counting)
    target, kept, before = source.with_name("b.jsonl"), set(), sys.gettrace()
    for line in range(1, 200, 5):
        left = line

        def trace(frame: FrameType, event: str, _arg: object) -> Any:
            nonlocal left
            if not frame.f_code.co_filename.endswith(("partial.py", "journal.py")):
                return None
            left -= event == "line"
            if not left:
                sys.settrace(None)
                raise Cut
            return trace

        sys.settrace(trace)
        try:
            batch.label(source, target, counting, workers=1)
        except Cut:
            kept.add(batch.label(source, target, counting).resumed)
        finally:
            sys.settrace(before)
        assert target.read_bytes() == whole.read_bytes(), line
        target.unlink()
    assert len(kept) > 3
