"""Evidence: which words spoke for and against a topic, exactly, and where they stand.

A head is linear, so each term's part in the calibrated log-odds is its value, the mean of its TF-IDF over passages,
times its weight times the calibration's slope; a term that stands k times shares its part out in k equal pieces. The
pieces of a topic and its baseline sum to the log-odds of its score.
"""

from collections import Counter

import msgspec

from model import analysis, boilerplate
from model.article import Article
from model.parameters import Floats, Parameters
from model.scorer import Score, Scorer


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """One occurrence of one term.

    `start` and `end` are code point offsets into the article's `field` as received; `weight` is in log-odds, negative
    where the term speaks against the topic.
    """

    topic: str
    term: str
    start: int
    end: int
    weight: float
    field: str


def explain(article: Article, scorer: Scorer, score: Score, topics: list[str]) -> list[Evidence]:
    """Return every occurrence of every known term for some topics: in their order, the weightiest first."""
    model = scorer.parameters
    places = [
        (name, token)
        for name, text in (("title", article.title or ""), ("text", boilerplate.trim(article.text)))
        for token in analysis.locate(text, cut=name == "text")
        if token.term in scorer.column
    ]
    times = Counter(token.term for _, token in places)
    at = {int(column): n for n, column in enumerate(score.columns)}
    pieces: list[Evidence] = []
    for topic in topics:
        row = model.taxonomy.ids.index(topic)
        parts = contributions(model, score, row)
        found = [
            Evidence(
                topic=topic,
                term=token.term,
                start=token.start,
                end=token.end,
                weight=float(parts[at[scorer.column[token.term]]]) / times[token.term],
                field=name,
            )
            for name, token in places
        ]
        pieces += sorted(found, key=lambda piece: -abs(piece.weight))
    return pieces


def contributions(model: Parameters, score: Score, row: int) -> Floats:
    """Return what each of the article's terms (K,), in the order of `score.columns`, adds to a topic's log-odds."""
    parts: Floats = model.coef[row, score.columns] * score.values * model.slope[row]
    return parts


def baseline(model: Parameters, topic: str) -> float:
    """Return a topic's log-odds before any word is read."""
    row = model.taxonomy.ids.index(topic)
    return float(model.slope[row] * model.intercept[row] + model.shift[row])
