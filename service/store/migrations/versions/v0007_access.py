"""When a key was used last, and what was done by whom."""

import sqlalchemy as sa
from alembic import op

from service.store.columns import Json, Key, Utc
from service.store.migrations import audit

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make room for it."""
    op.add_column("access_key", sa.Column("used", Utc))
    op.create_table(
        "audit",
        sa.Column("id", Key, sa.Identity(), primary_key=True),
        sa.Column("at", Utc, nullable=False),
        sa.Column("who", sa.String, nullable=False),
        sa.Column("key", sa.String),
        sa.Column("action", sa.String, nullable=False),
        sa.Column("object", sa.String, nullable=False),
        sa.Column("detail", Json),
        sqlite_autoincrement=True,
    )
    for statement in audit.CREATE[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Forget it."""
    for statement in audit.DROP[op.get_bind().dialect.name]:
        op.execute(statement)
    op.drop_table("audit")
    op.drop_column("access_key", "used")
