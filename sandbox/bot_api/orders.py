"""What a /play request orders: its JSON body read strictly, and the people's act that it stands for."""

import base64
from collections.abc import Callable
from typing import Any

from sandbox.bot_api import acts, group_acts, limits, web_apps
from sandbox.bot_api.acts import Impossible
from sandbox.bot_api.entities_marks import units
from sandbox.bot_api.methods.media import document, photo
from sandbox.bot_api.world import Flood, World

Json = dict[str, Any]
Act = Callable[[World, "Order"], Any]


class Order:
    """The JSON body of a /play request, read strictly: Impossible names the field that is wrong."""

    def __init__(self, body: Any) -> None:
        if not isinstance(body, dict):
            raise Impossible("the body must be a JSON object")
        self.body = body

    def integer(self, name: str, default: int | None = None) -> int:
        """Return a whole number; Impossible where absent without a default."""
        value = self.body.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool):
            raise Impossible(f"{name} must be an integer")
        return value

    def text(self, name: str, default: str | None = None) -> str:
        """Return a string; Impossible where absent without a default."""
        value = self.body.get(name, default)
        if not isinstance(value, str):
            raise Impossible(f"{name} must be a string")
        return value

    def real(self, name: str, most: float) -> float:
        """Return a number within plus and minus `most`."""
        value = self.body.get(name)
        if not isinstance(value, int | float) or isinstance(value, bool) or abs(value) > most:
            raise Impossible(f"{name} must be a number between -{most:g} and {most:g}")
        return float(value)

    @property
    def chat_id(self) -> int:
        """Return the chat that is meant."""
        return self.integer("chat_id")

    @property
    def from_id(self) -> int:
        """Return who acts: the person of a private chat, or from_id."""
        from_id = self.integer("from_id", self.chat_id)
        if from_id <= 0:
            raise Impossible("from_id must name a person")
        return from_id

    @property
    def reply_to(self) -> int | None:
        """Return the message that is replied to on purpose."""
        return self.integer("reply_to_message_id") if "reply_to_message_id" in self.body else None


def _person(world: World, order: Order) -> Json:
    if order.chat_id <= 0:
        raise Impossible("the id of a person is positive")
    names = ("first_name", "last_name", "username", "language_code")
    fields = {name: order.text(name) for name in names if order.body.get(name) is not None}
    return {"person": acts.introduce(world, order.chat_id, fields)}


def _text(world: World, order: Order) -> Json:
    text = order.text("text").strip()
    if not text:
        raise Impossible("text must not be empty")
    if units(text) > limits.MESSAGE_TEXT:
        raise Impossible(
            f"text must not be longer than {limits.MESSAGE_TEXT} UTF-16 units: people's apps would split it"
        )
    return {"message": acts.say(world, order.chat_id, order.from_id, acts.text_content(text), order.reply_to)}


def _place(order: Order) -> Json:
    place: Json = {
        "latitude": order.real("latitude", limits.LATITUDE),
        "longitude": order.real("longitude", limits.LONGITUDE),
    }
    if order.body.get("horizontal_accuracy") is not None:
        place["horizontal_accuracy"] = order.real("horizontal_accuracy", limits.ACCURACY)
    return place


def _location(world: World, order: Order) -> Json:
    place = _place(order)
    if order.body.get("live_period") is not None:
        place["live_period"] = order.integer("live_period")
    if "message_id" in order.body:
        return {"message": acts.move_location(world, order.chat_id, order.integer("message_id"), place)}
    asked = order.reply_to or acts.asked_by(world, order.chat_id, "request_location")
    return {"message": acts.say(world, order.chat_id, order.from_id, {"location": place}, asked)}


def _venue(world: World, order: Order) -> Json:
    place = _place(order)
    venue = {"location": place, "title": order.text("title", "A place"), "address": order.text("address", "")}
    return {
        "message": acts.say(world, order.chat_id, order.from_id, {"venue": venue, "location": place}, order.reply_to)
    }


def _contact(world: World, order: Order) -> Json:
    user_id = order.integer("user_id", order.from_id)
    person = world.person(user_id)
    phone = order.text("phone_number", f"+35190{user_id % 10_000_000:07d}")
    contact = {"phone_number": phone, "first_name": person.first_name, "user_id": user_id}
    asked = order.reply_to or acts.asked_by(world, order.chat_id, "request_contact")
    return {"message": acts.say(world, order.chat_id, order.from_id, {"contact": contact}, asked)}


def _content(order: Order) -> bytes:
    try:
        return base64.b64decode(order.text("content"), validate=True)
    except ValueError:
        raise Impossible("content must be base64") from None


def _sent(world: World, order: Order, content: Json) -> Json:
    caption = order.text("caption", "").strip()
    if units(caption) > limits.CAPTION_TEXT:
        raise Impossible(f"caption must not be longer than {limits.CAPTION_TEXT} UTF-16 units")
    content |= acts.caption_content(caption)
    return {"message": acts.say(world, order.chat_id, order.from_id, content, order.reply_to)}


def _photo(world: World, order: Order) -> Json:
    file = world.files.keep("photo", "photo.jpg", "image/jpeg", _content(order))
    if not file.width:
        raise Impossible("content must be a PNG, JPEG, GIF or WebP picture")
    return _sent(world, order, photo(file))


def _document(world: World, order: Order) -> Json:
    content = _content(order)
    if not content or len(content) > limits.UPLOAD:
        raise Impossible(f"content must have 1 to {limits.UPLOAD} bytes")
    name, mime = order.text("name", "file"), order.text("mime", "application/octet-stream")
    return _sent(world, order, document(world.files.keep("document", name, mime, content)))


def _press(world: World, order: Order) -> Json:
    message_id, data, force = order.integer("message_id"), order.text("data"), bool(order.body.get("force"))
    query_id = acts.press(world, order.chat_id, message_id, data, order.from_id, force=force)
    return {"callback_query_id": query_id, "answer": None}


def _edit(world: World, order: Order) -> Json:
    return {"message": acts.edit_text(world, order.chat_id, order.integer("message_id"), order.text("text"))}


def _inline(world: World, order: Order) -> Json:
    query, offset = order.text("query", ""), order.text("offset", "")
    return {"inline_query_id": acts.ask_inline(world, order.chat_id, order.from_id, query, offset)}


def _inline_choice(world: World, order: Order) -> Json:
    return {"message": acts.choose_inline(world, order.text("inline_query_id"), order.text("result_id"))}


def _web_app(world: World, order: Order) -> Json:
    message_id = order.integer("message_id", 0)
    return web_apps.open_web_app(world, order.chat_id, message_id, order.text("text"), order.from_id)


def _web_app_data(world: World, order: Order) -> Json:
    data = {"data": order.text("data"), "button_text": order.text("button_text")}
    return {"message": acts.say(world, order.chat_id, order.from_id, {"web_app_data": data})}


def _group(world: World, order: Order) -> Json:
    members = order.body.get("members")
    if not isinstance(members, list) or not all(isinstance(member, int) and member > 0 for member in members):
        raise Impossible("members must be a list of people's ids")
    administrator = order.body.get("administrator")
    if administrator not in (None, True, False):
        raise Impossible("administrator must be true or false")
    return {"chat": group_acts.make_group(world, order.chat_id, order.text("title"), members, administrator)}


def _block(world: World, order: Order) -> Json:
    acts.set_blocked(world, order.chat_id, blocked=True)
    return {}


def _unblock(world: World, order: Order) -> Json:
    acts.set_blocked(world, order.chat_id, blocked=False)
    return {}


def _deactivate(world: World, order: Order) -> Json:
    acts.deactivate(world, order.chat_id)
    return {}


def _silence(world: World, order: Order) -> Json:
    group_acts.silence(world, order.chat_id, silenced=bool(order.body.get("silenced", True)))
    return {}


def _migrate(world: World, order: Order) -> Json:
    likely = order.chat_id - 1_000_000_000_000
    return {"chat": group_acts.migrate(world, order.chat_id, order.integer("to_chat_id", likely))}


def _react(world: World, order: Order) -> Json:
    acts.react_to(world, order.chat_id, order.integer("message_id"), order.from_id, order.text("emoji", ""))
    return {}


def _flood(world: World, order: Order) -> Json:
    retry_after, count = order.integer("retry_after"), order.integer("count", 1)
    if retry_after < 1 or count < 1:
        raise Impossible("retry_after and count must be positive")
    world.floods.append(Flood(retry_after, count, order.integer("chat_id") if "chat_id" in order.body else None))
    return {}


ACTS: dict[str, Act] = {
    "person": _person, "text": _text, "press": _press, "location": _location, "venue": _venue, "contact": _contact, "photo": _photo,
    "document": _document,
    "edit": _edit, "inline": _inline, "inline_choice": _inline_choice, "web_app": _web_app,
    "web_app_data": _web_app_data, "group": _group, "block": _block, "unblock": _unblock, "react": _react,
    "flood": _flood, "deactivate": _deactivate, "silence": _silence, "migrate": _migrate,
}  # fmt: skip
