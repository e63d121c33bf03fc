"""The e-mails the Virtual Ticket server would send: kept for /play/outbox and written to the log."""

import logging
from collections import deque
from typing import Any

KEPT = 200
log = logging.getLogger(__name__)


class Outbox:
    """The latest e-mails, oldest first."""

    def __init__(self) -> None:
        self.emails: deque[dict[str, Any]] = deque(maxlen=KEPT)

    def send_reset(self, brand: str, email: str, token: str, at: float) -> None:
        """Write the e-mail with which a forgotten password is chosen anew; `at` in Unix seconds."""
        subject = f"{brand}: choose a new password"
        text = (
            f"Somebody, probably you, asked to choose a new password at {brand}.\n\n"
            f"Your code, good once and for one hour:\n{token}\n\n"
            "If it was not you, nothing needs to be done."
        )
        self.emails.append({"at": at, "to": email, "subject": subject, "text": text, "token": token})
        log.info("E-mail to %s: %s. %s", _one_line(email), _one_line(subject), _one_line(text))


def _one_line(text: str) -> str:
    """Anybody may have chosen the address: in the log it begins no line of its own and moves no cursor."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in " ".join(text.split()))
