"""Room for stories, feeds and access keys."""

import sqlalchemy as sa
from alembic import op

from service.store.columns import Key, Utc

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables, and let an article belong to a story."""
    op.create_table(
        "story",
        sa.Column("seq", Key, sa.Identity(), primary_key=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        sa.Column("label", sa.String, nullable=False),
        sa.Column("opened", Utc, nullable=False),
        sa.Column("closed", Utc),
        sa.Column("merged_into", Key, sa.ForeignKey("story.seq")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "feed",
        sa.Column("id", Key, sa.Identity(), primary_key=True),
        sa.Column("url", sa.String, nullable=False, unique=True),
        sa.Column("title", sa.String),
        sa.Column("added", Utc, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "access_key",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False, unique=True),
        sa.Column("scope", sa.String, nullable=False),
        sa.Column("created", Utc, nullable=False),
        sa.Column("expires", Utc),
        sa.Column("revoked", Utc),
    )
    # SQLite adds a column that refers to another table only in its own words
    op.execute("ALTER TABLE article ADD COLUMN story {} REFERENCES story (seq)".format(
        "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    ))  # fmt: skip
    op.create_index("ix_article_story_seq", "article", ["story", "seq"])


def downgrade() -> None:
    """Take the room away, and which story an article belongs to with it."""
    op.drop_index("ix_article_story_seq", "article")
    op.drop_column("article", "story")
    for table in ("access_key", "feed", "story"):
        op.drop_table(table)
