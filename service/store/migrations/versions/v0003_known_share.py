"""What a drift report needs to know of a decision: how much of the article the model could read."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make room for it; of decisions made before nobody knows."""
    op.add_column("decision", sa.Column("known_share", sa.Double))


def downgrade() -> None:
    """Forget it."""
    op.drop_column("decision", "known_share")
