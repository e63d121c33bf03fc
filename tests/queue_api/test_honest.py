"""What an honest server tells is read, however much it is and however little each thing says."""

import json
from typing import Any

import pytest

from tests.queue_api.hostile import LOCATIONS, read
from tests.queue_api.test_any_answer import xml


def brand(tells: dict[str, Any]) -> dict[str, Any]:
    """Five hundred locations of twenty services and two shifts each."""
    services = [{"id": number, "tag": "A", "name": "Payments", "waiting_tickets": 3, **tells} for number in range(20)]
    hours = [
        {"open_today_from": f"2026-11-23 {hour}:00", "open_today_to": f"2026-11-23 {hour + 3}:00"} for hour in (9, 14)
    ]
    place = {"city": "Braga", "working_hours": hours, "services": services}
    return {
        "success": True,
        "locations": [{"id": number, "name": f"Branch {number}", **place} for number in range(500)],
    }


@pytest.mark.parametrize(
    "tells",
    [{}, {"description": "Bills, refunds and receipts", "waiting_avg": "00:07", "state": 0}],
    ids=["little", "more"],
)
@pytest.mark.parametrize("written", ["json", "xml"])
def test_a_large_honest_brand_is_read(tells: dict[str, Any], written: str) -> None:
    told = brand(tells)
    body = (json.dumps(told, separators=(",", ":")) if written == "json" else xml(told, "response")).encode()
    found = read(LOCATIONS, body)
    assert [len(one.services) for one in found] == [20] * 500
    assert [len(one.shifts) for one in found] == [2] * 500


SMALL_SERVICE = (
    '<service id="{}" tag="A" description="Caixa" waiting_tickets="0" waiting_avg="00:00" state="0"/>',
    '<service id="{}" tag="A" state="0"/>',
    "<service><id>{}</id><tag>A</tag><state>0</state></service>",
)


@pytest.mark.parametrize("count", [20, 50, 100, 500])
@pytest.mark.parametrize("service", SMALL_SERVICE, ids=["attributes", "few attributes", "elements"])
def test_a_brand_that_says_little_is_read_however_small_it_is(service: str, count: int) -> None:
    hours = '<hours open_today_from="2026-11-23 09:00" open_today_to="2026-11-23 12:00"/>' * 2
    services = "".join(service.format(100 + one) for one in range(20))
    place = f'<location id="{{}}" city="Braga"><working_hours>{hours}</working_hours><services>{services}</services></location>'
    body = f"<r><locations>{''.join(place.format(one) for one in range(count))}</locations></r>"
    found = read(LOCATIONS, body.encode())
    assert [(len(one.services), len(one.shifts)) for one in found] == [(20, 2)] * count
