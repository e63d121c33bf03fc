"""Tests of this project: journeys."""
