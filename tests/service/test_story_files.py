import datetime
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from model.errors import FileError, InvalidInputError
from model.stories.frequencies import Frequencies
from service.stories import files
from tests.conftest import Run
from tests.model.stories import texts
from tests.service.test_batch import load, make

NINE: list[dict[str, Any]] = [
    {"id": article.id, "title": article.title, "text": article.text} for article in texts.articles()
]
ROWS = [
    *NINE,
    {"title": "Sent on", "text": NINE[0]["text"]},
    {"id": 77, "title": "no text"},
    {"text": NINE[9 - 1]["text"]},
]
STORIES = ["s1", "s2", "s3"] * 3 + ["s1", None, "s3"]
COPIES = [None] * 9 + ["0", None, "8"]


def drawn(source: Path, target: Path, *, online: bool = False) -> files.Summary:
    return files.cluster(source, target, Frequencies(), online=online)


def lines(path: Path, rows: list[Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.mark.parametrize("online", [False, True])
@pytest.mark.parametrize("source", ["a.jsonl", "a.csv", "a.parquet", "a.jsonl.gz", "a.csv.gz"])
@pytest.mark.parametrize("target", ["b.jsonl", "b.csv", "b.parquet", "b.jsonl.gz", "b.csv.gz"])
def test_every_format_to_every_other(tmp_path: Path, source: str, target: str, online: bool) -> None:
    in_csv = source.startswith("a.csv")  # a cell is never missing there, only empty: that article is one of its own
    rows = [{name: row.get(name) for name in ("id", "title", "text")} | {"page": n} for n, row in enumerate(ROWS)]
    given = rows if not in_csv else [{k: v or "" for k, v in row.items()} for row in rows]
    summary = drawn(make(tmp_path / source, given), tmp_path / target, online=online)
    found = load(tmp_path / target)
    stories = [*STORIES[:10], "s4", "s3"] if in_csv else STORIES
    assert [row["story"] or None for row in found] == stories
    assert [row["duplicate_of"] or None for row in found] == COPIES
    assert [str(row["title"] or "") for row in found] == [row.get("title", "") for row in ROWS]
    assert [int(row["page"] or 0) for row in found] == list(range(12))
    assert "Orvane" in found[0]["story_label"]
    assert found[0]["story_label"] == found[3]["story_label"] == found[9]["story_label"]
    assert [bool(row.get("error")) for row in found] == [n == 10 and not in_csv for n in range(12)]
    assert (summary.seen, summary.articles, summary.independent, summary.failed) == (
        (12, 12, 10, 0) if in_csv else (12, 11, 9, 1)
    )
    assert {path.name for path in tmp_path.iterdir()} == {source, target}


def test_own_columns_stay_and_make_room(tmp_path: Path) -> None:
    own = {"story": "front page", "story_label": 5, "duplicate_of": None, "error": "x", "status": "assigned", "z": [1]}
    source = lines(tmp_path / "a.jsonl", [NINE[0] | own, NINE[1]])
    drawn(source, tmp_path / "b.jsonl")
    first, second = load(tmp_path / "b.jsonl")
    assert list(first) == [
        "id", "title", "text", "input_story", "input_story_label", "input_duplicate_of", "input_error", "status", "z",
        "story", "story_label", "duplicate_of",
    ]  # fmt: skip
    assert (first["input_story"], first["status"], first["z"], first["story"]) == ("front page", "assigned", [1], "s1")
    assert list(second) == ["id", "title", "text", "story", "story_label", "duplicate_of"]


def test_parquet_columns_keep_their_types_and_dates_count(tmp_path: Path) -> None:
    days = [datetime.date(2026, 3, 1), datetime.date(2026, 3, 2), None, datetime.date(2199, 1, 1)]
    table = pa.table(
        {
            "id": pa.array([1, 2, 3, 4], pa.int32()),
            "text": [NINE[0]["text"]] * 2 + [NINE[1]["text"]] * 2,
            "published": pa.array(days, pa.date32()),
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    summary = drawn(tmp_path / "a.parquet", tmp_path / "b.parquet")
    written = pq.read_table(tmp_path / "b.parquet")
    assert written.schema.types == [pa.int32(), pa.string(), pa.date32(), *[pa.string()] * 4]
    assert written["duplicate_of"].to_pylist() == [None, "1", None, "3"]
    assert [(story.first, story.last) for story in summary.stories] == [(days[0], days[1]), (days[3], days[3])]


def test_bad_rows_do_not_hold_up_the_others(topicdesk: Run, tmp_path: Path) -> None:
    good = [json.dumps(row).encode() for row in NINE]
    bad = [b"{broken", b"5", b'{"text": "caf\xe9"}', b'{"id": "n", "text": 7}']
    (tmp_path / "a.jsonl").write_bytes(b"\n".join([*bad, b"", *good]) + b"\n")
    done = topicdesk("cluster", "a.jsonl", "b.jsonl")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "13 rows: 9 articles, 9 independent texts, 0 copies; 3 stories, 0 of them of one article" in done.stderr
    assert "row 1: not valid JSON" in done.stderr
    rows = load(tmp_path / "b.jsonl")
    assert [row["story"] for row in rows] == [None] * 4 + ["s1", "s2", "s3"] * 3
    assert rows[3]["error"].startswith("row 4: ")
    assert "without" not in done.stderr


def test_the_stories_as_json(topicdesk: Run, tmp_path: Path) -> None:
    dated = [row | {"published": f"2026-03-0{n + 1}T10:00:00+02:00"} for n, row in enumerate(NINE)]
    lines(tmp_path / "a.jsonl", [*dated, {"text": NINE[0]["text"]}])
    done = topicdesk("cluster", "a.jsonl", "b.csv", "--json")
    assert done.returncode == 0
    stories = json.loads(done.stdout)["stories"]
    assert [story["articles"] for story in stories] == [["0", "3", "6", "10"], ["1", "4", "7"], ["2", "5", "8"]]
    first = stories[0]
    assert (first["id"], first["independent"], first["duplicates"]) == ("s1", 3, {"10": "0"})
    assert (first["first"], first["last"]) == ("2026-03-01", "2026-03-07")
    assert first["lead"] in first["articles"]
    assert first["label"] == ", ".join(first["terms"])
    assert first["timeline"][-1] == {"date": None, "articles": 1, "independent": 0}


def test_a_date_that_is_none_is_told(topicdesk: Run, tmp_path: Path) -> None:
    lines(tmp_path / "a.jsonl", [NINE[0] | {"published": "Mon 3 March"}, NINE[3] | {"published": 20260303}, NINE[6]])
    done = topicdesk("cluster", "a.jsonl", "b.jsonl")
    assert done.returncode == 0
    assert "2 have a `published` that is no ISO 8601 date" in done.stderr
    rows = load(tmp_path / "b.jsonl")
    assert [(row["story"], row.get("published")) for row in rows] == [
        ("s1", "Mon 3 March"),
        ("s1", 20260303),
        ("s1", None),
    ]


def test_a_story_months_later_is_another(tmp_path: Path) -> None:
    rows = [row | {"published": f"20{26 + n // 3}-05-05"} for n, row in enumerate(NINE)]
    drawn(lines(tmp_path / "a.jsonl", rows), tmp_path / "b.jsonl")
    assert [row["story"] for row in load(tmp_path / "b.jsonl")] == [f"s{n}" for n in range(1, 10)]


@pytest.mark.parametrize("online", [False, True])
def test_a_thousand_copies_are_one_text(tmp_path: Path, online: bool) -> None:
    source = lines(tmp_path / "a.jsonl", [{"text": NINE[2]["text"]}] * 1000 + NINE[:2])
    summary = drawn(source, tmp_path / "b.jsonl", online=online)
    assert (summary.articles, summary.independent, len(summary.stories), summary.single) == (1002, 3, 3, 2)
    assert [row["duplicate_of"] for row in load(tmp_path / "b.jsonl")] == [None] + ["1"] * 999 + [None, None]


@pytest.mark.parametrize("online", [False, True])
def test_odd_articles(tmp_path: Path, online: bool) -> None:
    odd: list[dict[str, Any]] = [
        {"text": ""},
        {"text": "  "},
        {"id": "=1+1", "text": "it is what it was"},
        {"id": 'a\nb,"c"', "text": "12 34 !!", "published": ""},
        {"id": "", "title": "", "text": "\u4e16\u754c \U0001f30a"},
        {"id": 5.0, "text": NINE[0]["text"], "published": "0001-01-01T00:00+14:00"},
        {"id": 5, "text": NINE[0]["text"], "published": "9999-12-31T23:59-12:00"},
    ]
    summary = drawn(lines(tmp_path / "a.jsonl", odd), tmp_path / "b.csv", online=online)
    assert (summary.failed, summary.undated, len(summary.stories)) == (0, 0, 6)
    assert summary.stories[0].label == ""
    assert [story.articles[0] for story in summary.stories] == ["1", "2", "=1+1", 'a\nb,"c"', "5", "5"]
    drawn(tmp_path / "a.jsonl", tmp_path / "b.jsonl", online=online)
    assert [row["story"] for row in load(tmp_path / "b.jsonl")] == ["s1", "s2", "s3", "s4", "s5", "s6", "s6"]
    assert load(tmp_path / "b.jsonl")[-1]["duplicate_of"] == "5"
    assert "'=1+1" in (tmp_path / "b.csv").read_text()


@pytest.mark.parametrize("source", ["a.jsonl", "a.csv"])
@pytest.mark.parametrize("target", ["b.jsonl", "b.csv", "b.parquet"])
@pytest.mark.parametrize("online", [False, True])
def test_a_file_of_nothing_gives_a_file_of_nothing(tmp_path: Path, source: str, target: str, online: bool) -> None:
    (tmp_path / source).write_text("id,text\n" if source == "a.csv" else "")
    summary = drawn(tmp_path / source, tmp_path / target, online=online)
    assert (summary.seen, summary.stories) == (0, [])
    assert load(tmp_path / target) == []
    if target == "b.parquet":
        assert pq.read_table(tmp_path / target).column_names[-4:] == list(files.ADDED)


def test_the_output_is_the_same_to_the_byte(topicdesk: Run, tmp_path: Path) -> None:
    lines(tmp_path / "a.jsonl", ROWS * 200)
    for name in ("b.parquet", "b.jsonl.gz"):
        topicdesk("cluster", "a.jsonl", name)
        before = (tmp_path / name).read_bytes()
        topicdesk("cluster", "a.jsonl", name)
        assert (tmp_path / name).read_bytes() == before


def test_without_a_model_the_file_s_own_words_count(topicdesk: Run, tmp_path: Path) -> None:
    lines(tmp_path / "a.jsonl", NINE)
    done = topicdesk("cluster", "a.jsonl", "b.jsonl", home=tmp_path / "empty")
    assert done.returncode == 0
    assert "word frequencies are those of these articles only: there is no model" in done.stderr
    assert [row["story"] for row in load(tmp_path / "b.jsonl")] == ["s1", "s2", "s3"] * 3
    assert "word frequencies" not in topicdesk("cluster", "a.jsonl", "b.jsonl").stderr


def test_files_that_cannot_be_used(tmp_path: Path) -> None:
    source = lines(tmp_path / "a.jsonl", NINE)
    for wrong, target, error, words in (
        (tmp_path / "none.jsonl", tmp_path / "b.jsonl", FileError, "there is no file"),
        (source, source, InvalidInputError, "the same file"),
        (source, tmp_path / "b.txt", InvalidInputError, "cannot tell the format"),
        (source, tmp_path / "none" / "b.jsonl", FileError, "cannot write"),
        (source, tmp_path, InvalidInputError, "cannot tell the format"),
    ):
        with pytest.raises(error, match=words):
            drawn(wrong, target)
    (tmp_path / "a.csv").write_text("id,body\n1,x\n")
    with pytest.raises(InvalidInputError, match="no column `text`"):
        drawn(tmp_path / "a.csv", tmp_path / "b.csv")
    assert {path.name for path in tmp_path.iterdir()} == {"a.jsonl", "a.csv"}


@pytest.mark.parametrize("later", [[*NINE, NINE[0]], NINE[:5], [{"id": 5}]])
def test_what_was_there_stays_where_a_run_fails(tmp_path: Path, later: list[dict[str, Any]]) -> None:
    source = lines(tmp_path / "a.jsonl", NINE)
    target = lines(tmp_path / "b.jsonl", [{"before": 1}])

    def change(_rows: int) -> None:
        lines(source, later)

    with pytest.raises(InvalidInputError, match="changed while it was read"):
        files.cluster(source, target, Frequencies(), change)
    assert load(target) == [{"before": 1}]
    assert {path.name for path in tmp_path.iterdir()} == {"a.jsonl", "b.jsonl"}
    drawn(source, target)
    assert len(load(target)) == len(later)


@pytest.mark.parametrize("options", [[], ["--online"]])
@pytest.mark.parametrize("model", [False, True])
def test_the_border_articles_of_the_seed_page_are_one_story(
    topicdesk: Run, tmp_path: Path, home: Path, evaluation_data: Path, options: list[str], model: bool
) -> None:
    page = topicdesk("extract", evaluation_data / "seed_page.txt", "--json")
    lines(tmp_path / "a.jsonl", json.loads(page.stdout)["articles"])
    topicdesk("cluster", "a.jsonl", "b.jsonl", *options, home=home if model else tmp_path)
    assert [row["story"] for row in load(tmp_path / "b.jsonl")] == ["s1", "s2", "s3", "s2"]
