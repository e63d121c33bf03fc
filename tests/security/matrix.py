"""Who may do what, as data: everything a person can do x {the owner, the same person in a group, somebody else, a member of the group,
somebody signed out} -> what they see, and what changes of their own. Whatever an act does, nothing of anybody else's changes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot import callbacks as to
from bot.callbacks import Callback, ref
from bot.handlers import account, fallback, places
from bot.handlers import typed as words
from tests.security.acts import Act, Command, Press, Sent, Typed
from tests.security.stage import PASSWORD, SECOND


@dataclass(frozen=True, slots=True)
class Cell:
    """`sees`: a pattern in what newly appears in the chat where it was done, "" for nothing. `changes`: aspects of `Stage.held`."""

    sees: str
    changes: frozenset[str]


def cell(sees: str, *changes: str) -> Cell:
    return Cell(sees, frozenset(changes))


NOTHING = cell("")
IN_PRIVATE = cell("Let us talk in private")
SIGN_IN_FIRST = cell("How would you like to go on")
SIGN_IN_LOST = cell("How would you like to go on", "step")  # which remembers what to go on with
NOT_YOURS = cell("do not find that ticket among yours")
NO_TICKET = cell("You hold no ticket")
FOUND = cell("Locations for “Porto”", "step")
NO_PROVIDER = cell("does not take accounts of this provider", "step")
NONE_KNOWN = cell("I know of no ticket of yours")


@dataclass(frozen=True, slots=True)
class Row:
    """One act and its five cells; `other` uses what is the owner's from a private chat of their own."""

    act: Act
    owner: Cell
    other: Cell
    signed_out: Cell
    in_group: Cell = IN_PRIVATE
    """The owner, in a group."""
    member: Cell = IN_PRIVATE
    """The other person, in a group that the owner is in as well."""
    by: Callable[..., Any] | None = None
    """The handler, where the act is none of a command, a button or a step; None where nobody takes it."""

    @property
    def quiet(self) -> bool:
        """Whether nothing is changed by it, nor has to be prepared for it."""
        cells = (self.owner, self.other, self.signed_out, self.in_group, self.member)
        return not any(one.changes for one in cells) and not self.act.prepared


def everybody(act: Act, sees: str, *changes: str) -> Row:
    """What is the same for all who are alone with the bot, because it concerns nobody but themselves."""
    one = cell(sees, *changes)
    return Row(act, one, one, one)


ASKS_WHERE = "Where would you like to take a ticket"
OPEN_PAGE = "a page opens"
COMMANDS: Mapping[str, Row] = {
    "start": Row(Command("/start"), cell("Hello, Ana"), cell("Hello, Bob"), cell("Hello, Eve")),
    "new": everybody(Command("/new"), ASKS_WHERE, "step"),
    "tickets": Row(Command("/tickets"), cell("A 001"), NO_TICKET, NONE_KNOWN),
    "cancel": Row(Command("/cancel"), cell("Cancel ticket A 001"), NO_TICKET, NONE_KNOWN),
    "language": everybody(Command("/language"), "I speak English"),
    "settings": Row(
        Command("/settings"), cell("signed in as Ana"), cell("here as a guest"), cell("You are not signed in")
    ),
    "login": everybody(Command("/login"), OPEN_PAGE, "step"),
    "logout": Row(Command("/logout"), cell("1 live ticket"), cell("Sign out"), SIGN_IN_FIRST),
    "reset": everybody(Command("/reset"), "page asks for the e-mail address", "step"),
    "privacy": everybody(Command("/privacy"), "Your privacy"),
    "export": everybody(Command("/export"), r"\[document\]"),
    "delete": everybody(Command("/delete"), "Delete everything kept about you"),
    "help": everybody(Command("/help"), "How it works"),
}
OTHER_COMMANDS: Mapping[str, Row] = {
    "a poster's link": everybody(Command(f"/start b{ref('')}"), "Hello, "),
    "a letter's link": everybody(Command("/start r_code-of-a-letter"), "page asks for the code", "step"),
    "a command nobody knows": everybody(Command("/admin"), "did not understand"),
}

NUMBER = "123456"
VOUCHED = {
    "connect_provider": "google",
    "connect_token": "word-of-the-provider",
    "connect_number": NUMBER,
    "connect_until": "9999999999",
}
OLD_BUTTON = cell("older menu")
PRESSES: Mapping[type[Callback], Row] = {
    to.Home: Row(Press(lambda _: to.Home()), cell("Hello, Ana"), cell("Hello, Bob"), cell("Hello, Eve")),
    to.AsGuest: Row(
        Press(lambda _: to.AsGuest()),
        # A signed-in person stays who they are.
        cell(ASKS_WHERE, "step"),
        cell(ASKS_WHERE, "step"),
        cell("here as a guest", "account", "customer", "choices", "step"),
    ),
    to.SignIn: everybody(Press(lambda _: to.SignIn()), OPEN_PAGE, "step"),
    to.TypeHere: everybody(Press(lambda _: to.TypeHere("sign_in")), "Send me your .* user name", "step"),
    to.SignInAnyway: everybody(Press(lambda _: to.SignInAnyway()), OPEN_PAGE, "step"),
    to.DoNotConnect: Row(
        Press(lambda _: to.DoNotConnect(), VOUCHED),
        cell("This chat stays as it was", "step"),
        OLD_BUTTON,
        OLD_BUTTON,
    ),
    to.AskSignOut: Row(Press(lambda _: to.AskSignOut()), cell("1 live ticket"), cell("Sign out"), SIGN_IN_FIRST),
    to.SignOut: Row(
        Press(lambda _: to.SignOut()),
        cell("You are signed out", "account", "watches"),
        cell("You are signed out", "account"),
        cell("You are signed out"),
    ),
    to.Where: everybody(Press(lambda _: to.Where()), ASKS_WHERE, "step"),
    to.Towns: everybody(Press(lambda _: to.Towns()), "Choose a town"),
    to.Town: everybody(Press(lambda refs: to.Town(refs.town)), "Locations in Braga"),
    to.Near: Row(
        # Where the owner is, is hers to know.
        Press(lambda _: to.Near(), {"latitude": "41.55", "longitude": "-8.42"}),
        cell("Locations near you"),
        cell(ASKS_WHERE, "step"),
        cell(ASKS_WHERE, "step"),
    ),
    to.Found: Row(
        Press(lambda _: to.Found(), {"query": "Lisboa"}),
        cell("“Lisboa”"),
        cell(ASKS_WHERE, "step"),
        cell(ASKS_WHERE, "step"),
    ),
    to.Place: everybody(Press(lambda refs: to.Place(refs.location)), "Choose a service"),
    to.PlaceMap: everybody(Press(lambda refs: to.PlaceMap(refs.location)), r"\[venue\]"),
    to.Pick: Row(
        Press(lambda refs: to.Pick(refs.location, refs.service)),
        cell("You already hold a ticket there"),
        cell("Take a ticket for"),
        cell("Take a ticket for"),
    ),
    to.Another: Row(
        Press(lambda refs: to.Another(refs.location, refs.service)),
        cell("You already hold a ticket there"),
        cell("Take a ticket for"),
        cell("Take a ticket for"),
    ),
    to.Take: Row(
        Press(lambda refs: to.Take(refs.elsewhere, refs.service_there)),
        cell("Porto Baixa", "tickets", "watches"),
        cell("Porto Baixa", "tickets", "watches"),
        SIGN_IN_LOST,
    ),
    to.MyTickets: Row(Press(lambda _: to.MyTickets()), cell("A 001"), NO_TICKET, NONE_KNOWN),
    to.ShowTicket: Row(Press(lambda refs: to.ShowTicket(refs.ticket)), cell("A 001"), NOT_YOURS, NOT_YOURS),
    to.Refresh: Row(Press(lambda refs: to.Refresh(refs.ticket)), cell("A 001"), NOT_YOURS, NOT_YOURS),
    to.AskCancel: Row(Press(lambda refs: to.AskCancel(refs.ticket)), cell("Cancel ticket A 001"), NOT_YOURS, NOT_YOURS),
    to.Cancel: Row(
        Press(lambda refs: to.Cancel(refs.ticket)),
        cell("A 001 is cancelled", "tickets", "watches"),
        NOT_YOURS,
        NOT_YOURS,
    ),
    to.TicketMap: Row(Press(lambda refs: to.TicketMap(refs.ticket)), cell(r"\[venue\]"), NOT_YOURS, NOT_YOURS),
    to.Coming: Row(
        Press(lambda refs: to.Coming(refs.ticket, 1), called=True),
        cell("you are on your way", "watches"),
        NOT_YOURS,
        NOT_YOURS,
    ),
    to.Languages: everybody(Press(lambda _: to.Languages()), "I speak English"),
    to.SetLanguage: Row(
        Press(lambda _: to.SetLanguage("pt")),
        cell("falo português", "choices"),
        cell("falo português", "person", "choices"),
        cell("falo português", "person"),
    ),
    to.Profile: Row(
        Press(lambda _: to.Profile()), cell("signed in as Ana"), cell("here as a guest"), cell("You are not signed in")
    ),
    to.WarnAhead: Row(
        Press(lambda _: to.WarnAhead(5)),
        cell("5 people", "choices"),
        cell("5 people", "person", "choices"),
        cell("5 people", "person"),
    ),
    to.Help: everybody(Press(lambda _: to.Help()), "How it works"),
    to.Privacy: everybody(Press(lambda _: to.Privacy()), "Your privacy"),
    to.Details: Row(
        Press(lambda _: to.Details()), cell("Vasconcelos"), cell("What the queue knows about you"), SIGN_IN_LOST
    ),
    to.Edit: everybody(Press(lambda _: to.Edit("last_name")), "Last name", "step"),
    to.KeepAccount: Row(
        Press(lambda _: to.KeepAccount()),
        cell("signed in as Ana"),
        cell("Choose a user name", "step"),
        SIGN_IN_LOST,
    ),
    to.Forgot: everybody(Press(lambda _: to.Forgot()), "page asks for the e-mail address", "step"),
    to.EnterToken: everybody(Press(lambda _: to.EnterToken()), "page asks for the code", "step"),
    to.Export: everybody(Press(lambda _: to.Export()), r"\[document\]"),
    to.AskDelete: everybody(Press(lambda _: to.AskDelete()), "Delete everything kept about you"),
    to.Delete: Row(
        Press(lambda _: to.Delete()),
        cell("Nothing about you is kept", "person", "account", "watches"),
        cell("Nothing about you is kept", "person", "account"),
        cell("Nothing about you is kept", "person"),
    ),
}


def typed(act: Typed, owner: Cell, signed_out: Cell) -> Row:
    """Words belong to the step of whoever types them: to anybody else's ears they are a search, and in a group they are nobody's."""
    return Row(act, owner, cell(r"[Ll]ocations? f", "step"), signed_out, NOTHING, NOTHING)


NEXT_PASSWORD = cell("Now choose your", "step")
STEPS: Mapping[str, Row] = {
    "": typed(Typed("", "Porto"), FOUND, FOUND),
    "search": typed(Typed("search", "Porto"), FOUND, FOUND),
    "username": typed(
        Typed("username", "x"), cell("Now your .* password", "step"), cell("Now your .* password", "step")
    ),
    "password": typed(
        Typed("password", PASSWORD, {"username": SECOND}),
        cell("signed in as Rui", "account", "step", "watches", "customer", "choices"),
        cell("signed in as Rui", "account", "step", "customer", "choices"),
    ),
    "number": typed(Typed("number", NUMBER, VOUCHED), NO_PROVIDER, NO_PROVIDER),
    "edit": typed(
        Typed("edit", "Changed", {"field": "last_name"}), cell("Last name is changed", "step", "customer"), SIGN_IN_LOST
    ),
    "keep_name": typed(Typed("keep_name", "newname"), NEXT_PASSWORD, NEXT_PASSWORD),
    "keep_password": typed(
        Typed("keep_password", "new-pass-123", {"username": "newname"}),
        cell("signed in as Ana", "step"),
        SIGN_IN_LOST,
    ),
    "email": typed(
        Typed("email", "nobody@example.org"),
        cell("a letter is on its way", "step"),
        cell("a letter is on its way", "step"),
    ),
    "code": typed(Typed("code", "abc"), NEXT_PASSWORD, NEXT_PASSWORD),
    "new_password": typed(
        # What is typed after it is a password once more.
        Typed("new_password", "new-pass-123", {"code": "abc"}),
        cell("did not take that"),
        cell("did not take that"),
    ),
    "late": typed(Typed("late", "new-pass-123"), cell("took too long", "step"), cell("took too long", "step")),
}


def sent(act: Sent, by: Callable[..., Any] | None, owner: Cell, other: Cell | None = None) -> Row:
    """Another kind of message; in a group it is nobody's."""
    return Row(act, owner, other or owner, other or owner, NOTHING, NOTHING, by)


PLACE = {"latitude": 41.5, "longitude": -8.4}
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
HERE = cell("Locations near you", "step")
UNKNOWN = cell("did not understand")
MESSAGES: Mapping[str, Row] = {
    "location": sent(Sent("location", PLACE), places.located, HERE),
    "venue": sent(Sent("venue", PLACE), places.located, HERE),
    # The card names the owner: hers alone to tell, whoever passes it on.
    "contact": sent(
        Sent("contact", {"user_id": 101}, "edit", {"field": "phone"}),
        account.contact,
        cell("Phone is changed", "step", "customer"),
        UNKNOWN,
    ),
    "photo": sent(Sent("photo", {"content": PIXEL}), fallback.unknown, UNKNOWN),
    "edited into a command": sent(Sent("edit", {"text": "/delete"}), None, cell("“Lisboa”", "step")),
    "block": sent(Sent("block"), fallback.membership, cell("", "person")),
    "inline query": sent(Sent("inline", {"query": "x"}), None, NOTHING),
    "data of a keyboard's page": sent(Sent("web_app_data", {"data": "x", "button_text": "y"}), None, NOTHING),
    "old button": Row(
        Sent("press", {"data": "0|old"}), cell("older menu"), cell("older menu"), cell("older menu"), by=fallback.stale
    ),
    "command in a group": Row(Command("/start"), cell("Hello"), cell("Hello"), cell("Hello"), by=fallback.in_group),
    "words": Row(
        Command("Porto"),
        cell("Porto", "step"),
        cell("Porto", "step"),
        cell("Porto", "step"),
        NOTHING,
        NOTHING,
        words.typed,
    ),
}
