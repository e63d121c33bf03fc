"""Every number of the documented table has words, and no number of one operation is read for another."""

import re
from pathlib import Path

import pytest

from bot.brand import Brand
from bot.views import refusals
from tests.bot.views.gallery import EN, PT
from tickets.errors import Ignored, Refused

TABLE = Path(__file__).resolve().parents[3] / "docs" / "virtual_ticket_api.md"
NUMBERS = [int(number) for number in re.findall(r"^\| (\d+) \| \d{3} \|", TABLE.read_text("utf-8"), re.MULTILINE)]
OPERATIONS = {
    22: "customer/login",
    23: "customer/register",
    24: "customer/login",
    25: "customer/register",
    26: "customer/login",
    27: "customer/newpassword",
    28: "customer/newpassword",
    45: "ticket/cancel",
}


@pytest.mark.parametrize("number", NUMBERS)
def test_every_documented_number_has_words_in_both_languages(number: int) -> None:
    operation = OPERATIONS.get(number, "ticket/create")
    english, portuguese = (refusals.reason(t, operation, number) for t in (EN, PT))
    assert english
    assert portuguese
    assert english != portuguese


def test_the_table_is_read_whole() -> None:
    assert [*range(2, 9), *range(20, 29), *range(40, 46)] == NUMBERS


@pytest.mark.parametrize(
    ("operation", "number"),
    [
        ("ticket/create", 23),
        ("customer/login", 40),
        ("ticket/cancel", 44),
        ("customer/details", 22),
        ("ticket/create", 99),
    ],
)
def test_a_number_of_another_operation_says_nothing(operation: str, number: int) -> None:
    assert refusals.reason(EN, operation, number) is None


def test_without_a_number_the_server_speaks_or_nobody() -> None:
    said = [refusals.said(t, Refused("ticket/create", None, "Not today"), Brand()) for t in (EN, PT)]
    assert said == ["It says: Not today", None]
    assert refusals.reason(EN, "ticket/create", None) is None


def test_a_change_that_was_only_agreed_to_is_said_to_be_none() -> None:
    said = refusals.said(EN, Ignored("customer/login", None, "fine"), Brand())
    assert said == "The queue said yes, but it still has what it had before."
