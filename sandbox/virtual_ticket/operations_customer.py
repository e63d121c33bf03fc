"""The operations of the seed's section "Users and Authentication": register, log in and update, details, and a forgotten password."""

from typing import Any

from sandbox.virtual_ticket import render
from sandbox.virtual_ticket.asked import Asked, check_fields, refuse
from sandbox.virtual_ticket.office import Office
from sandbox.virtual_ticket.office_people import Customer
from sandbox.virtual_ticket.outbox import Outbox
from sandbox.virtual_ticket.passwords import Passwords
from sandbox.virtual_ticket.providers import Identity, Verify
from sandbox.virtual_ticket.refusals import Errno, Refusal

Json = dict[str, Any]

CREDENTIALS = {"oauth_provider": "text?", "oauth_token": "token?", "username": "text?", "password": "text?"}
REGISTER = {
    **CREDENTIALS,
    "email": "text?",
    "phone": "text?",
    "pushnotification": "text?",
    "first_name": "text?",
    "last_name": "text?",
}
ATTRIBUTES = {
    "oauth_provider": "text?",
    "oauth_token": "token?",
    "username": "text?",
    "password": "text?",
    "name": "text?",
    "first_name": "text?",
    "last_name": "text?",
    "email": "text?",
    "phone": "text?",
    "preferred_language": "text?",
    "ticket_warning": "count?",
    "pushnotification": "text?",
}
LOGIN = {**CREDENTIALS, "vt_token": "text?", "customer_attribute": "object?"}
DETAILS = {"vt_token": "text?"}
NEW_PASSWORD = {"vt": "flag?", "password": "text", "repeat_password": "text", "token": "text"}


def signed_in(office: Office, asked: Asked) -> Customer:
    """Return whose vt_token the request carries; Refusal (401) where it carries none or a wrong one."""
    if asked.token is None:
        raise Refusal(Errno.TOKEN_MISSING)
    customer = office.people.by_token(asked.token)
    if customer is None:
        raise Refusal(Errno.TOKEN_INVALID)
    return customer


class Reception:
    """Lets customers in: five operations over the office's accounts."""

    def __init__(self, office: Office, verify: Verify, outbox: Outbox) -> None:
        self._office = office
        self._verify = verify
        self._outbox = outbox
        self._passwords = Passwords()

    async def register(self, asked: Asked) -> Json:
        """customer/register: a new account by user name and password, by a provider's token, or by both."""
        body = asked.body
        identity = await self._vouched(body)
        if bool(body.get("username")) != bool(body.get("password")) or not (identity or body.get("username")):
            refuse("A user name with a password, or a provider with its token, is needed.", status=200)
        provider = f"{body['oauth_provider'].lower()}:{identity.subject}" if identity else None
        people = self._office.people
        details = {name: body.get(name) for name in REGISTER}
        if identity:
            known = {"email": identity.email, "first_name": identity.first_name, "last_name": identity.last_name}
            details.update({name: details[name] or value for name, value in known.items()})
        # Hashing takes its time, so a taken user name is refused before it and, by the office, once more after it.
        if body.get("username") and people.by_username(body["username"]):
            raise Refusal(Errno.USERNAME_TAKEN)
        password = await self._passwords.hash(body["password"]) if body.get("password") else None
        customer = people.register(details, password, provider)
        token = people.sign_in(customer)
        self._office.changed()
        return {"success": True, "vt_token": token}

    async def login(self, asked: Asked) -> Json:
        """customer/login: a vt_token for credentials, and with customer_attribute an update; a vt_token alone will do too.

        A vt_token that still holds after the update is answered again; after a new password a new one is.
        """
        body, people = asked.body, self._office.people
        attributes = body.get("customer_attribute")
        if attributes is not None:
            check_fields(attributes, ATTRIBUTES, "customer_attribute.")
        by_token = asked.token and not any(body.get(name) for name in CREDENTIALS)
        customer = signed_in(self._office, asked) if by_token else await self._known(body)
        if attributes:
            await self._attach(customer, attributes)
            new = attributes.get("password")
            people.update(customer, attributes, await self._passwords.hash(new) if new else None)
        holds = by_token and people.by_token(asked.token or "") is customer
        token = asked.token if holds else people.sign_in(customer)
        self._office.changed()
        return {"success": True, "vt_token": token}

    async def details(self, asked: Asked) -> Json:
        """customer/details: the account the vt_token belongs to."""
        customer = signed_in(self._office, asked)
        return {"status": {"success": "true"}, "user": render.user(customer, asked.token or "")}

    async def reset_password(self, asked: Asked) -> Json:
        """customer/resetpassword: an e-mail to an account with this address; the answer never tells whether there is one."""
        email = asked.words("email")
        if email is None:
            refuse("email is missing.")
        customer = self._office.people.by_email(email)
        if customer is not None:
            token = self._office.people.forget_password(customer)
            self._outbox.send_reset(self._office.town.brand, customer.email or email, token, self._office.now())
            self._office.changed()
        return {"success": True}

    async def new_password(self, asked: Asked) -> Json:
        """customer/newpassword: the e-mail's token buys a new password once; with `vt` the customer is signed in as well."""
        body, people = asked.body, self._office.people
        if body["password"] != body["repeat_password"]:
            raise Refusal(Errno.PASSWORDS_DIFFER)
        if not body["password"]:
            refuse("A password is needed.", status=200)
        people.by_reset_token(body["token"])
        kept = await self._passwords.hash(body["password"])
        # Looked up again, because somebody may have used the same token while this hash was made.
        customer = people.by_reset_token(body["token"])
        people.set_password(customer, kept)
        signed = {"vt_token": people.sign_in(customer)} if body.get("vt") else {}
        self._office.changed()
        return {"success": True, **signed}

    async def _known(self, body: Any) -> Customer:
        identity = await self._vouched(body)
        if identity:
            customer = self._office.people.by_provider(f"{body['oauth_provider'].lower()}:{identity.subject}")
            if customer is None:
                raise Refusal(Errno.CREDENTIALS, "No customer has this account of the provider.")
            return customer
        if not body.get("username") or not body.get("password"):
            refuse("A user name with a password, a provider with its token, or a vt_token is needed.", status=200)
        found = self._office.people.by_username(body["username"])
        if not await self._passwords.fits(found.password if found else None, body["password"]) or found is None:
            raise Refusal(Errno.CREDENTIALS)
        return found

    async def _attach(self, customer: Customer, attributes: Any) -> None:
        """A provider's account that customer_attribute names is this customer's from now on."""
        identity = await self._vouched(attributes)
        if identity:
            self._office.people.attach(customer, f"{attributes['oauth_provider'].lower()}:{identity.subject}")

    async def _vouched(self, body: Any) -> Identity | None:
        provider, token = body.get("oauth_provider"), body.get("oauth_token")
        if not provider:
            return None
        if not token:
            refuse("oauth_token is missing.", status=200)
        return await self._verify(provider.lower(), token)
