"""What a status, a content type and `success` make of an answer, as plain tuples."""

import pytest

from queue_api.wire import answers, requests
from queue_api.wire.verdict import Answer, retry_after
from tickets.errors import QueueServerError, Refused, ServerNonsense, ServerUnavailable, TokenRefused
from tickets.model import Credentials

TICKETS = requests.tickets("t")
LOGIN = requests.login(Credentials("u", "p"))
EMPTY = b'{"success": true, "tickets": []}'
NO = b'{"success": false, "errno": 40}'
JSON, HTML = "application/json", "text/html"

VERDICTS: list[tuple[int, str, bytes, type[QueueServerError] | None]] = [
    (200, JSON, EMPTY, None),
    (200, "", EMPTY, None),
    (200, "text/plain; charset=utf-8", EMPTY, None),
    (200, "application/vnd.queue+json", EMPTY, None),
    (200, HTML, EMPTY, None),
    (200, "text/html; charset=UTF-8", b"\xef\xbb\xbf " + EMPTY, None),
    (200, HTML, NO, Refused),
    (200, HTML, b"[]", ServerNonsense),
    (200, HTML, b"{oops} <html>", ServerNonsense),
    (200, HTML, b"<success>true</success>", ServerNonsense),
    (200, HTML, b"<br />Notice<br />" + EMPTY, ServerNonsense),
    (200, "image/png", EMPTY, ServerNonsense),
    (200, "garbage", EMPTY, None),
    (201, JSON, EMPTY, None),
    (200, JSON, b"", ServerNonsense),
    (204, "", b"", ServerNonsense),
    (200, JSON, b"true", ServerNonsense),
    (200, JSON, b"[]", None),
    (200, JSON, b'{"tickets": []}', None),
    (200, JSON, b'{"success": null, "tickets": []}', None),
    (200, JSON, b'{"success": "perhaps", "tickets": []}', ServerNonsense),
    (200, JSON, b'{"success": true}', ServerNonsense),
    (200, JSON, b'{"success": true, "tickets": null}', None),
    (200, JSON, b'{"success": true, "tickets": ""}', None),
    (200, JSON, b'{"errno": 3}', Refused),
    (200, JSON, b'{"status": true, "tickets": []}', None),
    (200, JSON, b'{"status": false}', Refused),
    (200, JSON, NO, Refused),
    (301, JSON, EMPTY, ServerNonsense),
    (304, "", b"", ServerNonsense),
    (400, JSON, NO, Refused),
    (400, HTML, b"<html>", ServerNonsense),
    (401, JSON, NO, TokenRefused),
    (401, HTML, b"<html>", TokenRefused),
    (401, "", b"", TokenRefused),
    (403, JSON, NO, Refused),
    (404, JSON, NO, Refused),
    (404, HTML, b"<html>", ServerNonsense),
    (408, "", b"", ServerUnavailable),
    (409, JSON, b"{}", Refused),
    (429, JSON, NO, ServerUnavailable),
    (500, JSON, NO, Refused),
    (500, JSON, b'{"error": "oops"}', ServerUnavailable),
    (500, JSON, EMPTY, ServerUnavailable),
    (500, HTML, b"<html>", ServerUnavailable),
    (501, "text/plain", b"oops", ServerUnavailable),
    (502, JSON, NO, ServerUnavailable),
    (503, JSON, EMPTY, ServerUnavailable),
    (504, "", b"", ServerUnavailable),
]


@pytest.mark.parametrize(("status", "kind", "body", "expected"), VERDICTS)
def test_what_an_answer_means(status: int, kind: str, body: bytes, expected: type[QueueServerError] | None) -> None:
    answer = Answer(status, {"content-type": kind} if kind else {}, body)
    if expected is None:
        assert answers.all_tickets(TICKETS, answer, {}) == ()
        return
    with pytest.raises(QueueServerError) as caught:
        answers.all_tickets(TICKETS, answer, {})
    assert type(caught.value) is expected
    assert caught.value.operation == "customer/tickets"


def test_a_401_without_a_token_is_a_refusal() -> None:
    with pytest.raises(Refused) as caught:
        answers.vt_token(LOGIN, Answer(401, {}, b'{"success": false, "errno": "22", "message": "bad token of yours"}'))
    assert (caught.value.errno, caught.value.message) == (22, "bad token of yours")


@pytest.mark.parametrize(
    ("errno", "message", "expected"),
    [
        ("9", "Invalid vt_token", TokenRefused),
        ("null", "The token has expired.", TokenRefused),
        ("null", "vt-token is missing", TokenRefused),
        ("20", "", TokenRefused),
        ("21", "Sign in", TokenRefused),
        # A queue's tickets are called tokens too.
        ("null", "You already hold a token", Refused),
        ("9", "No token is given out after 17:00", Refused),
        ("44", "You hold a token; it is not valid for another service", Refused),
        ("6", "Unknown token", Refused),
        ("null", "Invalid service", Refused),
    ],
)
def test_a_refusal_is_about_the_vt_token_only_where_it_says_so(
    errno: str, message: str, expected: type[QueueServerError]
) -> None:
    request = requests.create("t", "1", "2")
    with pytest.raises(QueueServerError) as caught:
        answers.created(
            request, Answer(200, {}, f'{{"success": false, "errno": {errno}, "message": "{message}"}}'.encode()), {}
        )
    assert type(caught.value) is expected
    if isinstance(caught.value, Refused):
        assert caught.value.message == message


def test_a_refusal_s_odd_details() -> None:
    told = b'{"success": false, "errno": {"a": 1}, "error": " no "}'
    with pytest.raises(Refused) as caught:
        answers.vt_token(LOGIN, Answer(200, {}, told))
    assert (caught.value.errno, caught.value.message) == (None, "no")
    long = b'{"success": false, "errno": -1, "message": "%s"}' % (b"a" * 5000)
    with pytest.raises(Refused) as caught:
        answers.vt_token(LOGIN, Answer(200, {}, long))
    assert (caught.value.errno, len(caught.value.message)) == (-1, 300)


@pytest.mark.parametrize(("status", "may"), [(429, False), (502, True), (503, True), (408, True)])
def test_only_429_proves_that_nothing_happened(status: int, may: bool) -> None:
    with pytest.raises(ServerUnavailable) as caught:
        answers.all_tickets(TICKETS, Answer(status, {"retry-after": "7"}, b""), {})
    assert (caught.value.may_have_happened, caught.value.retry_after) == (may, 7.0)


DATE = "Mon, 23 Nov 2026 20:00:00 GMT"


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("99999999", 86400.0),
        ("9" * 400, None),
        ("Mon, 23 Nov 2026 20:01:30 GMT", 90.0),
        ("Mon, 23 Nov 2026 19:00:00 GMT", 0.0),
        ("-1", None),
        ("soon", None),
        ("", None),
        ("²", None),
    ],
)
def test_retry_after(told: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": told, "date": DATE}) == seconds


def test_retry_after_as_a_moment_needs_the_answer_s_date() -> None:
    assert retry_after({"retry-after": DATE}) is None
    assert retry_after({}) is None


@pytest.mark.parametrize("token", ["a b", "ä", "a\\nb", "a" * 5000])
def test_a_token_that_could_not_travel_is_refused_where_it_comes_from(token: str) -> None:
    body = f'{{"success": true, "vt_token": "{token}"}}'.encode()
    if token == "a b":
        assert answers.vt_token(LOGIN, Answer(200, {}, body)) == "a b"
        return
    with pytest.raises(ServerNonsense) as caught:
        answers.vt_token(LOGIN, Answer(200, {}, body))
    assert caught.value.field == "vt_token"
    assert token not in str(caught.value)


def test_nothing_an_answer_holds_is_shown() -> None:
    assert "secret" not in repr(Answer(200, {"x": "secret"}, b"secret"))
    with pytest.raises(ServerNonsense) as caught:
        answers.all_tickets(
            TICKETS, Answer(200, {}, b'{"success": true, "tickets": [{"id": "1", "number": "secret"}]}'), {}
        )
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("status", [200, 404])
def test_one_ticket_that_the_server_does_not_know(status: int) -> None:
    request = requests.ticket("t", "1")
    told = [b'{"success": false, "errno": 6}', b'{"success": true, "tickets": []}' if status == 200 else b"{}"]
    for body in told:
        assert answers.one_ticket(request, Answer(status, {}, body), {}, "1") is None
    with pytest.raises(ServerNonsense):
        answers.one_ticket(request, Answer(404, {"content-type": "text/html"}, b"<html>"), {}, "1")
    with pytest.raises(Refused):
        answers.one_ticket(request, Answer(200, {}, NO), {}, "1")
