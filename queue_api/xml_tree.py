"""XML to the neutral tree: an element with children is an object, repeated children are a list, a leaf is its text.

Attributes count as children. DTDs, and with them entities and external references, are refused by defusedxml; depth and the
number of elements are bounded while expat reads, so nothing out of bounds is ever built.
"""

from typing import Any
from xml.parsers.expat import ExpatError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from queue_api.bounds import DEEPEST, MOST_KEYS, most_objects
from queue_api.reading.fields import Unreadable

SPARE, BYTES_EACH = 2000, 8
"""An honest answer takes at least this many bytes a beginning or end of an element, beyond the first ones; an attribute counts as one and
a half, and an element that has any as one and a half more."""
_FEW_MARKS = SPARE + 1_000_000 // BYTES_EACH
"""Shorter answers may hold as many as a megabyte, for they cost no more than it does."""
MOST_ATTRIBUTES = 64
"""Of one element: about twice the fields of the seed's longest object."""
_ABOUT_THE_ELEMENT = frozenset({"type", "nil", "count", "total", "size", "length", "schemaLocation", "lang"})
"""Attributes that XML writers add; no field of the seed is called so."""

_Object = dict[str, Any]


def xml_tree(text: bytes, encoding: str | None = None) -> Any:
    """The content of the root element, which is also found under the root's own name where that name is free.

    `encoding` overrides the document's declaration. `Unreadable` names the body where it is no XML, or out of bounds.
    """
    spare = (
        max(_FEW_MARKS, SPARE + len(text) // BYTES_EACH)
        - text.count(b"<")
        - text.count(b"/>")
        - text.count(b"=") * 3 // 2
    )
    if spare < 0:
        raise Unreadable("body", "too many elements")
    content = _Content(most_objects(len(text)), spare)
    parser = DefusedXMLParser(target=content, encoding=encoding, forbid_dtd=True)
    # The guards are defusedxml's; the events come straight from expat, which costs half of what the parser's own detour does.
    parser.parser.ordered_attributes = False
    parser.parser.StartElementHandler = content.begin
    parser.parser.EndElementHandler = content.finish
    parser.parser.CharacterDataHandler = content.say
    try:
        parser.feed(text)
        parser.close()
    except Unreadable:
        raise
    except DefusedXmlException:
        raise Unreadable("body", "a DTD or an entity is not accepted") from None
    except (ParseError, ExpatError, ValueError, LookupError):
        raise Unreadable("body", "not XML") from None
    return content.tree()


class _Content:
    """Collects the element events of expat: 39,000 of either kind a megabyte, so that each does as little as can be."""

    __slots__ = ("_attributes", "_names", "_objects", "_open", "_pieces", "_spare", "say")

    def __init__(self, most: int, spare: float) -> None:
        """At most that many objects; `spare` is what the bound on elements leaves."""
        self._objects = most
        self._spare = spare
        self._open: list[_Object] = [{}]
        """The children so far of the document and of each open element, the innermost last."""
        self._attributes: dict[int, _Object] = {}
        """Of the open elements that have any, by how deep they lie."""
        self._names: tuple[str, ...] = ()
        """Of the last attributes that were fields as they came."""
        self._pieces: list[str] = []
        self.say = self._pieces.append
        """Text between two tags."""

    def begin(self, _: str, attributes: _Object) -> None:
        """An element begins."""
        opened = self._open
        if len(opened) > DEEPEST:
            raise Unreadable("body", "nested too deep")
        if attributes:
            # Elements of one kind have attributes of the same names.
            if (names := (*attributes,)) != self._names:
                attributes = _told(attributes)
                if (*attributes,) == names:
                    self._names = names
            self._attributes[len(opened)] = attributes
        opened.append({})
        # Stray text around children counts for nothing, so only the text since the last beginning is kept.
        self._pieces.clear()

    def finish(self, name: str) -> None:
        """An element ends and becomes a value of the one around it."""
        opened = self._open
        value: Any = opened.pop()
        if value:
            if len(value) > 1 or _one(value).__class__ is not list:
                self._objects -= 1
                if self._objects < 0:
                    raise Unreadable("body", "too many objects")
        else:
            value = "".join(self._pieces).strip() if self._pieces else ""
        if self._attributes and len(opened) in self._attributes:
            value = self._with_attributes(value)
        if "}" in name:
            name = _local(name)
        siblings = opened[-1]
        if name not in siblings:
            siblings[name] = value
            if len(siblings) > MOST_KEYS:
                raise Unreadable("body", "too many elements in one")
        elif (others := siblings[name]).__class__ is list:
            others.append(value)
        else:
            siblings[name] = [others, value]

    def _with_attributes(self, value: Any) -> Any:
        """The value of an element that has some; one of attributes alone is an object, and one called value alone stands for text."""
        told = self._attributes.pop(len(self._open))
        # They cost more than each of them is long.
        self._spare -= 1.5
        if told and not value:
            self._objects -= 1
            value = told["value"] if len(told) == 1 and "value" in told else told
        elif value and told:
            before, value = value, _with(told, value)
            if value.__class__ is dict and before.__class__ is not dict:
                self._objects -= 1
        if self._objects < 0 or self._spare < 0:
            raise Unreadable("body", "too many attributes")
        return value

    def tree(self) -> Any:
        """The whole document."""
        ((name, value),) = self._open[0].items()
        return {name: value, **value} if isinstance(value, dict) else {name: value}


def _one(found: _Object) -> Any:
    """The value of an object that has just one."""
    return next(iter(found.values()))


def _with(told: _Object, value: Any) -> Any:
    """Children and text win over attributes; the text of what has an id is its value."""
    if isinstance(value, dict):
        return {**told, **value}
    return {**told, "value": value} if "id" in told and "value" not in told and isinstance(value, str) else value


def _told(named: _Object) -> _Object:
    """The attributes that may be fields."""
    if len(named) > MOST_ATTRIBUTES:
        raise Unreadable("body", "too many attributes")
    if "}" in "".join(named):
        named = {_local(one): value for one, value in named.items()}
    if _ABOUT_THE_ELEMENT.isdisjoint(named):
        return named
    return {one: named[one] for one in named if one not in _ABOUT_THE_ELEMENT}


def _local(name: str) -> str:
    """The name without its namespace, which expat puts in front with a brace."""
    return name.rpartition("}")[2]
