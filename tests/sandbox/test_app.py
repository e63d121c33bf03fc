"""The sandbox as one application: its shared routes, and what its lifespan runs."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from sandbox.app import Sandbox, create_app
from sandbox.saved import DataError, DataFile


class Companion:
    """Stands beside the sandbox and notes what it is told."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.started = asyncio.Event()
        self._stopped = asyncio.Event()

    def stop(self) -> None:
        self.heard.append("stop")
        self._stopped.set()

    async def run(self) -> None:
        self.heard.append("run")
        self.started.set()
        await self._stopped.wait()
        self.heard.append("ended")


@pytest.fixture
def app() -> Sandbox:
    return create_app(speed=0, seed=1)


@pytest.fixture
async def client(app: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://sandbox") as client:
        yield client


async def test_the_clock_is_set_and_shown(app: Sandbox, client: httpx.AsyncClient) -> None:
    answer = await client.post("/play/clock", json={"now": 1_900_000_000})
    assert answer.json()["now"] == pytest.approx(1_900_000_000, abs=5)
    assert (await client.get("/play/clock")).json()["now"] == pytest.approx(app.clock.now(), abs=5)
    message = (await client.post("/play/text", json={"chat_id": 5, "text": "hi"})).json()["message"]
    assert message["date"] == pytest.approx(1_900_000_000, abs=5)


NO_TIMES = [b"", b"[]", b"no json", b'{"now": "noon"}', b'{"now": true}', b'{"now": -1}']
NO_TIMES += [b'{"now": 1e400}', b'{"now": NaN}', b'{"now": 1e12}', b"[" * 100_000]


@pytest.mark.parametrize("body", NO_TIMES, ids=range(len(NO_TIMES)))
async def test_a_time_that_is_none_is_refused(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post("/play/clock", content=body)
    assert answer.status_code == 400
    assert "Unix seconds" in answer.json()["error"]


async def test_faults_are_planned_and_refused(client: httpx.AsyncClient) -> None:
    token = "1:" + "x" * 35
    assert (await client.post("/play/fault", json={"target": "telegram", "kind": "fire"})).status_code == 400
    assert (await client.post("/play/fault", json={"target": "telegram", "kind": "502"})).status_code == 200
    assert (await client.get(f"/bot{token}/getMe")).status_code == 502
    assert (await client.get(f"/bot{token}/getMe")).status_code == 200


async def test_a_reset_begins_everything_anew(app: Sandbox, client: httpx.AsyncClient) -> None:
    await client.post("/play/clock", json={"now": 1})
    await client.post("/play/text", json={"chat_id": 5, "text": "hi"})
    await client.post("/play/fault", json={"target": "telegram", "kind": "502"})
    assert (await client.post("/play/reset")).status_code == 200
    assert (await client.get("/play/messages", params={"chat_id": 5})).json()["messages"] == []
    assert app.clock.now() > 1_700_000_000
    assert (await client.get(f"/bot1:{'x' * 35}/getMe")).status_code == 200


async def test_the_map_offers_the_branches_of_the_town(client: httpx.AsyncClient) -> None:
    places = (await client.get("/play/places")).json()["places"]
    assert len(places) >= 11
    assert len({place["city"] for place in places}) >= 4
    assert all(-90 <= place["latitude"] <= 90 and -180 <= place["longitude"] <= 180 for place in places)
    assert all(place["name"] and isinstance(place["address"], str) for place in places)


async def test_the_lifespan_runs_the_bot_and_keeps_the_data(tmp_path: Path) -> None:
    bot = Companion()
    app = create_app(data=DataFile(tmp_path / "demo.data"), bot=bot)
    async with app.running():
        app.telegram.world.person(5).first_name = "Ana"
        app.telegram.world.touch()
        await bot.started.wait()
        await app.release()
        assert bot.heard == ["run", "stop", "ended"], "it has ended before anybody is let go"
    again = create_app(data=DataFile(tmp_path / "demo.data"))
    assert again.telegram.world.people[5].first_name == "Ana"


def test_a_data_file_of_others_is_refused(tmp_path: Path) -> None:
    (tmp_path / "demo.data").write_text('{"sandbox-1": {"telegram": {"bot": 3}}}')
    with pytest.raises(DataError, match="no state of this sandbox"):
        create_app(data=DataFile(tmp_path / "demo.data"))
