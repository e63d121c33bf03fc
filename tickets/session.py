"""Signing in and staying signed in: guests, user names and passwords, and vt_tokens that expire."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from tickets.acting import Actor, alone
from tickets.book import OpenBook
from tickets.choices import GUEST, carried, in_step, same_customer, shown_name
from tickets.errors import CredentialsWanted, QueueServerError, Refused, SignedOut, TokenRefused
from tickets.guessing import Guessing, guess_keys
from tickets.model import Credentials, Customer, Registration
from tickets.parting import Stake, abandon, at_stake, followed, part, spare
from tickets.ports import Clock, QueueServer
from tickets.push_key import may_register, push_key, withdraw
from tickets.watching import Account

T = TypeVar("T")
WRONG_CREDENTIALS = 22
"""The documented number for a user name or password that is wrong."""


class Session:
    """The account of the person who acts, and calls made with its vt_token."""

    def __init__(self, server: QueueServer, open_book: OpenBook, clock: Clock, new_secret: Callable[[], str]) -> None:
        """`new_secret` gives an unguessable string of letters, digits, `-` and `_`: guests' passwords are made of it."""
        self._server = server
        self._open_book = open_book
        self._clock = clock
        self._new_secret = new_secret
        self.slow_down = Guessing(open_book, clock).slow_down

    async def account(self, actor: Actor) -> Account:
        """The chat's account; `SignedOut` where it has none."""
        async with self._open_book() as book:
            account = await book.accounts.get(alone(actor))
        if account is None:
            raise SignedOut
        return account

    async def as_guest(self, actor: Actor) -> Account:
        """Register a customer with generated credentials; the account the chat already has, where it has one."""
        chat_id = alone(actor)
        async with self._open_book() as book:
            held = await book.accounts.get(chat_id)
        if held is not None and held.vt_token and (held.guest or await self._accepted(held)):
            # An old button must not take a signed-in person's account and tickets away.
            return held
        username, password = f"{GUEST}{self._new_secret()[:20]}", self._new_secret()
        token = await self._server.register(
            Registration(Credentials(username, password), push_notification=push_key(chat_id))
        )
        account = Account(chat_id, token, guest=True, username=username, password=password)
        return await self.establish(account, new=True)

    async def with_password(self, actor: Actor, username: str, password: str, *, leave: bool = False) -> Account:
        """Sign in. `Refused` or `TokenRefused` when they do not fit, `TooManyTries` after too many guesses.

        `TicketsAtStake` where a guest's live tickets would be left, unless they `leave` them.
        """
        chat_id = alone(actor)
        await self._spare(chat_id, leave=leave)
        keys = guess_keys(chat_id, username)
        await self.slow_down(keys, chat_id)
        token = await self._server.login(Credentials(username, password))
        async with self._open_book() as book:
            await book.tries.clear(next(iter(keys)))
            await book.commit()
        return await self.establish(Account(chat_id, token, guest=False, username=username), leave=leave)

    async def with_provider(self, actor: Actor, provider: str, token: str, *, leave: bool = False) -> Account:
        """Sign in with a provider's token ("google", "facebook"); whoever is new to the queue server is registered with it.

        A guest of this chat becomes that newcomer and keeps the tickets, where the server can do that. `TicketsAtStake` where live tickets
        would be left, unless they `leave` them; `Refused` or `TokenRefused` where the server takes the token for neither.
        """
        chat_id = alone(actor)
        credentials, new = Credentials(oauth_provider=provider, oauth_token=token), False
        try:
            account = Account(chat_id, await self._server.login(credentials), guest=False)
        except (Refused, TokenRefused):
            # The seed does not say how "no such customer" sounds: registering tells it from a token that is no good.
            account, new = await self._newcomer(chat_id, credentials, leave=leave), True
        return await self.establish(account, leave=leave, new=new)

    async def at_stake(self, actor: Actor) -> Stake:
        """What would be left by signing in as somebody else: a guest's, whom nobody can become again."""
        chat_id = alone(actor)
        async with self._open_book() as book:
            return await at_stake(book, await book.accounts.get(chat_id))

    async def followed(self, actor: Actor) -> Stake:
        """What nobody would be told of any more after signing out."""
        async with self._open_book() as book:
            return await followed(book, alone(actor))

    async def _spare(self, chat_id: int, *, leave: bool) -> None:
        if not leave:
            async with self._open_book() as book:
                await spare(book, await book.accounts.get(chat_id))

    async def _newcomer(self, chat_id: int, credentials: Credentials, *, leave: bool) -> Account:
        """The chat's guest with the provider's account attached, or else a new customer."""
        async with self._open_book() as book:
            held = await book.accounts.get(chat_id)
        if held is not None and held.guest and held.vt_token:
            attached = await self._attached(held, credentials)
            if attached:
                return Account(chat_id, attached, guest=False, customer_id=held.customer_id)
        await self._spare(chat_id, leave=leave)
        registration = Registration(credentials, push_notification=push_key(chat_id))
        return Account(chat_id, await self._server.register(registration), guest=False)

    async def _attached(self, guest: Account, credentials: Credentials) -> str:
        """The vt_token of the guest as one who signs in by the provider; empty where the server does not attach providers."""
        told = {"oauth_provider": credentials.oauth_provider or "", "oauth_token": credentials.oauth_token or ""}
        try:
            await self.call(guest.chat_id, lambda vt_token: self._server.update(vt_token, told))
            # Proved before the guest's own credentials are forgotten: a server may take an update and leave these two out.
            vt_token = await self._server.login(credentials)
        except (Refused, TokenRefused):
            return ""
        return vt_token if (await self._server.details(vt_token)).id == guest.customer_id else ""

    async def sign_out(self, actor: Actor) -> None:
        """Forget the account and stop watching; the tickets stay at the queue server."""
        chat_id = alone(actor)
        async with self._open_book() as book:
            account = await book.accounts.get(chat_id)
            await abandon(book, chat_id)
            await book.accounts.forget(chat_id)
            await book.steps.clear(chat_id)
            await book.commit()
        await self.let_go(account)

    async def let_go(self, account: Account | None) -> None:
        """The queue server has no business with this chat any more for that account's sake."""
        await withdraw(self._server, self._open_book, account)

    async def call(self, chat_id: int, ask: Callable[[str], Awaitable[T]]) -> T:
        """Do something with the chat's vt_token. A guest's expired token is renewed once with their own credentials.

        `SignedOut` where there is no account, `TokenRefused` where the person has to sign in again.
        """
        async with self._open_book() as book:
            account = await book.accounts.get(chat_id)
        if account is None:
            raise SignedOut
        if not account.vt_token:
            raise TokenRefused("customer/login", "the account's credentials no longer work")
        try:
            return await ask(account.vt_token)
        except TokenRefused:
            newer = await self._newer(account)
            if not newer:
                raise
        return await ask(newer)

    async def details(self, actor: Actor) -> Customer:
        """customer/details, read now; what was changed elsewhere (language, warning, names) holds here from then on."""
        chat_id = alone(actor)
        customer = await self.call(chat_id, self._server.details)
        async with self._open_book() as book:
            account = await book.accounts.get(chat_id)
            if account is not None:
                await book.accounts.put(in_step(account, customer))
                await book.commit()
        return customer

    async def update(self, actor: Actor, attributes: Mapping[str, str | int]) -> None:
        """Change the customer at the queue server (login with customer_attribute).

        By the vt_token alone; where the server takes no such update, a guest's own credentials go with it. `CredentialsWanted` where
        these would be a named person's, whose password is kept nowhere.
        """
        chat_id = alone(actor)
        used = ""

        async def ask(vt_token: str) -> str:
            nonlocal used
            used = vt_token
            return await self._server.update(vt_token, attributes)

        try:
            token = await self.call(chat_id, ask)
        except (Refused, TokenRefused) as refusal:
            token = await self._by_credentials(chat_id, attributes, refusal)
        if token and token != used:
            async with self._open_book() as book:
                account = await book.accounts.get(chat_id)
                # Whoever signed in as somebody else meanwhile keeps that one's token.
                if account is not None and account.vt_token == used:
                    await book.accounts.exchange(account, replace(account, vt_token=token))
                    await book.commit()

    async def _by_credentials(
        self, chat_id: int, attributes: Mapping[str, str | int], refusal: Refused | TokenRefused
    ) -> str:
        """The form that the seed shows, after the other was refused; the `refusal` stands where that is none of its doing."""
        async with self._open_book() as book:
            account = await book.accounts.get(chat_id)
        if account is None or not account.vt_token:
            raise refusal
        if account.password:
            try:
                return await self._server.login(Credentials(account.username, account.password), attributes)
            except Refused:
                raise refusal from None
        # No credentials were given: the number for wrong ones, or a good token refused, can only ask for them.
        wanted = refusal.errno == WRONG_CREDENTIALS if isinstance(refusal, Refused) else await self._accepted(account)
        raise CredentialsWanted(refusal.operation) if wanted else refusal

    async def _accepted(self, account: Account) -> bool:
        try:
            await self._server.details(account.vt_token)
        except TokenRefused:
            return False
        return True

    async def _newer(self, account: Account) -> str:
        """A token to use in place of a refused one: somebody else's renewal, or a guest's own; empty where there is none."""
        async with self._open_book() as book:
            current = await book.accounts.get(account.chat_id)
        if current is not None and current.vt_token != account.vt_token:
            return current.vt_token
        return await self._renew(account) if account.password else ""

    async def _renew(self, account: Account) -> str:
        """A guest's new token. Who was signed out or erased meanwhile stays so, whatever the server answers."""
        try:
            token = await self._server.login(Credentials(account.username, account.password))
        except Refused as error:
            # A server that is merely away says nothing about the credentials: that goes up as it came.
            await self._exchange(account, replace(account, vt_token="", password=""))
            raise TokenRefused(error.operation, "a guest's credentials no longer work") from error
        current = await self._exchange(account, replace(account, vt_token=token))
        if current is None:
            raise SignedOut
        return current.vt_token

    async def _exchange(self, held: Account, account: Account) -> Account | None:
        """Write it in the place of the account that was read earlier; what the chat has after that, which may be another's doing."""
        async with self._open_book() as book:
            if await book.accounts.exchange(held, account):
                await book.commit()
                return account
            return await book.accounts.get(held.chat_id)

    async def establish(self, account: Account, *, leave: bool = False, new: bool = False) -> Account:
        """Complete the account with what the server knows of the customer, and write it down. `new`: one that was made just now.

        Nothing is written, and `TicketsAtStake` raised, where a guest's live tickets would be left, unless they `leave` them; the server's
        own trouble, where it keeps anybody from telling whether live tickets are this customer's.
        """
        customer = Customer(id="")
        fault: QueueServerError | None = None
        # The sign-in holds without it; names and preferences are read at the next occasion.
        try:
            customer = await self._server.details(account.vt_token)
            account = replace(account, vt_token=await self._with_chat(account, customer))
        except QueueServerError as error:
            fault = error
        full = replace(
            account,
            customer_id=customer.id or account.customer_id,
            display_name=shown_name(customer) or account.username * (not account.guest),
            preferred_language=customer.preferred_language,
            ticket_warning=customer.ticket_warning,
            signed_in_at=self._clock.now(),
            synced_at=self._clock.now() if customer.id else 0.0,
        )
        async with self._open_book() as book:
            before = await book.accounts.get(account.chat_id)
            another = before is not None and not same_customer(before, full)
            if before is not None and another:
                await part(book, before, full, fault=None if new or customer.id else fault, leave=leave)
            # Watches rest while the token is refused; now they may be asked for again.
            await book.watches.hasten(account.chat_id, self._clock.now())
            if before is not None and not another:
                full = carried(before, full)
            await book.accounts.put(full)
            await book.commit()
        await self.let_go(before if another else None)
        return full

    async def _with_chat(self, account: Account, customer: Customer) -> str:
        """Make this chat the customer's push notification key, unless an app of the brand's own holds it; the vt_token after that."""
        if not may_register(customer, account.chat_id):
            return account.vt_token
        return await self._server.update(account.vt_token, {"pushnotification": push_key(account.chat_id)})
