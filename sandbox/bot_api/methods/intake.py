"""Who the bot is and how its updates reach it: getMe and the webhook. getUpdates waits, and stands in app.py."""

import ipaddress
import re
from typing import Any

from sandbox.bot_api import errors, limits
from sandbox.bot_api.addresses import read_address
from sandbox.bot_api.errors import Refusal
from sandbox.bot_api.parameters import Json, Parameters
from sandbox.bot_api.world import World
from sandbox.bot_api.world_updates import Webhook


class Described:
    """A result that Telegram explains with a description beside it."""

    def __init__(self, result: Any, description: str) -> None:
        self.result = result
        self.description = description


def get_me(world: World, _: Parameters) -> Json:
    """Return the bot's User with the fields that only getMe has."""
    abilities = {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_guest_queries": False,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
    }
    return {**world.bot.user(), **abilities}


def set_webhook(world: World, parameters: Parameters) -> Described:
    """Push updates to an address from now on: https, or http on loopback. An empty address is deleteWebhook."""
    url = parameters.text("url").strip()
    if not url:
        return delete_webhook(world, parameters)
    _check_address(url)
    secret = parameters.text("secret_token")
    if len(secret) > limits.WEBHOOK_SECRET:
        raise Refusal(errors.SECRET_TOO_LONG)
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise Refusal(errors.SECRET_LETTERS)
    ip_address = parameters.text("ip_address").strip()
    _check_ip_address(ip_address)
    connections = parameters.integer(
        "max_connections", limits.WEBHOOK_CONNECTIONS_DEFAULT, 1, limits.WEBHOOK_CONNECTIONS
    )
    certificate = parameters.upload(parameters.text("certificate"), "certificate") is not None
    webhook = Webhook(url, secret, connections, ip_address, certificate)
    # The poll ends even where the address stays the same, as every setWebhook ends it.
    world.updates.end_poll(errors.WEBHOOK_CAME)
    world.updates.choose(parameters.readable("allowed_updates"))
    drops = parameters.boolean("drop_pending_updates")
    if drops:
        world.updates.drop()
    # A certificate may be another one under the same name, so it always counts as a change (C process_set_webhook_query).
    elif not certificate and world.updates.webhook is not None and _alike(world.updates.webhook, webhook):
        return Described(True, errors.WEBHOOK_IS_SET)
    world.updates.webhook = webhook
    world.updates.arrived.set()
    return Described(True, errors.WEBHOOK_WAS_SET)


def _alike(one: Webhook, other: Webhook) -> bool:
    """Tell whether two webhooks are the same, however the deliveries to them went."""
    names = ("url", "secret", "max_connections", "ip_address", "certificate")
    return all(getattr(one, name) == getattr(other, name) for name in names)


def _check_ip_address(written: str) -> None:
    """Refuse a fixed address that is none of IPv4, or that no webhook can have; this very machine's is let in."""
    if not written:
        return
    try:
        address = ipaddress.ip_address(written)
    except ValueError:
        raise Refusal(errors.WEBHOOK_IP) from None
    if address.version != limits.WEBHOOK_IP_VERSION:
        raise Refusal(errors.WEBHOOK_IP_VERSION)
    if not address.is_global and not address.is_loopback:
        raise Refusal(errors.WEBHOOK_IP_RESERVED, address=address)


def _check_address(url: str) -> None:
    address = read_address(url)
    if not address.host or not re.fullmatch(r"[!-~]+", url):
        raise Refusal(errors.WEBHOOK_URL)
    if not address.trusted:
        raise Refusal(errors.WEBHOOK_HTTPS)
    # A bot on this machine listens where it can; the four ports are the rule for the rest of the world.
    if not address.loopback and address.port not in limits.WEBHOOK_PORTS:
        raise Refusal(errors.WEBHOOK_PORT)


def delete_webhook(world: World, parameters: Parameters) -> Described:
    """Push no more; what waits is kept for getUpdates unless it is to be dropped."""
    if parameters.boolean("drop_pending_updates"):
        world.updates.drop()
    if world.updates.webhook is None:
        return Described(True, errors.WEBHOOK_IS_DELETED)
    world.updates.webhook = None
    world.updates.arrived.set()
    return Described(True, errors.WEBHOOK_WAS_DELETED)


def get_webhook_info(world: World, _: Parameters) -> Json:
    """Return where updates are pushed to, how many wait, and the last thing that went wrong."""
    webhook, waiting = world.updates.webhook, len(world.updates.pending())
    info: Json = {
        "url": webhook.url if webhook else "",
        "has_custom_certificate": bool(webhook and webhook.certificate),
        "pending_update_count": waiting,
    }
    if webhook is not None:
        info["max_connections"] = webhook.max_connections
        info |= {"ip_address": webhook.ip_address} if webhook.ip_address else {}
        if webhook.last_error_date:
            info |= {"last_error_date": webhook.last_error_date, "last_error_message": webhook.last_error_message}
    if world.updates.allowed:
        info["allowed_updates"] = world.updates.allowed
    return info


async def get_updates(world: World, parameters: Parameters) -> list[Json]:
    """Return the updates that wait, or wait for the first one up to `timeout` seconds."""
    limit = parameters.integer("limit", limits.UPDATES, 1, limits.UPDATES)
    seconds = parameters.integer("timeout", 0, 0, limits.POLL_SECONDS)
    if world.updates.webhook is None:
        world.updates.choose(parameters.readable("allowed_updates"))
    offset = parameters.integer("offset")
    return await world.updates.poll(offset, limit, world.updates.seconds_for(offset, seconds))


METHODS = {
    "getMe": get_me,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
}
