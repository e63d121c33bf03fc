"""Tests of this project: tickets."""
