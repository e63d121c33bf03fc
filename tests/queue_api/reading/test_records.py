"""Records made fast are the model's own frozen records in every respect."""

from dataclasses import FrozenInstanceError, fields, replace

import pytest

from queue_api.reading.records import maker
from tickets.model import Coordinates, Location, Rules, Service, Ticket


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (Coordinates, (41.5, -8.4)),
        (Service, ("1", "A", "Payments", "Bills", 3)),
        (Location, ("1", "Braga", "Braga")),
        (Location, ("1", "Braga", *[""] * 9, None, None, None, (), (), Rules(radius=5.0))),
    ],
)
def test_a_record_made_fast_is_a_record(kind: type, values: tuple[object, ...]) -> None:
    made: object = maker(kind)(*values)
    known = kind(*values)
    assert type(made) is kind
    assert (made, hash(made), repr(made)) == (known, hash(known), repr(known))
    name = fields(kind)[0].name  # type: ignore[arg-type]  # each of them is a dataclass
    with pytest.raises(FrozenInstanceError):
        setattr(made, name, "2")
    with pytest.raises(FrozenInstanceError):
        delattr(made, name)


def test_it_can_be_changed_into_another() -> None:
    made = maker(Location)("1", "Braga")
    assert replace(made, city="Braga") == Location("1", "Braga", "Braga")


def test_a_required_value_must_be_given() -> None:
    with pytest.raises(TypeError):
        maker(Ticket)("1", "A", 6)
