"""Give labels, take them back, and choose what to judge next."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec
import sqlalchemy as sa

from model import active
from model.article import Article
from model.classifier import Classifier
from model.decision import Decision, Status
from model.errors import InvalidInputError, UnknownTopicError
from model.taxonomy import Taxonomy
from service.handlers.articles import check_status
from service.store import groups, labels, records, undo
from service.store.columns import now
from service.store.database import Database

MAX_NOTE, MAX_NAME = 10_000, 200
MAX_ASKED, POOL = 50, 100
MAX_NAMED = 100

ANONYMOUS = "anonymous"

Verdict = Literal["confirm", "correct", "unsure"]


class LabelRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A label as it comes in: `labels` holds all topics the article is about, none where it is about none.

    With `group` the article's near duplicates get it too.
    """

    article: str
    verdict: Verdict
    labels: list[str] | None = None
    note: str | None = None
    by: str = ANONYMOUS
    group: bool = False


class Given(records.Label, frozen=True, kw_only=True):
    """A label as it is kept; it was given to `count` articles, of which `labelled` names the first 100."""

    article: str
    labelled: list[str]
    count: int


class TakenBack(msgspec.Struct, frozen=True, kw_only=True):
    """A decision that is taken back: the `count` articles that have the labels again that they had before, or none.

    `articles` names the first 100.
    """

    articles: list[str]
    count: int


class Waiting(records.Whole, frozen=True, kw_only=True):
    """An article to judge; `copies` others have the same text, nearly."""

    copies: int


class Queue(msgspec.Struct, frozen=True):
    """What to judge next, best first, and how many texts wait in all, near duplicates counted as one."""

    articles: list[Waiting]
    waiting: int


def give(request: LabelRequest, taxonomy: Taxonomy, database: Database) -> Given:
    """Give a kept article a label, instead of the one it had, and its whole group if that is wanted.

    Raises `NotFoundError`, `UnknownTopicError`, and `InvalidInputError` where verdict and labels do not fit.
    """
    if not set(request.labels or ()) <= set(taxonomy.ids):  # named in no answer: it is what was sent
        raise UnknownTopicError(f"`labels` holds what is no topic; the topics are {', '.join(taxonomy.ids)}")
    with database.write() as connection:
        seq = records.place(connection, request.article)
        (record,) = records.read(connection, [seq])
        return put(connection, seq, record.decision, request, taxonomy)


def put(
    connection: sa.Connection, seq: int, decision: Decision | None, request: LabelRequest, taxonomy: Taxonomy
) -> Given:
    """Give the article at a place, on which there is this decision, a label; as `give`, in a transaction."""
    judgement = check(request, taxonomy, decision, now())
    members = groups.members(connection, seq) if request.group else [seq]
    labels.give_all(connection, _each(connection, judgement, members))
    named = _ids(connection, members)
    return Given(article=request.article, **msgspec.structs.asdict(judgement), labelled=named, count=len(members))


def _each(
    connection: sa.Connection, judgement: labels.Judgement, members: Sequence[int]
) -> dict[int, labels.Judgement]:
    """Return the label of each article of a group, the first of which was judged.

    What confirms its decision corrects a copy's that is another.
    """
    given = dict.fromkeys(members, judgement)
    if judgement.verdict == "confirm":
        correct = msgspec.structs.replace(judgement, verdict="correct")
        wanted = set(judgement.labels or ())
        alike = labels.decided(connection, members[1:], wanted)
        given |= {seq: correct for seq in members[1:] if seq not in alike}
    return given


def _ids(connection: sa.Connection, seqs: Sequence[int]) -> list[str]:
    return [record.id for record in records.read(connection, seqs[:MAX_NAMED])]


def check(request: LabelRequest, taxonomy: Taxonomy, decision: Decision | None, at: datetime) -> labels.Judgement:
    """Return a label ready to be kept. Raises `UnknownTopicError` or `InvalidInputError`."""
    for name, value, most in (("note", request.note or "", MAX_NOTE), ("by", request.by, MAX_NAME)):
        if len(value) > most:
            raise InvalidInputError(f"`{name}` is longer than {most} characters")
    if not request.by.strip():
        raise InvalidInputError("`by` is empty")
    topics = None if request.labels is None else list(dict.fromkeys(request.labels))
    taxonomy.check(topics or ())
    if request.verdict == "unsure":
        if topics:
            raise InvalidInputError("the verdict `unsure` takes no labels")
        topics = None
    elif decision is not None and request.verdict == "confirm" and decision.status is not Status.REVIEW:
        if topics is not None and set(topics) != set(decision.topics):
            raise InvalidInputError("the labels are not those of the decision: send the verdict `correct`")
        topics = decision.topics
    elif topics is None:
        raise InvalidInputError("no `labels`; an empty list says that the article is about none of the topics")
    note = None if request.note is None else request.note.replace("\0", "\ufffd")
    by = request.by.replace("\0", "\ufffd")
    return labels.Judgement(verdict=request.verdict, labels=topics, by=by, at=at, note=note)


def take_back(article_id: str, database: Database) -> None:
    """Take an article's label away; its history keeps it. Raises `NotFoundError`."""
    with database.write() as connection:
        labels.take_back(connection, records.place(connection, article_id))


def take_back_group(article_id: str, database: Database) -> TakenBack:
    """Take the decision back that an article's label is of, on all articles that it labelled.

    Each has again what it had before. Raises `NotFoundError`.
    """
    with database.write() as connection:
        undone = undo.undo(connection, records.place(connection, article_id))
        return TakenBack(articles=_ids(connection, undone), count=len(undone))


def review(classifier: Classifier, database: Database, status: str, limit: int) -> Queue:
    """Return the articles that teach most when judged: those the model doubts most, and no two alike."""
    if not 1 <= limit <= MAX_ASKED:
        raise InvalidInputError(f"`limit` is from 1 to {MAX_ASKED}")
    check_status(status)
    with database.read() as connection:
        doubtful = labels.most_doubtful(connection, status, POOL)
        pool = records.read_whole(connection, [seq for seq, _ in doubtful])
        copies = groups.copies(connection, [seq for seq, _ in doubtful])
        waiting = labels.waiting(connection, status)
    vectors = [_vector(record, classifier) for record in pool]
    chosen = active.choose([doubt for _, doubt in doubtful], vectors, limit)
    waits = [Waiting(**msgspec.structs.asdict(pool[n]), copies=copies[doubtful[n][0]]) for n in chosen]
    return Queue(waits, waiting)


def _vector(record: records.Whole, classifier: Classifier) -> active.Vector:
    text = record.text if record.text is not None else " ".join(record.terms or ())
    reading = classifier.scorer.read(Article(title=record.title, text=text))
    return dict(zip(reading.columns.tolist(), reading.values.tolist(), strict=True))
