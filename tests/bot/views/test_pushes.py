"""What a push says: the server's words where they fit the person and the moment, else ours, with the facts first."""

import pytest

from bot.brand import Brand
from bot.callbacks import Another, AskCancel, Coming, ref
from bot.i18n import Translator
from bot.views.pushes import tell
from tests.bot.views.gallery import EN, NOTICES, NOW, PT, called, location, push, service, ticket, watch
from tests.bot.views.test_screen import inline_buttons
from tickets.model import Desk, Notice, Notices, Ticket
from tickets.pushes import PushKind

BRAND = Brand()
NO_NOTICES = Notices()
GO = "It is your turn. Please go there now."
TURN, ALMOST = PushKind.YOUR_TURN, PushKind.ALMOST_YOUR_TURN


def said(
    t: Translator, kind: PushKind, held: Ticket, notices: Notices = NO_NOTICES, *, reminder: bool = False
) -> list[str]:
    """The lines of the push, less the last one, which names service and location."""
    lines = tell(t, BRAND, push(kind, held, notices=notices, reminder=reminder), watch(held)).unformatted.split("\n")
    assert "Braga Central" in lines[-1]
    return lines[:-1]


@pytest.mark.parametrize(
    ("t", "kind", "held", "lines"),
    [
        (EN, TURN, called(), ["A 006 → desk 3", GO]),
        (EN, TURN, called(desk=Desk(tag="3", name="by the window")), ["A 006 → desk 3 (by the window)", GO]),
        (EN, TURN, called(desk=Desk(tag="3", name="Desk 3")), ["A 006 → desk 3", GO]),
        (EN, TURN, called(desk=Desk(name="Reception")), ["A 006 → Reception", GO]),
        (EN, TURN, called(desk=None), ["A 006: it is your turn", "Please go to the desks now; the screen there shows which one."]),
        (EN, ALMOST, ticket(ahead=3), ["A 006: almost your turn", "Only 3 are left before you. Please make your way there."]),
        (EN, ALMOST, ticket(ahead=1), ["A 006: almost your turn", "Only 1 is left before you. Please make your way there."]),
        (EN, ALMOST, ticket(ahead=0), ["A 006: almost your turn", "Nobody is left before you. Please be there now."]),
        (EN, ALMOST, ticket(ahead=None), ["A 006: almost your turn", "Please make your way there."]),
        (PT, TURN, called(), ["A 006 → balcão 3", "É a sua vez. Dirija-se já para lá."]),
        (PT, ALMOST, ticket(ahead=1), ["A 006: está quase na sua vez", "Só falta 1. Vá-se aproximando."]),
    ],
)  # fmt: skip
def test_our_own_words(t: Translator, kind: PushKind, held: Ticket, lines: list[str]) -> None:
    assert said(t, kind, held) == lines


@pytest.mark.parametrize(
    ("kind", "held", "lines"),
    [
        (TURN, called(), ["It's your turn!", "Your ticket A6 was called. Head to desk 3."]),
        (ALMOST, ticket(), ["Heads up!", "There are only 3 customers ahead of you."]),
    ],
)
def test_the_locations_words_for_those_who_read_them(kind: PushKind, held: Ticket, lines: list[str]) -> None:
    assert said(EN, kind, held, NOTICES) == lines
    assert said(PT, kind, held, NOTICES) == said(PT, kind, held)


@pytest.mark.parametrize(
    "notice",
    [
        Notice("Turn", "Go to %{ticket.desk.floor}"),
        Notice("Turn %{who}", "Now"),
        Notice("Turn", ""),
        Notice("Turn", "Desk %{ticket-desk}"),
    ],
)
def test_a_variable_nobody_knows_never_reaches_a_person(notice: Notice) -> None:
    assert said(EN, TURN, called(), Notices(notice)) == said(EN, TURN, called())


def test_their_words_need_the_desk_to_be_known() -> None:
    assert said(EN, TURN, called(desk=None), NOTICES)[0] == "A 006: it is your turn"


def test_a_message_without_title_is_headed_by_the_ticket() -> None:
    assert said(EN, TURN, called(), Notices(Notice("", "Come to desk %{ticket.desk.tag}."))) == [
        "A 006",
        "Come to desk 3.",
    ]


def test_the_server_language_is_the_brands() -> None:
    brand = Brand(server_language="pt-PT")
    theirs = push(TURN, called(), notices=Notices(Notice("A sua vez!", "Balcão %{ticket.desk.tag}.")))
    assert tell(PT, brand, theirs, None).unformatted.startswith("A sua vez!\nBalcão 3.")
    assert tell(EN, brand, theirs, None).unformatted.startswith("A 006 → desk 3")


@pytest.mark.parametrize("notices", [Notices(), NOTICES], ids=["ours", "theirs"])
def test_what_may_be_a_repetition_is_marked(notices: Notices) -> None:
    first, second = said(EN, TURN, called(), notices), said(EN, TURN, called(), notices, reminder=True)
    assert second == [f"Reminder: {first[0]}", first[1]]
    assert said(EN, PushKind.STILL_YOUR_TURN, called(), notices) == second


def test_a_locked_screen_tells_the_ticket_and_the_desk() -> None:
    for kind in PushKind:
        if kind not in (PushKind.CARD, PushKind.ANNOUNCEMENT, PushKind.NOT_TAKEN):
            assert "A 006" in tell(EN, BRAND, push(kind, called(), reminder=True), None).unformatted[:40], kind
    assert "desk 3" in tell(EN, BRAND, push(TURN, called(), reminder=True), None).unformatted[:40]


def test_a_call_is_acknowledged_for_the_call_it_was() -> None:
    screen = tell(EN, BRAND, push(TURN, called()), watch(called(), call_no=2))
    assert inline_buttons(screen) == [
        ("I'm coming", Coming(ref("t-1"), 2).pack()),
        ("Cancel ticket A 006", AskCancel(ref("t-1")).pack()),
    ]


def test_the_operators_own_words_are_text_and_stay_whole() -> None:
    news = push(PushKind.ANNOUNCEMENT, words="Desk 3 <b>closed</b>\nuntil 14:00: https://bloom.example/news")
    text = str(tell(EN, Brand(name="Q & A"), news, None).text)
    assert text == (
        "<b>A message from Q &amp; A</b>\nDesk 3 &lt;b&gt;closed&lt;/b&gt; until 14:00: https://bloom.example/news"
    )
    assert tell(PT, BRAND, news, None).unformatted.startswith(f"Mensagem de {BRAND.name}\n")


@pytest.mark.parametrize(
    "kind", [PushKind.MISSED, PushKind.CANCELLED, PushKind.ENDED, PushKind.VANISHED, PushKind.UNFOLLOWED]
)
def test_what_is_over_offers_another_ticket(kind: PushKind) -> None:
    screen = tell(EN, BRAND, push(kind, called()), None)
    assert inline_buttons(screen)[0] == ("Take another ticket", Another(ref("l-1"), ref("s-1")).pack())


def test_where_none_was_taken_the_same_is_asked_for_again() -> None:
    for held in (ticket(), ticket(service=service("", tag=""), location=location(""))):
        screen = tell(EN, BRAND, push(PushKind.NOT_TAKEN, held), None)
        assert screen.unformatted.startswith("No ticket was taken.\n")
        assert inline_buttons(screen)[0] == ("Try again", Another(ref("l-1"), ref("s-1")).pack())
    assert "A – Payments, Braga Central" in tell(EN, BRAND, push(PushKind.NOT_TAKEN), None).unformatted


def test_a_call_told_late_says_when_and_where_it_was() -> None:
    assert said(EN, PushKind.ENDED, called())[0] == "A 006 was called at 11:20, desk 3"
    assert said(EN, PushKind.ENDED, called(desk=None))[0] == "A 006 was called at 11:20"
    assert said(EN, PushKind.ENDED, ticket())[0] == "A 006 was called"


def test_every_kind_but_the_card_is_told() -> None:
    for kind in PushKind:
        if kind is PushKind.CARD:
            with pytest.raises(KeyError):
                tell(EN, BRAND, push(kind), watch(next_ask=NOW))
        else:
            assert tell(EN, BRAND, push(kind), None).keyboard is not None
