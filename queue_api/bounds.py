"""How much an answer may hold, by its length: what an honest server needs with room to spare, and no more than reading may cost.

Reading costs what is built, not what is sent: a megabyte of `{"id":"1"}` makes a hundred times the objects that a megabyte of real
locations does. docs/decisions/0023 has the measurements.
"""

DEEPEST = 32
"""Levels of nesting; the seed's deepest answer has nine."""
MOST_KEYS = 5000
"""Of one object, which may be a list in disguise, keyed by number."""
_FEW_OBJECTS, _BYTES_AN_OBJECT = 12_000, 100
"""Five hundred locations of twenty services and two shifts each are 11,500 objects; larger answers are made of objects that say something:
the seed's, shifts included, take 170 bytes each."""


def most_objects(length: int) -> int:
    """How many objects an answer of that many bytes may hold; a list is none, and neither is what stands around one in XML."""
    return max(_FEW_OBJECTS, length // _BYTES_AN_OBJECT)
