"""What would tip a decision: how far it is from each threshold, and which few words it hangs on.

A word is struck out by putting one that the model does not know in its place, wherever it stands in title and text; the
model then scores what is left. So the norms, the passages and the pairs of words are the model's own, and every outcome
named is one that it gave. Only the order in which words are tried is an estimate, from their parts in the log-odds: one
word is found if it is among those tried, two or more are the least that a greedy search finds, of which none can be
put back (a counterfactual in the sense of Martens and Provost, 2014).
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from typing import NamedTuple

import msgspec
import numpy as np

from model import analysis
from model.article import Article
from model.classifier import Classifier
from model.decision import Reason, Status, abstain, decide
from model.evidence import contributions
from model.operating import in_scope
from model.parameters import Floats, Parameters
from model.score import Reading, Score

MOST_WORDS = 8
SINGLES, PAIRED = 60, 12
CHARS = 4_000_000  # of text that is scored for one answer, or a few times a very long text
TINY = 1e-15  # from 0 and from 1, where log-odds have no end


class Margin(msgspec.Struct, frozen=True, kw_only=True):
    """How far a probability is from the threshold that counts; `topic` is None for being about any topic.

    `log_odds` is what is missing, negative where the threshold is passed.
    """

    topic: str | None
    probability: float
    threshold: float
    log_odds: float


class Tip(msgspec.Struct, frozen=True, kw_only=True):
    """What the model decides `without` some words; where that is no change, not `reached`, no few words were found.

    `topic` is the one whose words were tried, None for those of all topics. Where `against`, they were words that spoke
    against it.
    """

    topic: str | None
    against: bool
    without: list[str]
    reached: bool
    status: Status
    reason: Reason | None
    topics: list[str]
    scores: dict[str, float]


Outcome = tuple[Status, Reason | None, list[str]]


class _Aim(NamedTuple):
    """A change that is looked for: `parts` (T,) weigh the topics' log-odds, `sign` is where the words' parts point."""

    topic: str | None
    parts: Floats
    sign: int
    reached: Callable[[Outcome], bool]


def margins(classifier: Classifier, score: Score) -> list[Margin]:
    """Return how far each topic is from being assigned, in the taxonomy's order, and last the article from review."""
    thresholds = classifier.thresholds
    rows = zip(classifier.parameters.taxonomy.ids, score.probabilities, thresholds.assign_at, strict=True)
    found = [_margin(*row) for row in rows]
    return [*found, _margin(None, in_scope(score.probabilities), thresholds.review_at)]


def tips(classifier: Classifier, article: Article, reading: Reading, chars: int = CHARS) -> list[Tip]:
    """Return what would change the decision on an article, whose reading is given: a tip for each direction it can go.

    Scores no more than about `chars` code points of text. Where the text itself allows no decision there are none.
    """
    search = _Search(classifier, article, reading, chars)
    return [search.tip(aim) for aim in _aims(classifier, reading.score)]


def _margin(topic: str | None, probability: float, threshold: float) -> Margin:
    missing = _log_odds(threshold) - _log_odds(probability)
    return Margin(topic=topic, probability=probability, threshold=threshold, log_odds=missing)


def _log_odds(probability: float) -> float:
    probability = min(max(probability, TINY), 1 - TINY)
    return math.log(probability / (1 - probability))


def _aims(classifier: Classifier, score: Score) -> list[_Aim]:
    topics = classifier.parameters.taxonomy.ids
    if abstain(score) is not None:
        return []
    status, _, assigned = decide(score, topics, classifier.thresholds)
    only = dict(zip(topics, np.eye(len(topics)), strict=True))
    # how much each topic's log-odds move those of being about any, but for a factor
    every = np.array(score.probabilities)
    if status is Status.ASSIGNED:
        return [_Aim(topic, only[topic], 1, lambda new, topic=topic: topic not in new[2]) for topic in assigned]  # type: ignore[misc]
    if status is Status.REVIEW:
        nearest = min(margins(classifier, score)[:-1], key=lambda one: one.log_odds).topic
        assert nearest is not None
        return [
            _Aim(nearest, only[nearest], -1, lambda new: new[0] is Status.ASSIGNED),
            _Aim(None, every, 1, lambda new: new[0] is Status.OUT_OF_SCOPE),
        ]
    return [_Aim(None, every, -1, lambda new: new[0] is Status.ASSIGNED or new[1] is Reason.LOW_CONFIDENCE)]


class _Search:
    """Strikes words out of one article and has the model score what is left."""

    def __init__(self, classifier: Classifier, article: Article, reading: Reading, chars: int) -> None:
        self._classifier = classifier
        self._article, self._reading = article, reading
        self._places = [_places(part) for part in _parts(article)]
        self._unknown = _unknown(classifier.parameters)
        self._left = chars // max(1, sum(map(len, _parts(article))))

    def tip(self, aim: _Aim) -> Tip:
        """Return the fewest words found whose absence reaches an aim."""
        model = self._classifier.parameters
        parts = defaultdict[str, float](float)
        moved = aim.parts @ np.array([contributions(model, self._reading, row) for row in range(len(aim.parts))])
        for column, part in zip(self._reading.columns.tolist(), moved.tolist(), strict=True):
            for word in set(model.terms[column].split()):  # without either of its words a pair is gone
                parts[word] += part
        helping = [word for word, part in parts.items() if aim.sign * part > 0]
        helping.sort(key=lambda word: -aim.sign * parts[word])
        words = self._fewest(helping, aim)
        score = self._scored([words])[0]
        status, reason, topics = outcome = self._decided(score)
        scores = dict(zip(model.taxonomy.ids, score.probabilities, strict=True))
        return Tip(
            topic=aim.topic, against=aim.sign < 0, without=words, reached=aim.reached(outcome), status=status,
            reason=reason, topics=topics, scores=scores,
        )  # fmt: skip

    def _fewest(self, helping: list[str], aim: _Aim) -> list[str]:
        # the search shares what it may score among its steps: half for single words, the rest for sets
        singles = [[word] for word in helping[: min(SINGLES, max(4, self._left // 8))]]
        scores = self._scored(singles)
        if (found := self._least(singles, scores, aim)) is not None:
            return found
        order = sorted(zip(singles, scores, strict=True), key=lambda one: aim.sign * self._value(one[1], aim))
        best = [words[0] for words, _ in order[: PAIRED if self._left >= 400 else 4]]
        pairs = [list(pair) for pair in combinations(best, 2)]
        if (found := self._least(pairs, self._scored(pairs), aim)) is not None:
            return found
        return self._greedy(best, [words[0] for words, _ in order], aim)

    def _least(self, sets: Sequence[list[str]], scores: Sequence[Score], aim: _Aim) -> list[str] | None:
        """Return, of the sets that reach the aim, the one that takes least away; None where none does."""
        reached = [pair for pair in zip(sets, scores, strict=True) if aim.reached(self._decided(pair[1]))]
        least = max(reached, key=lambda pair: aim.sign * self._value(pair[1], aim), default=None)
        return None if least is None else least[0]

    def _greedy(self, best: list[str], order: list[str], aim: _Aim) -> list[str]:
        struck = best[:2]
        while len(struck) < MOST_WORDS and (rest := [word for word in order if word not in struck][: len(best)]):
            wider = [[*struck, word] for word in rest]
            scores = self._scored(wider)
            if any(aim.reached(self._decided(score)) for score in scores):
                found = self._least(wider, scores, aim)
                assert found is not None
                return self._irreducible(found, aim)
            struck = min(zip(wider, scores, strict=True), key=lambda one: aim.sign * self._value(one[1], aim))[0]
        return struck

    def _irreducible(self, words: list[str], aim: _Aim) -> list[str]:
        """Put back what the aim does not need."""
        for word in words[:]:
            fewer = [other for other in words if other != word]
            if aim.reached(self._decided(self._scored([fewer])[0])):
                words = fewer
        return words

    def _value(self, score: Score, aim: _Aim) -> float:
        """Return the log-odds that an aim moves."""
        if aim.topic is None:
            return _log_odds(in_scope(score.probabilities))
        return _log_odds(score.probabilities[self._classifier.parameters.taxonomy.ids.index(aim.topic)])

    def _decided(self, score: Score) -> Outcome:
        return decide(score, self._classifier.parameters.taxonomy.ids, self._classifier.thresholds)

    def _scored(self, sets: Sequence[Iterable[str]]) -> list[Score]:
        return self._classifier.scorer.score_batch([self._without(set(words)) for words in sets])

    def _without(self, words: set[str]) -> Article:
        parts = zip(_parts(self._article), self._places, strict=True)
        title, text = (self._struck(part, places, words) for part, places in parts)
        return Article(title=title or None, text=text)

    def _struck(self, part: str, places: dict[str, list[tuple[int, int]]], words: set[str]) -> str:
        pieces, at = list[str](), 0
        for start, end in sorted(place for word in words for place in places.get(word, ())):
            pieces += [part[at:start], self._unknown]
            at = end
        return "".join([*pieces, part[at:]])


def _parts(article: Article) -> tuple[str, str]:
    return article.title or "", article.text


def _places(part: str) -> dict[str, list[tuple[int, int]]]:
    """Return where each word stands in a title or text."""
    places = defaultdict[str, list[tuple[int, int]]](list)
    for token in analysis.locate(part, cut=False):
        if " " not in token.term:
            places[token.term].append((token.start, token.end))
    return places


def _unknown(model: Parameters) -> str:
    """Return a word that is part of no term of a model."""
    word = "zqx"
    while any(word in term for term in model.terms):
        word += "zqx"
    return word
