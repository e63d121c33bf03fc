"""Tests of this project: soak."""
