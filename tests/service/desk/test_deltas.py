import pytest

from model.taxonomy import Topic
from service.desk import deltas
from tests.service.desk.receipts import comparison, delta, flip
from training.comparison import Delta

TOPICS = {"border_conflict": Topic(id="border_conflict", label="Border conflict", definition="Borders.")}


@pytest.mark.parametrize(
    ("before", "after", "less", "kind", "words"),
    [
        (0.962, 0.968, False, "better", "better by 0.006"),
        (0.968, 0.962, False, "worse", "worse by 0.006"),
        (0.03, 0.02, True, "better", "better by 0.010"),
        (0.02, 0.03, True, "worse", "worse by 0.010"),
        (0.5, 0.5004, False, "same", "as before"),
    ],
)
def test_a_difference_is_told_in_words(before: float, after: float, less: bool, kind: str, words: str) -> None:
    found = deltas.line("x", delta(before, after), less=less)
    assert (found.kind, found.words, found.chance) == (kind, words, "")


def test_chance_is_told_from_the_interval() -> None:
    assert deltas.line("x", delta(0.9, 0.8, -0.2, 0.01)).chance == "may be chance"
    assert deltas.line("x", delta(0.9, 0.8, -0.2, 0.01)).shown == "unsure"
    sure = deltas.line("x", delta(0.9, 0.8, -0.2, -0.01))
    assert (sure.chance, sure.shown) == ("more than chance", "worse")
    nothing = deltas.line("x", Delta(current=0.9, candidate=None, delta=None, low=None, high=None))
    assert (nothing.kind, nothing.words) == ("same", "cannot be told")


def test_a_sentence_and_a_part_for_each_topic() -> None:
    found = comparison([], [])
    assert deltas.summary(found, TOPICS) == ["Border conflict: 0.962 → 0.968, better by 0.006"]
    topic, together = deltas.parts(found, TOPICS)
    assert (topic.title, topic.articles, len(topic.lines)) == ("Border conflict", 46, 5)
    assert [line.kind for line in together.lines] == ["better", "better", "better", "worse"]
    assert deltas.summary(found, {}) == ["border_conflict: 0.962 → 0.968, better by 0.006"]


def test_flips_are_judged_by_their_labels_and_harm_comes_first() -> None:
    flips = [
        flip(1, "one", ["border_conflict"], ["review"], ["border_conflict"]),
        flip(2, "two", [], ["out_of_scope"], ["border_conflict"]),
        flip(3, None, ["border_conflict"], ["out_of_scope"], ["border_conflict", "x"]),
        flip(4, None, [], ["review"], ["out_of_scope"]),
    ]
    found = deltas.turned(flips, {"f3": "Kept title"}, TOPICS)
    assert [(one.title, one.kind) for one in found] == [
        ("two", "worse"), ("one", "better"), ("f4", "better"), ("Kept title", "same"),
    ]  # fmt: skip
    assert (found[0].labels, found[0].before, found[0].after) == (
        "none of the topics", "out of scope", "Border conflict",
    )  # fmt: skip
    assert found[3].after == "Border conflict, x"


def test_reasons_call_topics_by_name() -> None:
    assert deltas.reason("border_conflict: F1 falls", TOPICS) == "Border conflict: F1 falls"
    assert deltas.reason("calibration: Brier score rises", TOPICS) == "calibration: Brier score rises"
    assert deltas.reason("no colon", TOPICS) == "no colon"
