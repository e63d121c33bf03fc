"""The views, one test module beside each."""
