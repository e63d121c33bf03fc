"""Tests of the sandbox's Virtual Ticket server."""
