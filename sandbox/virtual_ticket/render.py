"""Shows the office as the seed shows it, field by field, with its mixed types: numbers as strings, "" for a list, null or "" as there.

Dates carry no zone: a location's are on its own clock, an account's in UTC (docs/virtual_ticket_api.md).
"""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from math import ceil
from typing import Any

from sandbox.virtual_ticket.office import Office
from sandbox.virtual_ticket.office_hours import shifts_on
from sandbox.virtual_ticket.office_model import Location, Rules, Service, State, Ticket
from sandbox.virtual_ticket.office_people import Customer

Json = dict[str, Any]
Hours = list[tuple[datetime, datetime]]


def date_text(moment: datetime | None) -> str | None:
    """Write a moment as the seed does, without a zone."""
    return None if moment is None else f"{moment:%Y-%m-%d %H:%M:%S}"


def wait_parts(seconds: float) -> tuple[str, str]:
    """Write a wait as the seed's `hours` and `minutes`; minutes begun count."""
    minutes = ceil(seconds / 60)
    return f"{minutes // 60:02d}", f"{minutes % 60:02d}"


def user(customer: Customer, token: str) -> Json:
    """customer/details: `user`. The provider's token is not kept and a reset token is nobody's business, so both are null."""
    return {
        "id": customer.id,
        "username": customer.username,
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "display_name": customer.display_name,
        "phone": customer.phone,
        "email": customer.email,
        "vt_token": token,
        "oauth_provider": customer.provider.partition(":")[0] if customer.provider else None,
        "oauth_token": None,
        "push_notification_key": customer.pushnotification,
        "address": None,
        "created_at": date_text(datetime.fromtimestamp(customer.created_at, UTC)),
        "updated_at": date_text(datetime.fromtimestamp(customer.updated_at, UTC)),
        "app_count": 0,
        "reset_token": None,
        "reset_token_date": None,
        "ticket_warning": customer.ticket_warning,
        "preferred_language": customer.preferred_language,
    }


def settings(rules: Rules, notices: Any) -> Json:
    """The `settings` of locations/get (the brand's) and of a location in server_services/get."""
    return {**asdict(rules), "notification_texts": {name: dict(notice) for name, notice in notices.items()}}


def listed_location(office: Office, place: Location) -> Json:
    """locations/get: one of `locations`; a location without services has the seed's other shape."""
    head = {
        "id": place.id,
        "name": place.name,
        "city": place.city,
        "region": place.region,
        "country": place.country,
        "coordinates": place.coordinates,
        "address": place.address,
    }
    if not place.services:
        day = date_text(office.local(place, office.opened_at))
        blank = {"working_hours": "", "contacts": place.contacts, "options": "", "created_at": day, "updated_at": day}
        return {**head, **blank, "services": [], "tickets": []}
    return {
        **head,
        "isOpen": office.is_open(place),
        "working_hours": _working_hours(_today(office, place)),
        "services": [_listed_service(office, service) for service in place.services],
    }


def server_service(office: Office, services: list[tuple[Location, Service]]) -> Json:
    """server_services/get: one service of the brand with the locations that have it; `services` holds them all, at least one."""
    kind = services[0][1]
    hours = [shift for place, _ in services for shift in _today(office, place)]
    return {
        "id": kind.server_service_id,
        "name": kind.name,
        "state": "",
        "description": kind.description,
        "locations": [_serving_location(office, place, service) for place, service in services],
        "isOpen": any(office.takes_tickets(place, service) for place, service in services),
        **_open_today(hours),
    }


def ticket(office: Office, one: Ticket) -> Json:
    """customer/tickets and ticket/create: one ticket. `desk` is there once the ticket was called: an addition the seed does not have."""
    place, service = office.services[one.service_id]
    holder = office.people.customers.get(one.customer_id or "")
    ahead = office.ahead(one)
    hours, minutes = wait_parts(office.wait(one.service_id, one) if one.state is State.WAITING else 0.0)
    return {
        "id": one.id,
        "description": service.name,
        "ticket_number": one.printed,
        "tag": one.tag,
        "number": one.number,
        "create_date": date_text(office.local(place, one.created)),
        "startcall_date": None if one.called_at is None else date_text(office.local(place, one.called_at)),
        "endcall_date": None if one.ended_at is None else date_text(office.local(place, one.ended_at)),
        "waiting_tickets": str(ahead),
        "hours": hours,
        "minutes": minutes,
        "state": int(one.state),
        "customer": {
            "id": holder.id if holder else "",
            "display_name": holder.display_name if holder else "",
            "phone": holder.phone if holder else None,
            "email": holder.email if holder else None,
        },
        "master": _master(place),
        "service": {
            "id": service.id,
            "master_id": None,
            "tag": service.tag,
            "description": service.description,
            "name": service.name,
            "color": service.color,
        },
        **_desk(office, one),
    }


def _desk(office: Office, one: Ticket) -> Json:
    if one.desk is None:
        return {}
    return {"desk": {"id": office.desk_id(one.location_id, one.desk), "tag": one.desk, "name": f"Desk {one.desk}"}}


def _master(place: Location) -> Json:
    return {
        "id": place.id,
        "name": place.name,
        "address": place.address,
        "phone": place.phone,
        "email": place.email,
        "website": place.website,
        "coordinates": place.coordinates,
        "timezone": place.timezone,
    }


def _listed_service(office: Office, service: Service) -> Json:
    line = office.lines[service.id]
    wait = office.wait(service.id)
    return {
        "id": service.id,
        "tag": service.tag,
        "description": service.name,
        "waiting_tickets": str(len(line.waiting)),
        "waiting_avg": ":".join(wait_parts(wait)) if wait else "0",
        "state": service.state,
    }


def _serving_location(office: Office, place: Location, service: Service) -> Json:
    hours = _today(office, place)
    line = office.lines[service.id]
    waiting = wait_parts(office.wait(service.id))
    return {
        **_master(place),
        "city": place.city,
        "region": place.region,
        "country": place.country,
        "isOpen": office.is_open(place),
        "working_hours": _working_hours(hours),
        "services": [
            {
                "id": service.id,
                "server_service_id": service.server_service_id,
                "location_id": place.id,
                "name": service.name,
                "color": service.color,
                "ticket_counter": line.counter,
                "hours": waiting[0],
                "minutes": waiting[1],
                "tag": service.tag,
                "waiting_tickets": len(line.waiting),
                "waiting_avg": ":".join(waiting),
                "isOpen": office.takes_tickets(place, service),
                **_open_today(hours),
            }
        ],
        "settings": settings(place.rules, place.notices),
    }


def _today(office: Office, place: Location) -> Hours:
    return shifts_on(place.week, office.local(place).date())


def _working_hours(hours: Hours) -> list[Json]:
    return [{"open_today_from": date_text(opens), "open_today_to": date_text(closes)} for opens, closes in hours]


def _open_today(hours: Iterable[tuple[datetime, datetime]]) -> Json:
    shifts = list(hours)
    return {
        "open_today_from": date_text(min(opens for opens, _ in shifts)) if shifts else "",
        "open_today_to": date_text(max(closes for _, closes in shifts)) if shifts else "",
    }
