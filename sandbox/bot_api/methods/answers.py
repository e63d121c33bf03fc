"""Answers to people's presses, inline queries and Mini Apps."""

from typing import Any

from sandbox.bot_api import errors, limits
from sandbox.bot_api import errors_of_fields as words
from sandbox.bot_api.errors import Refusal, lowered
from sandbox.bot_api.errors_of_fields import FieldError
from sandbox.bot_api.fields import Fields
from sandbox.bot_api.links import opens_bot
from sandbox.bot_api.markup import checked_markup
from sandbox.bot_api.methods.asked import asked_text
from sandbox.bot_api.methods.places import checked_place
from sandbox.bot_api.parameters import Json, Parameters
from sandbox.bot_api.world import World

_TEXT = ("parse_mode", "entities", "link_preview_options", "disable_web_page_preview")


def answer_callback_query(world: World, parameters: Parameters) -> bool:
    """Show a toast or an alert, or open an address, at the person who pressed the button."""
    query_id = parameters.text("callback_query_id")
    query = world.queries.callbacks.get(query_id)
    if query is None or world.clock.now() - query["at"] > limits.CALLBACK_LIFE:
        raise Refusal(errors.QUERY_TOO_OLD)
    text = parameters.text("text")
    if len(text) > limits.CALLBACK_ANSWER:
        raise Refusal(errors.ANSWER_TOO_LONG)
    url = parameters.text("url")
    # Other addresses are for games, of which the sandbox has none (D answerCallbackQuery).
    if url and not opens_bot(url, world.bot.username):
        raise Refusal(errors.ANSWER_URL)
    answer: Json = {"text": text, "show_alert": parameters.boolean("show_alert"), "url": url}
    # A second answer is taken as well: no source says that Telegram refuses it.
    query["answer"] = answer
    world.feed.tell(query["chat_id"], "callback_answer", {"callback_query_id": query_id, **answer})
    return True


def answer_inline_query(world: World, parameters: Parameters) -> bool:
    """Offer results to the person who typed the inline query."""
    button = parameters.mapping("button")
    if (button or {}).get("web_app"):
        raise Refusal(errors.PARAMETER_NOT_SPOKEN, name="button.web_app")
    results = _results(parameters)
    # Everything is read before the query is looked for, and nothing is kept of an answer that is refused.
    try:
        contents = [_result_content(world, result) for result in results]
    except FieldError as error:
        raise Refusal(errors.RESULT_WRONG, why=str(error)) from None
    query = world.queries.inline.get(parameters.text("inline_query_id"))
    if query is None or world.clock.now() - query["at"] > limits.INLINE_LIFE:
        raise Refusal(errors.QUERY_TOO_OLD)
    names = [str(result["id"]) for result in results]
    if len(set(names)) < len(names):
        raise Refusal(errors.RESULT_DOUBLE)
    query["results"] = dict(zip(names, contents, strict=True))
    shown = {
        "inline_query_id": parameters.text("inline_query_id"),
        "query": query["query"],
        "results": results,
        "button": button,
        "next_offset": parameters.text("next_offset"),
    }
    world.feed.tell(query["chat_id"], "inline", shown)
    return True


def _results(parameters: Parameters) -> list[Any]:
    results = parameters.tree("results", errors.RESULTS_JSON)
    if results is None:
        return []
    if not isinstance(results, list):
        raise Refusal(errors.RESULTS_ARRAY)
    if len(results) > limits.INLINE_RESULTS:
        raise Refusal(errors.RESULTS_TOO_MANY)
    return results


def answer_web_app_query(world: World, parameters: Parameters) -> Json:
    """Post a result in the name of the person whose Mini App asked; returns a SentWebAppMessage."""
    result = parameters.tree("result", errors.WEB_APP_RESULT_JSON)
    if result is None:
        raise Refusal(errors.RESULT_MISSING)
    try:
        content = _result_content(world, result)
    except FieldError as error:
        raise Refusal(errors.FIELD_WRONG, why=lowered(str(error))) from None
    query = world.queries.web_apps.pop(parameters.text("web_app_query_id"), None)
    if query is None:
        raise Refusal(errors.QUERY_TOO_OLD)
    _, inline_message_id = post_result(world, query["chat_id"], query["user_id"], content)
    return {"inline_message_id": inline_message_id} if inline_message_id else {}


def post_result(world: World, chat_id: int, user_id: int, content: Json) -> tuple[Json, str]:
    """Post an inline result as its person's own message via the bot; returns it and its inline_message_id, "" without a keyboard."""
    chat = world.chats[chat_id]
    keyboard = content.get("keyboard")
    message = world.post(chat, world.user(user_id), {"via_bot": world.bot.user(), **content["message"]}, keyboard)
    # Only what has an inline keyboard can be edited later, so only that is given an identifier (D ChosenInlineResult).
    if not keyboard:
        return message, ""
    inline_message_id = f"BAAD{world.next_query_id()}"
    world.queries.inline_messages[inline_message_id] = [chat_id, message["message_id"]]
    return message, inline_message_id


def _result_content(world: World, result: Any) -> Json:
    """Return {"message": content, "keyboard": markup or None} of one InlineQueryResult of a kind that the sandbox speaks."""
    fields = Fields(result, words.INLINE_RESULT)
    kind, result_id = fields.text("type").lower(), fields.text("id")
    if not 1 <= len(result_id.encode()) <= limits.RESULT_ID:
        raise FieldError(words.RESULT_ID)
    given = Fields(fields.mapping("input_message_content")) if fields.has("input_message_content") else None
    keyboard = None
    if fields.has("reply_markup"):
        keyboard = checked_markup(fields.mapping("reply_markup"), private=False)
        if keyboard is not None and "inline_keyboard" not in keyboard:
            raise Refusal(errors.INLINE_EXPECTED)
    content = _input_content(world, given) if given else None
    own = _own_content(fields, kind, content)
    return {"message": content or own, "keyboard": keyboard}


def _own_content(fields: Fields, kind: str, content: Json | None) -> Json:
    """Return what a result of that kind shows by itself; refused where a field is missing that the kind must have."""
    if kind == "article":
        if content is None:
            fields.text("message_text")
            raise FieldError(words.CONTENT_MISSING)
        fields.text("title")
        return content
    if kind == "location":
        fields.text("title")
        return {"location": _place(fields)}
    if kind == "venue":
        return _venue(fields)
    if kind in limits.RESULT_KINDS:
        raise Refusal(errors.RESULT_KIND, kind=kind)
    raise FieldError(words.RESULT_TYPE, kind=kind)


def _input_content(world: World, given: Fields) -> Json:
    """Return the content of an InputMessageContent, told apart by its fields as Telegram does."""
    if given.optional_text("message_text"):
        asked = {name: given.tree[name] for name in _TEXT if name in given.tree}
        return asked_text(world, Parameters({"text": given.text("message_text"), **asked}))
    if given.has("latitude") and given.has("longitude"):
        return _venue(given) if given.has("title") and given.has("address") else {"location": _place(given)}
    if given.has("phone_number"):
        needed = {name: given.text(name) for name in ("phone_number", "first_name")}
        extras = {name: given.optional_text(name) for name in ("last_name", "vcard")}
        return {"contact": {**needed, **{name: value for name, value in extras.items() if value}}}
    raise FieldError(words.CONTENT_MISSING)


def _place(fields: Fields) -> Json:
    return checked_place(fields.number("latitude"), fields.number("longitude"), errors.PLACE_WRONG)


def _venue(fields: Fields) -> Json:
    location = checked_place(fields.number("latitude"), fields.number("longitude"), errors.VENUE_WRONG)
    return {
        "venue": {"location": location, "title": fields.text("title"), "address": fields.text("address")},
        "location": location,
    }


METHODS = {
    "answerCallbackQuery": answer_callback_query,
    "answerInlineQuery": answer_inline_query,
    "answerWebAppQuery": answer_web_app_query,
}
