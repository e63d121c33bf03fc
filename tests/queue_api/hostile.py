"""A megabyte of hostile input in three dozen shapes: as many things as fit, and as many as are allowed, each as costly as can be."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from queue_api.bounds import most_objects
from queue_api.reading.tickets import MOST_TICKETS
from queue_api.wire.verdict import Answer
from queue_api.xml_tree import BYTES_EACH, SPARE
from tests.queue_api.recorded import OPERATIONS
from tickets.errors import QueueServerError

MEGABYTE = 1_000_000
OBJECTS = most_objects(MEGABYTE)
MARKS = SPARE + (MEGABYTE - 1000) // BYTES_EACH - 30
"""Ends and beginnings of elements that are allowed beside what stands around the items; an attribute is one and a half."""

Item = Callable[[int], str]


def moment(number: int, year: int = 2019) -> str:
    """A date that no cache has seen before."""
    return (
        f"{year}-12-{1 + number // 86400 % 28:02d} {number // 3600 % 24:02d}:{number // 60 % 60:02d}:{number % 60:02d}"
    )


def answer(before: str, item: Item, after: str, between: str = ",", most: int = MEGABYTE) -> bytes:
    """As many items as a megabyte holds, `most` at most; what is left of it is a long text, so that the length speaks for them."""
    room = MEGABYTE - len(before) - len(after) - 40
    told: list[str] = []
    while len(told) < most and len(one := item(len(told)) + between) < room:
        told.append(one.removesuffix(between))
        room -= len(one)
    whole = before + between.join(told) + after
    pad = "a" * (MEGABYTE - len(whole) - 20)
    return (whole.replace("PAD", pad, 1)).encode()


def in_json(payload: str, item: Item, most: int = MEGABYTE, around: tuple[str, str] = ("", "")) -> bytes:
    """Items of the payload's list, perhaps within one more object."""
    return answer(f'{{"pad":"PAD","success":true,"{payload}":[{around[0]}', item, f"{around[1]}]}}", most=most)


def in_xml(payload: str, item: Item, most: int = MEGABYTE, around: tuple[str, str] = ("", "")) -> bytes:
    """The same in XML."""
    head = f"<r><pad>PAD</pad><success>true</success><{payload}>{around[0]}"
    return answer(head, item, f"{around[1]}</{payload}></r>", "", most)


def attributes(number: int, count: int) -> str:
    """Attributes of a few bytes each."""
    return "".join(f' a{one}="{number}"' for one in range(count))


ONE_LOCATION = ('{"id":"1","services":[', "]}"), ("<l><id>1</id><services>", "</services></l>")
TICKET_OF_A_LOCATION = '{{"id":1,"number":6,"service_id":2,"create_date":"{}"}}'
HOURS = ('{"id":"1","working_hours":[', "]}")
LOCATIONS, SERVICES, TICKETS, SETTINGS = "locations/get", "server_services/get", "customer/tickets", "settings/get"
HOSTILE: dict[str, tuple[str, bytes]] = {
    # As many as there is room for.
    "locations": (LOCATIONS, in_json("locations", lambda _: '{"id":"1","name":"abcdef"}')),
    "locations of an id": (LOCATIONS, in_json("locations", lambda _: '{"id":"12345678901"}')),
    "services": (LOCATIONS, in_json("locations", lambda _: '{"id":"1","name":"abcdef"}', around=ONE_LOCATION[0])),
    "flat tickets": (TICKETS, in_json("tickets", lambda _: '{"id":"1","number":6,"master_id":"1","service_id":"2"}')),
    "settings": (SETTINGS, in_json("settings", lambda _: '{"id":"1","value":"abcdef"}')),
    "flat tickets of more bytes": (
        TICKETS,
        in_json("tickets", lambda n: f'{{"id":"{n:060d}","number":6,"master_id":"1","service_id":"2"}}'),
    ),
    "locations in XML": (LOCATIONS, in_xml("locations", lambda _: "<l><id>123456</id><name>abcdefghi</name></l>")),
    "tickets in XML": (
        TICKETS,
        in_xml(
            "tickets",
            lambda _: (
                "<l><id>1</id><number>6</number><master_id>1</master_id><service_id>2</service_id><x>abcdefghijklmn</x></l>"
            ),
        ),
    ),
    "elements of many names": (LOCATIONS, in_xml("locations", lambda n: f"<k{n:05d}>123</k{n:05d}>")),
    "lists in XML": (LOCATIONS, in_xml("locations", lambda _: "<l><b>1</b><b>1</b></l>")),
    "attributes of elements": (LOCATIONS, in_xml("locations", lambda _: '<l id="1"/>')),
    "elements of many attributes": (
        LOCATIONS,
        in_xml("locations", lambda n: f'<l id="1"{attributes(n, 60)}/>', MARKS // 95),
    ),
    "attributes beside texts": (LOCATIONS, in_xml("locations", lambda _: '<l a="1">abcdefghijkl</l>')),
    "lines in XML": (LOCATIONS, in_xml("locations", lambda _: "a\n")),
    "comments in XML": (LOCATIONS, in_xml("locations", lambda _: "a<!--1-->")),
    # As many as are allowed, each as costly as it can be.
    "all locations": (LOCATIONS, in_json("locations", lambda _: '{"id":"1","name":"abcdef"}', OBJECTS - 1)),
    "all coordinates": (
        LOCATIONS,
        in_json("locations", lambda n: f'{{"id":1,"coordinates":"4{n % 10}.{n},-8.{n}"}}', OBJECTS - 1),
    ),
    "all dates": (LOCATIONS, in_json("locations", lambda n: f'{{"id":"1","created_at":"{moment(n)}"}}', OBJECTS - 1)),
    "all rules": (
        LOCATIONS,
        in_json("locations", lambda _: '{"id":"1","settings":{"request_ticket_radius":"1.5"}}', OBJECTS // 2 - 1),
    ),
    "all notices": (
        LOCATIONS,
        in_json(
            "locations",
            lambda _: '{"id":"1","settings":{"notification_texts":{"your_turn":{"title":"1"}}}}',
            OBJECTS // 4 - 1,
        ),
    ),
    "all hours": (
        LOCATIONS,
        in_json(
            "locations",
            lambda n: f'{{"open_today_from":"{moment(n)}","open_today_to":"{moment(n, 2020)}"}}',
            OBJECTS - 2,
            around=HOURS,
        ),
    ),
    "all services": (LOCATIONS, in_json("locations", lambda _: '{"id":"1","tag":"A"}', OBJECTS - 2, ONE_LOCATION[0])),
    "all odd services": (
        LOCATIONS,
        in_json(
            "locations",
            lambda n: f'{{"id":1,"tag":2,"waiting_avg":"{n // 60}:{n % 60:02d}","hours":"1 "}}',
            OBJECTS - 2,
            ONE_LOCATION[0],
        ),
    ),
    "all locations of services": (
        SERVICES,
        in_json("server_services", lambda _: '{"id":"1","locations":[{"id":"1"}]}', OBJECTS // 2 - 1),
    ),
    "all tickets": (
        TICKETS,
        in_json(
            "tickets",
            lambda n: (
                f'{{"id":"1","number":6,"master":{{"id":1}},"service":{{"id":2}},"create_date":"{moment(n)}",'
                f'"startcall_date":"{moment(n, 2020)}","endcall_date":"{moment(n, 2021)}","customer":{{"id":1}},"desk":7}}'
            ),
            MOST_TICKETS,
        ),
    ),
    "all tickets of a location": (
        LOCATIONS,
        in_json(
            "locations", lambda n: TICKET_OF_A_LOCATION.format(moment(n)), OBJECTS - 2, ('{"id":"1","tickets":[', "]}")
        ),
    ),
    "all locations of tickets": (
        LOCATIONS,
        in_json(
            "locations",
            lambda n: f'{{"id":"1","tickets":[{TICKET_OF_A_LOCATION.format(moment(n))}]}}',
            OBJECTS // 2 - 1,
        ),
    ),
    "all unreadable tickets of locations": (
        LOCATIONS,
        in_json("locations", lambda _: '{"id":"1","tickets":[{"id":"1","number":[]}]}', OBJECTS // 2 - 1),
    ),
    "all settings": (SETTINGS, in_json("settings", lambda _: '{"id":"1","value":"abcdef"}', OBJECTS - 1)),
    "all locations in XML": (
        LOCATIONS,
        in_xml("locations", lambda _: "<l><id>1</id><i>1</i><k>1</k></l>", OBJECTS - 3),
    ),
    "all services in XML": (
        LOCATIONS,
        in_xml("locations", lambda n: f"<l><id>1</id><waiting_avg>{n}</waiting_avg></l>", OBJECTS - 4, ONE_LOCATION[1]),
    ),
    "all locations of attributes in XML": (LOCATIONS, in_xml("locations", lambda _: '<l id="1"/>', OBJECTS - 3)),
    "all locations of four attributes in XML": (
        LOCATIONS,
        in_xml("locations", lambda n: f'<l id="1"{attributes(n, 3)}/>', OBJECTS - 3),
    ),
    "all locations of six attributes in XML": (
        LOCATIONS,
        in_xml("locations", lambda n: f'<l id="1"{attributes(n, 5)}/>', MARKS * 2 // 25),
    ),
    "all services of five attributes in XML": (
        LOCATIONS,
        in_xml(
            "locations",
            lambda n: f'<l id="{n}" waiting_avg="{n // 60}:{n % 60:02d}"{attributes(n, 3)}/>',
            MARKS // 11,
            ONE_LOCATION[1],
        ),
    ),
    "all attributes beside texts in XML": (
        LOCATIONS,
        in_xml("locations", lambda _: '<l a="1">1</l>', MARKS // 5, ("<l><id>1</id><k>", "</k></l>")),
    ),
    "all tickets in XML": (
        TICKETS,
        in_xml(
            "tickets",
            lambda _: "<l><id>1</id><number>6</number><master><id>1</id></master><service><id>2</id></service></l>",
            MOST_TICKETS,
        ),
    ),
}


def read(operation: str, body: bytes) -> Any:
    """A model, or an error of the tree."""
    request, reader = OPERATIONS[operation]
    return reader(request, Answer(200, {}, body))


def read_or_refuse(operation: str, body: bytes) -> None:
    """Either is fine."""
    with suppress(QueueServerError):
        read(operation, body)
