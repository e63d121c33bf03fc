"""What every button means; `bot.packing` writes these as callback_data and reads them back."""

from dataclasses import dataclass

from bot.packing import MOST_BYTES, Callback, ref, referred, unpack

# Reading needs every meaning to be known, so whoever packs or unpacks does so by way of this module.
__all__ = ["MOST_BYTES", "Callback", "ref", "referred", "unpack"]


@dataclass(frozen=True)
class Home(Callback, code="home"):
    """The start of everything."""


@dataclass(frozen=True)
class AsGuest(Callback, code="guest"):
    """Carry on as a guest."""


@dataclass(frozen=True)
class SignIn(Callback, code="in"):
    """Sign in with a user name and password."""


@dataclass(frozen=True)
class SignInAnyway(Callback, code="in!"):
    """Sign in to another account, and leave a guest's live tickets."""


@dataclass(frozen=True)
class TypeHere(Callback, code="type"):
    """Type in the chat what our page would ask for; `view` is the page's."""

    view: str


@dataclass(frozen=True)
class AskSignOut(Callback, code="out?"):
    """Say what signing out means."""


@dataclass(frozen=True)
class SignOut(Callback, code="out"):
    """Sign out."""


@dataclass(frozen=True)
class Where(Callback, code="where"):
    """Choose a location, in any of the four ways."""


@dataclass(frozen=True)
class Towns(Callback, code="towns"):
    """Browse the towns."""

    page: int = 0


@dataclass(frozen=True)
class Town(Callback, code="town"):
    """The locations of one town; `town` refers to its name."""

    town: str
    page: int = 0


@dataclass(frozen=True)
class Near(Callback, code="near"):
    """Another page of the locations near the position sent."""

    page: int = 0


@dataclass(frozen=True)
class Found(Callback, code="found"):
    """Another page of the locations found by words."""

    page: int = 0


@dataclass(frozen=True)
class Place(Callback, code="place"):
    """One location and its services."""

    location: str


@dataclass(frozen=True)
class PlaceMap(Callback, code="map"):
    """One location on the map."""

    location: str


@dataclass(frozen=True)
class Pick(Callback, code="pick"):
    """One service of a location, to be confirmed."""

    location: str
    service: str


@dataclass(frozen=True)
class Another(Callback, code="again"):
    """The same service once more; the message with the button is a receipt or a push and stays."""

    location: str
    service: str


@dataclass(frozen=True)
class Take(Callback, code="take"):
    """Take the ticket."""

    location: str
    service: str


@dataclass(frozen=True)
class MyTickets(Callback, code="mine"):
    """One's own live tickets."""


@dataclass(frozen=True)
class ShowTicket(Callback, code="show"):
    """A ticket's card, as a new message."""

    ticket: str


@dataclass(frozen=True)
class Refresh(Callback, code="fresh"):
    """Read a ticket again and edit its card."""

    ticket: str


@dataclass(frozen=True)
class AskCancel(Callback, code="drop?"):
    """Ask whether a ticket is to be cancelled."""

    ticket: str


@dataclass(frozen=True)
class Cancel(Callback, code="drop"):
    """Cancel a ticket."""

    ticket: str


@dataclass(frozen=True)
class TicketMap(Callback, code="tmap"):
    """A ticket's location on the map."""

    ticket: str


@dataclass(frozen=True)
class Coming(Callback, code="come"):
    """ "I'm coming": this call is not repeated."""

    ticket: str
    call_no: int


@dataclass(frozen=True)
class Languages(Callback, code="langs"):
    """Choose a language."""


@dataclass(frozen=True)
class SetLanguage(Callback, code="lang"):
    """Speak this language."""

    language: str


@dataclass(frozen=True)
class Help(Callback, code="help"):
    """How it works."""


@dataclass(frozen=True)
class Privacy(Callback, code="priv"):
    """What is held on a person, and their rights."""


@dataclass(frozen=True)
class AskDelete(Callback, code="wipe?"):
    """Ask whether everything held on a person is to be deleted."""


@dataclass(frozen=True)
class Delete(Callback, code="wipe"):
    """Delete everything held on the person."""


@dataclass(frozen=True)
class Profile(Callback, code="me"):
    """One's own choices and account."""


@dataclass(frozen=True)
class WarnAhead(Callback, code="warn"):
    """Be warned at this many people ahead."""

    ahead: int


@dataclass(frozen=True)
class KeepAccount(Callback, code="keep"):
    """Turn a guest's account into a lasting one."""


@dataclass(frozen=True)
class Details(Callback, code="who"):
    """What the queue server knows of the customer."""


@dataclass(frozen=True)
class Edit(Callback, code="edit"):
    """Change one field of it; `field` is customer_attribute's name."""

    field: str


@dataclass(frozen=True)
class Forgot(Callback, code="lost"):
    """Ask for a letter that lets one set a new password."""


@dataclass(frozen=True)
class EnterToken(Callback, code="code"):
    """Type the code of that letter."""


@dataclass(frozen=True)
class Export(Callback, code="copy"):
    """Everything held on the person, as one file."""


@dataclass(frozen=True)
class DoNotConnect(Callback, code="link!"):
    """It was not me, or I changed my mind."""
