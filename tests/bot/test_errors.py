"""From what went wrong to words: what happened, what stays true, and a way on, for every error there is."""

from collections.abc import Iterator

import pytest

from bot import errors
from bot.brand import Brand
from bot.callbacks import MyTickets, Refresh
from tests.bot.views.gallery import EN, NOW, PT, location, service, ticket
from tests.bot.views.test_screen import inline_buttons
from tickets import errors as faults
from tickets.errors import Refused, ServerNonsense, ServerUnavailable, TicketError, TokenRefused

AROUND = errors.Circumstances(
    brand=Brand(name="Bloom"), now=NOW, ticket=ticket(), again=Refresh("abc"), bot_username="bloom_bot"
)


def every_kind(of: type[TicketError] = TicketError) -> Iterator[type[TicketError]]:
    """The whole tree."""
    yield of
    for kind in of.__subclasses__():
        yield from every_kind(kind)


def made(kind: type[TicketError]) -> TicketError:
    """An error of that kind, with whatever data it carries."""
    if issubclass(kind, faults.RuleBroken):
        if kind is faults.TooFar:
            return faults.TooFar(location(), service(), distance=9000.0, allowed=50.0)
        return (
            faults.AlreadyHolding(location(), service(), ticket())
            if kind is faults.AlreadyHolding
            else kind(location(), service())
        )
    if kind is ServerUnavailable:
        return ServerUnavailable("locations/get", "refused", may_have_happened=False)
    if issubclass(kind, faults.QueueServerError):
        return ServerNonsense("locations/get", "x") if kind is ServerNonsense else kind("locations/get")
    if kind is faults.TicketsAtStake:
        return faults.TicketsAtStake(1)
    return faults.TooManyTries(NOW) if kind is faults.TooManyTries else kind()


@pytest.mark.parametrize("kind", list(every_kind()), ids=lambda kind: kind.__name__)
def test_every_error_has_words_and_a_way_on(kind: type[TicketError]) -> None:
    for t in (EN, PT):
        screen = errors.explain(made(kind), t, AROUND)
        assert screen.text
        assert inline_buttons(screen)
        assert kind.__name__ not in screen.unformatted


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ServerUnavailable("ticket/create", "x", may_have_happened=False), "No ticket was taken."),
        (ServerUnavailable("ticket/cancel", "x", may_have_happened=False), "I could not cancel the ticket."),
        (ServerUnavailable("ticket/cancel", "x", may_have_happened=True), "I do not know yet whether"),
        (ServerNonsense("ticket/create", "x"), "Please try again in a moment."),
        (
            Refused("ticket/create", 12, "Too late today"),
            "The location did not give a ticket.\nIt says: Too late today",
        ),
        (Refused("ticket/create", 12), "Its reason has the number 12."),
        (Refused("ticket/cancel", 3), "The location did not cancel the ticket."),
        (Refused("customer/register", 3), "An account could not be made."),
        (Refused("settings/get"), "The queue said no."),
        # An update: no password was typed, so none is spoken of.
        (Refused("customer/login", 24), "The queue did not take that.\nThere is an account with this e-mail address"),
        (Refused("customer/login", 77), "Its reason has the number 77."),
        (TokenRefused("customer/login"), "Please sign in again."),
        (TokenRefused("customer/tickets"), "Please sign in again."),
        (faults.SignedOut(), "With your Bloom account"),
        (faults.OnlyInPrivate(), "Let us talk in private."),
        (faults.NotYours(), "I do not find that ticket among yours."),
        (faults.Undecided(), "Please do not take another one"),
        (faults.TicketsAtStake(0, asked=True), "You have asked for a ticket as a guest.\nI do not know yet whether"),
        (faults.TicketsAtStake(2), "You hold 2 live tickets as a guest.\nIf you sign in"),
        (faults.DatabaseUnavailable("disk I/O error"), "I cannot remember anything"),
        (RuntimeError("secret"), "Something went wrong on our side."),
    ],
)
def test_the_words(error: Exception, words: str) -> None:
    assert words in errors.explain(error, EN, AROUND).unformatted


def test_what_stays_true_and_what_to_try_again() -> None:
    screen = errors.explain(ServerUnavailable("locations/get", "x", may_have_happened=True), EN, AROUND)
    assert "Your ticket A 006 is still valid." in screen.unformatted
    assert inline_buttons(screen)[:2] == [("Try again", Refresh("abc").pack()), ("My tickets", MyTickets().pack())]


def test_nothing_more_is_claimed_than_is_known() -> None:
    lost = errors.explain(ServerUnavailable("ticket/create", "x", may_have_happened=True), EN)
    assert "No ticket was taken" not in lost.unformatted
    assert "still valid" not in lost.unformatted
    given_up = errors.explain(ServerUnavailable("ticket/cancel", "x", may_have_happened=True), EN, AROUND)
    assert "still valid" not in given_up.unformatted


def test_the_servers_own_words_only_to_those_who_read_them() -> None:
    refusal = Refused("ticket/create", 12, "Too <late>\u202e")
    assert "It says: Too &lt;late&gt;" in str(errors.explain(refusal, EN, AROUND).text)
    assert "Too" not in errors.explain(refusal, PT, AROUND).unformatted
    assert "12" in errors.explain(refusal, PT, AROUND).unformatted


def test_no_error_tells_its_inside() -> None:
    for error in (RuntimeError("secret"), faults.DatabaseUnavailable("secret"), ServerNonsense("a/b", "secret")):
        assert "secret" not in errors.explain(error, EN, AROUND).unformatted
