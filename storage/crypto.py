"""Encryption at rest: AES-256-GCM under named keys, each ciphertext bound to the one place it may be read from.

An envelope is `version (1 byte) | key id (8) | nonce (12) | ciphertext and tag`; everything in it but the ciphertext may be public.
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tickets.errors import Unreadable

VERSION = b"\x01"
KEY_BYTES = 32
KEY_ID_BYTES = 8
NONCE_BYTES = 12
HEADER_BYTES = len(VERSION) + KEY_ID_BYTES
"""Version and key id: equal first bytes mean the same key, which rotation asks the database for."""
LEAST_VARIETY = 12
"""A random key of 32 bytes holds about 30 different ones; fewer than this is a typed or repeated pattern."""
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+={0,2}")


class CannotDecrypt(Unreadable):
    """A stored secret does not open: its key is not among ours, or it was tampered with or moved to another row."""


class UnknownKey(CannotDecrypt):
    """Its key is not among ours: with that key it may open."""


class KeyRing:
    """The operator's keys, newest first: the newest encrypts, every one of them decrypts."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """Newest first; use `parse`."""
        self._ciphers = {key_id(key): AESGCM(key) for key in keys}
        self._newest = key_id(keys[0])
        self._masks = [hmac.digest(key, b"vtbot pseudonyms\x00", "sha256") for key in keys]

    def __repr__(self) -> str:
        """How many keys there are, and nothing of them."""
        return f"<KeyRing of {len(self._ciphers)}>"

    @classmethod
    def parse(cls, text: str) -> "KeyRing":
        """Read VTBOT_SECRET_KEYS: comma-separated, newest first, each 32 bytes in base64url.

        Raises `ValueError` with one sentence that says which rule failed and never holds a key.
        """
        words = [word.strip() for word in text.split(",") if word.strip()]
        if not words:
            raise ValueError("no key is given; make one with: openssl rand -base64 32 | tr '+/' '-_'")
        keys = [_read_key(word, position) for position, word in enumerate(words, start=1)]
        if len(set(keys)) < len(keys):
            raise ValueError("the same key is given twice")
        return cls(keys)

    @property
    def newest(self) -> bytes:
        """The first bytes of everything that is encrypted from now on."""
        return VERSION + self._newest

    @property
    def known(self) -> frozenset[str]:
        """The public names of all our keys, in hexadecimal, as they begin everything encrypted with them."""
        return frozenset((VERSION + name).hex() for name in self._ciphers)

    def pseudonyms(self, words: str) -> list[str]:
        """What stands in place of words that are to be recognised and not read: one for each key, the newest's first."""
        return [hmac.digest(mask, words.encode(errors="surrogatepass"), "sha256").hex() for mask in self._masks]

    def seal(self, plain: bytes, place: str) -> bytes:
        """Encrypt under the newest key; `place` (see `storage.sealing`) must be told again to open it."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        header = self.newest
        return header + nonce + self._ciphers[self._newest].encrypt(nonce, plain, header + place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """Decrypt; `CannotDecrypt` where the key is unknown or the place or a single bit is another."""
        header, rest = sealed[:HEADER_BYTES], sealed[HEADER_BYTES:]
        cipher = self._ciphers.get(header[len(VERSION) :]) if header[:1] == VERSION else None
        if cipher is None:
            raise UnknownKey("a stored secret was encrypted with a key that is not among VTBOT_SECRET_KEYS")
        try:
            return cipher.decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], header + place.encode())
        except (InvalidTag, ValueError):
            raise CannotDecrypt("a stored secret was changed or moved and cannot be decrypted") from None


def key_id(key: bytes) -> bytes:
    """A name for a key that says nothing about it: the beginning of a hash made for this purpose alone."""
    return hashlib.sha256(b"vtbot key id\x00" + key).digest()[:KEY_ID_BYTES]


def _read_key(word: str, position: int) -> bytes:
    if not _BASE64URL.fullmatch(word):
        raise ValueError(f"key {position} is not base64url (letters, digits, '-' and '_')")
    try:
        key = base64.urlsafe_b64decode(word.rstrip("=") + "=" * (-len(word.rstrip("=")) % 4))
    except (binascii.Error, ValueError):
        raise ValueError(f"key {position} is not base64url of whole bytes") from None
    if len(key) != KEY_BYTES:
        raise ValueError(f"key {position} has {len(key)} bytes where {KEY_BYTES} are needed")
    if len(set(key)) < LEAST_VARIETY:
        raise ValueError(f"key {position} is not random; make one with: openssl rand -base64 32 | tr '+/' '-_'")
    return key
