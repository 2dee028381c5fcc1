import numpy as np
import pytest

from model.article import Article
from model.stories import engine, features, similarity
from model.stories.frequencies import Frequencies
from model.stories.stem import stem


def made(text: str, title: str | None = None, frequencies: Frequencies | None = None) -> features.Vector:
    frequencies = frequencies or Frequencies()
    stems = features.stems(Article(title=title, text=text))
    frequencies.see(stems)
    return features.vector(stems, frequencies)


@pytest.mark.parametrize(
    ("one", "other"),
    [("cities", "city"), ("strikes", "strike"), ("detained", "detain"), ("planning", "planned"), ("votes", "voting")],
)
def test_forms_of_a_word_share_a_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(("one", "other"), [("police", "policy"), ("thing", "thin"), ("bus", "bu")])
def test_words_of_other_meaning_do_not(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_vectors_have_length_one_and_ascending_terms() -> None:
    vector = made("The dam cracked. " + " ".join(f"word{n}" for n in range(300)), "Dam cracks")
    assert len(vector.terms) == features.KEPT
    assert np.linalg.norm(vector.values) == pytest.approx(1)
    assert (np.diff(vector.terms) > 0).all()


def test_a_text_without_words_has_an_empty_vector() -> None:
    assert not len(made("?! the").terms)


def test_what_everything_is_about_weighs_little() -> None:
    frequencies = Frequencies()
    for n in range(50):
        frequencies.see(engine.best().join([], ["war", f"other{n}"]))
    vector = made("war bridge", frequencies=frequencies)
    weight = dict(zip((frequencies.terms[n] for n in vector.terms), vector.values, strict=True))
    assert weight["bridg"] > 2 * weight["war"]


def test_refreshing_gives_what_making_anew_would() -> None:
    frequencies = Frequencies()
    stems = features.stems(Article(text="Storm floods bridge in Dorne"))
    frequencies.see(stems)
    old = features.vector(stems, frequencies)
    for n in range(20):
        frequencies.see(engine.best().join([], ["storm", f"x{n}"]))
    new = features.vector(stems, frequencies)
    assert np.allclose(features.refresh(old, frequencies).values, new.values)


def test_quotation_marks_read_in_the_wrong_encoding_do_not_stick_to_words() -> None:
    assert features.stems(Article(text="Dorne\u00e2\u0080\u0099s mayor")).body == ["dorn", "mayor"]
    assert features.stems(Article(text="Dorne\u00e2\u20ac\u2122s mayor")).body == ["dorn", "mayor"]


def test_time_fades_after_some_days_and_missing_dates_do_not_count() -> None:
    days = similarity.span(np.array([0.0, 2.0, 13.0, np.nan]))
    factor = similarity.decay(days[0], days)
    assert factor.tolist() == pytest.approx([1, 1, np.exp(-1), 1])
