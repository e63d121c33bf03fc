"""A small bot of grammY, which is a Node program: the test that runs it is tests/sandbox/clients/test_grammy.py."""
