"""Try a text, an HTML document or a copied page on the model, and see why it decides as it does; keep none of it."""

from collections import Counter

import msgspec

from model import tipping
from model.article import Article
from model.classifier import Classifier
from model.decision import Decision, Status
from model.errors import TopicdeskError, UnknownTopicError
from model.evidence import Evidence, baseline, contributions, explain
from model.score import Reading, Score
from model.tipping import Margin, Tip
from service.handlers import articles, classify
from service.intake.page import Extract
from service.settings import Settings
from service.stories.follower import Follower

SOURCE = "desk"
MOST_SHOWN, MOST_TERMS = 50, 8
MOST_CHARS, LEAST_CHARS = 100_000, 2000  # of all the texts that are shown with their evidence, and of each
TIPPED_CHARS = 200_000  # of the longest text for which it is looked for what would tip it


class Term(msgspec.Struct, frozen=True):
    """A term of an article: what it adds to a topic's log-odds in all its `times` occurrences together."""

    term: str
    weight: float
    times: int


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """One topic of an article: its score, and the terms that speak loudest for and against it."""

    margin: Margin
    baseline: float
    speak_for: list[Term]
    speak_against: list[Term]


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """An article found, and the decision on it.

    `evidence` is that for the topic `shown` in the title and the first `chars` of the text. `topics` has all by id.
    `tips` is None where the text is too long to look for them.
    """

    found: Extract
    chars: int
    decision: Decision
    score: Score
    shown: str
    evidence: list[Evidence]
    topics: dict[str, Heard]
    scope: Margin
    tips: list[Tip] | None


class Trial(msgspec.Struct, frozen=True):
    """The first articles of a text, and how many there are."""

    articles: list[Tried]
    count: int


class Kept(msgspec.Struct, frozen=True):
    """What became of the articles of a text that were to be kept; `failed` says why not, an article each."""

    new: int
    known: int
    failed: list[str]


def attempt(text: str, classifier: Classifier, settings: Settings, topic: str | None = None) -> Trial:
    """Decide on the articles in a text, with the evidence for `topic`, else for the topic each decision is about.

    Raises `EmptyInputError` where there is no text, `TooLargeError` past the limit, and `UnknownTopicError`.
    """
    if topic is not None and topic not in classifier.parameters.taxonomy.ids:
        raise UnknownTopicError("the model that serves now has no such topic")
    found = classify.extract(text, settings)
    shown = found[:MOST_SHOWN]
    return Trial([_tried(one, classifier, topic, len(shown)) for one in shown], len(found))


def keep(text: str, classifier: Classifier, stories: Follower, settings: Settings) -> Kept:
    """Keep the articles in a text. Raises `EmptyInputError` where there is no text, `TooLargeError` past the limit."""
    checked, failed = list[Article](), list[str]()
    for one in classify.extract(text, settings):
        try:
            checked.append(articles.check(Article(title=one.title, text=one.text, source=SOURCE), settings))
        except TopicdeskError as error:
            failed.append(str(error))
    new = known = 0
    for start in range(0, len(checked), settings.max_batch):
        for kept in articles.keep(checked[start : start + settings.max_batch], classifier, stories, settings):
            if isinstance(kept, TopicdeskError):
                failed.append(str(kept))
            else:
                new, known = new + kept.created, known + (not kept.created)
    return Kept(new, known, failed)


def _tried(found: Extract, classifier: Classifier, topic: str | None, of: int) -> Tried:
    article = Article(title=found.title, text=found.text)
    decision, reading = classifier.classify(article), classifier.scorer.read(article)
    *topics, scope = tipping.margins(classifier, reading.score)
    best = max(decision.scores, key=lambda one: decision.scores[one])
    shown = topic or (decision.topics[0] if decision.status is Status.ASSIGNED else best)
    chars = max(LEAST_CHARS, MOST_CHARS // of)
    evidence = explain(classifier.parameters, reading, [shown])
    return Tried(
        found=found,
        chars=chars,
        decision=decision,
        score=reading.score,
        shown=shown,
        evidence=[one for one in evidence if one.field == "title" or one.end <= chars],
        topics={one.topic: _heard(classifier, reading, row, one) for row, one in enumerate(topics) if one.topic},
        scope=scope,
        tips=tipping.tips(classifier, article, reading, tipping.CHARS // of)
        if len(found.text) <= TIPPED_CHARS
        else None,
    )


def _heard(classifier: Classifier, reading: Reading, row: int, margin: Margin) -> Heard:
    model = classifier.parameters
    times = Counter(place.column for place in reading.places)
    weights = contributions(model, reading, row).tolist()
    terms = [
        Term(model.terms[column], weight, times[column])
        for column, weight in zip(reading.columns.tolist(), weights, strict=True)
    ]
    terms.sort(key=lambda one: (-abs(one.weight), one.term))
    return Heard(
        margin=margin,
        baseline=baseline(model, model.taxonomy.ids[row]),
        speak_for=[one for one in terms if one.weight > 0][:MOST_TERMS],
        speak_against=[one for one in terms if one.weight < 0][:MOST_TERMS],
    )
