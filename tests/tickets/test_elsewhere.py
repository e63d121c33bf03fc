"""Where else the same service is to be had, for whoever cannot have it here."""

from dataclasses import replace
from typing import Any

import pytest

from tests.tickets.test_find import LISBON, LONDON, PORTO
from tests.tickets.town import MONDAY, a_location, a_service, a_ticket
from tickets.errors import Closed
from tickets.find import elsewhere
from tickets.model import Coordinates, Location, Rules, Service

ADVICE = replace(a_service("10", "Advice"), server_service_id="brand-1")
SHUT = a_location("0", "Shut", coordinates=LISBON, is_open=False, services=(ADVICE,))


def place(identifier: str, where: Coordinates | None, service: Service = ADVICE, **more: Any) -> Location:
    """A location that offers one service."""
    return a_location(identifier, f"Place {identifier}", coordinates=where, services=(service,), **more)


@pytest.mark.parametrize(
    ("others", "position", "expected"),
    [
        # The nearest to the person wins; without a position the nearest to the one that is shut.
        ([place("near", PORTO), place("far", LONDON)], LONDON, "far"),
        ([place("near", PORTO), place("far", LONDON)], None, "near"),
        ([place("nowhere", None), place("far", LONDON)], None, "far"),
        ([place("nowhere", None)], None, None),
        # It is the same service, by the brand's id or by name.
        ([place("near", PORTO, a_service("11", "Bills")), place("far", LONDON)], None, "far"),
        ([place("near", PORTO, replace(ADVICE, server_service_id="brand-2")), place("far", LONDON)], None, "far"),
        ([place("near", PORTO, a_service("11", "ADVICE")), place("far", LONDON)], None, "near"),
        # And nothing stands against it there.
        ([place("near", PORTO, is_open=False), place("far", LONDON)], None, "far"),
        ([place("near", PORTO, replace(ADVICE, state=1, is_open=None)), place("far", LONDON)], None, "far"),
        ([place("near", PORTO, rules=Rules(min_customers=9)), place("far", LONDON)], None, "far"),
        ([place("near", PORTO, rules=Rules(radius=5)), place("far", LONDON)], LISBON, "far"),
        ([place("near", PORTO, rules=Rules(radius=5)), place("far", LONDON)], None, "near"),
    ],
)
def test_where_else_the_same_is_to_be_had(
    others: list[Location], position: Coordinates | None, expected: str | None
) -> None:
    one = elsewhere([SHUT, *others], Closed(SHUT, ADVICE), position, now=MONDAY, holding=(), radius_unit="km")
    assert (one and one.location.id) == expected
    if one is not None:
        assert (one.distance is None) is (position is None), "how far it is from the shut one is nobody's way"


def test_who_holds_a_ticket_elsewhere_already_is_not_sent_there() -> None:
    near, far = place("near", PORTO), place("far", LONDON)
    held = a_ticket(location=near, service=near.services[0])
    one = elsewhere([SHUT, near, far], Closed(SHUT, ADVICE), None, now=MONDAY, holding=[held], radius_unit="km")
    assert one is not None
    assert one.location.id == "far"
