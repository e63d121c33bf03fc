"""Tests of this project: bot."""
