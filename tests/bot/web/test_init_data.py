"""initData by the book: what Telegram signs is believed, and nothing else."""

import hashlib
import hmac
import json
from collections.abc import Callable
from urllib.parse import parse_qs, quote, urlencode

import pytest

from bot.web.init_data import AHEAD, MOST_CHARACTERS, OLDEST, Invalid, validate
from sandbox.bot_api.web_apps import sign as sandbox_sign

TOKEN = "123456789:" + "A" * 35
NOW = 1_795_000_800.0
USER = {
    "id": 1001,
    "first_name": "Ana",
    "last_name": "Sá & Söhne",
    "language_code": "pt-br",
    "allows_write_to_pm": True,
}
FIELDS = {
    "query_id": "AAHdF6IQAAAAAN0XohDhrOrc",
    "user": json.dumps(USER, ensure_ascii=False),
    "auth_date": str(int(NOW)),
    "chat_instance": "-3788475317572404878",
    "chat_type": "sender",
    "signature": "zL-ucjNyREiHDE8aihFwpfR9aggP2xiAo3NSpfe-p7IbCisNlDKlo7Kb6G4D0Ao2mBrSgEk4maLSdv6MLIlADQ",
}
Fields = dict[str, str]


def signed(fields: Fields, token: str = TOKEN, *, leave_out: tuple[str, ...] = ()) -> str:
    """initData as Telegram's page describes it, written down here once more."""
    lines = [f"{name}={value}" for name, value in sorted(fields.items()) if name not in leave_out]
    secret = hmac.digest(b"WebAppData", token.encode(), hashlib.sha256)
    mark = hmac.digest(secret, "\n".join(lines).encode(), hashlib.sha256).hex()
    return urlencode({**fields, "hash": mark}, quote_via=quote)


def with_fields(**changes: str) -> Fields:
    """The good fields, some of them changed."""
    return {**FIELDS, **changes}


def with_user(**changes: object) -> Fields:
    """The good fields with another user."""
    return with_fields(user=json.dumps({**USER, **changes}))


def without(*names: str) -> Fields:
    """The good fields less some."""
    return {name: value for name, value in FIELDS.items() if name not in names}


def test_a_good_one_is_believed() -> None:
    data = validate(signed(FIELDS), TOKEN, NOW)
    assert (data.user_id, data.language_code, data.auth_date) == (1001, "pt-br", int(NOW))
    assert data.query_id == FIELDS["query_id"]
    assert data.hash in signed(FIELDS)


def test_a_reference_vector() -> None:
    """Worked out once with openssl from the page's words, and kept: `WebAppData` is the key and the token the message."""
    fields = {"auth_date": "1795000800", "signature": "c2ln", "user": '{"id":7,"first_name":"A"}'}
    told = urlencode({**fields, "hash": "66f3d81d59668b29f0de9355038495a916260194232a2b63eda63481b116a392"})
    assert validate(told, "7:" + "B" * 35, NOW).user_id == 7


def test_the_sandbox_signs_alike() -> None:
    """Two programs written apart from each other agree, and the hash is good for no other signature than the one it was made over."""
    data = sandbox_sign(without("signature"), TOKEN)
    assert validate(data, TOKEN, NOW).user_id == 1001
    signature = parse_qs(data)["signature"][0]
    with pytest.raises(Invalid, match="the hash does not fit"):
        validate(data.replace(signature, FIELDS["signature"]), TOKEN, NOW)


@pytest.mark.parametrize("name", ["query_id", "chat_instance", "chat_type", "signature"])
def test_what_some_clients_leave_out(name: str) -> None:
    data = validate(signed(without(name)), TOKEN, NOW)
    assert (data.user_id, data.query_id) == (1001, "" if name == "query_id" else FIELDS["query_id"])


@pytest.mark.parametrize("user_id", [1, 2**52 - 1])
def test_the_first_and_the_last_person_are_believed(user_id: int) -> None:
    assert validate(signed(with_user(id=user_id)), TOKEN, NOW).user_id == user_id


@pytest.mark.parametrize("user", [{"id": 7}, {"id": 7, "language_code": None}, {"id": 7, "language_code": ["pt"]}])
def test_a_language_that_is_no_text_is_none(user: dict[str, object]) -> None:
    assert validate(signed(with_fields(user=json.dumps(user))), TOKEN, NOW).language_code == ""


def test_the_longest_is_believed_and_one_letter_more_is_not() -> None:
    room = MOST_CHARACTERS - len(signed(with_fields(start_param="")))
    assert validate(signed(with_fields(start_param="x" * room)), TOKEN, NOW).user_id == 1001
    with pytest.raises(Invalid, match="too long"):
        validate(signed(with_fields(start_param="x" * (room + 1))), TOKEN, NOW)


def test_thirty_two_fields_are_believed_and_one_more_is_not() -> None:
    most = {**FIELDS, **{f"x{number}": "1" for number in range(32 - len(FIELDS) - 1)}}
    assert validate(signed(most), TOKEN, NOW).user_id == 1001
    with pytest.raises(Invalid, match="not a query string"):
        validate(signed({**most, "y": "1"}), TOKEN, NOW)


@pytest.mark.parametrize(
    "age", [0, OLDEST, -AHEAD, OLDEST - 1, 1 - AHEAD], ids=["new", "oldest", "ahead", "nearly old", "nearly ahead"]
)
def test_the_edges_of_time_are_inside(age: float) -> None:
    assert validate(signed(FIELDS), TOKEN, NOW + age).user_id == 1001


def exchanged() -> str:
    """A common mistake: the token as the key."""
    lines = "\n".join(f"{name}={value}" for name, value in sorted(FIELDS.items()))
    secret = hmac.digest(TOKEN.encode(), b"WebAppData", hashlib.sha256)
    return urlencode({**FIELDS, "hash": hmac.digest(secret, lines.encode(), hashlib.sha256).hex()})


def by_widget() -> str:
    """Signed as the login widget's data is."""
    lines = "\n".join(f"{name}={value}" for name, value in sorted(FIELDS.items()))
    secret = hashlib.sha256(TOKEN.encode()).digest()
    return urlencode({**FIELDS, "hash": hmac.digest(secret, lines.encode(), hashlib.sha256).hex()})


def smuggled() -> str:
    """One field that holds two lines sums up like two fields, but reads as one: the time is missing."""
    fields = without("auth_date", "chat_instance")
    return signed({**fields, "a": f"b\nauth_date={int(NOW)}"})


GOOD = signed(FIELDS)
HASH = GOOD[-64:]
NEGATIVES: dict[str, Callable[[], str]] = {
    "empty": lambda: "",
    "blank": lambda: " ",
    "no query": lambda: "hello",
    "only a hash": lambda: f"hash={HASH}",
    "no hash": lambda: urlencode(FIELDS),
    "empty hash": lambda: GOOD.replace(HASH, ""),
    "short hash": lambda: GOOD[:-1],
    "long hash": lambda: GOOD + "0",
    "capital hash": lambda: GOOD.replace(HASH, HASH.upper()),
    "wrong hash": lambda: GOOD.replace(HASH, "0" * 64),
    "one letter of the hash": lambda: GOOD[:-1] + ("0" if GOOD[-1] != "0" else "1"),
    "hash that is not hex": lambda: GOOD.replace(HASH, "g" * 64),
    "hash with a blank": lambda: GOOD + "%20",
    "hash of full-width digits": lambda: GOOD.replace(HASH, quote("０" * 64)),
    "hash twice": lambda: f"{GOOD}&hash={HASH}",
    "good hash after a wrong one": lambda: f"hash={'0' * 64}&{GOOD}",
    "another token": lambda: signed(FIELDS, "987654321:" + "B" * 35),
    "token and key exchanged": exchanged,
    "the login widget's key": by_widget,
    "signature left out of the sum": lambda: signed(FIELDS, leave_out=("signature",)),
    "hash summed up too": lambda: signed({**FIELDS, "hash": HASH}, leave_out=())[: -len(HASH)] + HASH[::-1],
    "another user": lambda: GOOD.replace("1001", "1002"),
    "another name": lambda: GOOD.replace("Ana", "Eva"),
    "another time": lambda: GOOD.replace(str(int(NOW)), str(int(NOW) - 1)),
    "a field more": lambda: f"{GOOD}&start_param=x",
    "a field less": lambda: GOOD.replace("chat_type=sender&", ""),
    "an empty field more": lambda: f"{GOOD}&x=",
    "user twice": lambda: f"{GOOD}&user={quote(json.dumps({'id': 5}))}",
    "time twice": lambda: f"auth_date=1&{GOOD}",
    "a lone ampersand": lambda: f"{GOOD}&&",
    "a name without a value": lambda: f"{GOOD}&x",
    "a broken percent": lambda: GOOD.replace("%", "%%", 1),
    "bytes that are no text": lambda: GOOD.replace("Ana", "%ff%fe"),
    "half a pair": lambda: GOOD + "&x=\ud800",
    "a line break smuggled in": smuggled,
    "a line break in a value": lambda: signed(with_fields(start_param="a\nb")),
    "five minutes and a second ago": lambda: signed(with_fields(auth_date=str(int(NOW - OLDEST) - 1))),
    "half a minute and a second ahead": lambda: signed(with_fields(auth_date=str(int(NOW + AHEAD) + 1))),
    "a year ago": lambda: signed(with_fields(auth_date=str(int(NOW) - 31_536_000))),
    "no time": lambda: signed(without("auth_date")),
    "time zero": lambda: signed(with_fields(auth_date="0")),
    "negative time": lambda: signed(with_fields(auth_date="-5")),
    "time with a fraction": lambda: signed(with_fields(auth_date=f"{NOW}")),
    "time with a blank": lambda: signed(with_fields(auth_date=f" {int(NOW)}")),
    "time of full-width digits": lambda: signed(with_fields(auth_date="".join(chr(0xFEE0 + ord(c)) for c in "1795"))),
    "time without end": lambda: signed(with_fields(auth_date="9" * 5000)),
    "no user": lambda: signed(without("user")),
    "user that is not JSON": lambda: signed(with_fields(user="{")),
    "user that is a list": lambda: signed(with_fields(user="[1]")),
    "user that is deep": lambda: signed(with_fields(user="[" * 2000)),
    "user without an id": lambda: signed(with_fields(user='{"first_name":"A"}')),
    "id as a text": lambda: signed(with_user(id="1001")),
    "id as a truth": lambda: signed(with_user(id=True)),
    "id with a fraction": lambda: signed(with_user(id=1001.0)),
    "id zero": lambda: signed(with_user(id=0)),
    "negative id": lambda: signed(with_user(id=-1001)),
    "id of 53 bits": lambda: signed(with_user(id=2**52)),
    "a bot": lambda: signed(with_user(is_bot=True)),
    "too long": lambda: signed(with_fields(start_param="x" * MOST_CHARACTERS)),
    "too many fields": lambda: signed({**FIELDS, **{f"x{number}": "1" for number in range(40)}}),
}


NO_NUMBER, NO_ID = "auth_date is not a number", "user has no id"
NOT_NOW, NO_QUERY, TWICE, NO_JSON = (
    "auth_date is not of these minutes",
    "it is not a query string",
    "a field stands twice",
    "user is not JSON",
)
REASONS = {
    **dict.fromkeys(("blank", "no query", "a lone ampersand", "a name without a value"), NO_QUERY),
    **dict.fromkeys(("bytes that are no text", "half a pair", "too many fields"), NO_QUERY),
    **dict.fromkeys(("hash twice", "good hash after a wrong one", "user twice", "time twice"), TWICE),
    **dict.fromkeys(("a line break smuggled in", "a line break in a value"), "a field has two lines"),
    **dict.fromkeys(("five minutes and a second ago", "half a minute and a second ahead", "a year ago"), NOT_NOW),
    **dict.fromkeys(("no time", "time zero", "negative time", "time with a fraction", "time with a blank"), NO_NUMBER),
    **dict.fromkeys(("time of full-width digits", "time without end"), NO_NUMBER),
    **dict.fromkeys(("no user", "user that is not JSON", "user that is deep"), NO_JSON),
    **dict.fromkeys(("user without an id", "id as a text", "id as a truth", "id with a fraction", "id zero"), NO_ID),
    **dict.fromkeys(("negative id", "id of 53 bits"), NO_ID),
    "user that is a list": "user is not an object",
    "a bot": "a bot opens no pages",
    "too long": "it is too long",
}
"""What the operator finds in the log; of all others that the hash does not fit, so that nothing of theirs was read."""


@pytest.mark.parametrize("name", NEGATIVES)
def test_it_is_not_believed(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        validate(NEGATIVES[name](), TOKEN, NOW)
    assert str(refused.value) == REASONS.get(name, "the hash does not fit")
    assert TOKEN not in str(refused.value)
    assert "1001" not in str(refused.value)


def test_there_are_at_least_forty_negatives() -> None:
    assert len(NEGATIVES) >= 40
    assert GOOD not in [make() for make in NEGATIVES.values()]
