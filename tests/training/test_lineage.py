import msgspec
import pytest

from model.errors import TaxonomyError, UnknownTopicError
from model.taxonomy import Taxonomy, Topic
from training.lineage import carry_over, trace


def topics(*ids: str) -> Taxonomy:
    return Taxonomy([Topic(id=name, label=name, definition=name) for name in ids])


def test_order_does_not_matter_and_new_topics_are_told() -> None:
    found = trace(topics("a", "b"), topics("c", "b", "a"))
    assert (found.kept, found.added, found.removed) == ({"b": "b", "a": "a"}, ["c"], [])


@pytest.mark.parametrize(
    ("before", "after", "options", "says"),
    [
        ("ab", "a", {}, "topic b of the current model is not in the topics file"),
        ("ab", "ac", {}, "renamed or removed; has it become c?"),
        ("ab", "ac", {"renamed": {"x": "c"}}, "cannot rename topic x to c: the current model has a, b"),
        ("ab", "ac", {"renamed": {"b": "d"}}, "cannot rename topic b to d"),
        ("ab", "ab", {"renamed": {"b": "a"}}, "two topics of the current model would get one name"),
        ("ab", "ab", {"removed": ["x"]}, "cannot remove topic x"),
        ("ab", "ab", {"removed": ["b"]}, "topic b is to be removed but still stands"),
    ],
)
def test_a_topic_does_not_vanish_unnoticed(before: str, after: str, options: dict[str, object], says: str) -> None:
    with pytest.raises(TaxonomyError, match=says):
        trace(topics(*before), topics(*after), **options)  # type: ignore[arg-type]


def test_labels_follow_their_topics() -> None:
    after = topics("a", "c")
    lineage = trace(topics("a", "b", "x"), after, renamed={"b": "c"}, removed=["x"])
    assert msgspec.to_builtins(lineage) == {"kept": {"a": "a", "c": "b"}, "added": [], "removed": ["x"]}
    assert carry_over(["b", "a", "x"], after, lineage) == ["c", "a"]
    with pytest.raises(UnknownTopicError, match="name the topic 'b', which the topics file does not have"):
        carry_over(["b"], after, None)
