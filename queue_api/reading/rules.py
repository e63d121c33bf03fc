"""`settings` of a location (seed: List locations, Services): the rules for taking a ticket and the words of pushes."""

from queue_api.reading.fields import Tree, Unreadable, flag, measure, number, part, text
from tickets.model import Notice, Notices, Rules

NO_RULES = Rules()
"""Shared by all locations that have none."""


def rules(tree: Tree) -> Rules:
    """The rules under the tree's `settings`; `NO_RULES` itself where there is no such thing."""
    if not tree.get("settings"):
        return NO_RULES
    try:
        told = part(tree, "settings")
        return NO_RULES if told is None else _rules(told)
    except Unreadable as fault:
        raise fault if fault.field == "settings" else fault.within("settings") from None


def _rules(tree: Tree) -> Rules:
    return Rules(
        radius=measure(tree, "request_ticket_radius"),
        min_customers=number(tree, "request_ticket_min_customers"),
        min_waiting_time=number(tree, "request_ticket_min_waiting_time"),
        allow_multi_ticket=flag(tree, "allow_multi_ticket"),
        notices=_notices(part(tree, "notification_texts")),
    )


def _notices(tree: Tree | None) -> Notices:
    if tree is None:
        return Notices()
    try:
        return Notices(your_turn=_notice(tree, "your_turn"), almost_your_turn=_notice(tree, "almost_your_turn"))
    except Unreadable as fault:
        raise fault.within("notification_texts") from None


def _notice(tree: Tree, name: str) -> Notice | None:
    told = part(tree, name)
    if told is None:
        return None
    try:
        notice = Notice(title=text(told, "title"), message=text(told, "message"))
    except Unreadable as fault:
        raise fault.within(name) from None
    return notice if notice.title or notice.message else None
