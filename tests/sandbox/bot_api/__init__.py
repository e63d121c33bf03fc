"""Tests of the sandbox's Bot API server."""
