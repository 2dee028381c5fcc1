import random
import unicodedata

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from model import pipeline
from model.article import Article
from training import arrays, features, tokens
from training.dataset import Dataset
from training.features import Weights
from training.tokens import analyse

ODD = (
    "", " \n\t", "one", "the and of", "a b c", "Ⅷ ﬁ ﬂ ½ İstanbul ıi ǅ ß ẞ",
    "e\u0301\u0301 a\u200dz \ufeff bom \u2028line",
    "数字 权利 数字 权利", "नमस्ते दुनिया नमस्ते", "\U0001d400\U0001d401 bold \U0001f600 emoji",
    "ab" * 3000, "x \u0300 y \u0345z",
    "share story subscribe newsletter follow read more latest email website\n", "word\x1cword\x85word\u3000word",
)  # fmt: skip


def made_up() -> list[Article]:
    """Texts of all lengths around where passages are cut, repeated words, odd characters, the site's own last words."""
    rng = random.Random(0)
    letters = [chr(n) for n in range(0x21, 0x3000) if unicodedata.category(chr(n)) != "Cs"]
    words = ["Police", "the", "ﬁfty", "naïve", "BORDER", "x", "it's", "2024", "STRASSE", "straße"]
    words += ["".join(rng.choices(letters, k=3)) for _ in range(150)]
    site = "\n\nRead more stories, follow our newsletter, share on the app, subscribe to support our website."
    articles = [
        Article(title=title, text=text) for text in ODD for title in (None, "", "Police Police the border", text)
    ]
    for length in [*range(60, 75), *range(100, 500, 37), 3000]:
        text = " ".join(rng.choices(words, k=length))
        articles += [
            Article(title=rng.choice([None, "ﬁfty"]), text=text + rng.choice(["", site, " \n\n"])) for _ in "ab"
        ]
    articles.append(Article(title="police " * 70_000, text="a count that takes four bytes"))
    return articles


def test_passages_are_those_of_the_pipeline() -> None:
    """Every passage's terms, as often as they stand in it, in the same passage."""
    articles = made_up()
    counted = features.count(analyse(articles), 1)
    names = counted.terms.names(np.arange(len(counted.terms)))
    assert list(names) == sorted(names)
    expected = [sorted(terms) for article in articles for terms in pipeline.passages(article)]
    assert len(counted.entries) == len(expected) + 1
    for n, terms in enumerate(expected):
        entries = slice(counted.entries[n], counted.entries[n + 1])
        found = zip(counted.columns[entries].tolist(), counted.counts[entries].tolist(), strict=True)
        assert [names[column] for column, count in found for _ in range(count)] == terms
    assert np.diff(counted.passages).tolist() == [len(pipeline.passages(article)) for article in articles]


def equal_to_the_pipeline(articles: list[Article], fit_on: np.ndarray, hold_out: np.ndarray, least: int) -> Weights:
    counted = features.count(analyse(articles), least)
    weights = Weights(counted, counted.stand_in - counted.stand_in_of(hold_out), len(fit_on), least)
    reference = pipeline.PassageTfidf(min_df=least).fit([articles[n] for n in fit_on])
    assert counted.terms.names(weights.columns) == tuple(reference.tfidf_.get_feature_names_out())
    assert np.array_equal(weights.idf, reference.tfidf_.idf_)
    for rows in (fit_on, hold_out):
        found, expected = weights.matrix(rows), reference.transform([articles[n] for n in rows])
        assert np.array_equal(found.indptr, expected.indptr)
        assert np.array_equal(found.indices, expected.indices)  # in the order in which they are added up, too
        assert np.array_equal(found.data, expected.data)
    return weights


@pytest.mark.parametrize("least", [1, 2, 5])
def test_vectors_are_those_of_the_pipeline_to_the_last_bit(least: int) -> None:
    articles = made_up()
    order = np.random.default_rng(0).permutation(len(articles))
    equal_to_the_pipeline(articles, np.sort(order[20:]), np.sort(order[:20]), least)


def test_a_fold_s_heads_are_those_of_the_pipeline(starter: Dataset) -> None:
    articles = list(starter.articles[::6])
    labels = starter.labels[::6, 1]
    order = np.random.default_rng(0).permutation(len(articles))
    fit_on, hold_out = np.sort(order[40:]), np.sort(order[:40])
    weights = equal_to_the_pipeline(articles, fit_on, hold_out, 2)
    reference = pipeline.PassageTfidf(min_df=2).fit([articles[n] for n in fit_on])
    expected, found = LogisticRegression(C=30), LogisticRegression(C=30)
    expected.fit(reference.transform([articles[n] for n in fit_on]), labels[fit_on])
    found.fit(weights.matrix(fit_on), labels[fit_on])
    assert np.abs(found.coef_ - expected.coef_).max() <= 1e-12
    raw = np.concatenate([found.decision_function(part) for part in weights.blocks(hold_out)])
    assert np.abs(raw - expected.decision_function(reference.transform([articles[n] for n in hold_out]))).max() <= 1e-12


@pytest.mark.parametrize("at_once", [1, 150])
def test_whatever_is_done_at_a_time(monkeypatch: pytest.MonkeyPatch, starter: Dataset, at_once: int) -> None:
    articles = [*made_up()[:60], *starter.articles[:40]]
    monkeypatch.setattr(tokens, "BLOCK_TOKENS", at_once)
    monkeypatch.setattr(features, "ENTRIES_AT_ONCE", at_once)
    equal_to_the_pipeline(articles, np.arange(0, len(articles), 2), np.arange(1, len(articles), 2), 2)


def test_nothing_in_common() -> None:
    counted = features.count(analyse([Article(text="one"), Article(text="two"), Article(text="")]), 2)
    assert len(counted.terms) == 0
    assert counted.stand_in_of(np.arange(3)).tolist() == []
    assert len(Weights(counted, counted.stand_in, 3, 2).columns) == 0


def test_room_grows_into_a_larger_type() -> None:
    room = arrays.Room(5, np.uint8)
    for part in (np.array([1, 255], np.uint8), np.array([300], np.uint16), np.array([2], np.uint8)):
        room.add(part)
    assert (room.filled.tolist(), room.filled.dtype) == ([1, 255, 300, 2], np.dtype(np.uint16))
