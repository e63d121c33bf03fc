"""Tests of this project: sandbox."""
