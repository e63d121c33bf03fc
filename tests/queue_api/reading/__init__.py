"""Tests of this project: the readers of the typed model."""
