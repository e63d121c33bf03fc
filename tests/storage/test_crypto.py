"""Encryption at rest: what is bound to its place opens nowhere else, and bad keys are refused in one sentence."""

import base64
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.crypto import HEADER_BYTES, NONCE_BYTES, CannotDecrypt, KeyRing, key_id
from tests.databases import fresh_key

RING = KeyRing.parse(fresh_key())


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode()


@given(st.binary(max_size=200), st.text(max_size=40))
def test_what_was_sealed_opens_in_its_place(plain: bytes, place: str) -> None:
    sealed = RING.seal(plain, place.encode(errors="replace").decode())
    assert RING.open(sealed, place.encode(errors="replace").decode()) == plain
    assert len(plain) < 8 or plain not in sealed


@given(st.binary(min_size=1, max_size=40), st.data())
def test_any_changed_bit_is_noticed(plain: bytes, data: st.DataObject) -> None:
    sealed = bytearray(RING.seal(plain, "a|b|1|1"))
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(CannotDecrypt):
        RING.open(bytes(sealed), "a|b|1|1")


@pytest.mark.parametrize("other", ["accounts|vt_token|2|2", "accounts|password|1|1", "steps|vt_token|1|1", ""])
def test_another_place_does_not_open_it(other: str) -> None:
    sealed = RING.seal(b"secret", "accounts|vt_token|1|1")
    with pytest.raises(CannotDecrypt, match=r"^a stored secret was changed or moved and cannot be decrypted$"):
        RING.open(sealed, other)


@pytest.mark.parametrize("broken", [b"", b"\x01", b"\x02" + b"x" * 60, b"\x01" + b"x" * 60])
def test_what_is_no_envelope_of_ours_is_refused(broken: bytes) -> None:
    with pytest.raises(CannotDecrypt):
        RING.open(broken, "a")


def test_one_of_another_version_is_not_called_tampered_with() -> None:
    """Whoever goes back to an older program is told something else than whoever was broken into."""
    later = b"\x02" + RING.seal(b"secret", "a")[1:]
    with pytest.raises(CannotDecrypt, match="not among"):
        RING.open(later, "a")


def test_what_earlier_versions_stored_is_still_known() -> None:
    """Written down once: another name of a key, binding or pseudonym would make every database unreadable at the next update."""
    ring = KeyRing.parse(encoded(bytes(range(32))))
    stored = bytes.fromhex("0125b3464f117792fea02a967f46069ff2aa3c2f324458bd93eadce5375a281fc0fa49983dc1e2dad53111")
    assert ring.newest == stored[:HEADER_BYTES]
    assert ring.open(stored, "accounts|vt_token|1|1") == b"secret"
    assert ring.pseudonyms("7:ann") == ["d383038927dd9003cc395a6b20a92fdcb08a425ba365290f783bee503cc4da0c"]
    assert ring.pseudonyms("7:\ud83d") == ["dcacdba1165fdf9b6d437edb9082dde93ae218b685c61535fb1ebb1acc9e651b"]


@pytest.mark.parametrize("length", range(HEADER_BYTES, HEADER_BYTES + NONCE_BYTES + 16))
def test_a_truncated_envelope_is_refused(length: int) -> None:
    with pytest.raises(CannotDecrypt):
        RING.open(RING.seal(b"secret", "a")[:length], "a")


def test_a_pseudonym_is_the_same_word_under_the_same_key_only() -> None:
    old, new = fresh_key(), fresh_key()
    ring, both = KeyRing.parse(old), KeyRing.parse(f"{new},{old}")
    assert ring.pseudonyms("7:ann") == ring.pseudonyms("7:ann") == both.pseudonyms("7:ann")[1:]
    assert len({*both.pseudonyms("7:ann"), *both.pseudonyms("7:bob"), *both.pseudonyms("")}) == 6
    assert "7" * 8 not in ring.pseudonyms("7" * 8)[0]


def test_the_newest_key_encrypts_and_the_older_ones_still_decrypt() -> None:
    old, new = fresh_key(), fresh_key()
    before = KeyRing.parse(old).seal(b"secret", "a")
    both = KeyRing.parse(f" {new} , {old} ")
    assert both.open(before, "a") == b"secret"
    after = both.seal(b"secret", "a")
    assert KeyRing.parse(new).open(after, "a") == b"secret"
    assert after.startswith(both.newest)
    with pytest.raises(CannotDecrypt, match=r"^a stored secret .* not among VTBOT_SECRET_KEYS$"):
        KeyRing.parse(old).open(after, "a")


def test_nonces_never_repeat() -> None:
    nonces = {RING.seal(b"", "a")[HEADER_BYTES : HEADER_BYTES + NONCE_BYTES] for _ in range(20_000)}
    assert len(nonces) == 20_000


def test_the_key_id_says_nothing_of_the_key() -> None:
    key = os.urandom(32)
    assert key_id(key) == key_id(key)
    assert key_id(key) not in key
    assert len(key_id(key)) == 8
    assert KeyRing.parse(encoded(key)).known == {"01" + key_id(key).hex()}


def test_padding_may_be_left_out() -> None:
    key = fresh_key()
    assert KeyRing.parse(key.rstrip("=")).newest == KeyRing.parse(key).newest


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no key is given"),
        (" , ", "no key is given"),
        (encoded(os.urandom(16)), "key 1 has 16 bytes where 32 are needed"),
        (encoded(os.urandom(33)), "key 1 has 33 bytes"),
        ("not base64!", "key 1 is not base64url"),
        (encoded(b"\xff\xfe" * 16).replace("_", "/").replace("-", "+"), "key 1 is not base64url"),
        ("A" * 5, "key 1 is not base64url of whole bytes"),
        (encoded(b"\x00" * 32), "key 1 is not random"),
        (encoded(b"changeme" * 4), "key 1 is not random"),
        (f"{fresh_key()},{encoded(os.urandom(31))}", "key 2 has 31 bytes"),
    ],
    # The keys themselves differ from one test process to another, and pytest-xdist wants the same names in all.
    ids=range(10),
)
def test_bad_keys_are_named_by_the_rule_they_break(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=f"^{says}") as caught:
        KeyRing.parse(text)
    assert "\n" not in str(caught.value)
    assert len(text) < 10 or text not in str(caught.value)


@pytest.mark.parametrize("length", [*range(1, 32), *range(33, 50)])
def test_a_key_of_any_other_length_is_told_its_own(length: int) -> None:
    """Whatever padding that takes, and with no letter at the end taken for padding (these end in X where no padding is)."""
    for text in (encoded(b"\x17" * length), encoded(b"\x17" * length).rstrip("=")):
        with pytest.raises(ValueError, match=f"^key 1 has {length} bytes where 32 are needed$"):
            KeyRing.parse(text)


def test_a_key_of_few_different_bytes_is_no_random_one() -> None:
    """Twelve are the least; a random key has about thirty, and less than twelve not once in the age of the world."""
    assert KeyRing.parse(encoded(bytes(range(12)) + b"\x00" * 20)).known
    with pytest.raises(ValueError, match=r"^key 1 is not random"):
        KeyRing.parse(encoded(bytes(range(11)) + b"\x00" * 21))


def test_the_same_key_twice_is_refused() -> None:
    key = fresh_key()
    with pytest.raises(ValueError, match=r"^the same key is given twice$"):
        KeyRing.parse(f"{key},{key}")


def test_nothing_of_a_key_is_in_its_repr() -> None:
    key = fresh_key()
    assert key not in repr(KeyRing.parse(key))
    assert repr(KeyRing.parse(key)) == "<KeyRing of 1>"
