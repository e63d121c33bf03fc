"""The push notification key we give the queue server for a customer: this chat. It is withdrawn when the chat lets the customer go."""

import contextlib

from tickets.book import OpenBook
from tickets.errors import DatabaseUnavailable, QueueServerError
from tickets.model import Customer
from tickets.ports import QueueServer
from tickets.watching import Account

PUSH = "telegram:"


def push_key(chat_id: int) -> str:
    """What we register as the customer's push notification key: this chat."""
    return f"{PUSH}{chat_id}"


def may_register(customer: Customer, chat_id: int) -> bool:
    """Whether there is a key to change: not where it is this chat already, nor where an app of the brand's own holds it."""
    held = customer.push_notification_key
    return held != push_key(chat_id) and (not held or held.startswith(PUSH))


async def withdraw(server: QueueServer, open_book: OpenBook, account: Account | None) -> None:
    """Take this chat's key back from the customer, where it is still this chat's, in favour of another chat that holds the customer.

    Best effort: the chat has let go whatever comes of it.
    """
    if account is None or not account.vt_token:
        return
    with contextlib.suppress(QueueServerError, DatabaseUnavailable):
        async with open_book() as book:
            heir = await book.accounts.other_chat(account.chat_id, account.customer_id)
        customer = await server.details(account.vt_token)
        if customer.push_notification_key == push_key(account.chat_id):
            await server.update(account.vt_token, {"pushnotification": "" if heir is None else push_key(heir)})
