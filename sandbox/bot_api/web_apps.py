"""Opening the bot's Mini Apps: the address with initData signed as Telegram signs it, so that the bot's own check of it is a real one."""

import base64
import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sandbox.bot_api.acts import NotShown, chat_for
from sandbox.bot_api.world import World
from sandbox.bot_api.world_people import Chat

Json = dict[str, Any]
_VERSION = "9.1"
# Telegram's own key is Telegram's alone. This one is made of public words, so that everybody can check what it signs and nobody trusts it.
_KEY = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"the sandbox's Telegram").digest())
PUBLIC_KEY = _KEY.public_key().public_bytes_raw().hex()
"""By which a third party checks the `signature`, in hex as Telegram publishes its own."""


def open_web_app(world: World, chat_id: int, message_id: int, text: str, from_id: int) -> Json:
    """Return {"url": address, "public_key": hex} of the web_app button with that text, on a message, the keyboard or in the menu.

    The fragment carries tgWebAppData (initData) as clients pass it. Only a reply keyboard's app gets no query_id: it
    answers with data instead of a message. NotShown where there is no such button.
    """
    chat = chat_for(world, chat_id)
    url, answers = _find(world, chat, message_id, text)
    fields = {"auth_date": str(world.date()), "chat_type": "sender", "chat_instance": world.chat_instance(chat)}
    fields["user"] = json.dumps(_user(world, from_id), separators=(",", ":"), ensure_ascii=False)
    if answers:
        query_id = "AAH" + world.next_query_id()
        world.queries.web_apps[query_id] = {"chat_id": chat_id, "user_id": from_id}
        fields["query_id"] = query_id
        world.touch()
    fragment = {"tgWebAppData": sign(fields, world.bot.token), "tgWebAppVersion": _VERSION, "tgWebAppPlatform": "web"}
    return {"url": f"{url}{'&' if '#' in url else '#'}{urlencode(fragment)}", "public_key": PUBLIC_KEY}


def sign(fields: dict[str, str], token: str) -> str:
    """Return initData: the fields, an Ed25519 `signature` for everybody, and a `hash` for the bot (D core.telegram.org/bots/webapps).

    The hash is the HMAC-SHA256 of all the rest, the signature too, under the key made from the bot's token. The
    signature is over the bot's number and all but the two.
    """
    bot_id = token.partition(":")[0]
    public = f"{bot_id}:WebAppData\n{_lines(fields)}".encode()
    fields = {**fields, "signature": base64.urlsafe_b64encode(_KEY.sign(public)).decode().rstrip("=")}
    key = hmac.new(b"WebAppData", token.encode(), hashlib.sha256).digest()
    return urlencode({**fields, "hash": hmac.new(key, _lines(fields).encode(), hashlib.sha256).hexdigest()})


def _lines(fields: dict[str, str]) -> str:
    return "\n".join(f"{key}={fields[key]}" for key in sorted(fields))


def _user(world: World, user_id: int) -> Json:
    """Return the WebAppUser: less than a User, and whether the bot may write to them, which is left out where it may not."""
    user = {name: value for name, value in world.user(user_id).items() if name != "is_bot"}
    chat = world.chats.get(user_id)
    writes = chat is not None and chat.started and chat.bot_status != "kicked"
    return {**user, "allows_write_to_pm": True} if writes else user


def _find(world: World, chat: Chat, message_id: int, text: str) -> tuple[str, bool]:
    """Return the button's address and whether its app may answer with a message."""
    inline = chat.messages.get(message_id, {}).get("reply_markup", {}).get("inline_keyboard", [])
    keyboard = (chat.keyboard or {}).get("keyboard", [])
    # A keyboard's app has no query to answer: it sends data through the chat instead.
    for rows, answers in ((inline, True), (keyboard, False)):
        for button in (button for row in rows for button in row):
            if button.get("web_app") and button["text"] == text:
                return str(button["web_app"]["url"]), answers
    menu = chat.menu_button or world.bot.menu_button or {}
    if menu.get("type") == "web_app" and menu.get("text") == text:
        return str(menu["web_app"]["url"]), True
    raise NotShown("no web_app button with this text is shown")
