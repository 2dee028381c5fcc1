"""Writing articles and decisions, and deleting an article's text everywhere."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from model import active, analysis
from model.article import Article
from model.decision import Decision, Reason
from model.errors import ConflictError, TopicdeskError
from model.stories.engine import Stems
from service.store import audit, placing, records
from service.store.columns import now
from service.store.schema import article, article_text, article_topic, decision, label, label_history

JUDGED = ("confirm", "correct")  # the verdicts that say what an article is about


INDEX = sa.text("INSERT INTO article_search VALUES (:article, to_tsvector('simple', :words))")
# the index takes new entries into a list and sorts them in later, all at once; until then each search reads the list
SORT_IN = sa.text("SELECT gin_clean_pending_list('ix_article_search_words')")
SEARCHED_CHARS = 150_000


class New(msgspec.Struct, frozen=True, kw_only=True):
    """An article to keep, and the decision on it where one has been made; `terms` instead of its text if need be.

    `known_share` (0 to 1) is which part of its content words the model that decided knows; `stems` are those that place
    it in a story.
    """

    article: Article
    content_hash: str
    decision: Decision | None
    terms: list[str] | None
    known_share: float | None = None
    stems: Stems | None = None


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where an article is kept, and whether it was not before."""

    seq: int
    created: bool


def content_hash(title: str | None, text: str) -> str:
    """Return the SHA-256 in hex of what an article says: white space and Unicode's ways to write a letter aside."""
    plain = [" ".join(_composed(part).split()) for part in (title or "", text)]
    return hashlib.sha256(msgspec.json.encode(plain)).hexdigest()


def _composed(text: str) -> str:
    """Return a text in Unicode's form C; one with endless marks on a letter as it is: sorting them takes hours."""
    if text.isascii() or (PERHAPS_MARKS.search(text) and _marks().search(text)):
        return text
    return unicodedata.normalize("NFC", text)


PERHAPS_MARKS = re.compile("[\u0300-\U0010ffff]{31}")  # no mark stands before U+0300; quick to look for


@cache
def _marks() -> re.Pattern[str]:
    """Return what no writing has: more than 30 marks on a letter (Unicode's stream-safe form, UAX 15)."""
    marks = "".join(chr(code) for code in range(0x110000) if unicodedata.combining(chr(code)))
    return re.compile(f"[{marks}]{{31}}")


def find(connection: sa.Connection, hashes: Iterable[str]) -> dict[str, int]:
    """Return the places of those articles that are kept, by content hash."""
    query = sa.select(article.c.content_hash, article.c.seq).where(article.c.content_hash.in_(list(hashes)))
    return dict(connection.execute(query).all())


def add(connection: sa.Connection, news: Sequence[New]) -> list[Place | TopicdeskError]:
    """Keep articles; one that is kept already stays as it is. An id that is another article's gives `ConflictError`."""
    kept = find(connection, {new.content_hash for new in news})
    ids = {id_of(new) for new in news if new.content_hash not in kept}
    taken = set(connection.scalars(sa.select(article.c.id).where(article.c.id.in_(ids))))
    fresh: dict[str, New] = {}
    for new in news:
        if new.content_hash not in kept and new.content_hash not in fresh and id_of(new) not in taken:
            fresh[new.content_hash] = new
            taken.add(id_of(new))
    seqs = dict(zip(fresh, _insert(connection, list(fresh.values())), strict=True))
    places: list[Place | TopicdeskError] = []
    for new in news:
        if new.content_hash in kept:
            places.append(Place(seq=kept[new.content_hash], created=False))
        elif new.content_hash in seqs:
            places.append(Place(seq=seqs[new.content_hash], created=fresh[new.content_hash] is new))
        else:
            places.append(ConflictError("another article is kept under this id"))
    return places


def created(news: Sequence[New], places: Sequence[Place | TopicdeskError]) -> list[tuple[int, New]]:
    """Return the articles that were not kept before, each with its place."""
    both = zip(news, places, strict=True)
    return [(place.seq, new) for new, place in both if isinstance(place, Place) and place.created]


def id_of(new: New) -> str:
    """Return an article's own id, or one made of its content."""
    return new.article.id or new.content_hash[:20]


def _insert(connection: sa.Connection, news: list[New]) -> list[int]:
    if not news:
        return []
    received = now()
    rows = [_row(new, received) for new in news]
    returning = article.insert().returning(article.c.seq, sort_by_parameter_order=True)
    seqs = list(connection.scalars(returning, rows))
    texts = [
        {"article": seq, "title": None, "text": None, "terms": " ".join(new.terms)}
        if new.terms is not None
        else {"article": seq, "title": new.article.title, "text": new.article.text, "terms": None}
        for seq, new in zip(seqs, news, strict=True)
    ]
    # RETURNING makes one statement of many rows: SQLite writes its search index out after each statement
    connection.execute(article_text.insert().returning(article_text.c.article), texts)
    if connection.dialect.name == "postgresql":  # SQLite has a trigger for it
        connection.execute(INDEX, [{"article": row["article"], "words": _words(row)} for row in texts])
        connection.execute(SORT_IN)
    made = [(seq, new.decision) for seq, new in zip(seqs, news, strict=True) if new.decision is not None]
    shares = {seq: new.known_share for seq, new in zip(seqs, news, strict=True)}
    _insert_decisions(connection, made, shares, received)
    _insert_topics(connection, made)
    return seqs


def _words(row: dict[str, Any]) -> str:
    whole = f"{row['title'] or ''} {row['text'] or row['terms'] or ''}"
    return analysis.fold(whole[:SEARCHED_CHARS])[:SEARCHED_CHARS]  # one character may fold to eighteen


def _row(new: New, received: datetime) -> dict[str, Any]:
    published = new.article.published
    dated = None if published is None else moment(published)
    return {
        "id": id_of(new),
        "content_hash": new.content_hash,
        "url": new.article.url,
        "source": new.article.source,
        "published": dated,
        "received": received,
        "dated": dated or received,
        **_current(new.decision),
    }


def moment(text: str) -> datetime:
    """Return an ISO 8601 date as a moment; one without a zone is taken as UTC. Raises `OverflowError`."""
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def _current(made: Decision | None) -> dict[str, Any]:
    if made is None:
        return {"model": None, "status": None, "uncertainty": None}
    # what could not be read teaches nothing
    readable = made.reason in (None, Reason.LOW_CONFIDENCE)
    doubt = active.uncertainty(made.scores.values()) if readable else 0.0
    return {"model": made.model, "status": made.status.value, "uncertainty": doubt}


def _insert_decisions(
    connection: sa.Connection, made: list[tuple[int, Decision]], shares: Mapping[int, float | None], decided: datetime
) -> None:
    rows = [
        {
            "article": seq,
            "model": one.model,
            "decided": decided,
            "status": one.status.value,
            "reason": None if one.reason is None else one.reason.value,
            "topics": one.topics,
            "scores": one.scores,
            "known_share": shares.get(seq),
        }
        for seq, one in made
    ]
    if rows:
        connection.execute(decision.insert(), rows)


def _insert_topics(connection: sa.Connection, made: Iterable[tuple[int, Decision]]) -> None:
    if rows := [{"article": seq, "topic": topic} for seq, one in made for topic in one.topics]:
        connection.execute(article_topic.insert(), rows)


def decide_again(
    connection: sa.Connection, made: Sequence[tuple[int, Decision]], shares: Mapping[int, float | None] | None = None
) -> None:
    """Keep later decisions on kept articles, and by place which part of their content words the model knows.

    The topics of a judged article stay those of its label.
    """
    seqs = [seq for seq, _ in made]
    here = sa.select(article.c.seq, article.c.verdict).where(article.c.seq.in_(seqs), article.c.deleted.is_(None))
    verdicts = dict(connection.execute(here).all())
    left = [(seq, one) for seq, one in made if seq in verdicts]
    for model in {one.model for _, one in left}:
        same = [seq for seq, one in left if one.model == model]
        connection.execute(decision.delete().where(decision.c.article.in_(same), decision.c.model == model))
    _insert_decisions(connection, left, shares or {}, now())
    free = [(seq, one) for seq, one in left if verdicts[seq] not in JUDGED]
    connection.execute(article_topic.delete().where(article_topic.c.article.in_([seq for seq, _ in free])))
    _insert_topics(connection, free)
    update = article.update().where(article.c.seq == sa.bindparam("place"))
    if left:
        connection.execute(update, [{"place": seq, **_current(one)} for seq, one in left])


def delete(connection: sa.Connection, article_id: str) -> int | None:
    """Delete an article: its text, index entries, URL, id, hash and notes about it. Raises `NotFoundError`.

    What stays is that there was one, of which source and when, with the decisions and labels it was given. Return the
    story that it was in.
    """
    seq = records.place(connection, article_id)
    number = placing.leave(connection, seq)
    connection.execute(article_text.delete().where(article_text.c.article == seq))
    connection.execute(article_topic.delete().where(article_topic.c.article == seq))
    connection.execute(label.update().where(label.c.article == seq, label.c.note.is_not(None)).values(note=None))
    connection.execute(label_history.update().where(label_history.c.article == seq).values(note=None))
    gone = f"\x7fdeleted-{seq}"  # no article can have an id with a control character
    values = {"id": gone, "content_hash": gone, "url": None, "deleted": now()}
    connection.execute(article.update().where(article.c.seq == seq).values(values))
    audit.note_articles(connection, "delete", [seq])
    return number
