"""Requests of the thirteen operations as plain values: one builder an operation, each naming the seed's section it speaks.

Where the server is and how the vt_token travels is decided later, in `queue_api.wire.addressing`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from tickets.model import Credentials, Registration

ONE_THING = 256_000
"""Most bytes of an answer that is about one thing; a list of a customer's tickets gets four times as many."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request before it is addressed. `query` and `body` may hold private things, so repr shows neither."""

    operation: str
    """The seed's path, for example "ticket/create"; it names the request in errors."""
    method: str
    path: str
    query: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: Mapping[str, Any] | None = field(default=None, repr=False)
    vt_token: str | None = field(default=None, repr=False)
    repeatable: bool = False
    """Whether asking twice does no more than asking once."""
    most_bytes: int | None = None
    """None: as many as the settings allow."""


def register(registration: Registration) -> Request:
    """Users and Authentication, Register. What is empty is not sent, except the provider, which is null."""
    told = {
        "email": registration.email,
        "phone": registration.phone,
        "pushnotification": registration.push_notification,
        "first_name": registration.first_name,
        "last_name": registration.last_name,
    }
    body = _credentials(registration.credentials) | {name: value for name, value in told.items() if value}
    return _post("customer/register", body)


def login(credentials: Credentials, attributes: Mapping[str, str | int] | None = None) -> Request:
    """Login / Update customer; `attributes` is customer_attribute, which makes it an update."""
    body = _credentials(credentials)
    if attributes:
        body["customer_attribute"] = dict(attributes)
    return _post("customer/login", body)


def update(vt_token: str, attributes: Mapping[str, str | int]) -> Request:
    """Login / Update customer for somebody who is signed in: the vt_token stands for the credentials."""
    return _post("customer/login", _credentials(Credentials()) | {"customer_attribute": dict(attributes)}, vt_token)


def details(vt_token: str) -> Request:
    """Customer details: a POST that changes nothing."""
    return _post("customer/details", {}, vt_token, repeatable=True)


def reset_password(email: str) -> Request:
    """Customer reset password: a GET, but one that sends a message, so it is not repeated."""
    return Request("customer/resetpassword", "GET", "customer/resetpassword", (("email", email),), most_bytes=ONE_THING)


def new_password(token: str, password: str, *, vt: bool) -> Request:
    """Customer new password; `token` is the one from the message, which serves once."""
    body = {"vt": vt, "password": password, "repeat_password": password, "token": token}
    return _post("customer/newpassword", body)


def locations(region: str = "", city: str = "", coordinates: str = "", location_id: str = "") -> Request:
    """List locations or one specific location.

    The seed names no parameter for the one location: location_id is what Services calls it, and the reader filters as well.
    """
    told = (("region", region), ("city", city), ("coordinates", coordinates), ("location_id", location_id))
    return _get("locations/get", tuple((name, value) for name, value in told if value))


def services(server_service_id: str = "", location_id: str = "") -> Request:
    """Services."""
    told = (("server_service_id", server_service_id), ("location_id", location_id))
    return _get("server_services/get", tuple((name, value) for name, value in told if value))


def tickets(vt_token: str) -> Request:
    """List all tickets of the customer."""
    path = "customer/tickets"
    return Request(path, "GET", path, vt_token=vt_token, repeatable=True, most_bytes=4 * ONE_THING)


def ticket(vt_token: str, ticket_id: str) -> Request:
    """List a specific ticket. The id stays one segment of the path, whatever it holds."""
    path = f"customer/tickets/{quote(ticket_id, safe='')}"
    return Request("customer/tickets", "GET", path, vt_token=vt_token, repeatable=True, most_bytes=ONE_THING)


def create(vt_token: str, location_id: str, service_id: str) -> Request:
    """Create ticket: one entry of `tickets`."""
    return _post("ticket/create", {"tickets": [{"master_id": location_id, "service_id": service_id}]}, vt_token)


def cancel(vt_token: str, ticket_id: str) -> Request:
    """Cancel ticket."""
    return _post("ticket/cancel", {"ticket": ticket_id}, vt_token)


def server_settings() -> Request:
    """Get Settings."""
    return _get("settings/get", (), most_bytes=ONE_THING)


def _credentials(credentials: Credentials) -> dict[str, Any]:
    """All four, null where there is none, as the seed's examples have them."""
    return {
        "oauth_provider": credentials.oauth_provider,
        "oauth_token": credentials.oauth_token,
        "username": credentials.username,
        "password": credentials.password,
    }


def _post(operation: str, body: Mapping[str, Any], vt_token: str | None = None, *, repeatable: bool = False) -> Request:
    return Request(operation, "POST", operation, (), body, vt_token, repeatable, ONE_THING)


def _get(operation: str, query: tuple[tuple[str, str], ...], most_bytes: int | None = None) -> Request:
    return Request(operation, "GET", operation, query, repeatable=True, most_bytes=most_bytes)
