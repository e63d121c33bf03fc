"""Tests of this project: tests."""
