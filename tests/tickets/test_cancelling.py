"""One wish to cancel, one cancelling: whoever dies on the way, nobody is told that the location did it, or that it was not done."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.tickets.house import ME, House, Killed
from tests.tickets.neighbours import Trouble
from tests.tickets.test_mine import holding, stored
from tests.tickets.test_races import before_the_next_write, shared  # noqa: F401 -- a fixture
from tests.tickets.town import MONDAY, a_ticket, a_watch, at
from tickets.errors import DatabaseUnavailable, Refused, ServerUnavailable
from tickets.model import Phase, Ticket
from tickets.pace import Limits
from tickets.pushes import PushKind
from tickets.reading import CANCELLING, Manner, read
from tickets.watching import Watch

K = PushKind
MANNER = Manner(3, Limits(2, 60), 1.0)
NOW = MONDAY + 10
LONG = CANCELLING + 20


def wished(since: float = NOW - 5, **facts: object) -> Watch:
    return replace(a_watch(), cancelling=since, **facts)  # type: ignore[arg-type]  # the test names Watch's own fields


@pytest.mark.parametrize(
    ("after", "kinds"),
    [
        (a_ticket(phase=Phase.CANCELLED), [K.CANCELLED_BY_YOU, K.CARD]),
        (a_ticket(phase=Phase.ENDED), [K.ENDED, K.CARD]),
        (a_ticket(phase=Phase.MISSED), [K.MISSED, K.CARD]),
    ],
)
def test_the_end_of_a_ticket_ends_the_wish(after: Ticket, kinds: list[PushKind]) -> None:
    one = read(wished(), after, NOW, MANNER)
    assert ([push.kind for push in one.pushes], one.watch.cancelling, one.watch.live) == (kinds, 0.0, False)


def test_who_cancelled_it_is_told_only_when_nobody_else_can_have_said_so() -> None:
    push = read(wished(), a_ticket(phase=Phase.CANCELLED), NOW, MANNER).pushes[0]
    assert push.not_before == NOW + CANCELLING
    assert push.expires_at > push.not_before


@pytest.mark.parametrize(
    ("asked", "stands"), [(5, True), (CANCELLING, True), (CANCELLING + 1, False), (-CANCELLING - 1, False)]
)
def test_a_ticket_that_lives_on_was_not_cancelled(asked: float, *, stands: bool) -> None:
    watch = wished(NOW, read_at=NOW - 1000)
    one = read(watch, a_ticket(), NOW + asked, MANNER)
    assert one.watch.cancelling == (NOW if stands else 0.0)
    assert one.watch.live


@pytest.mark.parametrize("phase", [Phase.WAITING, Phase.CALLED])
def test_a_ticket_that_is_gone_after_it_was_to_be_cancelled_is_cancelled(phase: Phase) -> None:
    watch = wished(ticket=a_ticket(phase=phase))
    for step in range(3):
        watch = (one := read(watch, None, NOW + 9 * step, MANNER)).watch
    assert (watch.ticket.phase, [push.kind for push in one.pushes]) == (Phase.CANCELLED, [K.CANCELLED_BY_YOU, K.CARD])


def dies_after(house: House) -> None:
    """The queue server cancels, and our process is no more."""
    inner = house.server.cancel

    async def cancel(vt_token: str, ticket_id: str) -> None:
        house.server.cancel = inner  # type: ignore[method-assign]  # only this one is not survived
        await inner(vt_token, ticket_id)
        raise Killed

    house.server.cancel = cancel  # type: ignore[method-assign]  # the same server with an answer that nobody hears


async def died(house: House) -> House:
    """Whoever goes on after a process that died between the server's cancelling and our commit."""
    await holding(house)
    dies_after(house)
    with pytest.raises(Killed):
        await house.mine.cancel(ME, "t1".__eq__)
    return house.another()


async def test_replayed_first(house: House) -> None:
    house = await died(house)
    assert (await house.mine.cancel(ME, "t1".__eq__)).ticket.phase is Phase.CANCELLED
    await house.tick(LONG)
    assert (house.server.asked["cancel"], house.telegram.kinds()) == (1, [])


async def test_a_tick_first(house: House) -> None:
    house = await died(house)
    await house.tick()
    assert not (await stored(house)).live
    assert (await house.mine.cancel(ME, "t1".__eq__)).ticket.phase is Phase.CANCELLED
    await house.tick(LONG)
    assert (house.server.asked["cancel"], house.telegram.kinds()) == (1, [])


async def test_never_replayed(house: House) -> None:
    house = await died(house)
    await house.tick()
    await house.tick(LONG)
    await house.tick(LONG)
    assert house.telegram.kinds() == [K.CANCELLED_BY_YOU]


async def test_a_database_that_fails_at_the_end(house: House) -> None:
    await holding(house)
    inner = house.server.cancel

    async def cancel(vt_token: str, ticket_id: str) -> None:
        await inner(vt_token, ticket_id)
        house.broken_commits = 1

    house.server.cancel = cancel  # type: ignore[method-assign]  # the same server, and our disk is full afterwards
    with pytest.raises(DatabaseUnavailable):
        await house.mine.cancel(ME, "t1".__eq__)
    await house.tick(3)
    assert (await house.mine.cancel(ME, "t1".__eq__)).ticket.phase is Phase.CANCELLED
    await house.tick(LONG)
    assert (house.server.asked["cancel"], house.telegram.kinds()) == (1, [])


async def test_nothing_is_asked_where_the_wish_cannot_be_kept(house: House) -> None:
    await holding(house)
    # Of the first two books one reads the watch and one is to keep the wish.
    house.broken_commits = 2
    with pytest.raises(DatabaseUnavailable):
        await house.mine.cancel(ME, "t1".__eq__)
    assert house.server.asked["cancel"] == 0


def refusing(house: House) -> None:
    house.server.trouble.append(Trouble("cancel", after=False, refused=True))


def unsent(house: House) -> None:
    house.server.trouble.append(Trouble("cancel", after=False, proven=True))


@pytest.mark.parametrize(("plan", "error"), [(refusing, Refused), (unsent, ServerUnavailable)])
async def test_what_the_location_does_after_a_cancelling_that_failed_is_told_as_its_own(
    house: House, plan: Callable[[House], None], error: type[Exception]
) -> None:
    await holding(house)
    plan(house)
    with pytest.raises(error):
        await house.mine.cancel(ME, "t1".__eq__)
    assert (await stored(house)).cancelling == 0
    house.server.change("t1", phase=Phase.CANCELLED)
    await house.tick()
    assert house.telegram.kinds() == [K.CANCELLED]


async def test_a_refusal_is_looked_up_before_anything_is_said(house: House) -> None:
    """The location was sooner, and no tick has seen it yet."""
    await holding(house)
    house.server.change("t1", phase=Phase.CANCELLED)
    assert (await house.mine.cancel(ME, "t1".__eq__)).ticket.phase is Phase.CANCELLED
    await house.tick(LONG)
    assert house.telegram.kinds() == []


@pytest.mark.parametrize("lost", [Trouble("ticket", after=False), Trouble("ticket", after=False, refused=True)])
async def test_nobody_says_what_nobody_knows(house: House, lost: Trouble) -> None:
    """A refusal that cannot be looked up: it may have been cancelled before. What came of it is told once it is known."""
    house = await died(house)
    house.server.trouble.append(lost)
    with pytest.raises(ServerUnavailable) as caught:
        await house.mine.cancel(ME, "t1".__eq__)
    assert caught.value.may_have_happened
    await house.tick()
    await house.tick(LONG)
    assert house.telegram.kinds() == [K.CANCELLED_BY_YOU]


async def test_a_request_that_takes_effect_late_is_the_persons_own(house: House) -> None:
    await holding(house)
    house.server.trouble.append(Trouble("cancel", after=False))
    with pytest.raises(ServerUnavailable) as caught:
        await house.mine.cancel(ME, "t1".__eq__)
    assert not caught.value.may_have_happened
    house.server.change("t1", phase=Phase.CANCELLED)
    await house.tick()
    await house.tick(LONG)
    assert house.telegram.kinds() == [K.CANCELLED_BY_YOU]


async def test_a_ticket_that_is_called_again_is_cancelled_by_whoever_does_it_then(house: House) -> None:
    house = await died(house)
    await house.tick()
    house.server.change("t1", phase=Phase.CALLED, called=at("09:30"))
    await house.mine.all(ME)
    house.server.change("t1", phase=Phase.CANCELLED)
    await house.tick()
    assert K.CANCELLED in house.telegram.kinds()


async def test_a_wish_is_not_lost_to_a_tick_that_read_before_it(shared: House) -> None:  # noqa: F811 -- the fixture
    await holding(shared)

    async def press() -> None:
        async with shared.database.open_book() as book:
            await book.watches.cancelling("7:t1", shared.clock.now())
            await book.commit()

    shared.clock.advance(10)
    before_the_next_write(shared, press)
    shared.server.change("t1", ahead=8)
    await shared.watch()
    kept = await stored(shared)
    assert (kept.cancelling, kept.ticket.ahead) == (shared.clock.now(), 8)
