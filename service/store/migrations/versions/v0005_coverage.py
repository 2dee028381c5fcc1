"""What became of the articles that were offered: counts by source, day and outcome."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make room for the counts; of articles offered before nobody knows what failed."""
    op.create_table(
        "intake_count",
        sa.Column("source", sa.String, primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("outcome", sa.String, primary_key=True),
        sa.Column("articles", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_intake_count_day", "intake_count", ["day"])


def downgrade() -> None:
    """Forget them."""
    op.drop_table("intake_count")
