"""The tables, as queries name them; `migrations` makes them, and a test holds the two equal.

`article` is narrow, so that filters read little; an article's words stand in `article_text` alone (and in the search
index made of it), so that deleting that row deletes them. `label_history` is written by triggers.
"""

import sqlalchemy as sa

from service.store.columns import Json, Key, Utc

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _article(*, primary_key: bool = False) -> "sa.Column[int]":
    return sa.Column("article", Key, sa.ForeignKey("article.seq"), nullable=False, primary_key=primary_key)


article = sa.Table(
    "article",
    metadata,
    sa.Column("seq", Key, sa.Identity(), primary_key=True),  # the order of receipt
    sa.Column("id", sa.String, nullable=False, unique=True),
    sa.Column("content_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("url", sa.String),
    sa.Column("source", sa.String),
    sa.Column("published", Utc),
    sa.Column("received", Utc, nullable=False),
    sa.Column("dated", Utc, nullable=False),  # published, or else received
    sa.Column("deleted", Utc),
    # of the current decision and label
    sa.Column("model", sa.String),
    sa.Column("status", sa.String),
    sa.Column("uncertainty", sa.Double),
    sa.Column("verdict", sa.String),
    sa.Column("story", Key, sa.ForeignKey("story.seq")),
    sa.Column("original", Key, sa.ForeignKey("article.seq")),  # of which it is a near copy
    sqlite_autoincrement=True,
)
sa.Index(None, article.c.status, article.c.seq)
sa.Index(None, article.c.source, article.c.seq)
sa.Index(None, article.c.dated)
sa.Index(None, article.c.story, article.c.seq)
sa.Index(None, article.c.original)
to_review = article.c.verdict.is_(None) & article.c.deleted.is_(None)
sa.Index(
    "ix_article_review",
    article.c.status,
    article.c.uncertainty,
    article.c.seq,
    sqlite_where=to_review,
    postgresql_where=to_review,
)

article_text = sa.Table(
    "article_text",
    metadata,
    _article(primary_key=True),
    sa.Column("title", sa.String),
    sa.Column("text", sa.String),
    sa.Column("terms", sa.String),  # instead of title and text, where no text is kept
)

article_topic = sa.Table(
    "article_topic",
    metadata,
    sa.Column("topic", sa.String, primary_key=True),
    _article(primary_key=True),
    sqlite_with_rowid=False,
)
sa.Index(None, article_topic.c.article)

decision = sa.Table(
    "decision",
    metadata,
    _article(primary_key=True),
    sa.Column("model", sa.String, primary_key=True),
    sa.Column("decided", Utc, nullable=False),
    sa.Column("status", sa.String, nullable=False),
    sa.Column("reason", sa.String),
    sa.Column("topics", Json, nullable=False),
    sa.Column("scores", Json, nullable=False),
    sa.Column("known_share", sa.Double),  # of the article's content words; NULL where nobody knows
)


def _judgement(*, nullable: bool) -> "list[sa.Column[object]]":
    return [
        sa.Column("verdict", sa.String, nullable=nullable),
        sa.Column("labels", Json),
        sa.Column("by", sa.String, nullable=nullable),
        sa.Column("at", Utc, nullable=nullable),
        sa.Column("note", sa.String),
        sa.Column("shown", Json),
    ]


label = sa.Table("label", metadata, _article(primary_key=True), *_judgement(nullable=False))

label_history = sa.Table(
    "label_history",
    metadata,
    sa.Column("id", Key, sa.Identity(), primary_key=True),
    _article(),
    sa.Column("action", sa.String, nullable=False),
    sa.Column("recorded", Utc, nullable=False),
    *_judgement(nullable=True),
    sqlite_autoincrement=True,
)
sa.Index(None, label_history.c.article)

job = sa.Table(
    "job",
    metadata,
    sa.Column("id", Key, sa.Identity(), primary_key=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("params", Json, nullable=False),
    sa.Column("status", sa.String, nullable=False),
    sa.Column("worker", sa.String),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("cancel", sa.Boolean, nullable=False),
    sa.Column("done", sa.BigInteger, nullable=False),
    sa.Column("total", sa.BigInteger),
    sa.Column("result", Json),
    sa.Column("error", sa.String),
    sa.Column("created", Utc, nullable=False),
    sa.Column("started", Utc),
    sa.Column("finished", Utc),
    sqlite_autoincrement=True,
)
sa.Index(None, job.c.status, job.c.id)

story = sa.Table(
    "story",
    metadata,
    sa.Column("seq", Key, sa.Identity(), primary_key=True),
    sa.Column("id", sa.String, nullable=False, unique=True),
    sa.Column("label", sa.String, nullable=False),
    sa.Column("opened", Utc, nullable=False),
    sa.Column("closed", Utc),
    sa.Column("merged_into", Key, sa.ForeignKey("story.seq")),  # never one that was merged itself
    sa.Column("terms", Json),
    sa.Column("lead", Key),  # an article; it leads if it still is in the story
    sa.Column("latest", Key),  # the place of the article received last; NULL where the story is empty
    sqlite_autoincrement=True,
)
sa.Index(None, story.c.latest)
sa.Index(None, story.c.closed)

story_change = sa.Table(
    "story_change",
    metadata,
    sa.Column("id", Key, sa.Identity(), primary_key=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("data", Json, nullable=False),
    sqlite_autoincrement=True,
)

# what people decided: these articles stay together, those stories stay apart
story_pin = sa.Table("story_pin", metadata, _article(primary_key=True))

story_apart = sa.Table(
    "story_apart",
    metadata,
    sa.Column("one", Key, sa.ForeignKey("story.seq"), primary_key=True),
    sa.Column("other", Key, sa.ForeignKey("story.seq"), primary_key=True),
    sqlite_with_rowid=False,
)

# what became of the articles that were offered; see `coverage`
intake_count = sa.Table(
    "intake_count",
    metadata,
    sa.Column("source", sa.String, primary_key=True),  # empty where the article names none
    sa.Column("day", sa.Date, primary_key=True),  # of receipt, UTC
    sa.Column("outcome", sa.String, primary_key=True),
    sa.Column("articles", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
sa.Index(None, intake_count.c.day)

feed = sa.Table(
    "feed",
    metadata,
    sa.Column("id", Key, sa.Identity(), primary_key=True),
    sa.Column("url", sa.String, nullable=False, unique=True),
    sa.Column("title", sa.String),
    sa.Column("added", Utc, nullable=False),
    sa.Column("source", sa.String),  # the name a person gave
    sa.Column("etag", sa.String),
    sa.Column("last_modified", sa.String),
    sa.Column("polled", Utc),
    sa.Column("succeeded", Utc),
    sa.Column("next_poll", Utc),  # NULL where it is asked no more
    sa.Column("failures", sa.Integer, nullable=False, server_default="0"),  # in a row
    sa.Column("error", sa.String),
    sa.Column("seen", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("kept", sa.BigInteger, nullable=False, server_default="0"),
    sqlite_autoincrement=True,
)
sa.Index(None, feed.c.next_poll)

# entries that have been dealt with, kept or not, so that what was deleted since does not come back
feed_entry = sa.Table(
    "feed_entry",
    metadata,
    sa.Column("feed", Key, sa.ForeignKey("feed.id"), primary_key=True),
    sa.Column("key", sa.String(32), primary_key=True),
    sa.Column("seen", Utc, nullable=False),  # last in the feed
    sqlite_with_rowid=False,
)

access_key = sa.Table(
    "access_key",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("digest", sa.LargeBinary(32), nullable=False, unique=True),
    sa.Column("scope", sa.String, nullable=False),
    sa.Column("created", Utc, nullable=False),
    sa.Column("expires", Utc),
    sa.Column("revoked", Utc),
    sa.Column("used", Utc),  # to the minute
)

# what was done by whom; triggers keep it as it is
audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", Key, sa.Identity(), primary_key=True),
    sa.Column("at", Utc, nullable=False),
    sa.Column("who", sa.String, nullable=False),
    sa.Column("key", sa.String),
    sa.Column("action", sa.String, nullable=False),
    sa.Column("object", sa.String, nullable=False),
    sa.Column("detail", Json),
    sqlite_autoincrement=True,
)
