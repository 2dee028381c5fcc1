"""A batch of articles into stories: copies collapsed, then average linkage over what is left."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.article import Article
from model.neighbours import Copies
from model.stories import features, similarity
from model.stories.frequencies import Frequencies
from model.stories.linkage import agglomerate

THRESHOLD = 0.24


@dataclass(frozen=True)
class Clusters:
    """Stories of N articles: `story` (N,) their numbers from 0 in the order of the first article of each.

    `original` (N,) is the place of the article of which this one is a copy, its own place where it is none. `vectors`
    holds a vector for each.
    """

    story: NDArray[np.intp]
    original: NDArray[np.intp]
    vectors: list[features.Vector]


def cluster(
    articles: Sequence[Article], frequencies: Frequencies | None = None, threshold: float = THRESHOLD
) -> Clusters:
    """Put every article into a story; one that is like no other is a story of its own.

    `frequencies` is the background, which learns the batch's own words; without one, only the batch counts.
    """
    frequencies = frequencies or Frequencies()
    stems = [features.stems(article) for article in articles]
    copies: Copies[int] = Copies()
    original = np.array([copies.add(n, article) for n, article in enumerate(stems)], np.intp)
    first = np.flatnonzero(original == np.arange(len(original)))
    for n in first:  # a text that a hundred papers print does not make its words common
        frequencies.see(stems[n])
    for article in stems:
        frequencies.register(article)
    vectors = [features.vector(article, frequencies) for article in stems]
    found = Clusters(original, original, vectors)
    return replace(found, story=draw(articles, found, threshold))


def draw(articles: Sequence[Article], analysed: Clusters, threshold: float) -> NDArray[np.intp]:
    """Return stories (N,) of articles analysed before, drawn with another threshold."""
    original = analysed.original
    first = np.flatnonzero(original == np.arange(len(original))).tolist()
    days: similarity.Days = np.array([similarity.day(articles[n].published) for n in first], np.float64)
    width = 1 + max((int(vector.terms[-1]) for vector in analysed.vectors if len(vector.terms)), default=-1)
    rows = similarity.matrix([analysed.vectors[n] for n in first], width)
    story = np.zeros(len(original), np.intp)
    story[first] = agglomerate(rows, np.ones(len(first)), similarity.span(days), threshold)
    return _in_order(story[original])


def _in_order(story: NDArray[np.intp]) -> NDArray[np.intp]:
    """Renumber stories by the order in which they turn up."""
    number: dict[int, int] = {}
    return np.array([number.setdefault(n, len(number)) for n in story.tolist()], np.intp)
