"""Choices stay with the account they were made for, and what the queue server has not taken of them is remembered.

Until now the chat's own row held a copy, which the next customer of the chat inherited.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MINE = "SELECT warn_ahead FROM people WHERE people.chat_id = accounts.chat_id AND warn_ahead > 0"
NAMED = "SELECT chat_id FROM accounts WHERE NOT guest"


def upgrade() -> None:
    """What this revision adds."""
    op.add_column("accounts", sa.Column("untold", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("accounts", sa.Column("synced_at", sa.Double(), server_default=sa.text("0"), nullable=False))
    op.execute(
        f"UPDATE accounts SET ticket_warning = ({MINE}), untold = 'ticket_warning' "  # noqa: S608 -- our own words
        f"WHERE EXISTS ({MINE} AND warn_ahead <> accounts.ticket_warning)"
    )
    op.execute(f"UPDATE people SET warn_ahead = NULL WHERE chat_id IN ({NAMED})")  # noqa: S608 -- our own words
    # Where the account says nothing of a language, the chat's is its own.
    op.execute(
        f"UPDATE people SET language = '' WHERE chat_id IN ({NAMED} AND preferred_language <> '')"  # noqa: S608 -- our own words
    )


def downgrade() -> None:
    """The way back; the choices are in the accounts, where they were as well."""
    with op.batch_alter_table("accounts") as table:
        table.drop_column("synced_at")
        table.drop_column("untold")
