"""The customer's own record: read, changed, kept under a name of one's own, and new passwords by letter."""

import contextlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

import pytest

from tests.tickets.house import ME, House
from tests.tickets.neighbours import Trouble
from tickets.acting import Actor
from tickets.errors import (
    CredentialsWanted,
    Ignored,
    OnlyInPrivate,
    Refused,
    ServerUnavailable,
    SignedOut,
    TokenRefused,
    TooManyTries,
)
from tickets.guessing import MOST_TRIES, TRIES_WINDOW
from tickets.model import Customer
from tickets.profile import LETTERS
from tickets.watching import Account


def ann(house: House) -> None:
    house.server.customers["ann"] = ("pass", Customer("c9", "ann", email="ann@example.org"))


async def test_what_was_changed_elsewhere_holds_here_once_read(house: House) -> None:
    account = await house.guest()
    password, customer = house.server.customers[account.username]
    house.server.customers[account.username] = (
        password,
        replace(customer, first_name="Ann", preferred_language="pt", ticket_warning=5),
    )
    assert (await house.profile.details(ME)).first_name == "Ann"
    kept = await house.session.account(ME)
    assert (kept.display_name, kept.preferred_language, kept.ticket_warning) == ("Ann", "pt", 5)


async def test_only_what_may_be_changed_is(house: House) -> None:
    account = await house.guest()
    customer = await house.profile.change(ME, {"first_name": "Ann", "username": "root", "password": "x"})
    assert (customer.first_name, customer.username) == ("Ann", account.username)
    assert house.server.customers[account.username][0] == account.password


async def test_the_shown_name_is_changed_by_the_one_attribute_that_the_seed_names(house: House) -> None:
    house.server.customers["ann"] = ("pass", Customer("c9", "ann", first_name="Joaquim", display_name="Joaquim"))
    await house.session.with_password(ME, "ann", "pass")
    await house.profile.change(ME, {"first_name": "Ana"})
    assert (await house.session.account(ME)).display_name == "Joaquim"
    assert (await house.profile.change(ME, {"name": "Ana"})).display_name == "Ana"
    assert (await house.session.account(ME)).display_name == "Ana"
    house.server.ignores = frozenset({"name"})
    with pytest.raises(Ignored):
        await house.profile.change(ME, {"name": "Eva"})


async def test_a_change_that_the_server_did_not_make_is_not_said_to_be_made(house: House) -> None:
    await house.guest()
    house.server.ignores = frozenset({"last_name"})
    with pytest.raises(Ignored):
        await house.profile.change(ME, {"last_name": "Silva"})
    assert (await house.profile.change(ME, {"first_name": "Ann"})).last_name == ""


@pytest.mark.parametrize(
    ("told", "kept", "made"),
    [
        ("+351 912 345 678", "+351912345678", True),
        ("Ann@Example.org", "ann@example.org", True),
        ("Ana", "", False),
        ("Ana", "Joaquim", False),
        ("", "", True),
    ],
)
async def test_a_server_may_write_it_in_its_own_way(house: House, told: str, kept: str, *, made: bool) -> None:
    account = await house.guest()
    house.server.ignores = frozenset({"phone"})
    password, customer = house.server.customers[account.username]
    house.server.customers[account.username] = (password, replace(customer, phone=kept))
    with contextlib.nullcontext() if made else pytest.raises(Ignored):
        await house.profile.change(ME, {"phone": told})


@pytest.mark.parametrize(
    ("told", "kept"), [("00351 912 345 678", "+351912345678"), ("e\u0301", "\u00e9"), ("A" * 99, "A" * 20)]
)
async def test_what_a_server_writes_in_a_form_of_its_own_is_changed(house: House, told: str, kept: str) -> None:
    account = await house.guest()
    update = house.server.update

    async def tidy(vt_token: str, attributes: Mapping[str, str | int]) -> str:
        return await update(vt_token, {**attributes, "phone": kept})

    house.server.update = tidy  # type: ignore[method-assign]  # the same server, which tidies up
    assert (await house.profile.change(ME, {"phone": told})).phone == kept
    assert house.server.customers[account.username][1].phone == kept


@pytest.mark.parametrize("refusal", ["no token", "no credentials"])
async def test_a_server_that_wants_credentials_gets_a_guests_own(
    house: House, refusal: Literal["no token", "no credentials"]
) -> None:
    guest = await house.guest()
    house.server.by_token = refusal
    assert (await house.profile.change(ME, {"first_name": "Ana"})).first_name == "Ana"
    kept = await house.profile.keep(ME, "ana", "pass")
    assert (kept.guest, kept.username, kept.password, kept.customer_id) == (False, "ana", "", guest.customer_id)
    assert house.server.customers["ana"][0] == "pass"


@pytest.mark.parametrize("refusal", ["no token", "no credentials"])
async def test_a_server_that_wants_a_named_persons_credentials_is_not_theirs_to_sign_in_to_again(
    house: House, refusal: Literal["no token", "no credentials"]
) -> None:
    ann(house)
    await house.session.with_password(ME, "ann", "pass")
    house.server.by_token = refusal
    with pytest.raises(CredentialsWanted):
        await house.profile.change(ME, {"first_name": "Ana"})
    house.server.by_token = "yes"
    house.server.tokens.clear()
    with pytest.raises(TokenRefused):
        await house.profile.change(ME, {"first_name": "Ana"})


async def lost(house: House, account: Account) -> None:
    """The process died before it wrote the answer down; a new password lets every older token lapse."""
    house.server.tokens.clear()
    async with house.database.open_book() as book:
        await book.accounts.put(account)
        await book.commit()


async def test_a_wish_to_keep_whose_answer_was_lost_is_granted_again(house: House) -> None:
    guest = await house.guest()
    await house.profile.keep(ME, "ann", "pass")
    await lost(house, guest)
    kept = await house.profile.keep(ME, "ann", "pass")
    assert (kept.guest, kept.username, kept.customer_id) == (False, "ann", guest.customer_id)


async def test_keeping_is_no_way_into_somebody_elses_account(house: House) -> None:
    ann(house)
    guest = await house.guest()
    for _ in range(MOST_TRIES):
        await lost(house, replace(guest, password=""))
        with pytest.raises(TokenRefused):
            await house.profile.keep(ME, "ann", "pass")
    with pytest.raises(TooManyTries):
        await house.profile.keep(ME, "ann", "pass")
    assert (await house.session.account(ME)).guest


@pytest.mark.parametrize("password", ["guess", "pass"])
async def test_keeping_is_counted_where_a_server_leaves_the_new_name_out(house: House, password: str) -> None:
    """Whoever guesses right learns no more than whoever guesses wrong, and is in nobody's account."""
    ann(house)
    house.server.ignores = frozenset({"username", "password"})
    guest = await house.guest()
    for _ in range(MOST_TRIES):
        with pytest.raises(Ignored):
            await house.profile.keep(ME, "ann", password)
    logins = house.server.asked["login"]
    with pytest.raises(TooManyTries):
        await house.profile.keep(ME, "ann", password)
    with pytest.raises(TooManyTries):
        await house.session.with_password(ME, "ann", password)
    assert house.server.asked["login"] == logins
    held = await house.session.account(ME)
    assert (held.guest, held.username, held.password) == (True, guest.username, guest.password)


async def test_keeping_changes_nothing_where_tries_are_used_up(house: House) -> None:
    """Who is told to wait has not got a new name meanwhile, under which they could not be signed in."""
    guest = await house.guest()
    for _ in range(MOST_TRIES):
        with pytest.raises(Refused):
            await house.session.with_password(ME, "ana", "guess", leave=True)
    before = dict(house.server.customers)
    with pytest.raises(TooManyTries):
        await house.profile.keep(ME, "ana", "pass")
    assert (house.server.customers, await house.session.account(ME)) == (before, guest)
    house.clock.advance(TRIES_WINDOW + 1)
    assert (await house.profile.keep(ME, "ana", "pass")).username == "ana"


async def test_a_guest_whose_id_was_not_read_at_first_keeps_the_account(house: House) -> None:
    house.server.trouble.append(Trouble("details", after=False))
    assert not (await house.guest()).customer_id
    assert (await house.profile.keep(ME, "ann", "pass")).customer_id == "c1"


async def test_a_guest_keeps_the_account_and_the_tickets(house: House) -> None:
    await house.guest()
    await house.take.take(ME, await house.offer(), key="wish")
    kept = await house.profile.keep(ME, "ann", "pass")
    assert (kept.guest, kept.username, kept.password) == (False, "ann", "")
    assert house.server.customers["ann"][0] == "pass"
    assert [watch.ticket.id for watch in (await house.mine.all(ME)).watches] == ["t1"]
    assert (await house.profile.keep(ME, "other", "x")).username == "ann"


async def test_a_guest_stays_one_where_the_server_is_away(house: House) -> None:
    account = await house.guest()
    house.server.trouble.append(Trouble("update", after=False))
    with pytest.raises(ServerUnavailable):
        await house.profile.keep(ME, "ann", "pass")
    assert await house.session.account(ME) == account


async def test_nobody_learns_who_has_an_account(house: House) -> None:
    ann(house)
    for address in ("ann@example.org", "nobody@example.org"):
        await house.profile.forgot(ME, address)
    assert list(house.server.letters.values()) == ["ann"]


async def test_nobody_is_flooded_with_letters(house: House) -> None:
    ann(house)
    for _ in range(LETTERS):
        await house.profile.forgot(ME, "ann@example.org")
    for address in ("ANN@example.org", "bob@example.org"):
        with pytest.raises(TooManyTries):
            await house.profile.forgot(ME, address)
    assert house.server.asked["reset_password"] == LETTERS


@pytest.mark.parametrize("details", [True, False])
async def test_a_letter_sets_a_new_password_and_signs_in(house: House, *, details: bool) -> None:
    ann(house)
    await house.profile.forgot(ME, "ann@example.org")
    if not details:
        house.server.trouble.append(Trouble("details", after=False))
    account = await house.profile.renew(ME, "letter-1", "new")
    assert account is not None
    assert (account.guest, account.username, account.password) == (False, "ann" if details else "", "")
    assert house.server.customers["ann"][0] == "new"
    with pytest.raises(Refused):
        await house.profile.renew(ME, "letter-1", "again")


async def test_a_server_that_does_not_sign_in_by_letter(house: House) -> None:
    ann(house)
    house.server.signs_in_by_letter = False
    await house.profile.forgot(ME, "ann@example.org")
    assert await house.profile.renew(ME, "letter-1", "new") is None
    with pytest.raises(SignedOut):
        await house.session.account(ME)


async def test_letters_are_not_guessed(house: House) -> None:
    for number in range(MOST_TRIES):
        with pytest.raises(Refused):
            await house.profile.renew(ME, f"guess-{number}", "x")
    with pytest.raises(TooManyTries):
        await house.profile.renew(ME, "letter-1", "x")


async def test_a_group_has_no_record(house: House) -> None:
    group = Actor(7, -100)
    for attempt in (
        house.profile.details(group),
        house.profile.change(group, {}),
        house.profile.keep(group, "a", "b"),
        house.profile.forgot(group, "a"),
        house.profile.renew(group, "a", "b"),
    ):
        with pytest.raises(OnlyInPrivate):
            await attempt
