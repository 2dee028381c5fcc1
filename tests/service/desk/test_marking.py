import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.article import Article
from model.classifier import Classifier
from model.evidence import Evidence
from service.desk.marking import Piece, marked
from service.handlers import reading
from service.store.records import Whole


def piece(start: int, end: int, weight: float, field: str = "text") -> Evidence:
    return Evidence(topic="t", term="x", start=start, end=end, weight=weight, field=field)


def test_marks_stand_where_the_evidence_is() -> None:
    title, text = marked("", "The border was quiet.", [piece(4, 10, 1.0), piece(15, 20, -0.5)])
    assert title == []
    assert text == [
        Piece("The ", 0, 0), Piece("border", 1.0, 3), Piece(" was ", 0, 0), Piece("quiet", -0.5, 2), Piece(".", 0, 0),
    ]  # fmt: skip


def test_a_pair_weighs_half_on_each_word() -> None:
    _, text = marked("", "border clash", [piece(0, 12, 0.8), piece(0, 6, -0.6)])
    assert [(one.text, round(one.weight, 9)) for one in text if one.step] == [("border", -0.2), ("clash", 0.4)]


def test_title_and_text_share_a_scale_and_faint_words_stay_unmarked() -> None:
    title, text = marked("War", "peace talks", [piece(0, 3, 2.0, "title"), piece(0, 5, 0.2), piece(6, 11, 0.1)])
    assert [one.step for one in title] == [3]
    assert [(one.text, one.step) for one in text] == [("peace", 1), (" talks", 0)]


def whole(title: str | None, text: str) -> Whole:
    missing = dict.fromkeys(("url", "source", "published", "received", "decision", "label", "story", "terms"))
    return Whole(id="a", title=title, text=text, topics=[], **missing)  # type: ignore[arg-type]


WORDS = st.lists(st.sampled_from(["border", "Police", "encryption,", "É\u0301tat", "ﬁling", "\n", "ß's", "12", "🙂"]))


@pytest.mark.parametrize("topic", [None, "digital_rights"])
@settings(max_examples=60, deadline=None)
@given(title=st.one_of(st.none(), WORDS.map(" ".join)), text=st.one_of(st.text(max_size=60), WORDS.map(" ".join)))
def test_the_pieces_are_the_text_and_weigh_what_the_evidence_does(
    classifier: Classifier, topic: str | None, title: str | None, text: str
) -> None:
    try:
        Article(title=title, text=text)
        found = reading.explain(whole(title, text), classifier, topic)
    except (UnicodeError, ValueError):
        return
    assert found is not None
    parts = marked(title or "", text, found.evidence)
    assert ["".join(one.text for one in part) for part in parts] == [title or "", text]
