"""The queue server's refusals in the person's language, by errno where it is known.

The seed lists no errno; these are the ones of docs/virtual_ticket_api.md. Each is read only for the operations it belongs to,
so that a server with other numbers is not made to say what it did not.
"""

from collections.abc import Mapping

from markupsafe import Markup

from bot.brand import Brand
from bot.i18n import Translator
from bot.views.screen import PROSE, clean
from tickets.errors import Closed, CredentialsWanted, Ignored, QueueTooShort, Refused, RuleBroken, SwitchedOff
from tickets.model import Location, Service

METHOD, OPERATION, FORMAT, PARAMETERS, NOT_FOUND, TOO_LARGE, MEDIA_TYPE = 2, 3, 4, 5, 6, 7, 8
TOKEN_MISSING, TOKEN_INVALID = 20, 21
CREDENTIALS, NAME_TAKEN, EMAIL_TAKEN, PROVIDER_OFF, PROVIDER_TOKEN, PASSWORDS_DIFFER, CODE_LAPSED = range(22, 29)
LOCATION_CLOSED, SERVICE_OFF, TOO_FEW, TOO_SHORT, HOLDS_TICKET, FINISHED = range(40, 46)


def reason(t: Translator, operation: str, errno: int | None) -> Markup | None:
    """Why, as one sentence; None where the number is not known for that operation."""
    if errno is None:
        return None
    anywhere = {
        METHOD: t("The queue and I do not understand each other here; please tell its staff."),
        PARAMETERS: t("Something the queue needs is missing or not in the form it expects."),
        NOT_FOUND: t("The queue does not know it, or no longer."),
        TOKEN_MISSING: t("The queue wants you to sign in first."),
    }
    same = {**dict.fromkeys((OPERATION, FORMAT, TOO_LARGE, MEDIA_TYPE), METHOD), TOKEN_INVALID: TOKEN_MISSING}
    return _of(t, operation).get(errno) or anywhere.get(same.get(errno, errno))


def _of(t: Translator, operation: str) -> Mapping[int, Markup]:
    """The numbers that mean something for one operation alone."""
    customer = {
        CREDENTIALS: t("The user name and password do not fit together."),
        NAME_TAKEN: t("This user name belongs to somebody else."),
        EMAIL_TAKEN: t("There is an account with this e-mail address already."),
        PROVIDER_OFF: t("The queue does not take accounts of this provider."),
        PROVIDER_TOKEN: t("The queue did not believe the provider's word."),
    }
    numbers: Mapping[str, Mapping[int, Markup]] = {
        "ticket/create": {
            LOCATION_CLOSED: t("The location is closed now."),
            SERVICE_OFF: t("This service is switched off at the moment."),
            TOO_FEW: t("So few people are waiting that you can simply go there."),
            TOO_SHORT: t("The wait is so short that you can simply go there."),
            HOLDS_TICKET: t("You hold a ticket there already."),
        },
        "ticket/cancel": {FINISHED: t("The ticket is over already.")},
        "customer/register": customer,
        "customer/login": customer,
        "customer/newpassword": {
            PASSWORDS_DIFFER: t("The two passwords differ."),
            CODE_LAPSED: t("The code is used or too old."),
        },
    }
    return numbers.get(operation, {})


def rule(error: Refused, location: Location, service: Service) -> RuleBroken | None:
    """The location's rule behind a refused ticket; None where the number names none, or a ticket that has to be looked for."""
    rules: Mapping[int, type[RuleBroken]] = {
        LOCATION_CLOSED: Closed,
        SERVICE_OFF: SwitchedOff,
        TOO_FEW: QueueTooShort,
        TOO_SHORT: QueueTooShort,
    }
    kind = rules.get(error.errno or 0) if error.operation == "ticket/create" else None
    return kind(location, service) if kind is not None else None


def of_provider(t: Translator, error: Refused) -> Markup | None:
    """Why a provider's account was not taken, as far as that is about the provider: all else is about what we make of it."""
    return reason(t, error.operation, error.errno) if error.errno in (PROVIDER_OFF, PROVIDER_TOKEN) else None


def said(t: Translator, error: Refused, brand: Brand) -> Markup | None:
    """Our words where the number is known; the server's own only to people who read its language; else the number, for staff."""
    if isinstance(error, Ignored):
        return t("The queue said yes, but it still has what it had before.")
    if isinstance(error, CredentialsWanted):
        return t("The queue takes that only together with your password, which I do not keep. Please ask its staff.")
    known = reason(t, error.operation, error.errno)
    if known is not None:
        return known
    message = clean(error.message, PROSE)
    if message and t.language.split("_")[0] == brand.server_language.replace("-", "_").split("_")[0]:
        return t("It says: {message}", message=message)
    return t("Its reason has the number {number}.", number=error.errno) if error.errno is not None else None
