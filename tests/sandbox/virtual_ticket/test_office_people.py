"""Accounts: who is found how, tokens that lapse, and the forgotten password."""

import pytest

from sandbox.virtual_ticket.identities import Identities
from sandbox.virtual_ticket.office_people import MOST_TOKENS, RESET_SECONDS, People
from sandbox.virtual_ticket.refusals import Errno, Refusal
from tests.sandbox.virtual_ticket.conftest import Hands


@pytest.fixture
def people(hands: Hands) -> People:
    return People(Identities(1).new, hands)


def errno_of(caught: pytest.ExceptionInfo[Refusal]) -> Errno:
    return caught.value.errno


def test_user_names_and_addresses_are_taken_whatever_their_capitals(people: People) -> None:
    people.register({"username": "Ana", "email": "ana@example.org"}, "hash")
    with pytest.raises(Refusal) as caught:
        people.register({"username": "ANA"}, "hash")
    assert errno_of(caught) is Errno.USERNAME_TAKEN
    with pytest.raises(Refusal) as caught:
        people.register({"username": "eva", "email": "ANA@example.org"}, "hash")
    assert errno_of(caught) is Errno.EMAIL_TAKEN


def test_a_providers_account_is_one_customer(people: People) -> None:
    people.register({}, None, "google:7")
    with pytest.raises(Refusal) as caught:
        people.register({"username": "ana"}, "hash", "google:7")
    assert errno_of(caught) is Errno.USERNAME_TAKEN
    assert people.by_username("ana") is None


@pytest.mark.parametrize(
    ("details", "shown"),
    [
        ({"username": "ana"}, "ana"),
        ({"username": "ana", "first_name": "Ana", "last_name": "Reis"}, "Ana Reis"),
        ({"username": "ana", "last_name": "Reis"}, "Reis"),
        ({"username": "ana", "first_name": "Ana", "name": "Aninhas"}, "Aninhas"),
        ({}, ""),
    ],
)
def test_the_name_to_show(people: People, details: dict[str, str], shown: str) -> None:
    assert people.register(details, None).display_name == shown


def test_the_oldest_tokens_lapse(people: People) -> None:
    ana = people.register({"username": "ana"}, "hash")
    tokens = [people.sign_in(ana) for _ in range(MOST_TOKENS + 1)]
    assert people.by_token(tokens[0]) is None
    assert all(people.by_token(token) is ana for token in tokens[1:])


def test_no_token_is_kept_as_it_is(people: People) -> None:
    ana = people.register({"username": "ana"}, "hash")
    secrets = [people.sign_in(ana), people.forget_password(ana)]
    assert not any(secret in str(people.dump()) for secret in secrets)


def test_a_reset_token_lapses_with_time_use_and_a_newer_one(people: People, hands: Hands) -> None:
    ana = people.register({"username": "ana"}, "hash")
    first, second = people.forget_password(ana), people.forget_password(ana)
    with pytest.raises(Refusal):
        people.by_reset_token(first)
    assert people.by_reset_token(second) is ana
    people.set_password(ana, "new hash")
    with pytest.raises(Refusal):
        people.by_reset_token(second)
    third = people.forget_password(ana)
    hands.pass_time(RESET_SECONDS)
    with pytest.raises(Refusal) as caught:
        people.by_reset_token(third)
    assert errno_of(caught) is Errno.RESET_TOKEN


def test_a_new_password_ends_every_session(people: People) -> None:
    ana = people.register({"username": "ana"}, "hash")
    token = people.sign_in(ana)
    people.set_password(ana, "new hash")
    assert people.by_token(token) is None


def test_a_new_password_by_update_ends_every_session_too(people: People) -> None:
    ana = people.register({"username": "ana"}, "hash")
    token, letter = people.sign_in(ana), people.forget_password(ana)
    people.update(ana, {"first_name": "Ana"})
    assert people.by_token(token) is ana
    people.update(ana, {"password": "..."}, "new hash")
    assert (people.by_token(token), ana.password) == (None, "new hash")
    with pytest.raises(Refusal):
        people.by_reset_token(letter)


def test_an_update_changes_only_what_it_names(people: People) -> None:
    ana = people.register({"username": "ana", "first_name": "Ana", "phone": "1"}, "hash")
    people.update(ana, {"first_name": None, "ticket_warning": 4, "preferred_language": "pt", "unknown": 1})
    assert (ana.first_name, ana.phone, ana.ticket_warning, ana.preferred_language) == ("", "1", 4, "pt")
    people.update(ana, {"ticket_warning": None})
    assert ana.ticket_warning == 0
