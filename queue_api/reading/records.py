"""Makes the model's frozen records fast: a list of locations is thousands of them.

A frozen dataclass fills itself field by field through `object.__setattr__`: 2.0 us for a Location, where all the rest of reading
one takes as long. Here an open twin with the same slots is filled (0.4 us), and then becomes the frozen class.
"""

from collections.abc import Callable
from dataclasses import MISSING, field, fields, make_dataclass
from typing import Any, TypeVar

R = TypeVar("R")


def maker(kind: type[R]) -> Callable[..., R]:
    """What makes a record of that frozen, slotted dataclass from its values in the order of its fields; the last ones may default."""
    # mypy does not see through TypeVar that a dataclass is asked for.
    told: Any = fields(kind)  # type: ignore[arg-type]
    twin: Any = make_dataclass(
        f"Open{kind.__name__}",
        [(one.name, Any) if one.default is MISSING else (one.name, Any, field(default=one.default)) for one in told],
        slots=True,
        eq=False,
        repr=False,
    )

    def make(*values: Any) -> R:
        record = twin(*values)
        # Python allows it where the layouts are the same: equal slots, no other base.
        record.__class__ = kind
        found: R = record
        return found

    return make
