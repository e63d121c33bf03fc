"""What is private by its name, and what may stay of it: the rules that both formats share."""

import html
import re

INSTEAD = b"redacted"
_BETWEEN_WORDS = re.compile(r"[^a-z0-9]")
_PRIVATE = re.compile(
    r"user|customer|person|profile|client|holder|account|owner|member|contact"
    r"|token|password|passwd|secret|credential|session|cookie|pushnotification"
    r"|(first|last|middle|full|display|given|family|maiden|nick|sur)name"
    r"|phone|mobile|telefone|telemovel|whatsapp|mail|address|morada|birth|gender|avatar|photo|passport"
    r"|^(dob|age|sex|nif|nib|iban|bic|vat|ssn|fax|msisdn)$|^(tax|fiscal|vat|national|social)(id|number|code)"
)
"""Of a name in small letters and without what stands between its words. A location's phone and address go with them."""
_COUNT_OF_PEOPLE = re.compile(r"(min|max|waiting|numberof)customers|customersahead")
"""Private as well, for a list of people may be called so; a small number stays."""
_COUNT, _DATE = rb"\d{1,4}", rb"\d{4}-\d\d-\d\d(?:[ T]\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?"
_HARMLESS: dict[str, re.Pattern[bytes]] = {
    **dict.fromkeys(
        ["success", "status", "errno", "state", "ticketwarning", "appcount", "waitingtickets", "hours", "minutes"],
        re.compile(_COUNT),
    ),
    **dict.fromkeys(["createdate", "startcalldate", "endcalldate"], re.compile(_DATE)),
    "preferredlanguage": re.compile(rb"[A-Za-z]{2}(?:[_-][A-Za-z]{2})?"),
    "oauthprovider": re.compile(rb"google|facebook", re.IGNORECASE),
}
"""What stays of a person, where it has the form: no id, since it tells one person from all others."""
_WORDS = frozenset({b"true", b"false", b"null"})
_ANY_DATE = re.compile(_DATE)
_DIGIT = re.compile(rb"\d")
_SMALL_NUMBER = re.compile(rb"\d{1,5}")
_PLACEHOLDER = re.compile(r"%\{[a-z_.]+\}")
"""As the seed's notification texts have them: "Please head to desk %{ticket.desk.tag}"."""


def plain(name: str) -> str:
    """A name as the rules know it, however it is written: first_name, firstName and first-name are one."""
    return _BETWEEN_WORDS.sub("", name.lower())


def private(name: str) -> bool:
    """Whether what bears that plain name is about a person, or a secret."""
    return _PRIVATE.search(name) is not None


def holds_another(text: str) -> bool:
    """Whether a text may have another document in it, of which nobody knows what is private."""
    bare = _PLACEHOLDER.sub("", html.unescape(text))
    return any(mark in bare for mark in "{[<")


def stays(name: str, value: bytes) -> bool:
    """Whether a private value, without blanks around it, says nothing that is private after all."""
    if not value or value.lower() in _WORDS:
        return True
    if _COUNT_OF_PEOPLE.search(name) and _SMALL_NUMBER.fullmatch(value):
        return True
    form = _HARMLESS.get(name)
    return form is not None and form.fullmatch(value) is not None


def instead(value: bytes) -> bytes:
    """What stands for a private text: zeros for a date, which is still read as one that nobody gave."""
    return _DIGIT.sub(b"0", value) if _ANY_DATE.fullmatch(value) else INSTEAD
