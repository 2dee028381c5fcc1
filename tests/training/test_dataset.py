import json
from pathlib import Path

import pytest

from model.article import Article
from model.errors import EmptyInputError, FileError, InvalidInputError, UnknownTopicError
from model.taxonomy import Taxonomy
from training import dataset


@pytest.fixture(scope="module")
def taxonomy() -> Taxonomy:
    return Taxonomy.read(dataset.TOPICS)


def jsonl(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_labels_and_groups(tmp_path: Path, taxonomy: Taxonomy) -> None:
    path = jsonl(
        tmp_path / "a.jsonl",
        {"text": "a", "labels": ["border_conflict"], "beat": "x"},
        {"text": "b", "labels": [], "beat": "x"},
        {"text": "c", "labels": ["border_conflict", "digital_rights"]},
        {"text": "a", "labels": ["border_conflict"]},
    )
    data = dataset.read([path], taxonomy)
    assert data.labels.tolist() == [[False, True, False], [False, False, False], [True, True, False]]
    assert data.groups == ["beat:x", "beat:x", dataset.own_group(Article(text=" C "))]


def test_csv_labels(tmp_path: Path, taxonomy: Taxonomy) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text,labels\na,border_conflict|digital_rights\nb,\n")
    assert dataset.read([path], taxonomy).labels.tolist() == [[True, True, False], [False, False, False]]


@pytest.mark.parametrize(
    ("rows", "error", "says"),
    [
        ([{"text": "a", "labels": []}, {"text": "b"}], InvalidInputError, "row 2: no `labels`"),
        ([{"text": "a", "labels": ["sport"]}], UnknownTopicError, "row 1: unknown topic 'sport'"),
        ([{"labels": []}], InvalidInputError, "row 1: .*`text`"),
        (["bare"], InvalidInputError, "row 1: not a JSON object"),
        (
            [{"text": "a", "labels": []}, {"text": "a", "labels": ["digital_rights"]}],
            InvalidInputError,
            "row 2: this text stands elsewhere with other labels",
        ),
        ([], EmptyInputError, "no labelled article"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(
    tmp_path: Path, taxonomy: Taxonomy, rows: list[object], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        dataset.read([jsonl(tmp_path / "a.jsonl", *rows)], taxonomy)


def test_a_missing_file_is_told(tmp_path: Path, taxonomy: Taxonomy) -> None:
    with pytest.raises(FileError, match="there is no file"):
        dataset.read([tmp_path / "a.jsonl"], taxonomy)
