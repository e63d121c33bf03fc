"""Tests of this project: storage."""
