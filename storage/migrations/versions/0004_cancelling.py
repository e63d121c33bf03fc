"""A person's wish to give a ticket up is written down before the queue server is asked.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None
NEW_KINDS = ("cancelled_by_you", "unfollowed", "not_taken")
"""What the versions before may not know."""
OPEN_STATES = ("pending", "sending", "unsure")


def upgrade() -> None:
    """What this revision adds."""
    op.add_column("watches", sa.Column("cancelling", sa.Double(), server_default=sa.text("0"), nullable=False))


def downgrade() -> None:
    """The way back; what came of a wish that is open now is told there as the location's doing.

    Kinds of pushes that are not known there close here: versions of then would fail at the first one, and send nothing to anybody.
    """
    pushes = sa.table("pushes", *(sa.column(name) for name in ("kind", "state", "reason", "lease_owner", "lease_until")))
    unknown = sa.and_(pushes.c.kind.in_(NEW_KINDS), pushes.c.state.in_(OPEN_STATES))
    closed = {"state": "expired", "reason": "unknown to an older version", "lease_owner": "", "lease_until": 0.0}
    op.execute(sa.update(pushes).where(unknown).values(closed))
    with op.batch_alter_table("watches") as table:
        table.drop_column("cancelling")
