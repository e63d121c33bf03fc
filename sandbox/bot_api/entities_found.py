"""Finds what Telegram finds in any plain text by itself: commands, mentions, hashtags, addresses and e-mail addresses."""

import re

from sandbox.bot_api.entities_marks import Mark

# No address begins in the middle of a word, a path or another address.
_EDGE = r"(?<![\w/@#.])"
# Bare names need a known ending, or "e.g. this" and "1.5" would become links.
_ZONES = "com|org|net|io|me|dev|app|info|eu|pt|de|uk|fr|es|it|br|ru|gov|edu|ai|co|biz|online|site|test|example"
_KINDS = (
    ("url", re.compile(rf"{_EDGE}(?:https?|ftp|tg)://[^\s<>\"«»]+[^\s<>\"«».,:;!?)'\]]", re.IGNORECASE)),
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-zA-Z]{2,}\b")),
    (
        "url",
        re.compile(
            rf"{_EDGE}(?:[a-z0-9-]+\.)+(?:{_ZONES})\b(?:[/?#][^\s<>\"«»]*[^\s<>\"«».,:;!?)'\]])?", re.IGNORECASE
        ),
    ),
    ("bot_command", re.compile(r"(?<![\w/<>@])/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32})?(?![\w/@<>])")),
    ("mention", re.compile(r"(?<![\w@./])@[a-zA-Z][a-zA-Z0-9_]{2,31}\b")),
    ("hashtag", re.compile(r"(?<![\w#@/])#(?=\w*[^\W\d])\w{1,256}")),
)


def found(text: str) -> list[Mark]:
    """Return the marks of a text, first to last; where two would overlap the earlier kind of the list wins."""
    marks: list[Mark] = []
    for kind, pattern in _KINDS:
        for match in pattern.finditer(text):
            if not any(mark.start < match.end() and match.start() < mark.end for mark in marks):
                marks.append(Mark(kind, match.start(), match.end()))
    return sorted(marks, key=lambda mark: mark.start)
