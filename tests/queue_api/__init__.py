"""Tests of this project: queue_api."""
