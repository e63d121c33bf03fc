"""Two hundred wishes, each with bad luck of its own: exactly two hundred tickets."""

import random
from collections import Counter

from tests.tickets.house import House, Killed
from tests.tickets.neighbours import Trouble
from tests.tickets.test_take import crash, open_intents
from tickets.acting import Actor
from tickets.errors import (
    DatabaseUnavailable,
    ServerUnavailable,
    Undecided,
)
from tickets.watching import Account


def plan(house: House, dice: random.Random) -> None:
    """One person's bad luck."""
    server = house.server
    server.trouble, server.lag, server.on_create = [], 0, lambda: None
    luck = dice.randrange(8)
    if luck < 4:
        server.trouble.append(Trouble("create", after=luck > 1, nonsense=luck == 3, proven=luck == 0))
    if luck == 4:
        server.on_create = crash
    if luck == 5:
        server.trouble.append(Trouble("create", after=True))
        server.on_create = lambda: server.trouble.append(Trouble("tickets", after=dice.random() < 0.5, count=5))
    if luck == 6:
        server.on_create = lambda: setattr(house, "broken_commits", 1)
    if dice.random() < 0.3:
        server.lag = dice.randrange(1, 3)


async def test_two_hundred_unlucky_wishes_make_two_hundred_tickets(house: House) -> None:
    dice, met = random.Random(5), Counter[str]()
    people = range(1, 201)
    async with house.database.open_book() as book:
        for chat_id in people:
            name = f"person-{chat_id}"
            await book.accounts.put(Account(chat_id, house.server.sign_in(name), guest=False, username=name))
        await book.commit()
    for chat_id in people:
        plan(house, dice)
        offer = await house.offer(chat_id)
        for _ in range(10):
            try:
                await house.take.take(Actor(chat_id, chat_id), offer, key=f"wish-{chat_id}")
                break
            except (ServerUnavailable, Undecided, DatabaseUnavailable, Killed) as error:
                met[type(error).__name__] += 1
                house = house.another()
                house.server.on_create = lambda: None
                house.clock.advance(1)
    assert Counter(owner for owner, _ in house.server.queue.values()) == {f"person-{one}": 1 for one in people}
    async with house.database.open_book() as book:
        assert [len(await book.watches.of(one)) for one in people] == [1] * 200
    assert await open_intents(house) == 0
    assert set(met) == {"ServerUnavailable", "Undecided", "DatabaseUnavailable", "Killed"}
