"""The customer's own record: seeing and changing it, keeping a guest's account, and new passwords. No password is kept here."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from unicodedata import normalize

from tickets.acting import Actor, alone
from tickets.book import OpenBook
from tickets.errors import Ignored, QueueServerError, Refused, TokenRefused
from tickets.guessing import MOST_TRIES, guess_keys
from tickets.model import Credentials, Customer, Registration
from tickets.ports import QueueServer
from tickets.push_key import push_key
from tickets.session import Session
from tickets.watching import Account

CHANGEABLE = ("name", "first_name", "last_name", "email", "phone")
"""What a person may change about themselves by typing, as customer_attribute names it."""
_READ_AS = {"name": "display_name"}
"""What is called otherwise where it is read."""
LOGIN = "customer/login"
"""The operation that changes a customer."""
LETTERS = 3
"""Letters asked for in one window by one chat; more would make us a nuisance to others."""
MOST_RENEWALS = 200
"""New passwords set outside of any chat in one window from one origin: strangers must not try codes through us."""


def _alike(one: str, other: str) -> bool:
    """Whether a server has what it was told, though it may write a number or an address in its own way."""
    bare, kept = (normalize("NFKC", text).casefold() for text in (one, other))
    return [sign for sign in bare if sign.isalnum()] == [sign for sign in kept if sign.isalnum()]


class Profile:
    """Use cases about the acting person's account at the queue server."""

    def __init__(self, server: QueueServer, open_book: OpenBook, session: Session) -> None:
        """The session lends the vt_token."""
        self._server = server
        self._open_book = open_book
        self._session = session

    async def details(self, actor: Actor) -> Customer:
        """The customer as the queue server has it now."""
        return await self._session.details(actor)

    async def change(self, actor: Actor, attributes: Mapping[str, str]) -> Customer:
        """Change what a person may change; the customer as the server has it afterwards.

        `Ignored` where the server said yes and has what it had before. What it has written in a form of its own is changed.
        """
        wanted = {name: value for name, value in attributes.items() if name in CHANGEABLE}
        before = await self.details(actor)
        await self._session.update(actor, wanted)
        after = await self.details(actor)
        for name, value in wanted.items():
            had, has = (getattr(customer, _READ_AS.get(name, name)) for customer in (before, after))
            if has == had and not _alike(value, has):
                raise Ignored(LOGIN)
        return after

    async def keep(self, actor: Actor, username: str, password: str, told: Mapping[str, str] | None = None) -> Account:
        """Make the guest a customer with a name and password of their own; tickets stay, because the customer stays the same.

        `told` is what else the person said (CHANGEABLE); all of it holds or nothing. `TooManyTries` after too many tries.
        """
        account = await self._session.account(actor)
        if not account.guest:
            return account
        guest_id = account.customer_id or (await self.details(actor)).id
        # A guess like any other, for it could be used to guess somebody else's; counted before the server changes what nobody may use then.
        await self._session.slow_down(guess_keys(account.chat_id, username), account.chat_id)
        refusal: QueueServerError = Ignored(LOGIN)
        try:
            await self._session.update(actor, {**(told or {}), "username": username, "password": password})
        except TokenRefused as error:
            # This very wish may have been granted before and its answer lost: then the guest's own credentials have lapsed.
            refusal = error
        vt_token = await self._proved(guest_id, Credentials(username, password), refusal)
        return await self._session.establish(
            Account(account.chat_id, vt_token, guest=False, customer_id=guest_id, username=username)
        )

    async def _proved(self, guest_id: str, wanted: Credentials, refusal: QueueServerError) -> str:
        """The vt_token of the guest by their new credentials: before that the old ones are not forgotten.

        The `refusal` where they are not the guest's, for a server may take an update and leave them out: right guesses at somebody
        else's are answered as wrong ones are.
        """
        try:
            vt_token = await self._server.login(wanted)
        except Refused:
            raise refusal from None
        if not guest_id or (await self._server.details(vt_token)).id != guest_id:
            raise refusal
        return vt_token

    async def register(self, actor: Actor, registration: Registration) -> Account:
        """A new customer with a user name and password. A guest of this chat becomes it, so that the tickets stay.

        `Refused` where the server does not take it, `TooManyTries` after too many tries.
        """
        chat_id = alone(actor)
        await self._session.slow_down({f"register:{chat_id}": MOST_TRIES}, chat_id)
        async with self._open_book() as book:
            held = await book.accounts.get(chat_id)
        username, password = registration.credentials.username or "", registration.credentials.password or ""
        if held is not None and held.guest:
            said = {name: str(getattr(registration, name, "")) for name in CHANGEABLE}
            told = {name: value for name, value in said.items() if value}
            try:
                return await self.keep(actor, username, password, told)
            except TokenRefused:
                # A guest whom the server no longer knows has nothing to keep, and is a newcomer.
                if (await self._session.account(actor)).vt_token:
                    raise
        vt_token = await self._server.register(replace(registration, push_notification=push_key(chat_id)))
        return await self._session.establish(Account(chat_id, vt_token, guest=False, username=username), new=True)

    async def forgot(self, actor: Actor, email: str) -> None:
        """Ask for a letter with a token. Nothing tells whether there is such an account."""
        chat_id = alone(actor)
        address = hashlib.sha256(email.casefold().encode()).hexdigest()[:16]
        await self._session.slow_down({f"letter:{chat_id}:{address}": LETTERS, f"letter:{chat_id}": LETTERS}, chat_id)
        try:
            await self._server.reset_password(email)
        except Refused:
            # "No such account" must sound the same as "a letter is on its way".
            return

    async def renew_elsewhere(self, token: str, password: str, origin: str) -> None:
        """Set a new password with a letter's token, outside of any chat: nobody is signed in by it.

        `origin` says where from, as far as that is known, so that whoever tries many codes is in nobody else's way.
        """
        code, there = (hashlib.sha256(text.encode()).hexdigest()[:16] for text in (token, origin))
        await self._session.slow_down({f"renew:{code}": MOST_TRIES, f"renew_from:{there}": MOST_RENEWALS})
        await self._server.new_password(token, password, vt=False)

    async def renew(self, actor: Actor, token: str, password: str) -> Account | None:
        """Set a new password with a letter's token; signed in where the server answers a vt_token, None where it does not.

        A guest with live tickets, or with one asked for, is not signed in by it, so that these are not left; nor is who has some and
        cannot be told from another.
        """
        chat_id = alone(actor)
        await self._session.slow_down({f"renew:{chat_id}": MOST_TRIES}, chat_id)
        at_stake = (await self._session.at_stake(actor)).count
        vt_token = await self._server.new_password(token, password, vt=not at_stake)
        if not vt_token or at_stake:
            return None
        try:
            username = (await self._server.details(vt_token)).username
        except QueueServerError:
            username = ""
        try:
            return await self._session.establish(Account(chat_id, vt_token, guest=False, username=username))
        except QueueServerError:
            # The password is set, and the code is used up; whoever wants to sign in with it is not kept from it.
            return None
