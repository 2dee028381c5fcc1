"""An article as a person reads it: what the model goes by in it, who printed it too, what to read next."""

from collections.abc import Sequence

import msgspec

from model.article import Article
from model.classifier import Classifier
from model.decision import Decision
from model.evidence import Evidence
from model.evidence import explain as all_evidence
from service.handlers import stories as handler
from service.store import groups, inbox, records
from service.store.database import Database
from service.stories.follower import Follower

COPIES, NEXT = 50, 16


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """All there is about an article: `copies` are near duplicates of it, `count` says of how many in all.

    `same` are the likest articles of its story, `related` those of its topics; `beginnings` are the first words of
    articles among all these that have no title, by id.
    """

    detail: records.Detail
    copies: list[records.Record]
    count: int
    stories: dict[str, inbox.StoryName]
    same: list[records.Record]
    related: list[records.Record]
    beginnings: dict[str, str]


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """What a model goes by in a text, for one topic: `decision` is what it says of it now."""

    topic: str
    decision: Decision
    evidence: list[Evidence]


def read(database: Database, article_id: str, stories: Follower, classifier: Classifier | None) -> Reading:
    """Return all there is about an article; without a model nothing is related. Raises `NotFoundError`."""
    with database.read() as connection:
        seq = records.place(connection, article_id)
        detail = records.read_detail(connection, seq)
        others = groups.members(connection, seq)[1:]
        copies = records.read(connection, others[:COPIES])
    after: Sequence[records.Record] = ()
    if classifier is not None:
        after = handler.next_to(stories, article_id, NEXT, classifier.parameters).articles
    untitled = [record.id for record in (*copies, *after) if not record.title]
    ids = {record.story for record in (detail, *after) if record.story is not None}
    with database.read() as connection:
        names = inbox.story_names(connection, ids)
        beginnings = inbox.beginnings(connection, untitled)
    same = [record for record in after if record.story is not None and record.story == detail.story]
    return Reading(
        detail=detail,
        copies=copies,
        count=len(others),
        stories=names,
        same=same,
        related=[record for record in after if record not in same],
        beginnings=beginnings,
    )


def explain(record: records.Whole, classifier: Classifier, topic: str | None = None) -> Explained | None:
    """Return what a model goes by in a kept article, None where its text is not kept.

    It is for the topic that is wanted, else for the first one assigned, or the best scored one where none is.
    """
    if record.text is None:  # sorted terms are not the text that was decided on
        return None
    article = Article(id=record.id, title=record.title, text=record.text)
    decision = classifier.classify(article)
    if topic not in decision.scores:
        best = max(decision.scores, key=lambda one: decision.scores[one])
        topic = decision.topics[0] if decision.topics else best
    pieces = all_evidence(classifier.parameters, classifier.scorer.read(article), [topic])
    return Explained(topic=topic, decision=decision, evidence=pieces)
