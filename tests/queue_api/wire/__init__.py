"""Tests of this project: requests and answers without a network."""
