"""The server's words with the ticket's facts in them, or none at all: nobody ever reads a raw variable."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tickets.town import a_ticket
from tickets.model import Desk, Ticket
from tickets.notices import fill, known

CALLED = a_ticket(ahead=2, desk=Desk("d1", "7", "Window seven"))
SEED = "Your ticket %{ticket.tag}%{ticket.number} was just called. Please head to desk %{ticket.desk.tag}."


@pytest.mark.parametrize(
    ("template", "text"),
    [
        (SEED, "Your ticket A6 was just called. Please head to desk 7."),
        (
            "There are only %{ticket.customers_ahead} customers ahead of you.",
            "There are only 2 customers ahead of you.",
        ),
        ("It's your turn!", "It's your turn!"),
        ("%{ticket.ticket_number} · %{ticket.desk.name}", "A 006 · Window seven"),
        ("%{ ticket.tag }", "A"),
        ("%{ticket.location.name}: %{ticket.service.name}", "Riverside: Payments"),
        ("100 % {sure}", "100 % {sure}"),
        ("", None),
        ("  \n", None),
        ("%{ticket.colour}", None),
        ("%{}", None),
        ("%{ticket-tag}", None),
        ("%{ticket.tag", None),
        ("%{%{ticket.tag}}", None),
        ("%{ticket.tag} %{ticket.mood}", None),
    ],
)
def test_a_template_is_filled_or_not_used(template: str, text: str | None) -> None:
    assert fill(template, CALLED) == text


def test_without_a_desk_the_seeds_sentence_is_not_used() -> None:
    assert fill(SEED, a_ticket()) is None
    assert fill(SEED, a_ticket(desk=Desk("d1"))) is None


def test_tag_and_name_of_a_desk_stand_in_for_each_other() -> None:
    assert known(a_ticket(desk=Desk(tag="7")))["ticket.desk.name"] == "7"
    assert known(a_ticket(desk=Desk(name="Window")))["ticket.desk.tag"] == "Window"


def test_what_is_not_known_is_none() -> None:
    blank = replace(a_ticket(ahead=None), location=replace(CALLED.location, name=""))
    facts = known(blank)
    assert facts["ticket.customers_ahead"] is None
    assert facts["ticket.location.name"] is None
    assert known(a_ticket(ahead=0))["ticket.customers_ahead"] == "0"


def test_a_fact_that_looks_like_a_variable_does_not_become_one() -> None:
    assert fill("%{ticket.ticket_number}", a_ticket(label="%{ticket.tag}")) is None


names = st.sampled_from([*known(CALLED), "ticket.mood", "", "ticket-tag"])
pieces = st.lists(st.one_of(st.text(max_size=8), names.map(lambda name: f"%{{{name}}}")), max_size=6)


@given(pieces, st.sampled_from([CALLED, a_ticket(), a_ticket(ahead=None)]))
def test_no_variable_ever_reaches_a_person(parts: list[str], ticket: Ticket) -> None:
    filled = fill("".join(parts), ticket)
    assert filled is None or "%{" not in filled
