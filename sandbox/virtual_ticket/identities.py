"""Ids and secrets of the server. Ids come from the seed, so that a run can be repeated; secrets never do."""

import hashlib
import random
import secrets
import uuid


class Identities:
    """Makes uuids that depend on the seed and on how many were made before, nothing else."""

    def __init__(self, seed: int, made: int = 0) -> None:
        """Go on after `made` ids of this seed."""
        self.seed = seed
        self.made = made

    def new(self) -> str:
        """Return the next id."""
        self.made += 1
        return named(f"{self.seed}:{self.made}")


def named(name: str) -> str:
    """Return the uuid that always belongs to this name."""
    return str(uuid.UUID(int=random.Random(name).getrandbits(128), version=4))


def secret() -> str:
    """Return a new unguessable token, 43 characters."""
    return secrets.token_urlsafe(32)


def fingerprint(token: str) -> str:
    """Return what is kept of a token, so that the kept data opens nothing."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
