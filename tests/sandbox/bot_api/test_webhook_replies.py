"""What a webhook answers: methods in any encoding are carried out, and nothing that stands there ends the deliveries."""

import asyncio

import httpx
import pytest
from aiogram import Bot, Dispatcher
from aiogram.methods import SendPhoto
from aiogram.types import BufferedInputFile, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web
from aiohttp.test_utils import TestServer
from starlette.responses import JSONResponse, Response

from sandbox.app import Sandbox
from sandbox.bot_api.parameters import Parameters
from sandbox.bot_api.webhook import Courier
from tests.sandbox.bot_api.hands import TOKEN, Hands
from tests.sandbox.bot_api.receiver import HOOK, Receiver, webhook_info
from tests.sandbox.bot_api.test_journey import PIXEL

ANA, BRUNO = 1001, 1002


async def test_a_method_in_the_reply_is_carried_out(hands: Hands, receiver: Receiver) -> None:
    receiver.answers = [
        JSONResponse({"method": "sendMessage", "chat_id": ANA, "text": "<b>hi</b>", "parse_mode": "HTML"}),
        JSONResponse({"method": "deleteWebhook"}),
        JSONResponse({"method": "sendMessage", "chat_id": 404, "text": "to nobody"}),
        JSONResponse(["no", "method"]),
        Response("ok"),
    ]
    await hands.ok("setWebhook", url=HOOK)
    for number in range(5):
        await hands.play("text", chat_id=ANA, text=str(number))
    await receiver.until(5)
    info = await webhook_info(hands, pending_update_count=0)
    assert info["url"] == HOOK
    texts = [message["text"] for message in (await hands.sees(ANA))["messages"] if message["from"]["is_bot"]]
    assert texts == ["hi"]


FIELDS = {
    "method": "sendPhoto",
    "chat_id": str(ANA),
    "caption": "*here*",
    "parse_mode": "MarkdownV2",
    "photo": "attach://one",
}
ENCODED = {
    "json": httpx.Request("POST", HOOK, json={**FIELDS, "method": "sendMessage", "text": "here"}),
    "form": httpx.Request("POST", HOOK, data={**FIELDS, "method": "SENDMESSAGE", "text": "here"}),
    "multipart": httpx.Request("POST", HOOK, data=FIELDS, files={"one": ("a.png", PIXEL, "image/png")}),
}


@pytest.mark.parametrize("encoding", list(ENCODED))
async def test_a_method_in_the_reply_comes_in_any_encoding(encoding: str, hands: Hands, receiver: Receiver) -> None:
    told = ENCODED[encoding]
    receiver.answers = [Response(told.read(), media_type=told.headers["Content-Type"])]
    await hands.ok("setWebhook", url=HOOK)
    await hands.play("text", chat_id=ANA, text="hello")
    await receiver.until(1)
    await webhook_info(hands, pending_update_count=0)
    shown = (await hands.sees(ANA))["messages"][-1]
    assert "here" in (shown.get("text"), shown.get("caption"))
    assert ("photo" in shown) == (encoding == "multipart")
    assert "photo" not in shown or shown["photo"][0]["file_size"] == len(PIXEL)


async def test_aiogram_answers_with_a_file_in_the_webhooks_reply(hands: Hands, app: Sandbox) -> None:
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def answer(message: Message) -> SendPhoto:
        return message.answer_photo(BufferedInputFile(PIXEL, "a.png"), caption="one")

    application = web.Application()
    SimpleRequestHandler(dispatcher, Bot(TOKEN), handle_in_background=False).register(application, path="/hook")
    async with TestServer(application) as server, app.running():
        await hands.ok("setWebhook", url=str(server.make_url("/hook")))
        await hands.play("text", chat_id=ANA, text="hello")
        async with asyncio.timeout(10):
            while (await hands.ok("getWebhookInfo"))["pending_update_count"]:
                pass
    shown = (await hands.sees(ANA))["messages"][-1]
    assert (shown["caption"], shown["photo"][0]["file_size"]) == ("one", len(PIXEL))


HUGE = "9" * 5000
REPLIES = {
    "nested": Response("[" * 100_000 + "]" * 100_000, media_type="application/json"),
    "nested parameter": JSONResponse({"method": "sendMessage", "chat_id": ANA, "reply_markup": "[" * 100_000}),
    "digits": JSONResponse({"method": "sendMessage", "chat_id": HUGE, "text": "x"}),
    "number": Response(f'{{"method":"sendMessage","chat_id":{HUGE}}}', media_type="application/json"),
    "half a character": Response(
        f'{{"method":"sendMessage","chat_id":{ANA},"text":"\\ud83d"}}', media_type="application/json"
    ),
    "no value": Response(
        f'{{"method":"sendMessage","chat_id":{ANA},"text":"x","link_preview_options":{{"x":NaN}}}}',
        media_type="application/json",
    ),
    "form": Response("--x", media_type="multipart/form-data; boundary=y"),
    "no bytes of it": Response(b"\xff\xfe{", media_type="application/json"),
    "later": Response(status_code=429, headers={"Retry-After": "\xb2"}),
}


@pytest.mark.parametrize("reply", list(REPLIES))
async def test_no_reply_ends_the_deliveries(reply: str, hands: Hands, receiver: Receiver) -> None:
    receiver.answers = [REPLIES[reply]]
    await hands.ok("setWebhook", url=HOOK)
    await hands.play("text", chat_id=ANA, text="one")
    await hands.play("text", chat_id=BRUNO, text="two")
    await receiver.until(2)
    await webhook_info(hands, pending_update_count=0)
    assert [message["text"] for message in (await hands.sees(ANA))["messages"]] == ["one"]


async def test_a_method_in_a_reply_that_breaks_costs_nobody_else(hands: Hands, app: Sandbox) -> None:
    def broken(method: str, _: Parameters) -> None:
        raise RuntimeError(method)

    there = Receiver()
    there.answers = [JSONResponse({"method": "sendMessage"})]
    courier = Courier(app.telegram.world, broken, httpx.ASGITransport(app=there.app))
    running = asyncio.ensure_future(courier.run())
    await hands.ok("setWebhook", url=HOOK)
    await hands.play("text", chat_id=ANA, text="one")
    await hands.play("text", chat_id=ANA, text="two")
    await there.until(2)
    assert not running.done()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_an_address_that_no_client_takes_is_said_and_ends_nothing(
    hands: Hands, receiver: Receiver, app: Sandbox
) -> None:
    # A data file of an earlier version may hold what setWebhook refuses now.
    await hands.ok("setWebhook", url=HOOK)
    assert app.telegram.world.updates.webhook is not None
    app.telegram.world.updates.webhook.url = "http://127.0.0.1:9/\x01"
    await hands.play("text", chat_id=ANA, text="one")
    await webhook_info(hands, last_error_message="Connection closed")
    await hands.ok("setWebhook", url=HOOK, drop_pending_updates=True)
    await hands.play("text", chat_id=BRUNO, text="two")
    assert (await receiver.until(1))[0]["message"]["text"] == "two"
