"""Who the bot is and how its updates reach it: getMe and the webhook. getUpdates waits, and stands in app.py."""

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
    connections = parameters.integer(
        "max_connections", limits.WEBHOOK_CONNECTIONS_DEFAULT, 1, limits.WEBHOOK_CONNECTIONS
    )
    webhook = Webhook(url, secret, connections, parameters.text("ip_address"), "certificate" in parameters.files)
    earlier = world.updates.webhook
    # The poll ends even where the address stays the same, as every setWebhook ends it.
    world.updates.end_poll(errors.WEBHOOK_CAME)
    world.updates.choose(parameters.readable("allowed_updates"))
    if parameters.boolean("drop_pending_updates"):
        world.updates.drop()
    if earlier is not None and (earlier.url, earlier.secret, earlier.max_connections) == (url, secret, connections):
        return Described(True, errors.WEBHOOK_IS_SET)
    world.updates.webhook = webhook
    world.updates.arrived.set()
    return Described(True, errors.WEBHOOK_WAS_SET)


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
