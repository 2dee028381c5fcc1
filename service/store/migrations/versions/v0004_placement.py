"""What placing articles in stories takes: copies, what a story is called, and what has changed since one looked."""

import sqlalchemy as sa
from alembic import op

from service.store.columns import Json, Key

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make room for it; articles kept before stay without a story."""
    # SQLite adds a column that refers to another table only in its own words
    op.execute("ALTER TABLE article ADD COLUMN original {} REFERENCES article (seq)".format(
        "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    ))  # fmt: skip
    op.create_index("ix_article_original", "article", ["original"])
    for column in (sa.Column("terms", Json), sa.Column("lead", Key), sa.Column("latest", Key)):
        op.add_column("story", column)
    op.create_index("ix_story_latest", "story", ["latest"])
    op.create_index("ix_story_closed", "story", ["closed"])
    op.create_table(
        "story_change",
        sa.Column("id", Key, sa.Identity(), primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("data", Json, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "story_pin", sa.Column("article", Key, sa.ForeignKey("article.seq"), nullable=False, primary_key=True)
    )
    op.create_table(
        "story_apart",
        sa.Column("one", Key, sa.ForeignKey("story.seq"), primary_key=True),
        sa.Column("other", Key, sa.ForeignKey("story.seq"), primary_key=True),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Forget it; which story an article belongs to stays."""
    for table in ("story_apart", "story_pin", "story_change"):
        op.drop_table(table)
    op.drop_index("ix_story_closed", "story")
    op.drop_index("ix_story_latest", "story")
    for column in ("latest", "lead", "terms"):
        op.drop_column("story", column)
    op.drop_index("ix_article_original", "article")
    op.drop_column("article", "original")
