"""The seed's section "Users and Authentication", operation by operation."""

import asyncio
import re
from typing import Any

import pytest

from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.virtual_ticket.app import Branches, create
from sandbox.virtual_ticket.office_people import RESET_SECONDS
from sandbox.virtual_ticket.providers import Identity
from sandbox.virtual_ticket.refusals import Errno, Refusal
from tests.sandbox.virtual_ticket.conftest import Caller, Hands

ACCOUNT = {
    "username": "ana",
    "password": "secret",
    "email": "ana@example.org",
    "phone": "91626592",
    "pushnotification": "key",
    "first_name": "Ana",
    "last_name": "Reis",
    "oauth_provider": None,
    "oauth_token": None,
}


async def vouch(provider: str, token: str) -> Identity:
    """A provider that knows one person."""
    if (provider, token) != ("google", "good"):
        raise Refusal(Errno.PROVIDER_TOKEN)
    return Identity("42", "rui@example.org", "Rui", "Sá")


async def test_register_and_details(caller: Caller) -> None:
    answer = await caller.sends("customer/register", ACCOUNT)
    assert set(answer) == {"success", "vt_token"}
    assert answer["success"] is True
    caller.token = answer["vt_token"]
    details = await caller.sends("customer/details")
    assert details["status"] == {"success": "true"}
    user = details["user"]
    assert re.fullmatch(r"[0-9a-f-]{36}", user.pop("id"))
    assert user == {
        "username": "ana",
        "first_name": "Ana",
        "last_name": "Reis",
        "display_name": "Ana Reis",
        "phone": "91626592",
        "email": "ana@example.org",
        "vt_token": caller.token,
        "oauth_provider": None,
        "oauth_token": None,
        "push_notification_key": "key",
        "address": None,
        "created_at": "2026-01-12 12:00:00",
        "updated_at": "2026-01-12 12:00:00",
        "app_count": 0,
        "reset_token": None,
        "reset_token_date": None,
        "ticket_warning": 0,
        "preferred_language": None,
    }


async def test_no_password_is_kept_as_it_is(caller: Caller, branches: Branches) -> None:
    await caller.registers(password="a very secret word")
    kept = str(branches.dump())
    assert "a very secret word" not in kept
    assert caller.token not in kept
    assert "$argon2id$" in kept


@pytest.mark.parametrize(
    ("body", "errno"),
    [
        ({"username": "ana", "password": "other"}, Errno.USERNAME_TAKEN),
        ({"username": "ANA", "password": "other"}, Errno.USERNAME_TAKEN),
        ({"username": "eva", "password": "x", "email": "Ana@example.org"}, Errno.EMAIL_TAKEN),
        ({}, Errno.PARAMETERS),
        ({"username": "eva", "password": None}, Errno.PARAMETERS),
        ({"username": "", "password": "x"}, Errno.PARAMETERS),
        ({"oauth_provider": "google", "oauth_token": "x"}, Errno.PROVIDER_TOKEN),
        ({"oauth_provider": "google", "oauth_token": None}, Errno.PARAMETERS),
    ],
)
async def test_refused_registrations(caller: Caller, body: dict[str, Any], errno: Errno) -> None:
    await caller.sends("customer/register", ACCOUNT)
    assert await caller.refusal("customer/register", body) == errno


async def test_of_two_at_once_one_gets_the_name(caller: Caller) -> None:
    answers = await asyncio.gather(*(caller.sends("customer/register", ACCOUNT) for _ in range(4)))
    assert sorted(answer.get("errno", 0) for answer in answers) == [0] + [Errno.USERNAME_TAKEN] * 3


async def test_of_two_at_once_one_uses_the_letter(caller: Caller) -> None:
    await caller.registers(email="ana@example.org")
    await caller.asks("customer/resetpassword", email="ana@example.org")
    [letter] = (await caller.http.get("/play/outbox")).json()
    body = {"password": "new", "repeat_password": "new", "token": letter["token"]}
    answers = await asyncio.gather(*(caller.sends("customer/newpassword", body) for _ in range(3)))
    assert sorted(answer.get("errno", 0) for answer in answers) == [0] + [Errno.RESET_TOKEN] * 2


@pytest.mark.parametrize(
    ("body", "errno"),
    [
        ({"username": "ana", "password": "wrong"}, Errno.CREDENTIALS),
        ({"username": "nobody", "password": "secret"}, Errno.CREDENTIALS),
        ({"username": "ana", "password": ""}, Errno.PARAMETERS),
        ({"username": None, "password": "secret"}, Errno.PARAMETERS),
    ],
)
async def test_refused_logins(caller: Caller, body: dict[str, Any], errno: Errno) -> None:
    await caller.sends("customer/register", ACCOUNT)
    assert await caller.refusal("customer/login", body) == errno


async def test_login_with_nothing_asks_for_a_token(caller: Caller) -> None:
    assert await caller.refusal("customer/login", {}) == Errno.PARAMETERS
    caller.token = "stolen"
    assert (await caller.sends("customer/login", {}, 401))["errno"] == Errno.TOKEN_INVALID


async def test_login_gives_a_token_and_leaves_the_others_good(caller: Caller) -> None:
    await caller.registers()
    first = caller.token
    caller.token = ""
    answer = await caller.sends("customer/login", {"username": "ana", "password": "secret"})
    caller.token = answer["vt_token"]
    assert caller.token != first
    await caller.sends("customer/details")
    caller.token = first
    await caller.sends("customer/details")


ATTRIBUTE = {
    "name": "Joaquim",
    "first_name": "J",
    "last_name": "Gomes",
    "email": "j@example.org",
    "phone": "1",
    "preferred_language": "pt",
    "ticket_warning": 5,
    "pushnotification": "new",
}


@pytest.mark.parametrize("credentials", [{"username": "ana", "password": "secret"}, {"username": None}])
async def test_login_updates_by_credentials_or_by_token_alone(caller: Caller, credentials: dict[str, Any]) -> None:
    await caller.registers()
    token = caller.token
    if credentials.get("password"):
        caller.token = ""
    answer = await caller.sends("customer/login", {**credentials, "customer_attribute": ATTRIBUTE})
    assert (answer["vt_token"] == token) is ("password" not in credentials)
    caller.token = answer["vt_token"]
    user = (await caller.sends("customer/details"))["user"]
    assert user["display_name"] == "Joaquim"
    assert (user["first_name"], user["last_name"], user["phone"]) == ("J", "Gomes", "1")
    assert (user["email"], user["preferred_language"]) == ("j@example.org", "pt")
    assert (user["ticket_warning"], user["push_notification_key"]) == (5, "new")


@pytest.mark.parametrize("credentials", [{"username": "ana", "password": "secret"}, {}])
async def test_a_new_password_by_update_ends_every_session(caller: Caller, credentials: dict[str, Any]) -> None:
    await caller.registers()
    await caller.sends("customer/login", {"username": "ana", "password": "secret"})
    answer = await caller.sends("customer/login", {**credentials, "customer_attribute": {"password": "other"}})
    assert (await caller.sends("customer/details", status=401))["errno"] == Errno.TOKEN_INVALID
    caller.token = answer["vt_token"]
    await caller.sends("customer/details")
    assert await caller.refusal("customer/login", {"username": "ana", "password": "secret"}) == Errno.CREDENTIALS


@pytest.mark.parametrize("attribute", [{"name": 1}, {"ticket_warning": "3"}, {"ticket_warning": -1}, []])
async def test_attributes_have_types(caller: Caller, attribute: Any) -> None:
    await caller.registers()
    answer = await caller.sends("customer/login", {"customer_attribute": attribute}, 400)
    assert answer["errno"] == Errno.PARAMETERS


async def test_a_forgotten_password(caller: Caller, hands: Hands) -> None:
    await caller.registers(email="ana@example.org")
    unknown = await caller.asks("customer/resetpassword", email="nobody@example.org")
    assert await caller.asks("customer/resetpassword", email="ANA@example.org") == unknown == {"success": True}
    [letter] = (await caller.http.get("/play/outbox")).json()
    assert letter["to"] == "ana@example.org"
    assert letter["token"] in letter["text"]

    body = {"vt": True, "password": "new", "repeat_password": "new", "token": letter["token"]}
    assert await caller.refusal("customer/newpassword", {**body, "repeat_password": "old"}) == Errno.PASSWORDS_DIFFER
    assert await caller.refusal("customer/newpassword", {**body, "token": "guess"}) == Errno.RESET_TOKEN
    empty = {**body, "password": "", "repeat_password": ""}
    assert await caller.refusal("customer/newpassword", empty) == Errno.PARAMETERS
    answer = await caller.sends("customer/newpassword", body)
    assert await caller.refusal("customer/newpassword", body) == Errno.RESET_TOKEN

    await caller.sends("customer/details", status=401)
    caller.token = answer["vt_token"]
    await caller.sends("customer/details")
    assert (await caller.sends("customer/login", {"username": "ana", "password": "new"}))["success"] is True
    assert await caller.refusal("customer/login", {"username": "ana", "password": "secret"}) == Errno.CREDENTIALS


async def test_a_reset_token_expires_and_signs_in_only_if_asked(caller: Caller, hands: Hands) -> None:
    await caller.registers(email="ana@example.org")
    await caller.asks("customer/resetpassword", email="ana@example.org")
    hands.pass_time(RESET_SECONDS)
    await caller.asks("customer/resetpassword", 400)
    [old] = (await caller.http.get("/play/outbox")).json()
    body = {"vt": False, "password": "new", "repeat_password": "new", "token": old["token"]}
    assert await caller.refusal("customer/newpassword", body) == Errno.RESET_TOKEN
    await caller.asks("customer/resetpassword", email="ana@example.org")
    fresh = (await caller.http.get("/play/outbox")).json()[1]
    assert await caller.sends("customer/newpassword", {**body, "token": fresh["token"]}) == {"success": True}


@pytest.fixture
def branches(hands: Hands, faults: Faults) -> Branches:
    """A server that believes a provider."""
    return create(Clock(hands), faults, verify=vouch)


GOOGLE = {"oauth_provider": "Google", "oauth_token": "good", "username": None, "password": None}


async def test_signing_in_through_a_provider(caller: Caller) -> None:
    assert await caller.refusal("customer/login", GOOGLE) == Errno.CREDENTIALS
    caller.token = (await caller.sends("customer/register", GOOGLE))["vt_token"]
    user = (await caller.sends("customer/details"))["user"]
    assert (user["oauth_provider"], user["oauth_token"]) == ("google", None)
    assert (user["display_name"], user["email"]) == ("Rui Sá", "rui@example.org")
    assert await caller.refusal("customer/register", GOOGLE) == Errno.USERNAME_TAKEN
    assert (await caller.sends("customer/login", GOOGLE))["success"] is True
    assert await caller.refusal("customer/login", {**GOOGLE, "oauth_token": "bad"}) == Errno.PROVIDER_TOKEN


async def test_a_provider_is_attached_by_an_update(caller: Caller) -> None:
    """customer_attribute may name a provider: the same customer signs in by it from then on; what is another's is refused."""
    await caller.registers()
    mine = (await caller.sends("customer/details"))["user"]["id"]
    provider = {name: GOOGLE[name] for name in ("oauth_provider", "oauth_token")}
    for refused in ({**provider, "oauth_token": "bad"}, {**provider, "oauth_token": None}):
        assert await caller.refusal("customer/login", {"customer_attribute": refused})
    await caller.sends("customer/login", {"customer_attribute": provider})
    await caller.sends("customer/login", {"customer_attribute": provider})
    caller.token = (await caller.sends("customer/login", GOOGLE))["vt_token"]
    assert (await caller.sends("customer/details"))["user"]["id"] == mine
    caller.token = ""
    await caller.registers(username="bea", email="b@example.org")
    assert await caller.refusal("customer/login", {"customer_attribute": provider}) == Errno.USERNAME_TAKEN
