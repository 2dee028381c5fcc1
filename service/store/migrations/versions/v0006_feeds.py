"""What polling feeds takes: when each is asked again, how it went, and which entries have been dealt with."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from service.store.columns import Key, Utc

revision = "0006"
down_revision = "0005"

COLUMNS = ("source", "etag", "last_modified", "polled", "succeeded", "next_poll", "failures", "error", "seen", "kept")


def upgrade() -> None:
    """Make room for it; a feed that is there is due at once."""
    columns: list[sa.Column[Any]] = [
        *(sa.Column(name, sa.String) for name in ("source", "etag", "last_modified", "error")),
        *(sa.Column(name, Utc) for name in ("polled", "succeeded", "next_poll")),
        sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
        *(sa.Column(name, sa.BigInteger, nullable=False, server_default="0") for name in ("seen", "kept")),
    ]
    for column in columns:
        op.add_column("feed", column)
    op.execute("UPDATE feed SET next_poll = added")
    op.create_index("ix_feed_next_poll", "feed", ["next_poll"])
    op.create_table(
        "feed_entry",
        sa.Column("feed", Key, sa.ForeignKey("feed.id"), primary_key=True),
        sa.Column("key", sa.String(32), primary_key=True),
        sa.Column("seen", Utc, nullable=False),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Forget it; the feeds stay."""
    op.drop_table("feed_entry")
    op.drop_index("ix_feed_next_poll", "feed")
    for name in reversed(COLUMNS):
        op.drop_column("feed", name)
