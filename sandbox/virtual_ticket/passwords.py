"""Hashes passwords with Argon2id beside the event loop, two at a time, so that a crowd signing in takes neither the loop nor the memory."""

import asyncio
import functools

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

AT_ONCE = 2


class Passwords:
    """Argon2id at the smallest cost OWASP's Password Storage Cheat Sheet accepts: 19 MiB, two passes, one lane."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def hash(self, password: str) -> str:
        """Return the hash to keep."""
        async with self._turns:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def fits(self, kept: str | None, password: str) -> bool:
        """Tell whether the password belongs to the kept hash; without one it takes as long and is never right."""
        async with self._turns:
            return await asyncio.to_thread(self._fits, kept, password) and kept is not None

    @functools.cached_property
    def _nobody(self) -> str:
        return self._hasher.hash("nobody has this password")

    def _fits(self, kept: str | None, password: str) -> bool:
        try:
            return self._hasher.verify(kept or self._nobody, password)
        except (VerificationError, InvalidHashError):
            return False
