"""The offer to confirm, the rules in plain words, and the words while the outcome is not known."""

from dataclasses import replace

import pytest

from bot.callbacks import MyTickets, Place, ShowTicket, Take, ref
from bot.views import taking
from tests.bot.views.gallery import EN, NOW, PT, location, rules, service, ticket
from tests.bot.views.test_screen import inline_buttons
from tickets.take import Offer

OFFER = Offer(location(), service(), None, enforced=False, holding=(), away=None)
RULES = rules(location(), service(), ticket())


def test_the_offer_tells_what_a_person_should_know() -> None:
    screen = taking.confirm(EN, OFFER, now=NOW)
    assert screen.unformatted.split("\n") == [
        "Take a ticket for A – Payments?", "Braga Central", "5 people waiting, about 12 min wait",
        "The location is open until 18:00.",
    ]  # fmt: skip
    assert inline_buttons(screen)[:2] == [
        ("Take ticket", Take(ref("l-1"), ref("s-1")).pack()),
        ("Other service", Place(ref("l-1")).pack()),
    ]


def test_the_offer_tells_what_the_service_is_for() -> None:
    offer = replace(OFFER, service=service(description="Bring your contract"))
    assert taking.confirm(EN, offer, now=NOW).unformatted.split("\n")[1] == "Bring your contract"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "It is closed now; choose another service or location."),
        (1, "It is closed now and opens at 15:20; come back then."),
        (2, "You are 12 km away, and tickets are given within 5 km; come closer first."),
        (3, "Hardly anybody is waiting, so tickets are given at the location itself; just go there."),
        (4, "You hold ticket A 006 for A – Payments; it stays valid."),
        (5, "The location does not give this ticket now; choose another service or location."),
        (6, "It is switched off at the moment; choose another service or location."),
    ],
)
def test_a_rule_is_advice_or_a_refusal_in_the_same_words(number: int, words: str) -> None:
    offer = replace(OFFER, broken=RULES[number])
    advised = taking.confirm(EN, offer, now=NOW)
    assert advised.unformatted.startswith("Perhaps not now: A – Payments")
    assert words in advised.unformatted
    assert list(dict(inline_buttons(advised)))[-1] == "Take ticket all the same", "what would help stands first"
    refused = taking.refused(EN, replace(offer, enforced=True), now=NOW)
    assert words in refused.unformatted
    assert "Take ticket" not in dict(inline_buttons(refused))
    assert "Other service" in dict(inline_buttons(refused))


def test_who_holds_a_ticket_is_shown_to_it() -> None:
    screen = taking.broken(EN, RULES[4], now=NOW)
    assert inline_buttons(screen)[0] == ("Show ticket A 006", ShowTicket(ref("t-1")).pack())


def test_an_undecided_ticket_is_not_taken_twice() -> None:
    screen = taking.undecided(PT)
    assert "Não tire outra" in screen.unformatted
    assert inline_buttons(screen)[0][1] == MyTickets().pack()
    assert not any("1|take" in data for _, data in inline_buttons(screen))
