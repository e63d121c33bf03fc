"""What the client adds to the wire: attempts, deadlines, limits and silence about secrets."""

import logging
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx
import pytest

from queue_api.client import ATTEMPTS, VirtualTicket
from queue_api.settings import QueueSettings
from queue_api.transport import open_client
from queue_api.wire.requests import ONE_THING
from tickets.errors import QueueServerError, ServerNonsense, ServerUnavailable, TokenRefused
from tickets.model import Credentials, Registration
from tickets.ports import QueueServer

SETTINGS = QueueSettings("http://queue.test/vt/api")
SECRET = "frewjng4-secret"
YES = {"success": True}
NO_TICKETS = {"success": True, "tickets": []}


class Talk:
    """A client whose server answers from a list; the last answer is for all that follow."""

    def __init__(self, http: httpx.AsyncClient, settings: QueueSettings) -> None:
        self.asked: list[httpx.Request] = []
        self.pauses: list[float] = []
        self.client = VirtualTicket(http, settings, pause=self._pause)

    async def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)


@asynccontextmanager
async def talk(*replies: Any, settings: QueueSettings = SETTINGS) -> AsyncIterator[Talk]:
    """`replies` are trees (200), statuses, responses, or exceptions to raise."""
    talking: Talk

    def answer(request: httpx.Request) -> httpx.Response:
        talking.asked.append(request)
        reply = replies[min(len(talking.asked), len(replies)) - 1]
        if isinstance(reply, Exception):
            raise reply
        if isinstance(reply, int):
            reply = httpx.Response(reply, text="")
        made = reply if isinstance(reply, httpx.Response) else httpx.Response(200, json=reply)
        # As from a network: the body is still to be read.
        return httpx.Response(made.status_code, headers=made.headers, stream=httpx.ByteStream(made.content))

    async with open_client(settings, transport=httpx.MockTransport(answer)) as http:
        talking = Talk(http, settings)
        yield talking


def test_it_is_the_queue_server_of_the_rules() -> None:
    server: QueueServer = VirtualTicket(httpx.AsyncClient(), SETTINGS)
    assert server is not None


@pytest.mark.parametrize(
    "passing", [502, 503, 504, httpx.ReadError("x"), httpx.ConnectError("x"), httpx.ReadTimeout("x")]
)
async def test_readings_outlive_what_passes(passing: Any) -> None:
    async with talk(passing, passing, NO_TICKETS) as told:
        assert await told.client.tickets(SECRET) == ()
        assert len(told.asked) == ATTEMPTS
        assert [0.1 <= told.pauses[0] <= 0.2, 0.2 <= told.pauses[1] <= 0.4] == [True, True]


@pytest.mark.parametrize("reply", [500, 429, 401, 404, 302, 200])
async def test_what_does_not_pass_is_not_asked_again(reply: int) -> None:
    async with talk(reply) as told:
        with pytest.raises(QueueServerError):
            await told.client.tickets(SECRET)
        assert len(told.asked) == 1


async def test_a_server_that_wants_to_be_left_alone_is() -> None:
    async with talk(httpx.Response(503, headers={"Retry-After": "30"})) as told:
        with pytest.raises(ServerUnavailable) as caught:
            await told.client.tickets(SECRET)
        assert (len(told.asked), caught.value.retry_after) == (1, 30.0)


UNSAFE: dict[str, Callable[[VirtualTicket], Any]] = {
    "create": lambda client: client.create(SECRET, "l", "s"),
    "cancel": lambda client: client.cancel(SECRET, "t"),
    "register": lambda client: client.register(Registration(Credentials("u", "p"))),
    "login": lambda client: client.login(Credentials("u", "p")),
    "update": lambda client: client.update(SECRET, {"name": "n"}),
    "reset_password": lambda client: client.reset_password("a@b"),
    "new_password": lambda client: client.new_password("t", "p", vt=True),
}


@pytest.mark.parametrize("call", UNSAFE.values(), ids=UNSAFE)
@pytest.mark.parametrize(
    ("fault", "may"),
    [
        (502, True),
        (503, True),
        (httpx.ReadError("x"), True),
        (httpx.RemoteProtocolError("x"), True),
        (httpx.WriteTimeout("x"), True),
        (httpx.ConnectError("x"), False),
        (httpx.ConnectTimeout("x"), False),
        (httpx.PoolTimeout("x"), False),
    ],
)
async def test_what_acts_is_never_repeated(call: Callable[[VirtualTicket], Any], fault: Any, may: bool) -> None:
    async with talk(fault) as told:
        with pytest.raises(ServerUnavailable) as caught:
            await call(told.client)
        assert (len(told.asked), caught.value.may_have_happened, told.pauses) == (1, may, [])


async def test_one_attempt_that_may_have_arrived_is_enough_for_doubt() -> None:
    async with talk(httpx.ReadError("x"), httpx.ConnectError("x")) as told:
        with pytest.raises(ServerUnavailable) as caught:
            await told.client.tickets(SECRET)
        assert caught.value.may_have_happened is True


@pytest.mark.parametrize(
    ("call", "most"),
    [
        (lambda client: client.create(SECRET, "l", "s"), ONE_THING),
        (lambda client: client.details(SECRET), ONE_THING),
        (lambda client: client.tickets(SECRET), 4 * ONE_THING),
        (lambda client: client.locations(), SETTINGS.max_bytes),
    ],
)
async def test_each_operation_has_its_size(call: Callable[[VirtualTicket], Any], most: int) -> None:
    async with talk(httpx.Response(200, content=b" " * (most + 1))) as told:
        with pytest.raises(ServerNonsense, match=f"larger than {most} bytes"):
            await call(told.client)
    async with talk(httpx.Response(200, content=b" " * most)) as told:
        with pytest.raises(ServerNonsense, match="empty"):
            await call(told.client)


async def test_the_operator_s_size_is_the_upper_bound() -> None:
    async with talk(NO_TICKETS, settings=replace(SETTINGS, max_bytes=10)) as told:
        with pytest.raises(ServerNonsense, match="larger than 10 bytes"):
            await told.client.tickets(SECRET)


@pytest.mark.parametrize("token", ["", "a\r\nX: y", "tökèn", "\x00"])
async def test_a_token_that_cannot_travel_is_not_sent(token: str) -> None:
    async with talk(NO_TICKETS) as told:
        with pytest.raises(TokenRefused) as caught:
            await told.client.tickets(token)
        assert told.asked == []
        assert not token or token not in str(caught.value)


@pytest.mark.parametrize("ticket_id", ["", ".", "..", "..."])
async def test_an_id_that_is_no_segment_is_not_asked_for(ticket_id: str) -> None:
    async with talk(NO_TICKETS) as told:
        assert await told.client.ticket(SECRET, ticket_id) is None
        assert told.asked == []


async def test_an_update_keeps_the_token_where_the_answer_has_none() -> None:
    async with talk(YES, {"success": True, "vt_token": "another"}) as told:
        assert await told.client.update(SECRET, {"name": "n"}) == SECRET
        assert await told.client.update(SECRET, {"name": "n"}) == "another"


async def test_a_false_reset_is_no_error() -> None:
    async with talk({"success": "false"}) as told:
        assert await told.client.reset_password("a@b") is False


async def test_one_location_is_looked_for_in_an_answer_that_tells_all() -> None:
    places = {"success": True, "locations": [{"id": "1", "name": "a"}, {"id": "2", "name": "b"}]}
    async with talk(places) as told:
        assert [one.name for one in await told.client.locations(location_id="2")] == ["b"]


async def test_another_ticket_than_the_one_asked_for_is_none() -> None:
    one = {"id": "1", "number": 1, "master": {"id": "m"}, "service": {"id": "s"}}
    async with talk({"success": True, "tickets": [one]}, {"success": True, "ticket": one}) as told:
        assert await told.client.ticket(SECRET, "2") is None
        found = await told.client.ticket(SECRET, "1")
        assert found
        assert found.id == "1"


@pytest.mark.parametrize("place", ["header", "query", "body", "bearer"])
@pytest.mark.parametrize(
    "reply",
    [
        NO_TICKETS,
        502,
        401,
        httpx.ReadError(SECRET),
        httpx.InvalidURL(SECRET),
        httpx.Response(200, text=f'{{"success": true, "user": "{SECRET}", "tickets": "{SECRET}"}}'),
        httpx.Response(200, text=SECRET),
    ],
)
async def test_a_token_is_in_no_log_and_no_error(place: Any, reply: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with talk(reply, settings=replace(SETTINGS, token_in=place)) as told:
        for call in (told.client.tickets, told.client.details):
            try:
                await call(SECRET)
            except QueueServerError as error:
                shown = "".join(traceback.format_exception(error)) + repr(error) + repr(vars(error))
                assert SECRET not in shown
        assert SECRET not in repr(told.client) + repr(vars(told.client))
    assert "queue.test" in caplog.text or not isinstance(reply, dict)
    assert SECRET not in caplog.text


async def test_an_e_mail_address_is_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with talk(YES) as told:
        await told.client.reset_password("ana@example.org")
    assert "customer/resetpassword" in caplog.text
    assert "ana" not in caplog.text


async def test_cookies_do_not_go_along() -> None:
    async with talk(httpx.Response(200, json=NO_TICKETS, headers={"Set-Cookie": "session=ana"})) as told:
        await told.client.tickets(SECRET)
        await told.client.tickets(SECRET)
        assert all("cookie" not in request.headers for request in told.asked)
