"""What the operator knows about one queue server and the seed leaves open: address, format, how the vt_token travels, limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from tickets.model import Phase

TokenPlace = Literal["header", "query", "body", "bearer"]

KNOWN_STATES: Mapping[int, Phase] = MappingProxyType(
    {0: Phase.WAITING, 1: Phase.CALLED, 2: Phase.ENDED, 3: Phase.CANCELLED, 4: Phase.MISSED}
)
"""An assumption: the seed shows only 0, on a ticket that waits. QUEUE_STATES corrects it."""


@dataclass(frozen=True, slots=True)
class QueueSettings:
    """One queue server. Nothing here is secret, so it may be shown by repr."""

    base_url: str
    """The seed's BASE_URI, for example `https://host/vt/api`; a slash at its end does no harm."""
    format: str = "json"
    """The seed's RESPONSE_FORMAT as it stands in the path: `json`, `xml`, or the capitals of the seed's list."""
    token_in: TokenPlace = "header"  # noqa: S105 -- where the token travels, not a token
    token_name: str = "vt_token"  # noqa: S105 -- its name
    timeout: float = 10.0
    """Seconds for one call altogether, repetitions and waiting for a free connection included."""
    max_bytes: int = 8_000_000
    """Most bytes of an answer; operations that answer about one thing have smaller bounds of their own."""
    states: Mapping[int, Phase] = field(default_factory=lambda: KNOWN_STATES)
    """Ticket state code -> phase, for tickets whose dates do not decide."""
