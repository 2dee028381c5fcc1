from pathlib import Path

import pytest

from model.errors import FileError, TaxonomyError, UnknownTopicError
from model.taxonomy import Taxonomy
from training.dataset import TOPICS


def test_the_starter_topics() -> None:
    taxonomy = Taxonomy.read(TOPICS)
    assert taxonomy.ids == ("digital_rights", "border_conflict", "policing_accountability")
    for topic in taxonomy.topics:
        assert topic.definition
        assert topic.include
        assert topic.exclude
        assert set(topic.media_topics) <= {"16000000", "02000000", "14000000"}


def test_unknown_topic_is_named_with_those_there_are() -> None:
    with pytest.raises(UnknownTopicError, match=r"'sport'.*digital_rights, border_conflict"):
        Taxonomy.read(TOPICS).check(["digital_rights", "sport"])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("topics = []", "at least one topic"),
        ("[[topics]]\nid = 'x'", "label"),
        ("[[topics]]\nid = 'Not Ok'\nlabel = ''\ndefinition = ''", "lower-case"),
        ("[[topics]]\nid='x'\nlabel=''\ndefinition=''\n[[topics]]\nid='x'\nlabel=''\ndefinition=''", "once"),
        ("[[topics]]\nid = 'x'\nlabel = ''\ndefinition = ''\nweight = 2", "weight"),
        ("= broken", "line 1"),
    ],
)
def test_a_wrong_file_is_told(tmp_path: Path, content: str, says: str) -> None:
    path = tmp_path / "topics.toml"
    path.write_text(content)
    with pytest.raises(TaxonomyError, match=says):
        Taxonomy.read(path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="No such file"):
        Taxonomy.read(tmp_path / "none.toml")
