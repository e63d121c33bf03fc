"""Tries know their chat by a column of its own, so that they are exported and erased with it; their keys become pseudonyms.

The keys before named chats in plain, and a migration has no key to hide them with: the rows, a day old at most, are dropped.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What this revision adds."""
    op.execute("DELETE FROM tries")
    op.add_column("tries", sa.Column("chat_id", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    """The way back; what was counted under a pseudonym counts for nothing there."""
    op.execute("DELETE FROM tries")
    with op.batch_alter_table("tries") as table:
        table.drop_column("chat_id")
