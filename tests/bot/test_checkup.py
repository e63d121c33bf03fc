"""One check at a time, whoever asks and whenever."""

import asyncio

from bot.checkup import Checkup


async def test_who_asks_just_as_a_check_ends_disturbs_nobody() -> None:
    """The next check has begun by the time the first one's waiter is woken."""
    later: list[asyncio.Future[str]] = []
    begun = 0

    async def check() -> None:
        nonlocal begun
        begun += 1
        if begun == 1:
            asyncio.get_running_loop().call_soon(lambda: later.append(asyncio.ensure_future(checkup())))

    checkup = Checkup(check)
    assert await checkup() == ""
    assert await later[0] == ""
    assert begun == 2
