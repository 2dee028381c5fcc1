import unicodedata
from collections import Counter
from itertools import chain

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from model import analysis

WEIRD = "İstanbul Straße ﬁne ΌΣΟΣ naïve nai\u0308ve ½ ㎏ \u0301a a\u0301 x\u200by don't U.S. 한국 日本 क्षि"


def whole(text: str) -> list[str]:
    return analysis.terms(analysis.content(analysis.words(text)))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The POLICE, who're here", ["the", "police", "who", "re", "here"]),
        ("naïve nai\u0308ve NAÏVE", ["naive"] * 3),
        ("Straße ﬁnd", ["strasse", "find"]),
        ("İ", []),
        ("a b cd", ["cd"]),
        ("x-ray 2019–20", ["ray", "2019", "20"]),
        ("ΌΣΟΣ όσος", ["οσοσ", "οσοσ"]),
        ("", []),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert analysis.words(text) == words


def test_two_grams_span_stop_words() -> None:
    assert whole("use of force by the police") == ["use", "force", "police", "use force", "force police"]


@given(st.text() | st.lists(st.sampled_from(["law", "naïve", "the", "Police,", "a"]), max_size=200).map(" ".join))
@example(WEIRD)
def test_located_terms_are_the_terms(text: str) -> None:
    assert Counter(token.term for token in analysis.locate(text, cut=False)) == Counter(whole(text))
    passages = analysis.passages([], analysis.content(analysis.words(text)))
    assert Counter(token.term for token in analysis.locate(text, cut=True)) == Counter(chain.from_iterable(passages))


@pytest.mark.parametrize(("count", "sizes"), [(0, [0]), (67, [67]), (68, [34, 34]), (200, [50] * 4), (90, [45, 45])])
def test_passages_are_of_one_size(count: int, sizes: list[int]) -> None:
    tokens = [f"w{n}" for n in range(count)]
    passages = analysis.passages(["title"], tokens)
    assert [sum(" " not in term for term in terms) for terms in passages] == [sizes[0] + 1, *sizes[1:]]
    assert [term for terms in passages for term in terms if " " not in term] == ["title", *tokens]


@given(st.text())
@example(WEIRD)
def test_a_place_holds_its_term(text: str) -> None:
    for token in analysis.locate(text, cut=False):
        assert whole(text[token.start : token.end])[-1] == token.term


@given(st.text())
@example(WEIRD)
def test_unicode_form_and_case_change_nothing(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    assert whole(composed) == whole(unicodedata.normalize("NFD", text))
    assert whole("".join(char.upper() for char in "aéßﬁ")) == whole("aéßﬁ")
