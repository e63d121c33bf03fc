"""How a button's meaning travels: a small frozen class packed into callback_data and read back, without any state of ours.

`1|<code>|<argument>|...` in at most 64 bytes (https://core.telegram.org/bots/api#inlinekeyboardbutton). Ids of the queue server can be
longer than that, so references travel instead: short hashes that are compared with what the server offers now.
"""

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import ClassVar

VERSION = "1"
MOST_BYTES = 64
_WORD = re.compile(r"[A-Za-z0-9_-]{1,24}")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,5}")


def ref(identifier: str) -> str:
    """A reference to a server's id: 10 characters, 60 bits of its SHA-256."""
    return base64.urlsafe_b64encode(hashlib.sha256(identifier.encode(errors="surrogatepass")).digest())[:10].decode()


def referred(reference: str) -> Callable[[str], bool]:
    """Whether an id is the one referred to: what use cases take as `wanted`."""
    return lambda identifier: ref(identifier) == reference


@dataclass(frozen=True)
class Callback:
    """The base of every button's meaning; each subclass names its `code` and is known to `unpack` from then on."""

    code: ClassVar[str] = ""
    known: ClassVar[dict[str, type["Callback"]]] = {}

    def __init_subclass__(cls, code: str) -> None:
        """Two meanings under one code would be a fault of ours: `ValueError`."""
        if code in Callback.known and Callback.known[code].__qualname__ != cls.__qualname__:
            raise ValueError(f"the code {code!r} has a meaning already")
        cls.code = code
        Callback.known[code] = cls

    def pack(self) -> str:
        """The callback_data. `ValueError` for an argument that could not be read back."""
        arguments = [str(getattr(self, name)) for name in _patterns(type(self))]
        for argument, pattern in zip(arguments, _patterns(type(self)).values(), strict=True):
            if not pattern.fullmatch(argument):
                raise ValueError(f"{argument!r} cannot stand in callback_data")
        data = "|".join((VERSION, self.code, *arguments))
        if len(data.encode()) > MOST_BYTES:
            raise ValueError(f"{data!r} is longer than {MOST_BYTES} bytes")
        return data


def unpack(data: str) -> Callback | None:
    """Read callback_data; None for what is stale, forged or of another version."""
    version, _, rest = data.partition("|")
    code, *arguments = rest.split("|")
    kind = Callback.known.get(code)
    if version != VERSION or kind is None or len(data.encode(errors="replace")) > MOST_BYTES:
        return None
    patterns = _patterns(kind)
    if len(arguments) != len(patterns):
        return None
    values: dict[str, str | int] = {}
    for argument, (name, pattern) in zip(arguments, patterns.items(), strict=True):
        if not pattern.fullmatch(argument):
            return None
        values[name] = int(argument) if pattern is _NUMBER else argument
    return kind(**values)


def _patterns(kind: type[Callback]) -> Mapping[str, re.Pattern[str]]:
    return {field.name: _NUMBER if field.type is int else _WORD for field in fields(kind)}
