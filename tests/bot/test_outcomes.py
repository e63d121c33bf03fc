"""What an answer proves, as tables; tests/bot/test_transport.py has the same over real sockets."""

import pytest

from bot.outcomes import card_lost, outcome, unchanged
from bot.transport import Answer
from tickets.pushes import BadContent, BotRefused, Flooded, Gone, Migrated, NotSent, Outcome, Sent, Unmade, Unsure


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer(None, begun=False, fault="ConnectError"), NotSent("ConnectError")),
        (Answer(None, begun=False, unmade=True, fault="TypeError"), Unmade("TypeError")),
        (Answer(None, begun=True, fault="ReadError"), Unsure("ReadError")),
        (Answer(200, begun=True, result={"message_id": 5}), Sent(5)),
        (Answer(200, begun=True, result={"message_id": 5}, fault="inconsistent"), Unsure("200 inconsistent")),
        (Answer(200, begun=True, result=None), Unsure("no message id")),
        (Answer(201, begun=True, result={"message_id": 5}, fault="inconsistent"), Unsure("201 inconsistent")),
        (Answer(429, begun=True, retry_after=4.0), Flooded(4.0)),
        (Answer(429, begun=True, fault="unreadable"), Flooded(0.0)),
        (Answer(403, begun=True, description="Forbidden: x"), Gone("403 Forbidden: x")),
        (Answer(403, begun=True, fault="unreadable"), Unsure("403 unreadable")),
        (Answer(401, begun=True, description="Unauthorized"), BotRefused("401 Unauthorized")),
        (Answer(404, begun=True, fault="unreadable"), BotRefused("404 unreadable")),
        (Answer(400, begun=True, description="Bad Request: CHAT NOT FOUND"), Gone("400 Bad Request: CHAT NOT FOUND")),
        (
            Answer(400, begun=True, description="Bad Request: not enough rights to send text messages to the chat"),
            Gone("400 Bad Request: not enough rights to send text messages to the chat"),
        ),
        (Answer(400, begun=True, description="Bad Request: too long"), BadContent("400 Bad Request: too long")),
        (Answer(400, begun=True, description="upgraded", migrate_to=-7), Migrated(-7)),
        (Answer(413, begun=True, description="Request Entity Too Large"), Unsure("413 Request Entity Too Large")),
        (Answer(500, begun=True, description="restart"), Unsure("500 restart")),
    ],
)
def test_outcome(answer: Answer, expected: Outcome) -> None:
    assert outcome(answer) == expected


@pytest.mark.parametrize(
    ("status", "words", "same", "lost"),
    [
        (400, "Bad Request: message is not modified: specified new message content ...", True, False),
        (400, "Bad Request: message to edit not found", False, True),
        (400, "Bad Request: message can't be edited", False, True),
        (400, "Bad Request: MESSAGE_ID_INVALID", False, True),
        (400, "Bad Request: can't parse entities", False, False),
        (403, "message to edit not found", False, False),
        (200, "", False, False),
    ],
)
def test_edits(status: int, words: str, same: bool, lost: bool) -> None:
    answer = Answer(status, begun=True, description=words)
    assert (unchanged(answer), card_lost(answer)) == (same, lost)
