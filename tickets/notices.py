"""Fills the server's notification texts: `%{ticket.tag}` and its like become the ticket's own facts, or the text is not used."""

import re

from tickets.model import Ticket

_VARIABLE = re.compile(r"%\{\s*([\w.]*)\s*\}")


def fill(template: str, ticket: Ticket) -> str | None:
    """Put the ticket's facts into a template of the seed's `notification_texts`.

    None when the text names a variable that nobody knows or that has no value now (a desk the server does not tell): a
    person must never read a raw `%{...}`, and the caller has words of its own.
    """
    facts = known(ticket)
    names = _VARIABLE.findall(template)
    if not template.strip() or any(facts.get(name) is None for name in names):
        return None
    filled = _VARIABLE.sub(lambda found: facts[found[1]] or "", template)
    # A variable written in a way we do not read ("%{ticket-tag}") must not reach a person either.
    return None if "%{" in filled else filled


def known(ticket: Ticket) -> dict[str, str | None]:
    """Variable name -> value, None where the ticket does not tell it."""
    desk = ticket.desk
    return {
        "ticket.tag": ticket.tag,
        "ticket.number": str(ticket.number),
        "ticket.ticket_number": ticket.label,
        "ticket.desk.tag": (desk.tag or desk.name or None) if desk else None,
        "ticket.desk.name": (desk.name or desk.tag or None) if desk else None,
        "ticket.customers_ahead": None if ticket.ahead is None else str(ticket.ahead),
        "ticket.location.name": ticket.location.name or None,
        "ticket.service.name": ticket.service.name or None,
    }
