from hypothesis import given
from hypothesis import strategies as st

from model.evidence import Evidence
from service.desk.marking import Segment, heaviest, segments


def piece(start: int, end: int, weight: float) -> Evidence:
    return Evidence(topic="t", term="x", start=start, end=end, weight=weight, field="text")


def test_marks_stand_where_the_evidence_is() -> None:
    found = segments("the border was quiet", [piece(4, 10, 1.0), piece(15, 20, -0.5)])
    assert found == [
        Segment("the "),
        Segment("border", "for", 3),
        Segment(" was "),
        Segment("quiet", "against", 2),
    ]


def test_overlapping_weights_add_up() -> None:
    # a pair of words and its first word: the first weighs both
    found = segments("border clash", [piece(0, 12, 0.4), piece(0, 6, -0.6)], heaviest=0.4)
    assert found == [Segment("border", "against", 2), Segment(" clash", "for", 3)]


def test_faint_words_stay_unmarked() -> None:
    assert segments("a b", [piece(0, 1, 1.0), piece(2, 3, 0.01)]) == [Segment("a", "for", 3), Segment(" b")]


def test_two_texts_share_a_scale() -> None:
    parts = [("war", [piece(0, 3, 2.0)]), ("peace", [piece(0, 5, 0.4)])]
    assert heaviest(parts) == 2.0
    assert segments("peace", parts[1][1], heaviest(parts)) == [Segment("peace", "for", 1)]


PIECES = st.lists(st.builds(piece, st.integers(-3, 40), st.integers(-3, 40), st.floats(-5, 5)), max_size=12)


@given(st.text(max_size=30), PIECES)
def test_the_segments_are_the_text(text: str, pieces: list[Evidence]) -> None:
    found = segments(text, pieces)
    assert "".join(part.text for part in found) == text
    assert all(part.text for part in found)
    assert all(bool(part.kind) == bool(part.strength) for part in found)
