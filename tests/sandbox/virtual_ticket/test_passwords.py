"""Passwords: hashed with Argon2id, never right without a kept hash, two at a time."""

import asyncio
import threading

from argon2 import PasswordHasher

from sandbox.virtual_ticket.passwords import AT_ONCE, Passwords


async def test_a_password_fits_its_own_hash_only() -> None:
    passwords = Passwords()
    kept = await passwords.hash("secret")
    assert kept.startswith("$argon2id$")
    assert await passwords.hash("secret") != kept
    assert await passwords.fits(kept, "secret")
    assert not await passwords.fits(kept, "Secret")
    assert not await passwords.fits(None, "nobody has this password")
    assert not await passwords.fits("no hash", "secret")


async def test_no_more_than_two_are_hashed_at_once() -> None:
    class Counting(PasswordHasher):
        """Notes how many threads hash at the same time."""

        running = 0
        most = 0
        lock = threading.Lock()

        def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
            with self.lock:
                self.running += 1
                self.most = max(self.most, self.running)
            hashed = super().hash(password, salt=salt)
            with self.lock:
                self.running -= 1
            return hashed

    passwords = Passwords()
    passwords._hasher = hasher = Counting(time_cost=2, memory_cost=19456, parallelism=1)
    await asyncio.gather(*(passwords.hash(str(number)) for number in range(8)))
    assert 0 < hasher.most <= AT_ONCE
