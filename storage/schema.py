"""Every table of ours. A table with `chat_id` belongs to a chat and is exported and erased with it (storage.privacy)."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    UniqueConstraint,
    false,
    text,
)  # fmt: skip

from storage.columns import chat, moment, words
from storage.sealing import sealed

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

people = Table(
    "people",
    metadata,
    chat(primary_key=True, autoincrement=False),
    words("telegram_language"),
    words("language"),
    Column("warn_ahead", Integer),
    Column("reachable", Boolean, nullable=False),
    moment("seen_at"),
)

accounts = Table(
    "accounts",
    metadata,
    chat(primary_key=True, autoincrement=False),
    Column("guest", Boolean, nullable=False),
    words("customer_id"),
    sealed("vt_token", secret=True),
    sealed("username"),
    sealed("password", secret=True),
    sealed("display_name"),
    Column("ticket_warning", Integer, nullable=False),
    words("preferred_language"),
    moment("signed_in_at"),
    words("untold", server_default=text("''")),
    moment("synced_at", server_default=text("0")),
)

steps = Table(
    "steps",
    metadata,
    chat(primary_key=True, autoincrement=False),
    words("name"),
    sealed("data"),
    moment("expires_at"),
)

intents = Table(
    "intents",
    metadata,
    words("id", primary_key=True),
    chat(unique=True),
    words("location_id"),
    words("service_id"),
    moment("opened_at"),
    words("known"),
)
"""A row is an open intent; closing one deletes it. `known` is a JSON list of ticket ids."""

watches = Table(
    "watches",
    metadata,
    words("id", primary_key=True),
    chat(),
    words("ticket_id"),
    words("ticket"),
    words("notices"),
    moment("began_at"),
    moment("next_ask"),
    moment("read_at"),
    Column("call_no", Integer, nullable=False),
    Column("warned", Boolean, nullable=False),
    Column("acknowledged", Integer, nullable=False),
    Column("missing", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    moment("pace"),
    Column("card_message_id", BigInteger),
    words("card_digest"),
    Column("live", Boolean, nullable=False),
    words("lease_owner"),
    moment("lease_until"),
    Column("restored", Boolean, nullable=False, server_default=false()),
    moment("cancelling", server_default=text("0")),
    UniqueConstraint("chat_id", "ticket_id"),
    Index("ix_watches_ticket_id", "ticket_id"),
)
"""`ticket` and `notices` are snapshots (storage.snapshots). `restored`: not read yet since the database came back from a backup."""
# Only live watches are ever due. Our statements spell this condition out as the databases do, without which it would not serve them.
Index("ix_watches_due", watches.c.next_ask, postgresql_where=text("live"), sqlite_where=text("live = 1"))

pushes = Table(
    "pushes",
    metadata,
    words("id", primary_key=True),
    chat(),
    words("watch_id"),
    words("kind"),
    words("dedupe_key", unique=True),
    Column("priority", SmallInteger, nullable=False),
    Column("place", Integer, nullable=False),
    words("ticket"),
    words("notices"),
    moment("created_at"),
    moment("expires_at"),
    moment("not_before"),
    words("state"),
    Column("attempt", Integer, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("reminder", Boolean, nullable=False),
    Column("plain", Boolean, nullable=False),
    words("lease_owner"),
    moment("lease_until"),
    Column("message_id", BigInteger),
    words("reason"),
    words("withdrawn"),
    words("words"),
)
"""`place` is how near to the front a card's ticket is. `withdrawn`: why it must not be sent again once the attempt in flight is over.

`words` stand open: they are an announcement's, the same for everybody and about nobody.
"""
Index("ix_pushes_state", pushes.c.state, pushes.c.not_before)
Index("ix_pushes_chat_id", pushes.c.chat_id, pushes.c.state)
Index("ix_pushes_watch_id", pushes.c.watch_id, pushes.c.kind)

chat_budgets = Table(
    "chat_budgets",
    metadata,
    chat(primary_key=True, autoincrement=False),
    moment("next_send_at"),
    moment("held_until"),
)

bot_budget = Table(
    "bot_budget",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    words("spent"),
    moment("held_until"),
)
"""One row, whose lock makes one claim at a time. `spent` is a JSON list of [moment, sends] of the last second."""

inbox = Table(
    "inbox",
    metadata,
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    chat(),
    sealed("body", nullable=True),
    moment("received_at"),
    words("state"),
    Column("attempt", Integer, nullable=False),
    words("lease_owner"),
    moment("lease_until"),
    words("poison"),
)
Index("ix_inbox_state", inbox.c.state, inbox.c.chat_id, inbox.c.update_id)
Index("ix_inbox_received_at", inbox.c.received_at)

tries = Table(
    "tries",
    metadata,
    Column("id", Integer, primary_key=True),
    chat(nullable=True),
    words("key"),
    moment("at"),
    Index("ix_tries_key", "key", "at"),
)
"""`key` is what it is for and a pseudonym of the rest (storage.leases). Without `chat_id`: everybody's, or of somebody who was erased."""

notes = Table("notes", metadata, words("name", primary_key=True), words("value"))
leases = Table("leases", metadata, words("name", primary_key=True), words("owner"), moment("until"))

key_proofs = Table("key_proofs", metadata, words("key_id", primary_key=True))
"""The keys that something here may be encrypted with, by their public ids: start is refused where one of them is missing."""

health = Table(
    "health",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("writes", BigInteger, nullable=False),
)
"""One row, written by every health check: a disk that is full or read-only is noticed before somebody's push is."""
