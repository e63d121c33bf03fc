"""Whose choice holds, and what the queue server has been told of it."""

from dataclasses import replace

import pytest

from tickets.choices import LANGUAGE, WARNING, carried, chosen, in_step, spoken, taken, untold, warn_at
from tickets.model import Customer
from tickets.watching import Account, Person

ANN = Account(7, "t", guest=False, customer_id="c9", display_name="Ann", ticket_warning=6, preferred_language="pt")


@pytest.mark.parametrize(
    ("person", "account", "ahead"),
    [
        (None, None, 3),
        (Person(7), None, 3),
        (Person(7, warn_ahead=9), None, 9),
        (Person(7, warn_ahead=0), None, 0),
        (Person(7, warn_ahead=9), ANN, 6),
        (Person(7, warn_ahead=9), replace(ANN, ticket_warning=0), 9),
        (Person(7), ANN, 6),
        (None, replace(ANN, ticket_warning=1), 1),
        (Person(7), replace(ANN, ticket_warning=0), 3),
        (None, replace(ANN, ticket_warning=-1), 3),
    ],
)
def test_whose_word_decides_when_to_warn(person: Person | None, account: Account | None, ahead: int) -> None:
    assert warn_at(person, account, 3) == ahead


@pytest.mark.parametrize(
    ("person", "account", "language"),
    [
        (None, None, ""),
        (Person(7, language="en"), None, "en"),
        (Person(7, language="en"), ANN, "pt"),
        (Person(7, language="en"), replace(ANN, preferred_language=""), "en"),
        (None, ANN, "pt"),
    ],
)
def test_whose_word_decides_the_language(person: Person | None, account: Account | None, language: str) -> None:
    assert spoken(person, account) == language


def test_what_was_chosen_is_untold_until_it_is_taken() -> None:
    one = chosen(ANN, LANGUAGE, "en")
    both = chosen(chosen(one, WARNING, 2), LANGUAGE, "en")
    assert untold(both) == {LANGUAGE: "en", WARNING: 2}
    assert untold(taken(both, {LANGUAGE: "en"})) == {WARNING: 2}
    assert taken(one, {LANGUAGE: "en"}) == replace(ANN, preferred_language="en")
    assert untold(taken(both, {LANGUAGE: "pt", WARNING: 2})) == {LANGUAGE: "en"}, "chosen anew meanwhile"


@pytest.mark.parametrize(
    ("names", "expected"),
    [((), ("en", 8)), ((LANGUAGE,), ("pt", 8)), ((WARNING,), ("en", 6)), ((LANGUAGE, WARNING), ("pt", 6))],
)
def test_what_is_untold_is_not_taken_back(names: tuple[str, ...], expected: tuple[str, int]) -> None:
    account = replace(ANN, untold=" ".join(names))
    after = in_step(account, Customer("c9", first_name="Anna", preferred_language="en", ticket_warning=8))
    assert (after.preferred_language, after.ticket_warning) == expected
    assert (after.display_name, after.untold) == ("Anna", account.untold)


def test_a_server_without_a_word_takes_nothing_back() -> None:
    after = in_step(ANN, Customer(""))
    assert (after.preferred_language, after.customer_id, after.display_name) == ("pt", "c9", "Ann")
    assert after.ticket_warning == 6


def test_another_customers_record_changes_nothing() -> None:
    """Whoever signed in while the former one's record was being read keeps their own."""
    assert in_step(ANN, Customer("c1", first_name="Bob", preferred_language="en", ticket_warning=2)) == ANN


def test_signing_in_again_keeps_what_is_untold() -> None:
    anew = replace(ANN, vt_token="newer", preferred_language="en", ticket_warning=1)
    assert carried(ANN, anew) == anew
    after = carried(chosen(ANN, WARNING, 2), anew)
    assert (after.vt_token, after.preferred_language, after.ticket_warning) == ("newer", "en", 2)
    assert untold(after) == {WARNING: 2}
