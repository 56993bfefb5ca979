"""Corrections of staff that may teach."""

import sqlalchemy as sa
from alembic import op

from register.tables import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lessons",
        sa.Column("event_id", sa.String(length=200), sa.ForeignKey("case_events.id"), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("example", sa.JSON(), nullable=False),
        sa.Column("decided_by", sa.String(length=200), sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("event_id"),
    )
