"""Locations with their tickets, and the brand's services that hold them (seed: Locations, Services)."""

from queue_api.reading.fields import Tree, Unreadable, code, identity, items, text
from queue_api.reading.places import location
from queue_api.reading.rules import NO_RULES
from queue_api.reading.services import is_open
from queue_api.reading.tickets import MOST_TICKETS, ticket
from queue_api.reading.times import shift
from tickets.model import Location, Rules, ServerService, Ticket


class Room:
    """How many more tickets of locations are read in one answer: as many as of one customer, for they cost the same."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = MOST_TICKETS


def locations(tree: Tree, shared: Rules = NO_RULES, room: Room | None = None) -> tuple[Location, ...]:
    """The objects under `locations`; `shared` are the rules that hold where a location says nothing of its own."""
    listed, room = items(tree, "locations"), room or Room()
    found = []
    for item in listed:
        try:
            # What is not told shall not cost a call: a brand has thousands of these.
            told = _tickets(item, room) if item.get("tickets") else ()
            found.append(location(item, shared, told))
        except Unreadable as fault:
            raise fault.within(f"locations[{len(found)}]") from None
    return tuple(found)


def _tickets(tree: Tree, room: Room) -> tuple[Ticket, ...]:
    """`tickets` of a location, which the seed shows empty: taken for tickets like all others, the location their `master`.

    Nothing depends on them, so that one that cannot be read is left out, and hides no location. What a state code means is the
    operator's to say and not known here: the dates alone decide the phase.
    """
    found: list[Ticket] = []
    try:
        listed = items(tree, "tickets")[: room.left]
    except Unreadable:
        return ()
    room.left -= len(listed)
    for item in listed:
        try:
            found.append(ticket({"master_id": tree.get("id"), **item}, {}))
        except Unreadable:
            continue
    return tuple(found)


def server_services(tree: Tree) -> tuple[ServerService, ...]:
    """The objects under `server_services`."""
    found, room = list[ServerService](), Room()
    for item in items(tree, "server_services"):
        try:
            found.append(_server_service(item, room))
        except Unreadable as fault:
            raise fault.within(f"server_services[{len(found)}]") from None
    return tuple(found)


def _server_service(tree: Tree, room: Room) -> ServerService:
    return ServerService(
        id=identity(tree),
        name=text(tree, "name"),
        description=text(tree, "description"),
        state=code(tree, "state"),
        is_open=is_open(tree),
        shift=shift(tree),
        locations=locations(tree, NO_RULES, room),
    )
