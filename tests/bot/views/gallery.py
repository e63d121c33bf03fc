"""Every screen there is, hung with the same outside words, so that one test can walk along all of them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from bot import errors
from bot.brand import Brand
from bot.i18n import Translations, Translator
from bot.views import account, answers, card, page_cards, places, profile, pushes, signing, taking, vouching, welcome
from bot.views import held as held_screens
from bot.views.screen import Screen
from tickets.errors import (
    AlreadyHolding,
    Closed,
    DatabaseUnavailable,
    NotYours,
    OnlyInPrivate,
    QueueTooShort,
    Refused,
    RuleBroken,
    ServerNonsense,
    ServerUnavailable,
    SignedOut,
    SwitchedOff,
    TokenRefused,
    TooFar,
    TooManyTries,
    Undecided,
    Unknown,
)
from tickets.find import Found
from tickets.model import Coordinates, Customer, Desk, Location, Notice, Notices, Phase, Service, Shift, Ticket
from tickets.pushes import Push, PushKind
from tickets.take import Offer
from tickets.watching import Account, Watch

NOW = 1_795_000_800.0
"""2026-11-18 11:20 UTC, and on the clock of Lisbon too."""
NOON = datetime(2026, 11, 18, 11, 20)  # noqa: DTZ001 - the server's times are naive and the location's own.
SPEAK = Translations.load()
EN, PT = SPEAK.best("en"), SPEAK.best("pt")
NOTICES = Notices(
    Notice("It's your turn!", "Your ticket %{ticket.tag}%{ticket.number} was called. Head to desk %{ticket.desk.tag}."),
    Notice("Heads up!", "There are only %{ticket.customers_ahead} customers ahead of you."),
)


def service(name: str = "Payments", **facts: object) -> Service:
    """A service with a queue; `facts` replace its own."""
    usual = Service("s-1", "A", name, waiting=5, average_wait=timedelta(minutes=12), is_open=True)
    return replace(usual, **facts)  # type: ignore[arg-type]  # Names and kinds are the dataclass's own.


def location(name: str = "Braga Central", **facts: object) -> Location:
    """A location open until 18:00; `facts` replace its own."""
    usual = Location(
        "l-1", name, city="Braga", address="Rua Nova 1", phone="253 000 000", website="https://example.org",
        coordinates=Coordinates(41.5, -8.4), timezone="Europe/Lisbon", is_open=True,
        shifts=(Shift(NOON.replace(hour=9), NOON.replace(hour=18, minute=0)),), services=(service(),),
    )  # fmt: skip
    return replace(usual, **facts)  # type: ignore[arg-type]  # Names and kinds are the dataclass's own.


def found(place: Location | None = None, **facts: object) -> Found:
    """A location as found from 350 m away."""
    usual = Found(place or location(), 350.0, True, None, NOON.replace(hour=18, minute=0), 5)
    return replace(usual, **facts)  # type: ignore[arg-type]  # Names and kinds are the dataclass's own.


def ticket(**facts: object) -> Ticket:
    """A ticket that waits with three people ahead."""
    usual = Ticket(
        "t-1", "A", 6, "A 006", Phase.WAITING, location(), service(), created=NOON, ahead=3,
        expected_wait=timedelta(minutes=12),
    )  # fmt: skip
    return replace(usual, **facts)  # type: ignore[arg-type]  # Names and kinds are the dataclass's own.


def called(**facts: object) -> Ticket:
    """The same ticket, called to desk 3."""
    return ticket(**{"phase": Phase.CALLED, "called": NOON, "desk": Desk(tag="3"), "ahead": 0, **facts})


def watch(held: Ticket | None = None, **facts: object) -> Watch:
    """The ticket's watch, read just now."""
    usual = Watch("1:t-1", 1, held or ticket(), NOTICES, NOW, NOW, call_no=1)
    return replace(usual, **facts)  # type: ignore[arg-type]  # Names and kinds are the dataclass's own.


def push(kind: PushKind, held: Ticket | None = None, **facts: object) -> Push:
    """A push of that kind, without the server's words."""
    usual = Push("p", 1, "1:t-1", kind, "p", held or ticket(), Notices(), NOW, NOW + 60)
    return replace(usual, **facts)  # type: ignore[arg-type]  # Names and kinds are the dataclass's own.


def rules(place: Location, offered: Service, held: Ticket) -> tuple[RuleBroken, ...]:
    """One of each rule that may stand against a ticket."""
    return (
        Closed(replace(place, is_open=False, shifts=()), offered),
        Closed(replace(place, is_open=False, shifts=(Shift(NOON.replace(hour=15), NOON.replace(hour=18)),)), offered),
        TooFar(place, offered, distance=12_345.0, allowed=5_000.0),
        QueueTooShort(place, offered),
        AlreadyHolding(place, offered, held),
        RuleBroken(place, offered),
        SwitchedOff(place, replace(offered, state=1, is_open=None)),
    )


def every_screen(t: Translator, words: str, many: int = 7) -> Iterator[tuple[str, Screen]]:
    """Name and screen, `words` standing wherever a neighbour's words may, `many` times in every list."""
    offered = service(words, tag=words, description=words)
    place = location(
        words,
        address=words,
        city=words,
        phone=words,
        website=words,
        email=words,
        contacts=words,
        services=(offered,) * many,
    )
    held = ticket(label=words, location=place, service=offered, desk=Desk(tag=words, name=words))
    brand = Brand(
        name=words or "B", greeting={t.language: words}, support=words, privacy_text={t.language: words},
        privacy_url="https://example.org", server_language=t.language,
    )  # fmt: skip
    yield from _welcomes(t, brand, words)
    yield from _signings(t, brand, words)
    yield from _accounts(t, brand, words)
    yield from _places(t, brand, place, words, many)
    yield from _answers(t, brand, place, held, words)
    yield from _takings(t, place, offered, held)
    yield from _cards(t, held, many)
    yield from _pushes(t, brand, held, words)
    yield from _errors(t, brand, place, held, words)


def _welcomes(t: Translator, brand: Brand, words: str) -> Iterator[tuple[str, Screen]]:
    yield "welcome a stranger", welcome.welcome(t, brand, first_name=words, signed_in=False)
    yield "welcome a guest", welcome.welcome(t, Brand(), signed_in=True, guest=True)
    yield "welcome a holder", welcome.welcome(t, brand, first_name=words, signed_in=True, tickets=2)
    yield "help", welcome.help_page(t, brand)
    yield "languages", welcome.languages(t, t.language, SPEAK.languages)
    yield "privacy", welcome.privacy(t, brand)
    yield "ask delete", welcome.ask_delete(t, brand, live_tickets=1)
    yield "deleted", welcome.deleted(t, brand)
    yield "deleted, nobody to ask", welcome.deleted(t, replace(brand, support="", privacy_url=""))
    yield "stale", welcome.stale(t)
    yield "unknown text", welcome.unknown_text(t)
    yield "left", welcome.left(t)


def _signings(t: Translator, brand: Brand, words: str) -> Iterator[tuple[str, Screen]]:
    yield "choose way", signing.choose_way(t, brand)
    yield "user name", signing.ask_username(t, brand)
    yield "password", signing.ask_password(t, brand)
    yield "signed in", signing.signed_in(t, words)
    yield "signed in, nameless", signing.signed_in(t, "", erased=True)
    yield "guest", signing.guest_ready(t)
    yield "failed", signing.sign_in_failed(t)
    yield "failed, erased", signing.sign_in_failed(t, erased=True)
    yield "tries", signing.too_many_tries(t, NOW)
    yield "ask sign out", signing.ask_sign_out(t, 1, guest=False)
    yield "ask sign out, idle", signing.ask_sign_out(t, 0, guest=False)
    yield "ask sign out, a guest", signing.ask_sign_out(t, 2, guest=True)
    yield "ask sign out, undecided", signing.ask_sign_out(t, 0, guest=False, asked=True)
    yield "ways in", signing.ways_in(t, brand, "https://bot.example/app", {"google": "https://bot.example/oauth"})
    yield from (("page " + view, page_cards.open_page(t, view, "https://bot.example/app")) for view in page_cards.VIEWS)
    yield "ask leave", signing.ask_leave(t, 1)
    yield "ask leave, undecided", signing.ask_leave(t, 0, asked=True)
    yield "too late", signing.too_late(t, erased=True)
    yield "ask number", vouching.ask_number(t, "google")
    yield "no number", vouching.no_number(t)
    yield "wrong number", vouching.wrong_number(t, 2)
    yield "not connected", vouching.not_connected(t, refused=True)
    yield "signed out", signing.signed_out(t)
    yield "expired", signing.token_expired(t)
    yield "group", signing.not_in_groups(t, "brand_bot")


def _accounts(t: Translator, brand: Brand, words: str) -> Iterator[tuple[str, Screen]]:
    customer = Customer("c", first_name=words, last_name=words, email=words, phone="")
    mine = Account(1, "token", guest=False, display_name=words)
    yield "settings", profile.settings(t, mine, 5)
    yield "settings of a guest", profile.settings(t, replace(mine, guest=True), 3, can_keep=True, told=False)
    yield "settings of nobody", profile.settings(t, None, 3)
    yield "settings, nameless", profile.settings(t, replace(mine, display_name=""), 1)
    yield "details", account.details(t, customer, language="English", ahead=3)
    yield "field", account.ask_field(t, "email")
    yield "phone", account.ask_field(t, "phone")
    yield "not your card", account.not_your_card(t)
    yield "changed", account.changed(t, "phone")
    yield "new user name", account.ask_new_username(t, brand)
    yield "new password", account.ask_new_password(t, brand)
    yield "too short", account.too_short(t)
    yield "kept", account.kept(t, words)
    yield "e-mail", account.ask_email(t)
    yield "letter", account.letter_sent(t)
    yield "token", account.ask_token(t)
    yield "renewed", account.renewed(t, signed_in=True)
    yield "renewed elsewhere", account.renewed(t, signed_in=False)
    yield "not renewed", account.not_renewed(t, erased=True)
    yield "user name taken", account.username_taken(t, erased=True)


def _places(t: Translator, brand: Brand, place: Location, words: str, many: int) -> Iterator[tuple[str, Screen]]:
    several = [found(place), *(found(replace(place, id=f"l-{number}")) for number in range(1, many))]
    yield "where", places.ask_where(t, brand)
    yield "no position", places.no_position(t)
    yield "near", places.near(t, several)
    yield "found", places.found(t, words, several, page=1)
    yield "town", places.town(t, words, several, page=99)
    yield "elsewhere", places.town(t, "", several)
    yield "no town anywhere", places.town(t, "", several, alone=True)
    yield "towns", places.towns(t, [words, "", *("B" * number for number in range(1, many))])
    yield "no towns", places.towns(t, [])
    yield "none near", places.none_near(t)
    yield "nothing found", places.nothing_found(t, words)
    yield "place", places.place(t, found(place), now=NOW)
    closed = replace(place, is_open=False)
    yield "closed place", places.place(t, found(closed, open=False, next_opening=NOON), now=NOW)
    yield "bare place", places.place(t, found(Location("l", words), distance=None, open=None, waiting=None), now=NOW)


def _answers(t: Translator, brand: Brand, place: Location, held: Ticket, words: str) -> Iterator[tuple[str, Screen]]:
    yield "looking", answers.looking(t)
    yield "listing", answers.listing(t)
    yield "no map", answers.no_map(t, place)
    yield "on your way", answers.on_your_way(t, watch(held))
    yield "language chosen", answers.language_chosen(t)
    yield "language chosen, untold", answers.language_chosen(t, told=False)
    yield "password kept", answers.password_kept(t)
    yield "message kept", answers.message_kept(t)
    yield "message deleted", answers.message_deleted(t)
    yield "unshown", answers.unshown(t, unknown=False)
    yield "perhaps unshown", answers.unshown(t, unknown=True)
    yield "unreadable", answers.unreadable(t)
    yield "incident", answers.incident(t, brand, words)


def _takings(t: Translator, place: Location, offered: Service, held: Ticket) -> Iterator[tuple[str, Screen]]:
    offer = Offer(place, offered, None, enforced=False, holding=(), away=None)
    yield "confirm", taking.confirm(t, offer, now=NOW)
    yield (
        "confirm, little known",
        taking.confirm(t, replace(offer, service=Service("s", "A", ""), location=Location("l", "")), now=NOW),
    )
    yield "refused without a rule", taking.refused(t, offer, now=NOW)
    for number, rule in enumerate(rules(place, offered, held)):
        yield f"confirm against {number}", taking.confirm(t, replace(offer, broken=rule), now=NOW)
        yield f"refused {number}", taking.refused(t, replace(offer, broken=rule, enforced=True), now=NOW)
    yield "undecided", taking.undecided(t)


def _cards(t: Translator, held: Ticket, many: int) -> Iterator[tuple[str, Screen]]:
    for phase in Phase:
        shown = replace(held, phase=phase, called=NOON if phase is not Phase.WAITING else None, ended=NOON)
        yield f"card {phase.value}", card.card(t, watch(shown, live=phase.live), NOW)
        yield f"stale card {phase.value}", card.card(t, watch(shown), NOW + 600, stale_since=NOW)
    yield "card let go", card.card(t, watch(held, live=False), NOW)
    yield "ask cancel", card.ask_cancel(t, watch(held))
    yield "cancelled by you", card.cancelled_by_you(t, held)
    yield "tickets", held_screens.tickets_list(t, [watch(held)] * many, stale=True)
    yield "no tickets", held_screens.no_tickets(t, stale=True)
    yield "no tickets, signed out", held_screens.no_tickets(t, signed_out=True)
    yield "which to cancel", held_screens.which_to_cancel(t, [watch(held), watch(held)])


def _pushes(t: Translator, brand: Brand, held: Ticket, words: str) -> Iterator[tuple[str, Screen]]:
    theirs = Notices(Notice(words, words), Notice(words, words))
    for kind in PushKind:
        if kind is not PushKind.CARD:
            yield f"push {kind.value}", pushes.tell(t, brand, push(kind, replace(held, called=NOON)), None)
            marked = push(kind, held, reminder=True, notices=theirs, words=words)
            yield f"push {kind.value} in their words", pushes.tell(t, brand, marked, watch(held))


def _errors(t: Translator, brand: Brand, place: Location, held: Ticket, words: str) -> Iterator[tuple[str, Screen]]:
    around = errors.Circumstances(brand=brand, now=NOW, ticket=held, bot_username="brand_bot")
    faults: list[Exception] = [
        ServerUnavailable("ticket/create", words, may_have_happened=False),
        ServerUnavailable("ticket/cancel", words, may_have_happened=True),
        ServerUnavailable("ticket/cancel", words, may_have_happened=False), ServerNonsense("locations/get", words),
        TokenRefused("customer/tickets", words), Refused("ticket/create", 7, words), Refused("customer/login", 7, words),
        Refused("ticket/cancel", 7), Refused("settings/get"), SignedOut(), NotYours(), OnlyInPrivate(), Unknown(words),
        TooManyTries(NOW), Undecided(), DatabaseUnavailable(words), RuntimeError(words), *rules(place, held.service, held),
    ]  # fmt: skip
    for number, fault in enumerate(faults):
        yield f"error {number} {type(fault).__name__}", errors.explain(fault, t, around)
