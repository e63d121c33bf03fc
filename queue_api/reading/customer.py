"""The customer (seed: Customer details), less the tokens that the answer repeats, and the server's settings (seed: Settings)."""

from collections.abc import Mapping

from queue_api.reading.fields import Tree, Unreadable, identity, items, number, text
from queue_api.reading.times import date
from tickets.model import Customer


def customer(tree: Tree) -> Customer:
    """The object under `user`."""
    return Customer(
        id=identity(tree),
        username=text(tree, "username"),
        first_name=text(tree, "first_name"),
        last_name=text(tree, "last_name"),
        display_name=text(tree, "display_name"),
        phone=text(tree, "phone"),
        email=text(tree, "email"),
        ticket_warning=number(tree, "ticket_warning") or 0,
        preferred_language=text(tree, "preferred_language"),
        oauth_provider=text(tree, "oauth_provider"),
        push_notification_key=text(tree, "push_notification_key"),
        address=text(tree, "address"),
        app_count=number(tree, "app_count") or 0,
        reset_token_date=date(tree, "reset_token_date", "UTC"),
        created=date(tree, "created_at", "UTC"),
        updated=date(tree, "updated_at", "UTC"),
    )


def settings(tree: Tree) -> Mapping[str, str]:
    """`settings` as id -> value; a plain object of values is read as well."""
    told = tree.get("settings")
    if isinstance(told, dict) and "id" not in told and not any(isinstance(one, dict | list) for one in told.values()):
        return {name: _value(told, name) for name in told}
    found: dict[str, str] = {}
    for place, item in enumerate(items(tree, "settings")):
        try:
            found[identity(item)] = _value(item, "value")
        except Unreadable as fault:
            raise fault.within(f"settings[{place}]") from None
    return found


def _value(tree: Tree, name: str) -> str:
    """A setting's value as text, flags included."""
    value = tree.get(name)
    return str(value).lower() if isinstance(value, bool) else text(tree, name)
