"""Alembic's scripts; storage.migration runs them."""
