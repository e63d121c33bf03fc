"""Where a person's own choices hold: with the account while there is one, with the chat otherwise.

Pure. What was chosen for an account goes with it: whoever signs in next in the same chat has choices of their own.
"""

from collections.abc import Mapping
from dataclasses import replace

from tickets.model import Customer
from tickets.watching import Account, Person

LANGUAGE, WARNING = "preferred_language", "ticket_warning"
"""As customer_attribute names them, and the fields of an account too."""
GUEST = "guest-"
"""What the user names we make begin with."""


def warn_at(person: Person | None, account: Account | None, default: int) -> int:
    """almost_your_turn at this many ahead: the account's choice, then the chat's, then the operator's."""
    if account is not None and account.ticket_warning > 0:
        return account.ticket_warning
    return person.warn_ahead if person is not None and person.warn_ahead is not None else default


def spoken(person: Person | None, account: Account | None) -> str:
    """The language chosen: the account's, then the chat's; empty where neither says."""
    mine = account.preferred_language if account is not None else ""
    return mine or (person.language if person is not None else "")


def chosen(account: Account, name: str, value: str | int) -> Account:
    """The account with that choice, which the queue server has to be told."""
    untold = dict.fromkeys([*account.untold.split(), name])
    changes: dict[str, str | int] = {name: value, "untold": " ".join(untold)}
    return replace(account, **changes)  # type: ignore[arg-type]  # the names are fields of an account


def untold(account: Account) -> Mapping[str, str | int]:
    """What the queue server has to be told, as customer_attribute takes it."""
    return {name: getattr(account, name) for name in account.untold.split()}


def taken(account: Account, told: Mapping[str, str | int]) -> Account:
    """The queue server has taken these; what was chosen anew meanwhile it has not."""
    left = [name for name, value in untold(account).items() if told.get(name) != value]
    return replace(account, untold=" ".join(left))


def in_step(account: Account, customer: Customer) -> Account:
    """The account as the queue server has it now, but for what it has not been told yet.

    A server that says nothing about the language or the warning (0) does not take one back. What is another customer's changes nothing.
    """
    if account.customer_id and customer.id and account.customer_id != customer.id:
        return account
    told = account.untold.split()
    language = account.preferred_language if LANGUAGE in told else customer.preferred_language
    warning = account.ticket_warning if WARNING in told else customer.ticket_warning
    return replace(
        account,
        customer_id=customer.id or account.customer_id,
        display_name=shown_name(customer) or account.display_name,
        preferred_language=language or account.preferred_language,
        ticket_warning=warning or account.ticket_warning,
    )


def shown_name(customer: Customer) -> str:
    """What to call them; the user name that we made for a guest is nobody's name."""
    name = customer.display_name or customer.first_name
    return "" if name.startswith(GUEST) else name


def carried(before: Account, after: Account) -> Account:
    """Whoever signs in as the same customer again keeps what the queue server has not been told yet."""
    kept: Mapping[str, str | int] = {**untold(before), "untold": before.untold}
    return replace(after, **kept) if before.untold else after  # type: ignore[arg-type]  # the names are fields of an account


def same_customer(one: Account, other: Account) -> bool:
    """By id; by user name where the server did not tell one of the ids."""
    if one.customer_id and other.customer_id:
        return one.customer_id == other.customer_id
    return bool(one.username) and one.username.casefold() == other.username.casefold()


def comparable(one: Account, other: Account) -> bool:
    """Whether `same_customer` can tell: who signs in by a provider has no user name, and no id while the server does not tell it."""
    return bool(one.customer_id and other.customer_id) or bool(one.username and other.username)
