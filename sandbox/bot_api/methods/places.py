"""Locations, still and live, venues and contacts."""

from sandbox.bot_api import errors, limits
from sandbox.bot_api.errors import Failure, Refusal
from sandbox.bot_api.methods.asked import send
from sandbox.bot_api.methods.edits import edit
from sandbox.bot_api.parameters import Json, Parameters
from sandbox.bot_api.world import World

_VENUE_EXTRAS = ("foursquare_id", "foursquare_type", "google_place_id", "google_place_type")


def asked_place(parameters: Parameters, wrong: Failure) -> Json:
    """Return latitude and longitude in degrees; refused where absent, and with `wrong` where it is nowhere on Earth."""
    for name in ("latitude", "longitude"):
        if not parameters.text(name).strip():
            raise Refusal(errors.PLACE_EMPTY, what=name)
    return checked_place(_degrees(parameters.text("latitude")), _degrees(parameters.text("longitude")), wrong)


def _degrees(written: str) -> float:
    """Return what is written as a number; what is none is 0, as Telegram reads it."""
    try:
        return float(written)
    except ValueError:
        return 0.0


def checked_place(latitude: float, longitude: float, wrong: Failure) -> Json:
    """Return a point on Earth; refused with `wrong` where it is none."""
    if not (abs(latitude) <= limits.LATITUDE and abs(longitude) <= limits.LONGITUDE):
        raise Refusal(wrong)
    return {"latitude": latitude, "longitude": longitude}


def _location(parameters: Parameters) -> Json:
    """Return a Location with its accuracy in metres (0-1500), its heading and its alert radius."""
    place = asked_place(parameters, errors.PLACE_WRONG)
    accuracy = parameters.real("horizontal_accuracy")
    if accuracy:
        place["horizontal_accuracy"] = min(max(accuracy, 0.0), limits.ACCURACY)
    return place


def _live(parameters: Parameters) -> Json:
    extras = {}
    if heading := parameters.integer("heading", 0, 0, limits.HEADING):
        extras["heading"] = heading
    if radius := parameters.integer("proximity_alert_radius", 0, 0, limits.ALERT_RADIUS):
        extras["proximity_alert_radius"] = radius
    return extras


def send_location(world: World, parameters: Parameters) -> Json:
    """Send a point, or a live location where live_period says so."""
    location = _location(parameters)
    period = parameters.integer("live_period")
    if period:
        low, high = limits.LIVE_PERIOD
        if not low <= period <= high and period != limits.LIVE_FOR_EVER:
            raise Refusal(errors.LIVE_PERIOD_WRONG)
        location |= {"live_period": period, **_live(parameters)}
    return send(world, parameters, {"location": location})


def edit_message_live_location(world: World, parameters: Parameters) -> Json | bool:
    """Move a live location that still lives."""
    location = _location(parameters)

    def alter(message: Json) -> Json:
        period = _living(world, message)
        asked = parameters.integer("live_period")
        message["location"] = {**location, "live_period": asked or period, **_live(parameters)}
        return message

    return edit(world, parameters, alter)


def stop_message_live_location(world: World, parameters: Parameters) -> Json | bool:
    """End a live location where it is now."""

    def alter(message: Json) -> Json:
        _living(world, message)
        point = ("latitude", "longitude", "horizontal_accuracy")
        message["location"] = {key: message["location"][key] for key in point if key in message["location"]}
        return message

    return edit(world, parameters, alter)


def _living(world: World, message: Json) -> int:
    """Return the live period in seconds; refused for what is no live location, or is one no more."""
    period = int(message.get("location", {}).get("live_period", 0))
    # An expired live location is refused with the same words as one that never lived.
    if not period or (period != limits.LIVE_FOR_EVER and message["date"] + period < world.clock.now()):
        raise Refusal(errors.NO_LIVE_LOCATION)
    return period


def send_venue(world: World, parameters: Parameters) -> Json:
    """Send a place with a name. The message carries its location a second time, as Telegram's do."""
    location = asked_place(parameters, errors.VENUE_WRONG)
    for name in ("title", "address"):
        if not parameters.text(name).strip():
            raise Refusal(errors.VENUE_EMPTY, what=name)
    venue = {"location": location, "title": parameters.text("title"), "address": parameters.text("address")}
    venue |= {name: parameters.text(name) for name in _VENUE_EXTRAS if parameters.has(name)}
    return send(world, parameters, {"venue": venue, "location": location})


def send_contact(world: World, parameters: Parameters) -> Json:
    """Send somebody's phone number."""
    for name in ("phone_number", "first_name"):
        if not parameters.has(name):
            raise Refusal(errors.REQUIRED, name=name)
    names = ("phone_number", "first_name", "last_name", "vcard")
    return send(world, parameters, {"contact": {name: parameters.text(name) for name in names if parameters.has(name)}})


METHODS = {
    "sendLocation": send_location,
    "editMessageLiveLocation": edit_message_live_location,
    "stopMessageLiveLocation": stop_message_live_location,
    "sendVenue": send_venue,
    "sendContact": send_contact,
}
