"""Our database: people, tickets being watched, the inbox and the outbox, on SQLite and on PostgreSQL."""
