"""The courier that carries updates to the bot's webhook, tries again with growing pauses, and carries out what the bot answers."""

import asyncio
import json
import logging
import random
import re
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any

import httpx
from starlette.requests import Request
from starlette.types import Message

from sandbox.bot_api import errors, limits
from sandbox.bot_api.errors import Refusal
from sandbox.bot_api.parameters import Parameters
from sandbox.bot_api.transport import read_parameters
from sandbox.bot_api.world import World
from sandbox.bot_api.world_updates import Webhook, kind_of

log = logging.getLogger(__name__)
Json = dict[str, Any]
Act = Callable[[str, Parameters], Any]
Lane = tuple[int, int]
_NOT_FROM_A_WEBHOOK = ("get", "setwebhook", "deletewebhook", "close", "logout")


class Courier:
    """Delivers every waiting update, those of one queue in order, to the webhook of the moment."""

    def __init__(self, world: World, act: Act, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """Carry out methods in replies with `act(method, parameters)`; `transport` is httpx's own where none is given."""
        self._world = world
        self._act = act
        self._transport = transport
        self._busy: dict[Lane, asyncio.Task[None]] = {}
        self._served: Webhook | None = None
        self._chance = random.Random(world.seed)

    async def run(self) -> None:
        """Deliver until cancelled."""
        updates = self._world.updates
        # Certificates are not checked: a webhook on one's own machine has a home-made one.
        client = httpx.AsyncClient(
            transport=self._transport,
            timeout=limits.WEBHOOK_ANSWER,
            verify=False,  # noqa: S501
            trust_env=False,
        )
        async with client, asyncio.TaskGroup() as group:
            while True:
                updates.arrived.clear()
                self._start_afresh()
                for update in self._next_ones():
                    self._busy[_lane(update)] = task = group.create_task(self._deliver(client, update))
                    task.add_done_callback(partial(self._leave, _lane(update)))
                await updates.arrived.wait()

    def _start_afresh(self) -> None:
        """End what is under way to an earlier webhook, pauses as well: Telegram closes it, and a new one has none to wait out."""
        if self._served is not self._world.updates.webhook:
            self._served = self._world.updates.webhook
            for task in self._busy.values():
                task.cancel()

    def _leave(self, lane: Lane, _: asyncio.Task[None]) -> None:
        """Let the next update of a queue go."""
        del self._busy[lane]
        self._world.updates.arrived.set()

    def _next_ones(self) -> list[Json]:
        """Return the updates that may leave now: one a queue, and no more at a time than the bot takes."""
        updates = self._world.updates
        if updates.webhook is None:
            return []
        chosen: dict[Lane, Json] = {}
        for update in updates.pending():
            # One update of a queue at a time keeps its conversation in order while the others go on.
            if _lane(update) not in self._busy and len(self._busy) + len(chosen) < updates.webhook.max_connections:
                chosen.setdefault(_lane(update), update)
        return list(chosen.values())

    async def _deliver(self, client: httpx.AsyncClient, update: Json) -> None:
        """Push one update until it is taken, its webhook is gone, or Telegram would have dropped it."""
        updates, failures, delay = self._world.updates, 0, 1.0
        while updates.webhook is not None and update in updates.pending():
            asked = await self._try(client, updates.webhook, update)
            if asked is None:
                updates.done(update["update_id"])
                self._world.touch()
                return
            # The first new try comes at once; then the pauses double, unless the bot says how long.
            if failures and not asked:
                delay = min(delay * 2, self._chance.uniform(limits.WEBHOOK_PAUSE, limits.WEBHOOK_PAUSE * 2))
            await self._world.clock.sleep(asked or (delay if failures else 0.0))
            failures += 1

    async def _try(self, client: httpx.AsyncClient, webhook: Webhook, update: Json) -> float | None:
        """Push once. Returns None where it was taken, else the seconds that the bot asks to wait, 0 where it does not."""
        headers = {"Content-Type": "application/json"}
        if webhook.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = webhook.secret
        try:
            body = json.dumps(update, ensure_ascii=False).encode()
            answer = await client.send(_addressed(client, webhook, body, headers))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            self._failed(webhook, _words(error))
            return 0.0
        # Every 2xx means taken, whatever stands in the body.
        if answer.is_success:
            webhook.gone_since = 0.0
            await self._carry_out_reply(answer)
            return None
        phrase = HTTPStatus(answer.status_code).phrase if answer.status_code in list(HTTPStatus) else ""
        self._failed(webhook, errors.WRONG_RESPONSE.format(code=answer.status_code, phrase=phrase).rstrip())
        self._note_gone(webhook, answer.status_code)
        wait = answer.headers.get("Retry-After", "")
        return min(float(wait), limits.WEBHOOK_RETRY_AFTER) if re.fullmatch(r"[0-9]{1,9}", wait) else 0.0

    def _note_gone(self, webhook: Webhook, status: int) -> None:
        """Give a webhook up that has said nothing but 410 for most of a day: its bot has moved away."""
        now = self._world.clock.now()
        if status != HTTPStatus.GONE:
            webhook.gone_since = 0.0
        elif not webhook.gone_since:
            webhook.gone_since = now
        elif now - webhook.gone_since > limits.WEBHOOK_GONE and self._world.updates.webhook is webhook:
            self._world.updates.webhook = None

    def _failed(self, webhook: Webhook, words: str) -> None:
        webhook.last_error_date = self._world.date()
        webhook.last_error_message = words
        self._world.touch()

    async def _carry_out_reply(self, answer: httpx.Response) -> None:
        """Carry out the method that a reply names; what it answers is not told to the bot, and its mistakes are its own."""
        try:
            parameters = await read_parameters(_request(answer))
            method = parameters.text("method")
            parameters.values.pop("method", None)
            if method and not method.lower().startswith(_NOT_FROM_A_WEBHOOK):
                self._act(method, parameters)
        except Refusal:
            return
        except Exception:
            # Over HTTP a fault of ours costs one call its answer; here it would end everything that runs beside.
            log.exception("a method in the reply of a webhook broke")


def _addressed(client: httpx.AsyncClient, webhook: Webhook, body: bytes, headers: dict[str, str]) -> httpx.Request:
    """Return the push to a webhook: to its fixed address where it has one, yet in the name of its host."""
    url = httpx.URL(webhook.url)
    if not webhook.ip_address:
        return client.build_request("POST", url, content=body, headers=headers)
    headers = {**headers, "Host": url.netloc.decode()}
    fixed = url.copy_with(host=webhook.ip_address)
    return client.build_request("POST", fixed, content=body, headers=headers, extensions={"sni_hostname": url.host})


def _request(answer: httpx.Response) -> Request:
    """Return a webhook's reply as the request that it stands for, in whichever encoding the bot's library chose."""
    body: Message = {"type": "http.request", "body": answer.content, "more_body": False}

    async def receive() -> Message:
        return body

    kind = answer.headers.get("Content-Type", "").encode("latin-1")
    scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": [(b"content-type", kind)]}
    return Request(scope, receive)


def _lane(update: Json) -> Lane:
    """Return what orders an update: the queue of its kind, and in it its chat or its person.

    A press does not wait for the messages of its chat, nor they for it.
    """
    kind = kind_of(update)
    payload = update[kind]
    if kind == "callback_query" or "chat" not in payload:
        source = payload["from"]
    elif kind == "chat_member":
        source = payload["new_chat_member"]["user"]
    else:
        source = payload["chat"]
    return limits.WEBHOOK_QUEUES.get(kind, 0), source["id"]


def _words(error: Exception) -> str:
    if isinstance(error, httpx.TimeoutException):
        return errors.READ_TIMEOUT
    return errors.CONNECTION_REFUSED if isinstance(error, httpx.ConnectError) else errors.CONNECTION_CLOSED
