"""The customers of a brand: their details, their tokens, and the two ways to prove who they are.

Pure: passwords arrive here as hashes already, tokens are kept as fingerprints only.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from sandbox.virtual_ticket.identities import fingerprint, secret
from sandbox.virtual_ticket.refusals import Errno, Refusal

MOST_TOKENS = 10
RESET_SECONDS = 3600.0
ATTRIBUTES = (
    "name",
    "first_name",
    "last_name",
    "email",
    "phone",
    "preferred_language",
    "ticket_warning",
    "pushnotification",
)
"""What customer_attribute may hold (customer/login)."""


@dataclass(slots=True)
class Customer:
    """One account. `password` is a hash or None; `provider` is "google:<subject>" for one who came through OAuth."""

    id: str
    username: str | None
    password: str | None
    created_at: float
    updated_at: float
    provider: str | None = None
    name: str | None = None
    first_name: str = ""
    last_name: str = ""
    email: str | None = None
    phone: str | None = None
    pushnotification: str | None = None
    preferred_language: str | None = None
    ticket_warning: int = 0
    tokens: list[str] = field(default_factory=list)
    reset: tuple[str, float] | None = None
    """Fingerprint of the token in the e-mail, and until when it is good."""

    @property
    def display_name(self) -> str:
        """The name to show: the chosen one, else first and last name, else the user name."""
        return self.name or f"{self.first_name} {self.last_name}".strip() or self.username or ""


class People:
    """All customers, found by id, user name, e-mail, provider or token."""

    def __init__(self, new_id: Callable[[], str], now: Callable[[], float], token: Callable[[], str] = secret) -> None:
        """Take ids, the time in Unix seconds and secrets from outside."""
        self._new_id = new_id
        self._now = now
        self._token = token
        self.customers: dict[str, Customer] = {}
        self._owners: dict[str, Customer] = {}
        self._names: dict[str, Customer] = {}

    def register(self, details: Mapping[str, Any], password: str | None, provider: str | None = None) -> Customer:
        """Add a customer; Refusal where the user name, the e-mail address or the provider's account is taken."""
        username = details.get("username")
        if username and self.by_username(username):
            raise Refusal(Errno.USERNAME_TAKEN)
        if provider and self.by_provider(provider):
            raise Refusal(Errno.USERNAME_TAKEN, "A customer with this account of the provider exists already.")
        self._check_email(details.get("email"), None)
        now = self._now()
        customer = Customer(self._new_id(), username, password, now, now, provider)
        self._describe(customer, details)
        self.customers[customer.id] = customer
        if username:
            self._names[username.casefold()] = customer
        return customer

    def by_username(self, username: str) -> Customer | None:
        """Find an account by user name; capitals make no difference."""
        return self._names.get(username.casefold())

    def by_email(self, email: str) -> Customer | None:
        """Find an account by e-mail address; capitals make no difference."""
        wanted = email.casefold()
        return next((one for one in self.customers.values() if one.email and one.email.casefold() == wanted), None)

    def by_provider(self, provider: str) -> Customer | None:
        """Find an account by "google:<subject>"."""
        return next((one for one in self.customers.values() if one.provider == provider), None)

    def by_token(self, token: str) -> Customer | None:
        """Find the account a vt_token belongs to."""
        return self._owners.get(fingerprint(token))

    def sign_in(self, customer: Customer) -> str:
        """Give the customer a new vt_token; the oldest ones lapse when there are too many."""
        token = self._token()
        customer.tokens.append(fingerprint(token))
        self._owners[fingerprint(token)] = customer
        for lapsed in customer.tokens[:-MOST_TOKENS]:
            del self._owners[lapsed]
        del customer.tokens[:-MOST_TOKENS]
        return token

    def update(self, customer: Customer, attributes: Mapping[str, Any], password: str | None = None) -> None:
        """Change what customer_attribute names; Refusal where a name or an address is another's.

        `password` is a new one's hash: with it every token given out before lapses.
        """
        self._check_email(attributes.get("email"), customer)
        username = attributes.get("username")
        if username and self.by_username(username) not in (None, customer):
            raise Refusal(Errno.USERNAME_TAKEN)
        if username:
            self._names.pop((customer.username or "").casefold(), None)
            customer.username = username
            self._names[username.casefold()] = customer
        if password:
            self.set_password(customer, password)
        self._describe(customer, attributes)
        customer.updated_at = self._now()

    def attach(self, customer: Customer, provider: str) -> None:
        """Let a customer sign in by that account of a provider; Refusal where it is another's."""
        if self.by_provider(provider) not in (None, customer):
            raise Refusal(Errno.USERNAME_TAKEN, "Another customer has this account of the provider.")
        customer.provider = provider

    def forget_password(self, customer: Customer) -> str:
        """Return a single-use token for the e-mail; an earlier one lapses."""
        token = self._token()
        customer.reset = (fingerprint(token), self._now() + RESET_SECONDS)
        return token

    def by_reset_token(self, token: str) -> Customer:
        """Return whose reset token this is; Refusal where it is unknown, used or too old."""
        kept = fingerprint(token)
        for customer in self.customers.values():
            if customer.reset and customer.reset[0] == kept and self._now() < customer.reset[1]:
                return customer
        raise Refusal(Errno.RESET_TOKEN)

    def set_password(self, customer: Customer, password: str) -> None:
        """Store a new password's hash; every token given out before lapses, used or stolen."""
        customer.password = password
        customer.reset = None
        customer.updated_at = self._now()
        for token in customer.tokens:
            del self._owners[token]
        customer.tokens.clear()

    def dump(self) -> list[dict[str, Any]]:
        """Return all accounts as JSON can keep them."""
        return [asdict(customer) for customer in self.customers.values()]

    def load(self, kept: list[dict[str, Any]]) -> None:
        """Take up accounts that dump() returned."""
        read = [Customer(**{**one, "reset": tuple(one["reset"]) if one["reset"] else None}) for one in kept]
        self.customers = {one.id: one for one in read}
        self._owners = {token: one for one in read for token in one.tokens}
        self._names = {one.username.casefold(): one for one in read if one.username}

    def _check_email(self, email: str | None, owner: Customer | None) -> None:
        other = self.by_email(email) if email else None
        if other is not None and other is not owner:
            raise Refusal(Errno.EMAIL_TAKEN)

    @staticmethod
    def _describe(customer: Customer, details: Mapping[str, Any]) -> None:
        for name in ATTRIBUTES:
            if name in details:
                value = details[name]
                setattr(customer, name, (value or "") if name in ("first_name", "last_name") else value)
        customer.ticket_warning = customer.ticket_warning or 0
