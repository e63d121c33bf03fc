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


def upgrade() -> None:
    """What this revision adds."""
    op.add_column("watches", sa.Column("cancelling", sa.Double(), server_default=sa.text("0"), nullable=False))


def downgrade() -> None:
    """The way back; what came of a wish that is open now is told there as the location's doing."""
    with op.batch_alter_table("watches") as table:
        table.drop_column("cancelling")
