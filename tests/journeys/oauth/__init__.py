"""Signing in by a provider: the ways that lead there, and the attacks that lead nowhere."""
