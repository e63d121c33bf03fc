"""Services: of one location, of a ticket, and as the whole brand offers them (seed: List locations, Services, Tickets)."""

from queue_api.reading.fields import Tree, Unreadable, code, flag, items, number, text, texts, waiting
from queue_api.reading.records import maker
from queue_api.reading.times import average_wait, shift
from tickets.model import Service

_TEXTS = ("id", "tag", "name", "description", "server_service_id", "color", "location_id")
_service = maker(Service)


def service(tree: Tree, zone: str | None = None) -> Service:
    """One service. locations/get calls it by its description, the other operations by its name; the tag is the last resort.

    `zone` is its location's.
    """
    identifier, tag, name, description, brand_wide, color, location_id = texts(tree, _TEXTS)
    if not identifier:
        raise Unreadable("id", "missing")
    if not name:
        name, description = description or tag, ""
    # What locations/get does not tell of its thousands of services shall not cost a call.
    return _service(
        identifier,
        tag,
        name,
        description,
        waiting(tree),
        average_wait(tree),
        code(tree, "state"),
        is_open(tree),
        shift(tree, zone) if "open_today_from" in tree else None,
        number(tree, "ticket_counter") if "ticket_counter" in tree else None,
        brand_wide or None,
        color or None,
        location_id or (text(tree, "master_id") if "master_id" in tree else ""),
    )


def services(tree: Tree, zone: str | None = None) -> tuple[Service, ...]:
    """The services listed in a location."""
    if not tree.get("services"):
        return ()
    found: list[Service] = []
    for item in items(tree, "services"):
        try:
            found.append(service(item, zone))
        except Unreadable as fault:
            raise fault.within(f"services[{len(found)}]") from None
    return tuple(found)


def is_open(tree: Tree) -> bool | None:
    """`isOpen`, which other JSON writers spell is_open."""
    if "isOpen" in tree:
        told = tree["isOpen"]
        return told if told is True or told is False else flag(tree, "isOpen")
    return flag(tree, "is_open") if "is_open" in tree else None
