"""Answers to people's presses, inline queries and Mini Apps."""

from typing import Any

from sandbox.bot_api import errors, limits
from sandbox.bot_api.errors import Refusal
from sandbox.bot_api.markup import inline_keyboard
from sandbox.bot_api.methods.asked import asked_text
from sandbox.bot_api.methods.places import asked_place
from sandbox.bot_api.parameters import Json, Parameters
from sandbox.bot_api.world import World


def answer_callback_query(world: World, parameters: Parameters) -> bool:
    """Show a toast or an alert, or open an address, at the person who pressed the button."""
    query_id = parameters.text("callback_query_id")
    query = world.queries.callbacks.get(query_id)
    if query is None or world.clock.now() - query["at"] > limits.CALLBACK_LIFE:
        raise Refusal(errors.QUERY_TOO_OLD)
    text = parameters.text("text")
    if len(text) > limits.CALLBACK_ANSWER:
        raise Refusal(errors.ANSWER_TOO_LONG)
    answer: Json = {"text": text, "show_alert": parameters.boolean("show_alert"), "url": parameters.text("url")}
    # A second answer is taken as well: no source says that Telegram refuses it.
    query["answer"] = answer
    world.feed.tell(query["chat_id"], "callback_answer", {"callback_query_id": query_id, **answer})
    return True


def answer_inline_query(world: World, parameters: Parameters) -> bool:
    """Offer results to the person who typed the inline query."""
    query = world.queries.inline.get(parameters.text("inline_query_id"))
    if query is None or world.clock.now() - query["at"] > limits.INLINE_LIFE:
        raise Refusal(errors.QUERY_TOO_OLD)
    results = parameters.tree("results")
    if not isinstance(results, list):
        raise Refusal(errors.RESULTS_JSON)
    if len(results) > limits.INLINE_RESULTS:
        raise Refusal(errors.RESULTS_TOO_MANY)
    offered = {}
    for result in results:
        content = _result_content(world, result)
        if str(result["id"]) in offered:
            raise Refusal(errors.RESULT_DOUBLE)
        offered[str(result["id"])] = content
    query["results"] = offered
    if (parameters.mapping("button") or {}).get("web_app"):
        raise Refusal(errors.PARAMETER_NOT_SPOKEN, name="button.web_app")
    shown = {
        "inline_query_id": parameters.text("inline_query_id"),
        "query": query["query"],
        "results": results,
        "button": parameters.mapping("button"),
        "next_offset": parameters.text("next_offset"),
    }
    world.feed.tell(query["chat_id"], "inline", shown)
    return True


def answer_web_app_query(world: World, parameters: Parameters) -> Json:
    """Post a result in the name of the person whose Mini App asked; returns a SentWebAppMessage."""
    query = world.queries.web_apps.pop(parameters.text("web_app_query_id"), None)
    if query is None:
        raise Refusal(errors.QUERY_TOO_OLD)
    content = _result_content(world, parameters.mapping("result"))
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
    if not isinstance(result, dict) or not result.get("id") or len(str(result["id"]).encode()) > limits.RESULT_ID:
        raise Refusal(errors.RESULT_ID)
    kind = result.get("type")
    keyboard = inline_keyboard(result["reply_markup"], private=True) if result.get("reply_markup") else None
    given = result.get("input_message_content")
    if isinstance(given, dict):
        return {"message": _input_content(world, given), "keyboard": keyboard}
    if kind == "location":
        return {"message": {"location": asked_place(Parameters(result))}, "keyboard": keyboard}
    if kind == "venue":
        return {"message": _venue(result), "keyboard": keyboard}
    if kind == "article":
        raise Refusal(errors.RESULT_CONTENT)
    raise Refusal(errors.RESULT_KIND, kind=kind)


def _input_content(world: World, given: Json) -> Json:
    """Return the content of an InputMessageContent, told apart by its fields as Telegram does."""
    asked = Parameters(given)
    if "message_text" in given:
        texts = {
            "text": given["message_text"],
            "parse_mode": given.get("parse_mode"),
            "entities": given.get("entities"),
        }
        content = asked_text(world, Parameters({key: value for key, value in texts.items() if value is not None}))
        return {
            **content,
            **({"link_preview_options": given["link_preview_options"]} if "link_preview_options" in given else {}),
        }
    if "phone_number" in given:
        names = ("phone_number", "first_name", "last_name", "vcard")
        return {"contact": {name: asked.text(name) for name in names if asked.has(name)}}
    if "address" in given:
        return _venue(given)
    return {"location": asked_place(asked)}


def _venue(given: Json) -> Json:
    asked = Parameters(given)
    location = asked_place(asked)
    return {
        "venue": {"location": location, "title": asked.text("title"), "address": asked.text("address")},
        "location": location,
    }


METHODS = {
    "answerCallbackQuery": answer_callback_query,
    "answerInlineQuery": answer_inline_query,
    "answerWebAppQuery": answer_web_app_query,
}
