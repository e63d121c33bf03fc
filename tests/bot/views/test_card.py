"""The live card: what it tells in each phase, what counts as a change, and that it leaves the pushes their words."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.brand import Brand
from bot.callbacks import Another, AskCancel, Refresh, ShowTicket, TicketMap, ref
from bot.i18n import Translator
from bot.views import card, held
from bot.views.pushes import tell
from bot.views.screen import NAME
from tests.bot.views.gallery import EN, NOON, NOW, PT, called, location, push, ticket, watch
from tests.bot.views.test_screen import inline_buttons
from tickets.model import Desk, Phase, Ticket
from tickets.pushes import PushKind

PLACE = "A – Payments, Braga Central"


def lines_of(t: Translator, held: Ticket, **facts: object) -> list[str]:
    """The card's lines as read."""
    return card.card(t, watch(held, **facts), NOW).unformatted.split("\n")


@pytest.mark.parametrize(
    ("t", "held", "lines"),
    [
        (EN, ticket(), ["A 006", PLACE, "3 people ahead of you", "Expected: 11:32 (in about 12 min)", "Updated: 11:20"]),
        (EN, ticket(ahead=1, expected_wait=None), ["A 006", PLACE, "1 person ahead of you", "Updated: 11:20"]),
        (EN, ticket(ahead=0, expected_wait=timedelta(0)), ["A 006", PLACE, "You are next in line.", "Updated: 11:20"]),
        (EN, ticket(ahead=None, expected_wait=None), ["A 006", PLACE, "Updated: 11:20"]),
        (EN, called(), ["A 006", PLACE, "Called: desk 3, 11:20", "Updated: 11:20"]),
        (EN, called(desk=None), ["A 006", PLACE, "Called: 11:20", "Updated: 11:20"]),
        (EN, called(called=None), ["A 006", PLACE, "Called: desk 3", "Updated: 11:20"]),
        (EN, called(called=None, desk=Desk()), ["A 006", PLACE, "Called", "Updated: 11:20"]),
        (PT, ticket(), ["A 006", PLACE, "3 pessoas à sua frente", "Previsão: 11:32 (daqui a cerca de 12 min)", "Atualizado: 11:20"]),
        (PT, called(), ["A 006", PLACE, "Chamada: balcão 3, 11:20", "Atualizado: 11:20"]),
    ],
)  # fmt: skip
def test_a_live_card(t: Translator, held: Ticket, lines: list[str]) -> None:
    assert lines_of(t, held) == lines


@pytest.mark.parametrize(
    ("phase", "title"),
    [(Phase.ENDED, "A 006 – finished"), (Phase.CANCELLED, "A 006 – cancelled"), (Phase.MISSED, "A 006 – missed")],
)
def test_afterwards_it_is_a_receipt_with_a_way_to_another_ticket(phase: Phase, title: str) -> None:
    held = called(phase=phase, ended=NOON + timedelta(minutes=8))
    screen = card.card(EN, watch(held, live=False), NOW)
    assert screen.unformatted.split("\n") == [
        title, PLACE, "taken 11:20, called 11:20, ended 11:28",
    ]  # fmt: skip
    assert inline_buttons(screen)[0] == ("Take another ticket", Another(ref("l-1"), ref("s-1")).pack())


def test_a_silent_server_is_said_plainly() -> None:
    screen = card.card(EN, watch(), NOW + 900, stale_since=NOW)
    assert "has not answered since 11:20. Your ticket is not lost" in screen.unformatted
    assert "Updated" not in screen.unformatted


def test_times_stand_on_the_locations_clock_and_tick_in_the_client() -> None:
    abroad = card.card(EN, watch(ticket(location=location(timezone="Asia/Tokyo"))), NOW)
    assert "Expected: 20:32 (" in abroad.unformatted
    assert f'<tg-time unix="{int(NOW) + 720}" format="r">in about 12 min</tg-time>' in str(abroad.text)


def test_without_a_zone_no_clock_is_guessed() -> None:
    text = card.card(EN, watch(ticket(location=location(timezone=None))), NOW).unformatted
    assert "Expected: in about 12 min" in text
    assert "Updated: 11:20 UTC" in text


def test_its_buttons_name_the_ticket() -> None:
    assert inline_buttons(card.card(EN, watch(), NOW)) == [
        ("Refresh", Refresh(ref("t-1")).pack()),
        ("Map", TicketMap(ref("t-1")).pack()),
        ("Cancel ticket A 006", AskCancel(ref("t-1")).pack()),
    ]
    nowhere = card.card(EN, watch(ticket(location=location(coordinates=None))), NOW)
    assert "Map" not in dict(inline_buttons(nowhere))


def test_the_digest_knows_what_matters() -> None:
    usual = watch()
    assert card.facts(usual) == card.facts(replace(usual, read_at=NOW + 60, next_ask=NOW + 90, failures=1))
    changes = [
        replace(usual, ticket=ticket(ahead=2)), replace(usual, ticket=called()), replace(usual, live=False),
        replace(usual, failures=3), replace(usual, ticket=called(desk=Desk(tag="4"))),
        replace(usual, ticket=ticket(expected_wait=timedelta(minutes=9))),
    ]  # fmt: skip
    assert len({card.facts(one) for one in (usual, *changes)}) == len(changes) + 1


@pytest.mark.parametrize("t", [EN, PT], ids=["en", "pt"])
def test_a_card_never_repeats_the_words_of_a_push(t: Translator) -> None:
    """Three words in a row, names and times aside, would make people take one for the other."""
    for one in (ticket(), ticket(ahead=1), ticket(ahead=0), called(), called(desk=None), called(phase=Phase.ENDED)):
        shown = _triples(card.card(t, watch(one, live=one.phase.live), NOW).unformatted)
        for kind in PushKind:
            if kind is not PushKind.CARD:
                assert not shown & _triples(tell(t, Brand(), push(kind, one), watch(one)).unformatted), kind


def _triples(text: str) -> set[tuple[str, ...]]:
    """Every three words in a row, in each line but the one that names service and location."""
    told = [line.split() for line in text.split("\n") if "Braga Central" not in line]
    return {tuple(words[place : place + 3]) for words in told for place in range(len(words) - 2)}


def test_cancelling_is_asked_first() -> None:
    screen = card.ask_cancel(EN, watch())
    assert screen.unformatted.startswith("Cancel ticket A 006?")
    assert [label for label, _ in inline_buttons(screen)] == ["Yes, cancel A 006", "Keep ticket A 006"]


def test_two_tickets_stand_side_by_side() -> None:
    other = watch(ticket(id="t-2", label="B 001"))
    screen = held.tickets_list(EN, [watch(), other])
    assert inline_buttons(screen)[:2] == [
        ("A 006, A – Payments", ShowTicket(ref("t-1")).pack()),
        ("B 001, A – Payments", ShowTicket(ref("t-2")).pack()),
    ]


def test_tickets_that_look_alike_are_told_apart_by_clean_words() -> None:
    """The location's name on a button is a line of its usual length, without turns of direction."""
    alike = [watch(ticket(id=f"t-{n}", location=location(f"Braga\u202e\n{n}" + "x" * 500))) for n in range(2)]
    for screen in (held.tickets_list(EN, alike), held.which_to_cancel(EN, alike)):
        for number, (label, _) in enumerate(inline_buttons(screen)[:2]):
            assert label == f"A 006, A – Payments, Braga {number}{'x' * (NAME - 8)}…"
