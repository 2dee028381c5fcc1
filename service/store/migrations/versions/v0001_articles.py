"""Articles, decisions, labels with their history, jobs."""

import sqlalchemy as sa
from alembic import op

from service.store.columns import Json, Key, Utc
from service.store.migrations import history, search

revision = "0001"
down_revision = None


def _article(*, primary_key: bool = False) -> "sa.Column[int]":
    return sa.Column("article", Key, sa.ForeignKey("article.seq"), nullable=False, primary_key=primary_key)


def _judgement(*, nullable: bool) -> "list[sa.Column[object]]":
    return [
        sa.Column("verdict", sa.String, nullable=nullable),
        sa.Column("labels", Json),
        sa.Column("by", sa.String, nullable=nullable),
        sa.Column("at", Utc, nullable=nullable),
        sa.Column("note", sa.String),
        sa.Column("shown", Json),
    ]


def upgrade() -> None:
    """Make the tables, the search index and the triggers."""
    article = op.create_table(
        "article",
        sa.Column("seq", Key, sa.Identity(), primary_key=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        sa.Column("content_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("url", sa.String),
        sa.Column("source", sa.String),
        sa.Column("published", Utc),
        sa.Column("received", Utc, nullable=False),
        sa.Column("dated", Utc, nullable=False),
        sa.Column("deleted", Utc),
        sa.Column("model", sa.String),
        sa.Column("status", sa.String),
        sa.Column("uncertainty", sa.Double),
        sa.Column("verdict", sa.String),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_article_status_seq", "article", ["status", "seq"])
    op.create_index("ix_article_source_seq", "article", ["source", "seq"])
    op.create_index("ix_article_dated", "article", ["dated"])
    to_review = article.c.verdict.is_(None) & article.c.deleted.is_(None)
    columns = ["status", "uncertainty", "seq"]
    op.create_index("ix_article_review", "article", columns, sqlite_where=to_review, postgresql_where=to_review)
    op.create_table(
        "article_text",
        _article(primary_key=True),
        sa.Column("title", sa.String),
        sa.Column("text", sa.String),
        sa.Column("terms", sa.String),
    )
    op.create_table(
        "article_topic",
        sa.Column("topic", sa.String, primary_key=True),
        _article(primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_article_topic_article", "article_topic", ["article"])
    op.create_table(
        "decision",
        _article(primary_key=True),
        sa.Column("model", sa.String, primary_key=True),
        sa.Column("decided", Utc, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("reason", sa.String),
        sa.Column("topics", Json, nullable=False),
        sa.Column("scores", Json, nullable=False),
    )
    op.create_table("label", _article(primary_key=True), *_judgement(nullable=False))
    op.create_table(
        "label_history",
        sa.Column("id", Key, sa.Identity(), primary_key=True),
        _article(),
        sa.Column("action", sa.String, nullable=False),
        sa.Column("recorded", Utc, nullable=False),
        *_judgement(nullable=True),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_label_history_article", "label_history", ["article"])
    op.create_table(
        "job",
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
    op.create_index("ix_job_status_id", "job", ["status", "id"])
    dialect = op.get_bind().dialect.name
    for statement in (*search.CREATE[dialect], *history.CREATE[dialect]):
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """Drop everything."""
    dialect = op.get_bind().dialect.name
    for statement in (*history.DROP[dialect], *search.DROP[dialect]):
        op.get_bind().exec_driver_sql(statement)
    for table in ("job", "label_history", "label", "decision", "article_topic", "article_text", "article"):
        op.drop_table(table)
