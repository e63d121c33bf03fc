"""The outbox: inserted once, settled by the attempt that was claimed, withdrawn even while it is being sent."""

from dataclasses import fields, replace

import pytest

from storage.database import Database
from storage.schema import pushes
from tests.storage.records import NOW, called, push, ticket
from tests.storage.sending import add, claim, kept, settle
from tickets.pushes import Push, PushKind, PushState
from tickets.watching import Person


def test_every_field_has_its_column() -> None:
    assert {field.name for field in fields(Push)} == set(pushes.c.keys()) - {"priority", "place", "withdrawn"}


async def test_a_push_comes_back_whole(database: Database) -> None:
    whole = push(
        ticket=called(), attempt=1, tries=2, reminder=True, plain=True, message_id=2**40, reason="why", lease_owner="x", words="for all",
        lease_until=NOW + 1, state=PushState.SENDING,
    )  # fmt: skip
    await add(database, whole)
    assert await kept(database, whole.id) == whole
    async with database.open_book() as book:
        assert await book.outbox.get("nothing") is None


async def test_a_known_dedupe_key_is_not_inserted_again(database: Database) -> None:
    await add(database, push())
    async with database.open_book() as book:
        assert not await book.outbox.add(push())
        assert not await book.outbox.add(push(id="another id"))
        assert (await book.outbox.counts())["pending"] == 1


async def test_the_most_urgent_go_first_and_cards_by_their_place_in_the_queue(database: Database) -> None:
    front, back = ticket(ahead=1), ticket(ahead=9)
    await add(
        database,
        push(PushKind.CARD, 1, ticket=back), push(PushKind.CARD, 2, ticket=front), push(PushKind.CARD, 3, ticket=ticket(ahead=None)),
        push(PushKind.MOVED, 4), push(PushKind.ALMOST_YOUR_TURN, 5), push(PushKind.STILL_YOUR_TURN, 6),
        push(PushKind.YOUR_TURN, 7, not_before=NOW - 1),
    )  # fmt: skip
    assert [one.chat_id for one in await claim(database)] == [7, 6, 5, 4, 2, 1, 3]


async def test_claiming_makes_it_sending_under_a_lease_and_counts_the_attempt(database: Database) -> None:
    await add(database, push())
    (mine,) = await claim(database)
    assert mine == push(state=PushState.SENDING, attempt=1, lease_owner="me", lease_until=NOW + 30)
    assert await kept(database, mine.id) == mine
    assert await claim(database, NOW + 5) == []


async def test_one_at_a_time_to_a_chat_and_a_gap_between_two(database: Database) -> None:
    await add(database, push(PushKind.YOUR_TURN), push(PushKind.ALMOST_YOUR_TURN), push(chat_id=2))
    first, other = await claim(database, gap=2)
    assert {first.chat_id, other.chat_id} == {1, 2}
    assert await claim(database, NOW + 3, gap=2) == []
    assert await settle(database, replace(first, state=PushState.SENT))
    assert await claim(database, NOW + 1.9, gap=2) == []
    (second,) = await claim(database, NOW + 2, gap=2)
    assert second.kind is PushKind.ALMOST_YOUR_TURN


async def test_the_bots_budget_holds_in_any_stretch_of_a_second(database: Database) -> None:
    await add(database, *(push(chat_id=chat) for chat in range(1, 40)))
    assert len(await claim(database, NOW, rate=10)) == 10
    assert len(await claim(database, NOW + 0.5, rate=10)) == 0
    assert len(await claim(database, NOW + 1, rate=10, limit=4)) == 4
    assert len(await claim(database, NOW + 1.5, rate=10)) == 6
    assert len(await claim(database, NOW + 2, rate=10)) == 4


async def test_what_may_not_be_sent_is_not_claimed(database: Database) -> None:
    await add(
        database,
        push(chat_id=1, not_before=NOW + 1), push(chat_id=2, expires_at=NOW), push(chat_id=3), push(chat_id=4), push(chat_id=5),
        *(push(chat_id=10 + number, state=state) for number, state in enumerate(PushState) if state.final),
    )  # fmt: skip
    async with database.open_book() as book:
        await book.people.put(Person(3, reachable=False))
        await book.people.put(Person(4, reachable=True))
        await book.outbox.hold(5, NOW + 10)
        await book.outbox.hold(5, NOW + 5)
        await book.commit()
    assert [one.chat_id for one in await claim(database)] == [4]
    assert [one.chat_id for one in await claim(database, NOW + 9)] == [1]
    assert [one.chat_id for one in await claim(database, NOW + 10)] == [5]


async def test_a_held_bot_sends_nothing_to_anybody(database: Database) -> None:
    await add(database, push())
    async with database.open_book() as book:
        await book.outbox.hold(None, NOW + 10)
        await book.outbox.hold(None, NOW + 5)
        await book.outbox.hold(5, NOW + 7)
        assert await book.outbox.held(NOW + 5) == {None: NOW + 10, 5: NOW + 7}
        assert await book.outbox.held(NOW + 7) == {None: NOW + 10}
        assert await book.outbox.held(NOW + 10) == {}
        await book.commit()
    assert await claim(database, NOW + 9.9) == []
    assert len(await claim(database, NOW + 10)) == 1


async def test_a_hold_before_the_first_claim_and_a_gap_after_it_do_not_undo_each_other(database: Database) -> None:
    await add(database, push(), push(PushKind.MOVED))
    (first,) = await claim(database, gap=5)
    async with database.open_book() as book:
        await book.outbox.hold(1, NOW + 2)
        await book.commit()
    await settle(database, replace(first, state=PushState.SENT))
    assert await claim(database, NOW + 3) == []
    assert len(await claim(database, NOW + 5)) == 1


async def test_an_unsure_push_is_claimed_as_a_reminder(database: Database) -> None:
    await add(database, push())
    (mine,) = await claim(database)
    await settle(database, replace(mine, state=PushState.UNSURE, not_before=NOW + 15, reason="reset"))
    assert await claim(database, NOW + 14) == []
    (again,) = await claim(database, NOW + 15)
    assert (again.reminder, again.attempt, again.reason) == (True, 2, "reset")


@pytest.mark.parametrize("state", list(PushState))
async def test_the_outcome_is_written_and_the_lease_let_go(database: Database, state: PushState) -> None:
    await add(database, push())
    (mine,) = await claim(database)
    settled = replace(
        mine, state=state, attempt=0, tries=1, plain=True, message_id=5, reason="r", not_before=NOW + 7, chat_id=2
    )
    if state is PushState.SENDING:
        return
    assert await settle(database, settled)
    assert await kept(database, mine.id) == replace(settled, lease_owner="", lease_until=0)
    assert not await settle(database, settled)


async def test_a_stalled_sender_settles_nothing_after_its_lease(database: Database) -> None:
    await add(database, push())
    (late,) = await claim(database, owner="me")
    async with database.open_book() as book:
        assert await book.outbox.recover(NOW + 29) == 0
        assert await book.outbox.recover(NOW + 30) == 1
        await book.commit()
    assert not await settle(database, replace(late, state=PushState.SENT))
    (again,) = await claim(database, NOW + 31, owner="me")
    assert again.reminder
    assert not await settle(database, replace(late, state=PushState.SENT)), "the same owner, but an earlier attempt"
    assert await settle(database, replace(again, state=PushState.SENT))


async def test_a_card_takes_the_place_of_the_one_that_still_waits(database: Database) -> None:
    older = push(PushKind.CARD)
    newer = replace(push(PushKind.CARD), id="c2", dedupe_key="c2", ticket=ticket(ahead=2), not_before=NOW + 4)
    await add(database, older, newer, push(PushKind.CARD, ticket_id="other"))
    async with database.open_book() as book:
        assert await book.outbox.get(older.id) is None
        assert await book.outbox.get("c2") == replace(newer, not_before=NOW)
        assert not await book.outbox.add(newer)
        assert (await book.outbox.counts())["pending"] == 2


async def test_a_card_waits_behind_the_one_being_sent_which_is_then_not_tried_again(database: Database) -> None:
    await add(database, push(PushKind.CARD))
    (sending,) = await claim(database)
    await add(database, replace(push(PushKind.CARD), id="c2", dedupe_key="c2"))
    assert await settle(database, replace(sending, state=PushState.PENDING, not_before=NOW + 5))
    assert (await kept(database, sending.id)).state is PushState.EXPIRED
    assert (await kept(database, sending.id)).reason == "superseded"
    assert [one.id for one in await claim(database, NOW + 5)] == ["c2"]


async def test_a_card_takes_the_place_of_two_that_wait_since_a_sender_died(database: Database) -> None:
    await add(database, push(PushKind.CARD))
    (left,) = await claim(database)
    await add(database, replace(push(PushKind.CARD), id="c2", dedupe_key="c2", created_at=NOW + 1))
    async with database.open_book() as book:
        assert await book.outbox.recover(NOW + 30) == 1
        await book.commit()
    await add(database, replace(push(PushKind.CARD), id="c3", dedupe_key="c3", created_at=NOW + 31))
    assert [one.id for one in await claim(database, NOW + 31)] == ["c3"]
    assert (await kept(database, "c2")).reason == "superseded"
    async with database.open_book() as book:
        assert await book.outbox.get(left.id) is None


async def test_a_sent_card_stays_sent_though_a_newer_one_waits(database: Database) -> None:
    await add(database, push(PushKind.CARD))
    (sending,) = await claim(database)
    await add(database, replace(push(PushKind.CARD), id="c2", dedupe_key="c2"))
    assert await settle(database, replace(sending, state=PushState.SENT))
    assert (await kept(database, sending.id)).state is PushState.SENT


async def test_what_became_untrue_is_withdrawn(database: Database) -> None:
    await add(database, push(), push(PushKind.MOVED), push(PushKind.YOUR_TURN, ticket_id="t2"))
    async with database.open_book() as book:
        assert await book.outbox.withdraw(push().watch_id, [], "no longer true") == 0
        assert await book.outbox.withdraw(push().watch_id, ["your_turn", "almost_your_turn"], "no longer true") == 1
        assert await book.outbox.withdraw(push().watch_id, ["your_turn"], "no longer true") == 0
        await book.commit()
    assert (await kept(database, push().id)).reason == "no longer true"
    assert {one.kind for one in await claim(database, gap=0)} == {PushKind.YOUR_TURN}
    assert (await kept(database, push(PushKind.MOVED).id)).state is PushState.PENDING


@pytest.mark.parametrize(
    ("outcome", "becomes"),
    [
        (PushState.SENT, PushState.SENT),
        (PushState.DEAD, PushState.DEAD),
        (PushState.PENDING, PushState.EXPIRED),
        (PushState.UNSURE, PushState.EXPIRED),
    ],
)
async def test_withdrawn_while_being_sent_it_is_only_not_tried_again(
    database: Database, outcome: PushState, becomes: PushState
) -> None:
    await add(database, push())
    (mine,) = await claim(database)
    async with database.open_book() as book:
        assert await book.outbox.withdraw(mine.watch_id, ["your_turn"], "over") == 0
        await book.commit()
    assert (await kept(database, mine.id)).state is PushState.SENDING
    assert await settle(database, replace(mine, state=outcome))
    assert (await kept(database, mine.id)).state is becomes


async def test_withdrawn_and_then_lost_with_its_sender_it_expires(database: Database) -> None:
    await add(database, push())
    (mine,) = await claim(database)
    async with database.open_book() as book:
        await book.outbox.withdraw(mine.watch_id, ["your_turn"], "over")
        assert await book.outbox.recover(NOW + 30) == 1
        await book.commit()
    found = await kept(database, mine.id)
    assert (found.state, found.reason) == (PushState.EXPIRED, "over")


async def test_what_is_too_late_expires_but_not_in_flight(database: Database) -> None:
    await add(database, push(chat_id=1), push(chat_id=2, expires_at=NOW + 1), push(chat_id=3, expires_at=NOW + 1))
    await claim(database, limit=3)
    async with database.open_book() as book:
        assert await book.outbox.expire(NOW + 5) == 0
        await book.commit()
    for sending in (2, 3):
        await settle(database, replace(await kept(database, push(chat_id=sending).id), state=PushState.PENDING))
    async with database.open_book() as book:
        assert await book.outbox.expire(NOW + 5) == 2


@pytest.mark.parametrize("state", [PushState.SENDING, PushState.UNSURE, PushState.UNSURE_FINAL, PushState.EXPIRED])
async def test_a_pressed_button_proves_that_it_arrived(database: Database, state: PushState) -> None:
    await add(database, push(state=state, lease_owner="me", lease_until=NOW))
    async with database.open_book() as book:
        await book.outbox.confirm(push().id)
        await book.commit()
    assert (await kept(database, push().id)).state is PushState.SENT
    assert not await settle(database, push(state=PushState.PENDING, lease_owner="me", lease_until=NOW))


async def test_every_state_is_counted(database: Database) -> None:
    await add(database, *(push(chat_id=number, state=state) for number, state in enumerate(PushState)))
    async with database.open_book() as book:
        assert await book.outbox.counts() == {state.value: 1 for state in PushState}
