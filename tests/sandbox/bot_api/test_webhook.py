"""Webhooks: delivery in order, the secret, retries with growing pauses, and Retry-After."""

import asyncio

import httpx
import pytest
from starlette.responses import Response

from sandbox.app import Sandbox
from sandbox.clock import Clock
from tests.sandbox.bot_api.hands import NOON, TOKEN, Hands
from tests.sandbox.bot_api.receiver import HOOK, Receiver, webhook_info

ANA, BRUNO = 1001, 1002


async def test_updates_come_in_order_with_the_secret(hands: Hands, receiver: Receiver) -> None:
    await hands.play("text", chat_id=ANA, text="waiting already")
    described = await hands.call("setWebhook", url=HOOK, secret_token="s3cret", max_connections=1)
    assert described["description"] == "Webhook was set"
    await hands.play("text", chat_id=ANA, text="later")
    updates = await receiver.until(2)
    assert [update["message"]["text"] for update in updates] == ["waiting already", "later"]
    assert {secret for _, secret in receiver.got} == {"s3cret"}
    info = await webhook_info(hands, pending_update_count=0)
    assert info == {"url": HOOK, "has_custom_certificate": False, "pending_update_count": 0, "max_connections": 1}
    assert (await hands.call("setWebhook", url=HOOK, secret_token="s3cret", max_connections=1))[
        "description"
    ] == "Webhook is already set"
    assert (await hands.call("deleteWebhook"))["description"] == "Webhook was deleted"
    assert (await hands.call("setWebhook"))["description"] == "Webhook is already deleted"


async def test_what_is_refused_comes_again_at_once_and_then_after_growing_pauses(
    hands: Hands, receiver: Receiver, clock: Clock
) -> None:
    receiver.answers = [
        Response(status_code=500),
        Response(status_code=503),
        httpx.ReadError("cut"),
        Response(status_code=500),
    ]
    await hands.ok("setWebhook", url=HOOK)
    await hands.play("text", chat_id=ANA, text="again and again")
    await receiver.until(2)
    info = await webhook_info(hands, last_error_message="Wrong response from the webhook: 503 Service Unavailable")
    assert info["last_error_date"] == int(NOON)
    assert info["pending_update_count"] == 1
    for count, pause in ((3, 2), (4, 4), (5, 8)):
        assert len(receiver.got) == count - 1
        clock.set(clock.now() + pause)
        await receiver.until(count)
    await webhook_info(hands, pending_update_count=0)


async def test_pauses_grow_to_two_minutes_at_most(hands: Hands, receiver: Receiver, clock: Clock) -> None:
    receiver.answers = [Response(status_code=500) for _ in range(12)]
    await hands.ok("setWebhook", url=HOOK)
    await hands.play("text", chat_id=ANA, text="again and again")
    await receiver.until(2)
    for count in range(3, 12):
        await webhook_info(hands, last_error_date=int(clock.now()))
        # A second less than the pause changes nothing, the rest of it does.
        clock.set(clock.now() + min(2.0 ** (count - 2), 60) - 1)
        await webhook_info(hands, pending_update_count=1)
        assert len(receiver.got) == count - 1
        clock.set(clock.now() + 61)
        await receiver.until(count)


async def test_a_webhook_that_is_gone_for_most_of_a_day_is_given_up(
    hands: Hands, receiver: Receiver, clock: Clock
) -> None:
    receiver.answers = [Response(status_code=status) for status in (410, 500, *[410] * 5)]
    await hands.ok("setWebhook", url=HOOK)
    await hands.play("text", chat_id=ANA, text="anybody there?")
    await receiver.until(2)
    for count, hours in ((3, 1), (4, 11), (5, 11)):
        clock.set(clock.now() + hours * 3600)
        await receiver.until(count)
        assert (await hands.ok("getWebhookInfo"))["url"] == HOOK
    await hands.play("text", chat_id=BRUNO, text="and now?")
    clock.set(clock.now() + 1.5 * 3600)
    await webhook_info(hands, url="")


async def test_one_chat_waits_and_the_others_go_on(hands: Hands, receiver: Receiver, clock: Clock) -> None:
    receiver.answers = [Response(status_code=429, headers={"Retry-After": "30"})]
    await hands.ok("setWebhook", url=HOOK)
    await hands.play("text", chat_id=ANA, text="first")
    await receiver.until(1)
    await hands.play("text", chat_id=ANA, text="second")
    await hands.play("text", chat_id=BRUNO, text="other")
    await receiver.until(2)
    await webhook_info(hands, pending_update_count=2)
    clock.set(clock.now() + 29)
    await webhook_info(hands, pending_update_count=2)
    clock.set(clock.now() + 1)
    updates = await receiver.until(4)
    assert [update["message"]["text"] for update in updates] == ["first", "other", "first", "second"]


async def test_a_press_does_not_wait_for_the_messages_of_its_chat(
    hands: Hands, receiver: Receiver, clock: Clock
) -> None:
    await hands.play("text", chat_id=ANA, text="/start")
    await hands.updates(offset=-1)
    keys = {"inline_keyboard": [[{"text": "A", "callback_data": "a"}]]}
    sent = await hands.ok("sendMessage", chat_id=ANA, text="x", reply_markup=keys)
    receiver.answers = [Response(status_code=429, headers={"Retry-After": "30"}) for _ in range(2)]
    await hands.ok("setWebhook", url=HOOK, drop_pending_updates=True)
    await hands.play("text", chat_id=ANA, text="first")
    await receiver.until(1)
    for _ in range(2):
        await hands.play("press", chat_id=ANA, message_id=sent["message_id"], data="a")
    updates = await receiver.until(2)
    assert [next(kind for kind in update if kind != "update_id") for update in updates] == ["message", "callback_query"]
    # Both wait now, each in its own queue; the second press waits for the first.
    await webhook_info(hands, pending_update_count=3)
    clock.set(clock.now() + 30)
    updates = await receiver.until(5)
    presses = [update["update_id"] for update in updates if "callback_query" in update]
    assert len(presses) == 3
    assert presses[0] == presses[1] < presses[2]


@pytest.mark.parametrize(
    "anew",
    [{"url": f"{HOOK}?new"}, {"secret_token": "new"}, {"drop_pending_updates": True}],
    ids=lambda anew: next(iter(anew)),
)
async def test_a_new_webhook_waits_out_no_pause_of_the_old_one(
    anew: dict[str, object], hands: Hands, receiver: Receiver, clock: Clock
) -> None:
    receiver.answers = [Response(status_code=429, headers={"Retry-After": "120"})]
    await hands.ok("setWebhook", url=HOOK)
    await hands.play("text", chat_id=ANA, text="while the bot was down")
    await receiver.until(1)
    await webhook_info(hands, last_error_message="Wrong response from the webhook: 429 Too Many Requests")
    receiver.answers = [Response(status_code=500)] * 2
    await hands.ok("setWebhook", **{"url": HOOK, **anew})
    await hands.play("text", chat_id=ANA, text="and now")
    # The first new try comes at once and the pause after it is the shortest, as for any webhook.
    updates = await receiver.until(3)
    first = "and now" if "drop_pending_updates" in anew else "while the bot was down"
    assert [update["message"]["text"] for update in updates[1:]] == [first] * 2
    await webhook_info(hands, last_error_message="Wrong response from the webhook: 500 Internal Server Error")
    clock.set(clock.now() + 2)
    assert (await receiver.until(4))[3] == updates[1]


async def test_a_new_webhook_waits_for_no_answer_to_the_old_one(hands: Hands, receiver: Receiver) -> None:
    receiver.holding = asyncio.Event()
    await hands.ok("setWebhook", url=HOOK)
    await hands.play("text", chat_id=ANA, text="hangs")
    await receiver.until(1)
    receiver.holding = None
    await hands.ok("setWebhook", url=HOOK, secret_token="new")
    await receiver.until(2)
    await webhook_info(hands, pending_update_count=0)
    assert [secret for _, secret in receiver.got] == [None, "new"]


async def test_a_webhook_that_goes_away_leaves_what_waits_for_polls(hands: Hands, receiver: Receiver) -> None:
    receiver.answers = [Response(status_code=500), Response(status_code=500)]
    await hands.ok("setWebhook", url=HOOK)
    await hands.play("text", chat_id=ANA, text="kept")
    await receiver.until(2)
    await hands.ok("deleteWebhook")
    assert [update["message"]["text"] for update in await hands.updates()] == ["kept"]
    await hands.ok("setWebhook", url=HOOK, drop_pending_updates=True)
    assert (await hands.ok("getWebhookInfo"))["pending_update_count"] == 0


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"url": "http://hook.example/x"}, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"),
        (
            {"url": "https://hook.example:81/x"},
            "Bad Request: bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
        ),
        ({"url": "https://"}, "Bad Request: invalid webhook URL specified"),
        ({"url": "http://127.0.0.1:9/\x01"}, "Bad Request: invalid webhook URL specified"),
        ({"url": "https://hook.example/a b"}, "Bad Request: invalid webhook URL specified"),
        ({"url": HOOK, "ip_address": "x"}, "Bad Request: bad webhook: Invalid IP address specified"),
        ({"url": HOOK, "ip_address": "::1"}, "Bad Request: bad webhook: IPv6-only addresses are not allowed"),
        ({"url": HOOK, "ip_address": "10.0.0.1"}, "Bad Request: bad webhook: IP address 10.0.0.1 is reserved"),
        ({"url": HOOK, "secret_token": "a b"}, "Bad Request: secret token contains unallowed characters"),
        ({"url": HOOK, "secret_token": "a" * 257}, "Bad Request: secret token is too long"),
    ],
)
async def test_addresses_and_secrets_are_checked(parameters: dict[str, str], words: str, hands: Hands) -> None:
    assert await hands.no("setWebhook", **parameters) == words


async def test_a_fixed_address_is_delivered_to_in_the_name_of_the_host(hands: Hands, receiver: Receiver) -> None:
    url = "https://hook.example/hook"
    await hands.ok("setWebhook", url=url, ip_address="127.0.0.1")
    await hands.play("text", chat_id=ANA, text="to the address")
    await receiver.until(1)
    assert receiver.called == [("127.0.0.1", "hook.example")]
    assert (await hands.ok("getWebhookInfo"))["ip_address"] == "127.0.0.1"
    for address, words in (
        ("127.0.0.1", "Webhook is already set"),
        ("127.0.0.2", "Webhook was set"),
        ("", "Webhook was set"),
        ("", "Webhook is already set"),
    ):
        answer = await hands.call("setWebhook", url=url, ip_address=address)
        assert answer["description"] == words
        assert (await hands.ok("getWebhookInfo")).get("ip_address", "") == address


async def test_what_is_dropped_or_certified_is_always_set_anew(hands: Hands) -> None:
    await hands.ok("setWebhook", url=HOOK)
    dropped = await hands.call("setWebhook", url=HOOK, drop_pending_updates=True)
    assert dropped["description"] == "Webhook was set"
    for _ in range(2):
        certified = await hands.client.post(
            f"/bot{TOKEN}/setWebhook", data={"url": HOOK}, files={"certificate": ("c.pem", b"x")}
        )
        assert certified.json()["description"] == "Webhook was set"
        assert (await hands.ok("getWebhookInfo"))["has_custom_certificate"] is True
    assert (await hands.call("setWebhook", url=HOOK))["description"] == "Webhook was set"
    assert (await hands.ok("getWebhookInfo"))["has_custom_certificate"] is False


async def test_a_webhook_that_nobody_answers_is_said(hands: Hands, app: Sandbox) -> None:
    async with app.running():
        await hands.ok("setWebhook", url=HOOK)
        await hands.play("text", chat_id=ANA, text="hello?")
        async with asyncio.timeout(10):
            while "last_error_message" not in (info := await hands.ok("getWebhookInfo")):
                pass
        assert info["last_error_message"] == "Connection refused"
