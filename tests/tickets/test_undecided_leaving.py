"""A ticket that was asked for and is not known of is at stake like one that is held: nobody leaves it unasked."""

import pytest

from storage.schema import intents
from tests.tickets.house import ME, House
from tests.tickets.neighbours import Trouble
from tests.tickets.test_session import ann, kept
from tests.tickets.test_session_tickets import by_provider_with_a_ticket, watched
from tests.tickets.test_spoilt_rows import spoil
from tickets.errors import ServerUnavailable, TicketsAtStake, Undecided
from tickets.model import Customer
from tickets.parting import Stake
from tickets.watching import Intent


async def undecided(house: House) -> None:
    """The ticket is made; its answer and the looks after it are lost."""
    house.server.trouble.append(Trouble("create", after=True))
    house.server.on_create = lambda: house.server.trouble.append(Trouble("tickets", after=False, count=3))
    with pytest.raises(Undecided):
        await house.take.take(ME, await house.offer(), key="lost")
    house.server.on_create = lambda: None


async def asked_for(house: House) -> bool:
    async with house.database.open_book() as book:
        return await book.intents.of(7) is not None


async def test_a_guest_is_asked_before_it_is_left(house: House) -> None:
    """Whoever signed in would have lost the ticket for good, and taken a second one."""
    ann(house)
    guest = await house.guest()
    await undecided(house)
    assert await house.session.at_stake(ME) == Stake(0, asked=True)
    for leaving in (
        house.session.with_password(ME, "ann", "pass"),
        house.session.with_provider(ME, "google", "ann"),
    ):
        house.server.vouched["ann"] = "ann"
        with pytest.raises(TicketsAtStake) as refused:
            await leaving
        assert (refused.value.tickets, refused.value.asked) == (0, True)
    assert await kept(house) == guest
    assert (await house.take.take(ME, await house.offer(), key="again")).watch.ticket.id == "t1"
    assert len(house.server.queue) == 1


async def test_a_letter_does_not_take_a_guest_from_it(house: House) -> None:
    ann(house)
    guest = await house.guest()
    await undecided(house)
    house.server.letters["letter"] = "ann"
    assert await house.profile.renew(ME, "letter", "new") is None
    assert await kept(house) == guest


async def test_one_asked_for_meanwhile_is_not_left_either(house: House) -> None:
    """The last word is with the transaction that would leave it."""
    ann(house)
    guest = await house.guest()
    house.server.on_login = lambda: undecided(house)
    with pytest.raises(TicketsAtStake):
        await house.session.with_password(ME, "ann", "pass")
    assert (await kept(house), await asked_for(house)) == (guest, True)


async def test_what_is_left_is_not_looked_up_with_another_account(house: House) -> None:
    """It would not be found there, and that would say nothing."""
    ann(house)
    await house.guest()
    await undecided(house)
    await house.session.with_password(ME, "ann", "pass", leave=True)
    assert not await asked_for(house)
    house.server.customers["bob"] = ("pass", Customer("c8", "bob"))
    await undecided(house)
    await house.session.with_password(ME, "bob", "pass")
    assert not await asked_for(house), "somebody named can come back, and is not asked"
    await undecided(house)
    await house.session.sign_out(ME)
    assert not await asked_for(house)


async def test_whoever_may_have_come_back_keeps_it(house: House) -> None:
    await by_provider_with_a_ticket(house)
    await house.mine.cancel(ME, "t1".__eq__)
    await undecided(house)
    house.server.trouble.append(Trouble("details", after=False))
    with pytest.raises(ServerUnavailable):
        await house.session.with_provider(ME, "google", "word")
    await house.session.with_provider(ME, "google", "word")
    await house.tick(40)
    assert await watched(house) == ["t2"]


async def test_one_that_cannot_be_read_keeps_nobody_from_leaving(house: House) -> None:
    await house.guest()
    async with house.database.open_book() as book:
        await book.intents.open(Intent("wish", 7, "1", "10", house.clock.now(), ()))
        await book.commit()
    await spoil(house, intents, 7, known="spoilt")
    assert await house.session.followed(ME) == Stake(0, asked=True)
    await house.session.sign_out(ME)
    assert not await asked_for(house)
