"""Evidence: which words spoke for and against a topic, exactly, and where they stand.

A head is linear, so each term's part in the calibrated log-odds is its value, the mean of its TF-IDF over passages,
times its weight times the calibration's slope; a term that stands k times shares its part out in k equal pieces. The
pieces of a topic and its baseline sum to the log-odds of its score.
"""

from collections import Counter

import msgspec

from model.parameters import Floats, Parameters
from model.score import Reading


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


def explain(model: Parameters, reading: Reading, topics: list[str]) -> list[Evidence]:
    """Return every occurrence of every known term for some topics: in their order, the weightiest first."""
    times = Counter(place.column for place in reading.places)
    pieces: list[Evidence] = []
    for topic in topics:
        row = model.taxonomy.ids.index(topic)
        parts = dict(zip(reading.columns.tolist(), contributions(model, reading, row).tolist(), strict=True))
        found = [
            Evidence(
                topic=topic,
                term=model.terms[place.column],
                start=place.start,
                end=place.end,
                weight=parts[place.column] / times[place.column],
                field="title" if place.in_title else "text",
            )
            for place in reading.places
        ]
        pieces += sorted(found, key=lambda piece: -abs(piece.weight))
    return pieces


def contributions(model: Parameters, reading: Reading, row: int) -> Floats:
    """Return what each of the article's terms (K,), in the order of `reading.columns`, adds to a topic's log-odds."""
    parts: Floats = model.coef[row, reading.columns] * reading.values * model.slope[row]
    return parts


def baseline(model: Parameters, topic: str) -> float:
    """Return a topic's log-odds before any word is read."""
    row = model.taxonomy.ids.index(topic)
    return float(model.slope[row] * model.intercept[row] + model.shift[row])
