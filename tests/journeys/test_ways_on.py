"""Whatever stands against a ticket, there is a way on: the nearest location where the same is to be had, the hours, the ticket held."""

from pathlib import Path

from tests.journeys.test_rules import LONDON, chooses, guest
from tests.journeys.town import BRAGA, Chat, Town, opened

LISBON = (38.7169, -9.1399)


def sees_the_way(chat: Chat, label: str, words: str) -> None:
    """The newest message says it, and has the button with the location's full name."""
    assert words in chat.last(), chat.transcript()
    assert label in chat.buttons()[-4:], chat.buttons()


async def test_another_location_instead_of_a_closed_one(town: Town) -> None:
    """advise: told with the offer, before anything is asked for; the button leads to the location."""
    ana = await guest(town, where=BRAGA)
    await chooses(ana, "Porto Asprela", "Payments")
    assert "Or try" not in ana.last(), "nothing stands against it at noon"
    await chooses(ana, "Lisboa Night Desk", "Technical Support")
    sees_the_way(ana, "Porto Asprela (44 km)", "Or try Porto Asprela: 44 km away, open until 12:30, nobody waiting")
    await ana.presses("Porto Asprela")
    await ana.presses("Technical Support")
    await ana.presses("Take ticket")
    assert [one["tag"] for one in await town.ask("tickets")] == ["D"]


async def test_without_a_position_near_to_the_one_that_is_closed(tmp_path: Path) -> None:
    """enforce: there is no button that takes the ticket, and there is one that leads on; no distance, for nobody knows whose."""
    async with opened(tmp_path, rules="enforce") as town:
        ana = await guest(town)
        await chooses(ana, "Lisboa Night Desk", "Technical Support")
        sees_the_way(
            ana, "Porto Boavista", "opens at 18:00; come back then.\nOr try Porto Boavista: open, nobody waiting"
        )
        assert "Take ticket" not in ana.buttons()[-4:]


async def test_a_nearer_location_for_whoever_is_too_far_away(town: Town) -> None:
    ana = await guest(town, where=LONDON)
    await chooses(ana, "Braga Central", "Payments")
    sees_the_way(ana, "London Holborn (1.3 km)", "Or try London Holborn: 1.3 km away")


async def test_another_location_instead_of_a_switched_off_service(town: Town) -> None:
    ana = await guest(town, where=BRAGA)
    await chooses(ana, "Braga Lamaçães", "Technical Support")
    sees_the_way(ana, "Porto Asprela (44 km)", "switched off")


async def test_the_server_s_own_no_has_the_same_ways_on(town: Town) -> None:
    """The person's offer is from before the doors closed; the server says no by number, and that is what is told."""
    ana = await guest(town, where=LISBON)
    await chooses(ana, "Porto Asprela", "Technical Support")
    town.clock.passes(8 * 3600)
    await ana.shares(*LISBON)
    await ana.presses("Take ticket")
    assert await town.ask("tickets") == []
    # The question itself becomes the answer.
    ana.sees("Porto Asprela\nIt is closed now.*\nOr try Lisboa Night Desk: 1.2 km away, open until 02:00")
    assert ana.buttons().count("Lisboa Night Desk (1.2 km)") == 3, "two lists, and the way on"


async def test_a_ticket_held_is_shown_when_the_server_finds_it_first(town: Town) -> None:
    """Two chats of one guest do not exist, but two customers' devices do: errno 44 leads to the ticket."""
    ana = await guest(town, 1601)
    await chooses(ana, "Braga Central", "Payments")
    server = town.parts.server
    async with town.parts.database.open_book() as book:
        account = await book.accounts.get(1601)
    assert account is not None
    listed, location = server.tickets, (await town.parts.services.find.all())[0]
    assert location.name == "Braga Central"

    async def overtaken(vt_token: str) -> object:
        """Between our look and our request somebody takes the ticket at a kiosk."""
        before = await listed(vt_token)
        if not before:
            await server.create(vt_token, location.id, location.services[0].id)
        return before

    server.tickets = overtaken  # type: ignore[assignment, method-assign]  # the real answer, a moment too early
    await ana.presses("Take ticket")
    assert "You already hold a ticket there" in ana.last(), ana.transcript()
    await ana.presses("Show ticket")
    assert "Customer Service, Braga Central" in ana.last(), ana.transcript()
    assert len(await town.ask("tickets")) == 1
