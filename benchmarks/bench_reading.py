"""Reading a locations/get answer of 500 locations into the typed model, against plain json.loads of the same bytes.

Median of 200 of each, taken in turns and in CPU time, so that a busy machine does not decide; fails above the promised ratio.
"""

import json
import statistics
import time
from collections.abc import Callable
from typing import Any

from queue_api.wire import answers, requests
from queue_api.wire.verdict import Answer

LOCATIONS = 500
ROUNDS = 200
PROMISED = 6.0


def main() -> None:
    """Print both medians and their ratio."""
    body = json.dumps(answer()).encode()
    request = requests.locations()
    received = Answer(200, {"content-type": "application/json"}, body)
    assert len(answers.all_locations(request, received)) == LOCATIONS
    plain, read = in_turns(lambda: json.loads(body), lambda: answers.all_locations(request, received))
    ratio = read / plain
    print(f"locations/get, {LOCATIONS} locations, {len(body) / 1000:.0f} kB, median of {ROUNDS}:")
    print(
        f"  json.loads {plain * 1000:.2f} ms, typed model {read * 1000:.2f} ms, ratio {ratio:.2f} (promised {PROMISED:.0f})"
    )
    if ratio > PROMISED:
        raise SystemExit("reading costs more than promised")


def in_turns(first: Callable[[], object], second: Callable[[], object]) -> tuple[float, float]:
    """The median CPU seconds of each."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for times, work in zip(taken, (first, second), strict=True):
            begun = time.thread_time()
            work()
            times.append(time.thread_time() - begun)
    return statistics.median(taken[0]), statistics.median(taken[1])


def answer() -> dict[str, Any]:
    """An answer in the seed's shape, its mixed types included."""
    return {
        "status": {"success": "true"},
        "locations": [location(place) for place in range(LOCATIONS)],
        "settings": {
            "request_ticket_radius": 50,
            "request_ticket_min_customers": 9000,
            "request_ticket_min_waiting_time": 0,
            "allow_multi_ticket": False,
            "notification_texts": {
                "your_turn": {"title": "It's your turn!", "message": "Please head to desk %{ticket.desk.tag}."},
                "almost_your_turn": {"title": "Heads up!", "message": "Only %{ticket.customers_ahead} ahead of you."},
            },
        },
    }


def location(place: int) -> dict[str, Any]:
    """One location with two shifts and two or three services."""
    return {
        "id": f"81ddf0e9-9e21-4bc1-a400-{place:012d}",
        "name": f"Branch {place}",
        "city": "Braga",
        "region": "Braga",
        "country": "Portugal",
        "coordinates": f"41.{572408 + place},-8.{426258 + place},868",
        "address": f"Rua Dr. Manuel José de Oliveira Machado, n.º {place}",
        "isOpen": place % 5 > 0,
        "working_hours": [
            {"open_today_from": "2026-11-23 09:00:00", "open_today_to": "2026-11-23 12:30:00"},
            {"open_today_from": "2026-11-23 13:30:00", "open_today_to": f"2026-11-23 {17 + place % 4}:00:00"},
        ],
        "contacts": "",
        "options": "",
        "created_at": "2016-04-07 14:33:39",
        "updated_at": "2016-04-07 14:33:39",
        "services": [service(place, number) for number in range(2 + place % 2)],
        "tickets": [],
    }


def service(place: int, number: int) -> dict[str, Any]:
    """One service of that location."""
    return {
        "id": f"1547c9bd-ba1a-4348-{number:04d}-{place:012d}",
        "tag": "ABC"[number],
        "description": f"Service {'ABC'[number]}",
        "waiting_tickets": str((place + number) % 30),
        "waiting_avg": f"00:{(place * 7 + number) % 60:02d}",
        "state": 0,
    }


if __name__ == "__main__":
    main()
