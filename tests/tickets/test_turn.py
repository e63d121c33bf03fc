"""At the end of its lease a process asks for nothing that another may be asking for: no ticket is taken or cancelled twice."""

import asyncio

import pytest

from tests.tickets.house import ME, House
from tests.tickets.test_mine import holding
from tickets.turn import MARGIN, until


@pytest.mark.parametrize("what", ["create", "cancel"])
async def test_at_its_end_nothing_is_asked_for(what: str, house: House) -> None:
    if what == "cancel":
        await holding(house)
    else:
        await house.guest()
    offer = await house.offer()

    async def act(one: House) -> None:
        if what == "cancel":
            await one.mine.cancel(ME, "t1".__eq__)
        else:
            await one.take.take(ME, offer, key="wish")

    before = house.server.asked[what]
    with until(house.clock.monotonic() + MARGIN - 1):
        late = asyncio.ensure_future(act(house))
    done, _ = await asyncio.wait({late}, timeout=0.5)
    assert (done, house.server.asked[what] - before) == (set(), 0)
    late.cancel()
    await asyncio.gather(late, return_exceptions=True)
    house.clock.advance(40)
    with until(house.clock.monotonic() + MARGIN + 1):
        await act(house.another())
    assert house.server.asked[what] - before == 1
