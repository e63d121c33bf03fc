"""Signing in, guessing, and tokens that expire: what the person notices of it and what the database keeps."""

from dataclasses import replace

import pytest

from tests.tickets.house import ME, House
from tests.tickets.neighbours import Trouble
from tickets.acting import Actor
from tickets.errors import (
    OnlyInPrivate,
    Refused,
    ServerUnavailable,
    SignedOut,
    TokenRefused,
    TooManyTries,
)
from tickets.guessing import MOST_TRIES, TRIES_WINDOW
from tickets.model import Customer
from tickets.watching import Account, Person


def ann(house: House, **more: str | int) -> None:
    house.server.customers["ann"] = ("pass", Customer("c9", "ann", **more))  # type: ignore[arg-type]  # Customer's own fields


async def kept(house: House, chat_id: int = 7) -> Account | None:
    async with house.database.open_book() as book:
        return await book.accounts.get(chat_id)


async def person(house: House, chat_id: int = 7) -> Person | None:
    async with house.database.open_book() as book:
        return await book.people.get(chat_id)


async def test_a_guest_is_registered_once(house: House) -> None:
    account = await house.guest()
    assert account.guest
    assert house.server.customers[account.username][0] == account.password
    assert house.server.customers[account.username][1].push_notification_key == "telegram:7"
    assert account.display_name == ""
    assert await house.session.as_guest(ME) == await house.session.account(ME) == await kept(house)
    assert house.server.asked["register"] == 1


async def test_an_old_guest_button_takes_nothing_away(house: House) -> None:
    ann(house)
    account = await house.session.with_password(ME, "ann", "pass")
    await house.take.take(ME, await house.offer(), key="wish")
    assert await house.session.as_guest(ME) == account
    async with house.database.open_book() as book:
        assert len(await book.watches.of(7)) == 1
    house.server.trouble.append(Trouble("details", after=False))
    with pytest.raises(ServerUnavailable):
        await house.session.as_guest(ME)
    assert house.server.asked["register"] == 0


async def test_whose_token_is_refused_may_carry_on_as_a_guest(house: House) -> None:
    ann(house)
    await house.session.with_password(ME, "ann", "pass")
    house.server.tokens.clear()
    assert (await house.session.as_guest(ME)).guest


async def test_a_guest_whose_credentials_are_gone_becomes_a_new_guest(house: House) -> None:
    old = await house.guest()
    house.server.tokens.clear()
    house.server.customers.clear()
    for _ in range(2):
        with pytest.raises(TokenRefused):
            await house.session.call(7, house.server.tickets)
    assert house.server.asked["login"] == 1
    new = await house.session.as_guest(ME)
    assert new.guest
    assert new.username != old.username


async def test_a_guests_secrets_are_not_shown(house: House) -> None:
    account = await house.guest()
    assert account.password not in repr(account)
    assert account.vt_token not in repr(account)


async def test_signing_in_with_a_password_keeps_no_password(house: House) -> None:
    ann(house, first_name="Ann", ticket_warning=5, preferred_language="pt")
    account = await house.session.with_password(ME, "ann", "pass")
    assert (account.guest, account.password, account.customer_id, account.display_name) == (False, "", "c9", "Ann")
    assert (account.ticket_warning, account.preferred_language, account.signed_in_at) == (5, "pt", house.clock.now())
    assert await person(house) is None, "what an account says is not the chat's"
    assert await kept(house) == account


async def test_without_details_the_sign_in_holds(house: House) -> None:
    ann(house, preferred_language="pt")
    house.server.trouble.append(Trouble("details", after=True))
    account = await house.session.with_password(ME, "ann", "pass")
    assert (account.customer_id, account.display_name) == ("", "ann")
    assert await person(house) is None


async def test_a_wrong_password_is_refused_and_the_old_account_stays(house: House) -> None:
    ann(house)
    account = await house.guest()
    with pytest.raises(Refused):
        await house.session.with_password(ME, "ann", "guess")
    assert await kept(house) == account


async def test_guessing_is_slowed_down_and_let_go_again(house: House) -> None:
    ann(house)
    for _ in range(MOST_TRIES):
        with pytest.raises(Refused):
            await house.session.with_password(ME, "ann", "guess")
    with pytest.raises(TooManyTries) as slowed:
        await house.session.with_password(ME, "Ann", "pass")
    assert house.server.asked["login"] == MOST_TRIES
    assert slowed.value.until == house.clock.now() + TRIES_WINDOW
    # The owner is not locked out by somebody else's guesses.
    assert (await house.session.with_password(Actor(8, 8), "ann", "pass")).customer_id == "c9"
    house.clock.advance(TRIES_WINDOW + 1)
    assert (await house.session.with_password(ME, "ann", "pass")).customer_id == "c9"


async def test_many_accounts_guessed_from_one_chat_are_too_many(house: House) -> None:
    for number in range(2 * MOST_TRIES):
        with pytest.raises(Refused):
            await house.session.with_password(ME, f"name-{number}", "guess")
    with pytest.raises(TooManyTries):
        await house.session.with_password(ME, "another", "guess")


async def test_getting_it_right_forgets_the_wrong_guesses(house: House) -> None:
    ann(house)
    for password in ("1", "2", "3", "4", "pass"):
        if password == "pass":
            await house.session.with_password(ME, "ann", password)
        else:
            with pytest.raises(Refused):
                await house.session.with_password(ME, "ann", password)
    with pytest.raises(Refused):
        await house.session.with_password(ME, "ann", "5")


async def test_groups_neither_sign_in_nor_own_an_account(house: House) -> None:
    group = Actor(7, -100)
    for attempt in (
        house.session.as_guest(group),
        house.session.with_password(group, "ann", "pass"),
        house.session.account(group),
        house.session.sign_out(group),
        house.session.update(group, {}),
    ):
        with pytest.raises(OnlyInPrivate):
            await attempt


async def test_a_guests_expired_token_is_renewed_unseen(house: House) -> None:
    account = await house.guest()
    house.server.tokens.clear()
    assert await house.session.call(7, house.server.tickets) == ()
    renewed = await kept(house)
    assert renewed == replace(account, vt_token=next(iter(house.server.tokens)))


@pytest.mark.parametrize("end", ["sign out", "erase"])
@pytest.mark.parametrize("answer", ["token", "refusal"])
async def test_a_renewal_does_not_bring_back_who_left_meanwhile(end: str, answer: str, house: House) -> None:
    """A tick renews a guest's token while the person signs out or is deleted: they stay so."""
    account = await house.guest()
    house.server.tokens.clear()

    async def leaves() -> None:
        await (house.session.sign_out(ME) if end == "sign out" else house.people.erase(ME))

    if answer == "refusal":
        house.server.customers[account.username] = ("another", house.server.customers[account.username][1])
        house.server.on_login = leaves
        expected: type[Exception] = TokenRefused
    else:
        house.server.on_login = leaves
        expected = SignedOut
    with pytest.raises(expected):
        await house.session.call(7, house.server.tickets)
    assert await kept(house) is None


async def test_a_renewal_that_comes_second_takes_the_others_token(house: House) -> None:
    account = await house.guest()
    house.server.tokens.clear()

    async def another_renews() -> None:
        assert await house.another().session.call(7, house.server.tickets) == ()

    house.server.on_login = another_renews
    assert await house.session.call(7, house.server.tickets) == ()
    now = await kept(house)
    assert now is not None
    assert now.vt_token in house.server.tokens
    assert replace(now, vt_token=account.vt_token) == account


async def test_an_update_does_not_give_another_account_its_token(house: House) -> None:
    """Signed in as somebody else while a choice was written to the queue server: that one's token stays."""
    ann(house)
    await house.guest()
    house.server.on_update = lambda: house.session.with_password(ME, "ann", "pass")
    await house.session.update(ME, {"ticket_warning": 3})
    now = await kept(house)
    assert now is not None
    assert house.server.tokens[now.vt_token] == "ann"


async def test_a_guest_whose_account_is_gone_signs_in_again(house: House) -> None:
    await house.guest()
    house.server.tokens.clear()
    house.server.customers.clear()
    with pytest.raises(TokenRefused):
        await house.session.call(7, house.server.tickets)


async def test_a_server_away_while_renewing_is_not_a_refusal(house: House) -> None:
    await house.guest()
    house.server.tokens.clear()
    house.server.trouble.append(Trouble("login", after=False))
    with pytest.raises(ServerUnavailable):
        await house.session.call(7, house.server.tickets)


async def test_others_sign_in_again_themselves(house: House) -> None:
    ann(house)
    await house.session.with_password(ME, "ann", "pass")
    house.server.tokens.clear()
    with pytest.raises(TokenRefused):
        await house.session.call(7, house.server.tickets)
    assert house.server.asked["login"] == 1


async def test_a_token_changed_by_another_process_is_used_instead(house: House) -> None:
    ann(house)
    old = await house.session.with_password(ME, "ann", "pass")

    async def ask(vt_token: str) -> str:
        if vt_token == old.vt_token:
            house.server.tokens.pop(old.vt_token)
            await house.another().session.with_password(ME, "ann", "pass")
            raise TokenRefused("customer/tickets")
        return vt_token

    assert await house.session.call(7, ask) == (await house.session.account(ME)).vt_token


async def test_signing_out_forgets_and_stops_watching(house: House) -> None:
    await house.guest()
    await house.take.take(ME, await house.offer(), key="wish")
    await house.conversation.go(ME, "search", {"text": "x"})
    await house.session.sign_out(ME)
    with pytest.raises(SignedOut):
        await house.session.account(ME)
    with pytest.raises(SignedOut):
        await house.session.call(7, house.server.tickets)
    async with house.database.open_book() as book:
        assert await book.watches.of(7) == []
    assert (await house.conversation.step(ME)).name == ""
    assert len(house.server.queue) == 1


async def test_choices_are_written_to_the_queue_server(house: House) -> None:
    await house.guest()
    before = await house.session.account(ME)
    await house.session.update(ME, {"preferred_language": "pt"})
    after = await house.session.account(ME)
    assert after == replace(before, vt_token=after.vt_token)
    assert after.vt_token != before.vt_token
    assert house.server.customers[after.username][1].preferred_language == "pt"
