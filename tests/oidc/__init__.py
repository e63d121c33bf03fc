"""OpenID providers on this machine."""
