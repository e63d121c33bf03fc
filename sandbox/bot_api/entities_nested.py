"""Which marks may lie in each other, by Telegram's rules (TD MessageEntity.cpp, fix_entities; D formatting options). Pure.

Of two marks with a character in common one holds the other. Styles lie in anything but code; nothing else lies in a mark
of its own sort, and a quote is in nothing.
"""

from collections.abc import Iterable
from itertools import pairwise

from sandbox.bot_api.entities_marks import Mark

STYLES = ("bold", "italic", "underline", "strikethrough", "spoiler")
QUOTES = ("blockquote", "expandable_blockquote")
CODE = ("code", "pre")
# TD get_type_priority: of two marks at one place the earlier of the list comes first; "found" is whatever plain text holds.
_ORDER = (
    *QUOTES, "pre", "code", "date_time", "text_link", "text_mention", "found", *STYLES, "custom_emoji",
)  # fmt: skip
_RANKS = {kind: rank for rank, kind in enumerate(_ORDER)}


def nested(marks: Iterable[Mark]) -> list[Mark]:
    """Return the marks that Telegram keeps, in its order: styles cut where something else begins or ends, the rest whole or not at all."""
    marks = [mark for mark in marks if mark.start < mark.end]
    quotes = _apart(mark for mark in marks if mark.kind in QUOTES)
    others = [
        mark
        for mark in _apart(mark for mark in marks if mark.kind not in (*STYLES, *QUOTES))
        if not any(crossing(mark, quote) for quote in quotes)
    ]
    styles = [mark for mark in marks if mark.kind in STYLES]
    return ordered([*quotes, *others, *_cut(styles, [*quotes, *others])])


def ordered(marks: Iterable[Mark]) -> list[Mark]:
    """Sort marks as Telegram does: by the beginning, then the longest, then the kind."""
    return sorted(marks, key=lambda mark: (mark.start, -mark.end, _RANKS.get(mark.kind, _RANKS["found"])))


def crossing(mark: Mark, quote: Mark) -> bool:
    """Tell whether a mark overlaps a quote without lying in it."""
    apart = mark.end <= quote.start or quote.end <= mark.start
    return not apart and not (quote.start <= mark.start and mark.end <= quote.end)


def _apart(marks: Iterable[Mark]) -> list[Mark]:
    """Keep the marks that overlap no earlier one."""
    kept: list[Mark] = []
    for mark in ordered(marks):
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return kept


def _cut(styles: list[Mark], others: list[Mark]) -> list[Mark]:
    """Join equal styles that touch, cut them at every edge of the others and where another style begins, and keep none in code."""
    runs = [run for kind in STYLES for run in _runs(mark for mark in styles if mark.kind == kind)]
    edges = {edge for other in others for edge in (other.start, other.end)} | {run.start for run in runs}
    code = [other for other in others if other.kind in CODE]
    pieces = []
    for run in runs:
        places = sorted({run.start, run.end, *(edge for edge in edges if run.start < edge < run.end)})
        pieces += [Mark(run.kind, start, end) for start, end in pairwise(places)]
    return [piece for piece in pieces if not any(other.start < piece.end and piece.start < other.end for other in code)]


def _runs(styles: Iterable[Mark]) -> list[Mark]:
    """Join marks of one style that overlap or touch."""
    runs: list[Mark] = []
    for mark in ordered(styles):
        if runs and mark.start <= runs[-1].end:
            runs[-1] = Mark(mark.kind, runs[-1].start, max(runs[-1].end, mark.end))
        else:
            runs.append(mark)
    return runs
