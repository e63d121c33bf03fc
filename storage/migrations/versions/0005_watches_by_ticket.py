"""Watches are found by their ticket: a wish to cancel looked at every row, the finished ones of a month included.

Revision ID: 0005
Revises: 0004
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What this revision adds."""
    op.create_index("ix_watches_ticket_id", "watches", ["ticket_id"], unique=False)


def downgrade() -> None:
    """The way back; nothing but speed is lost."""
    op.drop_index("ix_watches_ticket_id", "watches")
