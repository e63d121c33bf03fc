"""What becomes of a guest's tickets when somebody signs in: they are kept, or nobody is signed in unasked."""

from dataclasses import replace
from typing import Literal

import pytest

from tests.tickets.house import ME, House
from tests.tickets.neighbours import Trouble
from tests.tickets.test_session import ann, kept
from tickets.acting import Actor
from tickets.errors import (
    ServerUnavailable,
    TicketsAtStake,
    TokenRefused,
)
from tickets.model import Credentials, Customer, Registration
from tickets.parting import Stake
from tickets.watching import Account

SHE = Actor(8, 8)


async def watched(house: House) -> list[str]:
    async with house.database.open_book() as book:
        return [watch.ticket.id for watch in await book.watches.of(7)]


async def a_guest_with_a_ticket(house: House) -> Account:
    guest = await house.guest()
    await house.take.take(ME, await house.offer(), key="wish")
    assert await house.session.at_stake(ME) == Stake(1)
    return guest


async def test_a_guests_live_tickets_are_not_left_unasked(house: House) -> None:
    """Nobody could come back to them: signing in as somebody else needs a word, which is given for this once."""
    ann(house)
    guest = await a_guest_with_a_ticket(house)
    for password in ("pass", "guess"):
        with pytest.raises(TicketsAtStake) as refused:
            await house.session.with_password(ME, "ann", password)
        assert (refused.value.tickets, refused.value.asked) == (1, False)
    assert house.server.asked["login"] == 0, "nothing is tried before"
    assert (await kept(house), await watched(house)) == (guest, ["t1"])
    assert (await house.session.with_password(ME, "ann", "pass", leave=True)).username == "ann"
    assert await watched(house) == []
    assert await house.session.at_stake(ME) == Stake()


async def test_a_ticket_taken_meanwhile_is_not_left_either(house: House) -> None:
    """The last word is with the transaction that would leave it."""
    ann(house)
    guest, offer = await house.guest(), await house.offer()
    house.server.on_login = lambda: house.take.take(ME, offer, key="wish")
    with pytest.raises(TicketsAtStake):
        await house.session.with_password(ME, "ann", "pass")
    assert (await kept(house), await watched(house)) == (guest, ["t1"])


async def test_a_guest_who_signs_in_by_a_provider_keeps_the_tickets(house: House) -> None:
    guest = await a_guest_with_a_ticket(house)
    account = await house.session.with_provider(ME, "google", "word")
    assert (account.guest, account.customer_id, account.password) == (False, guest.customer_id, "")
    assert await watched(house) == ["t1"]
    assert house.server.asked["register"] == 1, "no second customer was made"
    house.server.tokens.clear()
    assert (await house.session.with_provider(ME, "google", "word")).customer_id == guest.customer_id


@pytest.mark.parametrize("attaches", ["no", "unseen"])
async def test_where_a_provider_cannot_be_attached_the_guest_is_asked(
    attaches: Literal["no", "unseen"], house: House
) -> None:
    guest = await a_guest_with_a_ticket(house)
    house.server.attaches = attaches
    with pytest.raises(TicketsAtStake):
        await house.session.with_provider(ME, "google", "word")
    assert await watched(house) == ["t1"]
    now = await kept(house)
    assert now is not None
    assert (now.guest, now.password, now.customer_id) == (True, guest.password, guest.customer_id)
    assert house.server.asked["register"] == 1
    account = await house.session.with_provider(ME, "google", "word", leave=True)
    assert account.customer_id != guest.customer_id
    assert await watched(house) == []


async def test_a_provider_whom_somebody_has_already_asks_too(house: House) -> None:
    ann(house)
    house.server.vouched["word"] = "ann"
    guest = await a_guest_with_a_ticket(house)
    with pytest.raises(TicketsAtStake):
        await house.session.with_provider(ME, "google", "word")
    assert (await kept(house), await watched(house)) == (guest, ["t1"])
    assert (await house.session.with_provider(ME, "google", "word", leave=True)).customer_id == "c9"


async def test_without_live_tickets_nothing_is_asked(house: House) -> None:
    ann(house)
    house.server.vouched["word"] = "ann"
    await a_guest_with_a_ticket(house)
    await house.mine.cancel(ME, lambda ticket_id: ticket_id == "t1")
    assert await house.session.at_stake(ME) == Stake()
    assert (await house.session.with_provider(ME, "google", "word")).customer_id == "c9"


async def test_an_account_is_kept_once_it_is_known_whose_it_is(house: House) -> None:
    """Where the server does not tell, the guest stays one and may say the same again: the tickets are watched all the while."""
    await a_guest_with_a_ticket(house)
    house.server.trouble.append(Trouble("details", after=False))
    with pytest.raises(ServerUnavailable):
        await house.profile.keep(ME, "ann", "pass")
    assert (await house.session.account(ME)).guest
    assert await watched(house) == ["t1"]
    assert (await house.profile.keep(ME, "ann", "pass")).username == "ann"
    assert await watched(house) == ["t1"]


async def test_a_letter_does_not_take_a_guest_from_their_tickets(house: House) -> None:
    """The password is set; whoever wants to sign in with it is asked as anybody else."""
    ann(house)
    guest = await a_guest_with_a_ticket(house)
    house.server.letters["letter"] = "ann"
    assert await house.profile.renew(ME, "letter", "new") is None
    assert house.server.customers["ann"][0] == "new"
    assert (await kept(house), await watched(house)) == (guest, ["t1"])


@pytest.mark.parametrize("details_fail", [False, True])
async def test_signing_in_again_goes_on_watching_at_once(house: House, *, details_fail: bool) -> None:
    ann(house)
    await house.session.with_password(ME, "ann", "pass")
    await house.take.take(ME, await house.offer(), key="wish")
    house.server.tokens.clear()
    await house.tick()
    if details_fail:
        house.server.trouble.append(Trouble("details", after=True))
    await house.session.with_password(ME, "ANN".lower(), "pass")
    async with house.database.open_book() as book:
        (watch,) = await book.watches.of(7)
    assert watch.next_ask <= house.clock.now()


async def by_provider_with_a_ticket(house: House) -> Account:
    """Of such an account no user name is kept."""
    ann(house)
    house.server.customers["bob"] = ("pass", Customer("c8", "bob"))
    house.server.vouched.update(word="ann", another="bob")
    account = await house.session.with_provider(ME, "google", "word")
    await house.take.take(ME, await house.offer(), key="wish")
    return account


@pytest.mark.parametrize("word", ["word", "another"])
@pytest.mark.parametrize("after", [False, True])
async def test_tickets_stay_where_the_server_does_not_tell_who_came_back(
    house: House, word: str, *, after: bool
) -> None:
    before = await by_provider_with_a_ticket(house)
    house.server.tokens.clear()
    house.server.trouble.append(Trouble("details", after=after))
    with pytest.raises(ServerUnavailable):
        await house.session.with_provider(ME, "google", word)
    assert (await kept(house), await watched(house)) == (before, ["t1"])
    account = await house.session.with_provider(ME, "google", word)
    assert (account.customer_id, await watched(house)) == (("c9", ["t1"]) if word == "word" else ("c8", []))


@pytest.mark.parametrize(("word", "theirs"), [("word", ["t1"]), ("another", [])])
@pytest.mark.parametrize("manner", ["nonsense", "refused"])
async def test_a_server_that_never_tells_who_came_back_locks_nobody_out(
    house: House, manner: str, word: str, theirs: list[str]
) -> None:
    await by_provider_with_a_ticket(house)
    house.server.tokens.clear()
    told = Trouble("details", after=False, count=2, nonsense=manner == "nonsense", refused=manner == "refused")
    house.server.trouble.append(told)
    await house.session.with_provider(ME, "google", word)
    await house.mine.all(ME)
    assert await watched(house) == theirs, "what they hold is followed, and nobody else's"


async def test_without_live_tickets_a_provider_is_enough_to_sign_in(house: House) -> None:
    await by_provider_with_a_ticket(house)
    await house.mine.cancel(ME, lambda ticket_id: ticket_id == "t1")
    house.server.trouble.append(Trouble("details", after=False))
    assert (await house.session.with_provider(ME, "google", "another")).customer_id == ""


async def test_a_customer_made_just_now_is_another_whatever_the_server_tells(house: House) -> None:
    """To try again would fail, for the name is taken, or make one guest after the other."""
    await by_provider_with_a_ticket(house)
    house.server.tokens.clear()
    with pytest.raises(TokenRefused):
        await house.session.call(7, house.server.tickets)
    house.server.trouble.append(Trouble("details", after=False))
    registration = Registration(Credentials("eva", "pass"))
    assert (await house.profile.register(ME, registration)).username == "eva"
    assert await watched(house) == []


async def test_a_guest_who_agreed_leaves_the_tickets_whatever_the_server_tells(house: House) -> None:
    ann(house)
    house.server.vouched["word"] = "ann"
    guest = await a_guest_with_a_ticket(house)
    house.server.trouble.append(Trouble("details", after=False, count=2))
    with pytest.raises(ServerUnavailable):
        await house.session.with_provider(ME, "google", "word")
    assert (await kept(house), await watched(house)) == (guest, ["t1"])
    await house.session.with_provider(ME, "google", "word", leave=True)
    assert await watched(house) == []


async def test_a_letter_signs_nobody_in_whose_tickets_may_be_anothers(house: House) -> None:
    before = await by_provider_with_a_ticket(house)
    house.server.letters["letter"] = "ann"
    house.server.trouble.append(Trouble("details", after=False, count=2))
    assert await house.profile.renew(ME, "letter", "new") is None
    assert house.server.customers["ann"][0] == "new"
    assert (await kept(house), await watched(house)) == (before, ["t1"])


def key_of(house: House, username: str) -> str:
    return house.server.customers[username][1].push_notification_key


@pytest.mark.parametrize(
    ("held", "left"), [("telegram:7", ""), ("telegram:8", "telegram:8"), ("apns:of-an-app", "apns:of-an-app")]
)
async def test_signing_out_withdraws_this_chats_key_and_no_other(house: House, held: str, left: str) -> None:
    """Another chat of the customer's, and an app of the brand's own, go on being told."""
    ann(house)
    await house.session.with_password(ME, "ann", "pass")
    password, customer = house.server.customers["ann"]
    house.server.customers["ann"] = (password, replace(customer, push_notification_key=held))
    await house.session.sign_out(ME)
    assert key_of(house, "ann") == left


async def test_the_key_goes_to_another_chat_that_holds_the_customer(house: House) -> None:
    ann(house)
    for actor in (ME, SHE):
        await house.session.with_password(actor, "ann", "pass")
    assert key_of(house, "ann") == "telegram:8"
    await house.session.sign_out(SHE)
    assert key_of(house, "ann") == "telegram:7"
    await house.session.sign_out(ME)
    assert key_of(house, "ann") == ""


async def test_an_apps_own_key_is_not_overridden(house: House) -> None:
    ann(house, push_notification_key="apns:of-an-app")
    await house.session.with_password(ME, "ann", "pass")
    assert key_of(house, "ann") == "apns:of-an-app"


async def test_signing_in_as_somebody_else_withdraws_the_formers_key(house: House) -> None:
    ann(house)
    guest = await house.guest()
    await house.session.with_password(ME, "ann", "pass")
    assert (key_of(house, guest.username), key_of(house, "ann")) == ("", "telegram:7")
    await house.session.with_password(ME, "ann", "pass")
    assert key_of(house, "ann") == "telegram:7"


@pytest.mark.parametrize("operation", ["details", "update"])
async def test_a_server_that_is_away_keeps_nobody_from_signing_out(house: House, operation: str) -> None:
    await house.guest()
    house.server.trouble.append(Trouble(operation, after=False))
    await house.session.sign_out(ME)
    assert await kept(house) is None
