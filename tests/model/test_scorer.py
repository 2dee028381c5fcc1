"""Both engines are held to scikit-learn, and the compiled one to the plain one wherever they could part."""

import dataclasses
import logging
import random
import string
import sys
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from model import analysis, boilerplate, pipeline, scorer
from model.article import Article
from model.classifier import Classifier
from model.errors import InvalidInputError
from model.interpreted import Interpreted
from model.parameters import Parameters
from model.score import Engine
from model.scorer import Scorer, compiled
from tests.small import made_up
from training.dataset import Dataset

TOLERANCE = 1e-9
# what folds oddly: sharp s, dotted and dotless i, final sigma, ligatures, digraphs, Kelvin, fractions, circled and
# full-width letters, the longest decomposition of all, conjoining jamo, marks alone and stacked, joiners, soft hyphens
ODD = "ßẞİıſςΣΰᾳﬁﬃĲǆKÅ½⑴Ⓐｚ９ﷺ㍿가각\u0301\u0345\u0327\u200d\u00ad\ufeff\u2028\u00a0\x00\x1c_'’-"
WORDS = "naïve NAÏVE na\u0131ve straße STRASSE ﬁfty İstanbul ὈΔΥΣΣΕΎΣ каждый 東京 ab a й".split()
# alike in their first and last eight letters, or in all of sixteen
ALIKE = ["abcdefgh", "abcdefghi", "abcdefghXbcdefghi", "abcdefghYbcdefghi", "abcdefghbcdefghi", "q" * 300, "q" * 301]
ENGINES = [compiled, Interpreted]


@pytest.fixture(scope="module")
def odd(classifier: Classifier) -> Parameters:
    """A model that knows the folded forms of odd words, and pairs of them."""
    folded = sorted({word for text in (*WORDS, *ALIKE) for word in analysis.words(text)})
    pairs = [f"{first} {second}" for first in folded[:20] for second in folded[:20]]
    plain = list(classifier.parameters.terms[::7])
    return made_up(classifier.parameters, list(dict.fromkeys([*folded, *pairs, *plain, "three words here", "Upper"])))


def worst(engine: Engine, reference: object, articles: list[Article]) -> float:
    """Return the largest difference from scikit-learn."""
    expected = reference.predict_proba(articles)  # type: ignore[attr-defined]
    found = engine.score_batch([article.title for article in articles], [article.text for article in articles])
    return float(np.abs(np.array([score[0] for score in found]) - expected).max())


def check_alike(one: Engine, other: Engine, title: str | None, text: str) -> None:
    """Assert that two engines read the same."""
    mine, columns, values, places = one.read(title, text)
    found, other_columns, other_values, other_places = other.read(title, text)
    assert mine[1:] == found[1:]
    assert np.abs(np.subtract(mine[0], found[0])).max() < TOLERANCE
    assert sorted(map(tuple, places.tolist())) == sorted(map(tuple, other_places.tolist()))
    size = 1 + max([0, *columns.tolist(), *other_columns.tolist()])
    vectors = [np.bincount(c, v, size) for c, v in ((columns, values), (other_columns, other_values))]
    assert np.abs(vectors[0] - vectors[1]).max() < 1e-12
    scored = one.score(title, text)
    assert scored == one.score_batch([title], [text])[0] == mine


@pytest.mark.parametrize("make", ENGINES)
def test_equals_scikit_learn_on_the_corpus(
    make: Callable[[Parameters], Engine], classifier: Classifier, starter: Dataset
) -> None:
    reference = pipeline.build(classifier.parameters)
    assert worst(make(classifier.parameters), reference, list(starter.articles)) < TOLERANCE


def mixed(parameters: Parameters) -> st.SearchStrategy[str]:
    """Return texts of half known terms, half anything: texts of noise alone would hit no weight."""
    known = st.sampled_from(parameters.terms).flatmap(lambda term: st.sampled_from([term, term.upper(), term.title()]))
    noise = st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from(ODD)), max_size=8)
    parts = st.one_of(known, st.sampled_from(WORDS + ALIKE), noise, st.sampled_from(sorted(boilerplate.SITE_WORDS)))
    joined = st.lists(st.tuples(parts, st.sampled_from([" ", " ", "\n", "", "—", "\u0301", ". "])), max_size=60)
    return joined.map(lambda pairs: "".join(part for pair in pairs for part in pair))


@settings(max_examples=400)
@given(st.data())
def test_equals_scikit_learn_on_any_text(odd: Parameters, data: st.DataObject) -> None:
    title, text = data.draw(st.none() | mixed(odd)), data.draw(mixed(odd))
    article = Article(title=title, text=text)
    one, other, reference = compiled(odd), Interpreted(odd), pipeline.build(odd)
    for engine in (one, other):
        assert worst(engine, reference, [article]) < TOLERANCE
    check_alike(one, other, title, text)


SMALLEST = ["", " ", "\n\n", "\u0301", "\x00", "a", "ab", "\u0301ab\u0301", "ab\x00cd", "ﷺ", "ß", "a\u0301b", "1½"]


@pytest.mark.parametrize("text", SMALLEST)
def test_engines_agree_on_the_smallest_texts(odd: Parameters, text: str) -> None:
    check_alike(compiled(odd), Interpreted(odd), None, text)
    check_alike(compiled(odd), Interpreted(odd), text, text)


def test_engines_agree_on_every_code_point(classifier: Classifier) -> None:
    points = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF]
    texts = [" ".join(f"q{c}z" for c in points[n : n + 8192]) for n in range(0, len(points), 8192)]
    known = made_up(classifier.parameters, sorted({word for text in texts for word in analysis.words(text)}))
    one, other = compiled(known), Interpreted(known)
    assert len(known.terms) > 100_000
    for text in texts:
        mine, found = one.score(None, text), other.score(None, text)
        assert mine[1:] == found[1:]
        assert np.abs(np.subtract(mine[0], found[0])).max() < TOLERANCE


def test_engines_agree_on_where_the_site_begins(classifier: Classifier) -> None:
    rng, (one, other) = random.Random(0), (compiled(classifier.parameters), Interpreted(classifier.parameters))
    body, site = "Police and border guards = met. " * 3, sorted(boilerplate.SITE_WORDS)
    trimmed = 0
    for _ in range(600):
        ends = [
            " ".join(rng.choice(site if rng.random() < share else WORDS) for _ in range(rng.randint(1, 110)))
            for share in rng.choices([0.2, 0.4, 0.9], k=rng.randint(1, 8))
        ]
        text = body + "".join(
            rng.choice(["\n", "\n\n", " \u2003\n \u2003", "\r\n", "\n\u00a0\n"]) + end for end in ends
        )
        text += rng.choice(["", "\n", "\u00a0", " \u00a0\n", "\x1c", "{}[]\n"])
        trimmed += len(boilerplate.trim(text)) < len(text.rstrip())
        check_alike(one, other, None, text)
    assert 100 < trimmed < 500


def test_the_comparison_has_power(odd: Parameters, starter: Dataset) -> None:
    """A kernel that forgot accents, pairs, or the ends of long words would be found."""
    reference, articles = pipeline.build(odd), [Article(text=" ".join(rng_words)) for rng_words in (WORDS, ALIKE)]
    broken_ways: list[Callable[[str], str | None]] = [
        lambda term: term if term.isascii() else None,
        lambda term: None if " " in term else term,
        lambda term: term[:8],
    ]
    for broken_way in broken_ways:
        kept = [(broken_way(term), n) for n, term in enumerate(odd.terms)]
        by_term = {term: n for term, n in kept if term is not None}
        columns = list(by_term.values())
        broken = dataclasses.replace(odd, terms=tuple(by_term), idf=odd.idf[columns], coef=odd.coef[:, columns])
        assert worst(compiled(broken), reference, articles) > 1e-6


def test_a_small_error_in_a_weight_is_seen(classifier: Classifier, starter: Dataset) -> None:
    broken = dataclasses.replace(classifier.parameters, idf=classifier.parameters.idf.copy())
    broken.idf[: len(broken.idf) // 2] *= 1.0001
    reference = pipeline.build(classifier.parameters)
    assert worst(compiled(broken), reference, list(starter.articles)[:50]) > 1e-7


@pytest.mark.parametrize("make", ENGINES)
@pytest.mark.parametrize(("title", "text"), [(None, "police \ud800 border"), ("\udfff", "police")])
def test_lone_surrogates_are_refused(
    make: Callable[[Parameters], Engine], classifier: Classifier, title: str | None, text: str
) -> None:
    engine = make(classifier.parameters)
    for call in (engine.score, engine.read, lambda title, text: engine.score_batch([title], [text])):
        with pytest.raises(InvalidInputError, match="surrogate"):
            call(title, text)


def test_a_model_of_many_topics(classifier: Classifier) -> None:
    terms, rng = list(classifier.parameters.terms[:500]), np.random.default_rng(0)
    for topics in (1, 3, 4, 7, 8, 30):
        many = dataclasses.replace(
            made_up(classifier.parameters, terms),
            coef=rng.normal(0, 1, (topics, 500)),
            intercept=rng.normal(1, 0.1, topics),
            slope=rng.normal(1, 0.1, topics),
            shift=rng.normal(1, 0.1, topics),
        )
        check_alike(compiled(many), Interpreted(many), " ".join(terms[:40]), " ".join(terms * 2))


def test_a_text_without_known_terms_scores_the_intercept(classifier: Classifier) -> None:
    reading = classifier.scorer.read(Article(text="zzzz qqqq"))
    assert len(reading.columns) == 0
    assert reading.score.words == 2
    assert reading.score.known == 0
    assert not reading.places


def test_the_plain_engine_takes_over_and_says_so_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, classifier: Classifier
) -> None:
    monkeypatch.setitem(sys.modules, "model.kernel.engine", None)
    scorer.best.cache_clear()
    try:
        with caplog.at_level(logging.WARNING, "topicdesk"):
            found = [Scorer(classifier.parameters).score(Article(text="police on the border")) for _ in range(2)]
        assert [record.getMessage() for record in caplog.records] == [
            "the compiled scorer is not installed (it takes a C compiler): scoring is many times slower"
        ]
    finally:
        scorer.best.cache_clear()
        monkeypatch.undo()
    expected = Scorer(classifier.parameters, compiled).score(Article(text="police on the border"))
    assert found[0].probabilities == pytest.approx(expected.probabilities, abs=TOLERANCE)


@example("a" * 17)
@given(st.text(string.ascii_letters, min_size=9, max_size=40))
def test_words_are_compared_to_the_last_letter(classifier: Classifier, word: str) -> None:
    folded = word.lower()
    near = {folded[:n] + "0" + folded[n + 1 :] for n in range(len(folded))} | {folded[:-1], folded + "0"}
    engine = compiled(made_up(classifier.parameters, [folded]))
    assert engine.score(None, word)[3] == 1
    assert all(engine.score(None, other)[3] == 0 for other in near)
