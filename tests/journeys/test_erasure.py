"""/delete on the real journey: whatever is left of a person is looked for in the bytes of the database and its log."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.journeys.test_account import PASSWORD, files_of, maria, signs_in
from tests.journeys.test_main_job import desk, take, ticket_of
from tests.journeys.town import Chat, Town, opened
from tickets.guessing import MOST_TRIES

CHAT = 6_087_654_321_987
"""Long enough not to be found by chance, as the newer ids are."""
NAME = "Zebedeuscanary"


def spellings(chat_id: int) -> dict[str, bytes]:
    """Every form in which a database, or one of our texts, may hold the number."""
    septets = [chat_id >> 7 * place & 0x7F for place in reversed(range((chat_id.bit_length() + 6) // 7))]
    length = (chat_id.bit_length() + 7) // 8
    return {
        "decimal": str(chat_id).encode(),
        "hexadecimal": f"{chat_id:x}".encode(),
        "SQLite's integer": chat_id.to_bytes(length, "big"),
        "SQLite's row id": bytes([*(septet | 0x80 for septet in septets[:-1]), septets[-1]]),
        "little-endian": chat_id.to_bytes(length, "little"),
    }


def found(folder: Path, *more: str) -> list[str]:
    """What of the person stands in the files, by its form."""
    content = files_of(folder)
    forms = spellings(CHAT) | {word: word.encode() for word in more}
    return [form for form, value in forms.items() if value in content]


async def busy_life(town: Town, zebedeu: Chat) -> str:
    """Everything that leaves a trace: guesses, a letter, a code, a guest's ticket, a position; the ticket's id."""
    await maria(town)
    for number in range(2):
        await signs_in(zebedeu, password=f"guess-{number}")
    await zebedeu.says("/reset")
    await zebedeu.says("maria@example.org")
    await zebedeu.presses("I have the code")
    await zebedeu.says("no-such-code")
    await zebedeu.says("a-password-1")
    await zebedeu.shares(41.5518, -8.4229)
    return str((await take(zebedeu))["id"])


async def test_nothing_of_the_person_is_left_in_the_files(town: Town, tmp_path: Path) -> None:
    zebedeu, other = town.chat(CHAT, NAME), town.chat(1202, "Other")
    ticket_id = await busy_life(town, zebedeu)
    await take(other)
    assert found(tmp_path, ticket_id) == ["decimal", "SQLite's integer", ticket_id], "it is looked for where it stands"
    await desk(town, "call", await ticket_of(zebedeu), "1")
    await town.parts.watch()
    await zebedeu.says("/delete")
    await zebedeu.presses("Delete my data")
    zebedeu.sees("Deleted")
    assert found(tmp_path, ticket_id, NAME) == []
    await town.passes(60)
    assert found(tmp_path, ticket_id, NAME) == [], "nothing comes back by itself"
    await town.parts.database.dispose()
    assert found(tmp_path, ticket_id, NAME) == []
    assert spellings(1202)["decimal"] in files_of(tmp_path), "the others stay"


async def test_the_export_holds_the_tries_too(town: Town) -> None:
    zebedeu = town.chat(CHAT, NAME)
    await busy_life(town, zebedeu)
    await zebedeu.says("/export")
    document = next(m["document"] for m in reversed(zebedeu.messages) if "document" in m)
    held = json.loads((await town.play.get(f"/play/file/{document['file_id']}")).content)
    purposes = {row["key"].partition(":")[0] for row in held["tries"]}
    assert purposes >= {"sign_in", "letter", "renew", "wish"}


async def test_guessing_is_not_made_cheaper_by_deleting(town: Town) -> None:
    """What counts the guesses outlives /delete for its short time, tied to nobody."""
    await maria(town)
    thief = town.chat(CHAT, NAME)
    for number in range(MOST_TRIES):
        await signs_in(thief, password=f"guess-{number}")
    await thief.says("/delete")
    await thief.presses("Delete my data")
    await signs_in(thief, password=PASSWORD)
    thief.sees("Too many tries")
    town.clock.passes(901)
    await signs_in(thief, password=PASSWORD)
    thief.sees("signed in as Maria")


async def at_the_queue(town: Town, username: str = "maria") -> dict[str, Any]:
    """The customer as the queue server has it."""
    account = {"username": username, "password": PASSWORD}
    token = (await town.play.post("/vt/api/json/customer/login", json=account)).json()["vt_token"]
    answer = await town.play.post("/vt/api/json/customer/details", headers={"vt_token": token})
    return dict(answer.json()["user"])


async def test_it_says_what_the_queue_keeps_and_lets_go_of_it(town: Town) -> None:
    """The account there stays, and whom to ask about it is said before and after; our key there does not stay."""
    await maria(town)
    eva = town.chat(1203, "Eva")
    await signs_in(eva)
    assert (await at_the_queue(town))["push_notification_key"] == "telegram:1203"
    await eva.says("/delete")
    eva.sees("queue itself keeps your account", "name, phone and e-mail", "ask the staff")
    await eva.presses("Delete my data")
    eva.sees("Deleted", "queue itself keeps your account", "ask the staff")
    assert (await at_the_queue(town))["push_notification_key"] == ""


async def test_whom_to_ask_is_the_brands_own_support(tmp_path: Path) -> None:
    brand = tmp_path / "brand.toml"
    brand.write_text('support = "help@example.org"\nprivacy_url = "https://example.org/privacy"\n')
    async with opened(tmp_path, brand_file=brand) as town:
        eva = town.chat(1204, "Eva")
        await eva.says("/delete")
        await eva.presses("Delete my data")
        eva.sees("ask here: help@example.org")
        assert eva.buttons()[-1] == "Privacy policy"


class Looking(httpx.AsyncBaseTransport):
    """The way to Telegram. When "Deleted." goes by, it looks whether that is true by then, and may lose or spoil the answer."""

    def __init__(self, inner: httpx.AsyncBaseTransport, town: "Watched") -> None:
        self._inner, self._town = inner, town

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One call."""
        if b"Deleted." in await request.aread():
            async with self._town.parts.database.open_book() as book:
                self._town.left.append({name for name, rows in (await book.privacy.export(1205)).items() if rows})
            if self._town.fault == "lost":
                raise httpx.ReadError("the line is cut")
            if self._town.fault:
                return httpx.Response(200, content=self._town.fault.encode())
        return await self._inner.handle_async_request(request)


class Watched(Town):
    """A town with a look at every "Deleted."."""

    def __init__(self, folder: Path, *, fault: str) -> None:
        """`fault`: "lost", or the answer to "Deleted." in place of Telegram's."""
        self.left: list[set[str]] = []
        self.fault = fault
        super().__init__(folder)

    def _transport(self) -> Any:
        return Looking(super()._transport(), self)


@pytest.fixture(params=["", "lost", "{}", '{"ok":true,"result":[]}', '{"ok":true,"result":{"message_id":1}}'])
async def watched(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Watched]:
    """One whose "Deleted." arrives, and some where it does not, or nobody can tell."""
    town = Watched(tmp_path, fault=request.param)
    await town.open()
    yield town
    await town.close()


async def test_deleted_is_said_when_it_is_true_and_stays_true(watched: Watched) -> None:
    """Nothing is left by the time it is said; a message that does not arrive brings nobody back."""
    ana = watched.chat(1205)
    await take(ana)
    await ana.says("/delete")
    await ana.presses("Delete my data")
    assert watched.left
    assert watched.left[0] == set()
    async with watched.parts.database.open_book() as book:
        assert not any((await book.privacy.export(1205)).values())
    assert ana.count("Deleted") == (not watched.fault)
