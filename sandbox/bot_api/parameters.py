"""The parameters of one Bot API call, read as Telegram's server reads them: leniently, clamped, and the same from every encoding."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from sandbox.bot_api.errors import BAD_JSON, STRINGS, Failure, Refusal
from sandbox.bot_api.limits import INTEGER
from sandbox.bot_api.trees import HalfCharacter, TreeError, read_tree

Json = dict[str, Any]


def whole(digits: str) -> int:
    """Return the whole number that those digits say, held within 64 bits however many there are."""
    # Python refuses to read thousands of digits at once; nothing of Telegram's is longer than 64 bits.
    value = int(digits[:INTEGER])
    return max(-(2**63), min(2**63 - 1, value))


@dataclass(frozen=True)
class Upload:
    """One file that came with a multipart request."""

    name: str
    mime: str
    content: bytes


@dataclass
class Parameters:
    """What was sent: scalars as strings or as JSON values, objects as JSON text or as trees, files by part name."""

    values: Json = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Tell whether the parameter was sent with anything in it."""
        return self.values.get(name) not in (None, "")

    def text(self, name: str) -> str:
        """Return a string; "" where absent. Anything that is no string is returned as its JSON text."""
        value = self.values.get(name)
        if value is None:
            return ""
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    def integer(self, name: str, default: int = 0, low: int | None = None, high: int | None = None) -> int:
        """Return a whole number, clamped into [low, high] and never refused (C get_integer_arg)."""
        match = re.match(r"\s*([+-]?)0*(\d+)", self.text(name))
        value = whole("".join(match.groups())) if match else default
        if low is not None and value < low:
            return low
        return high if high is not None and value > high else value

    def real(self, name: str) -> float | None:
        """Return a number, or None where absent or no finite number."""
        try:
            value = float(self.text(name))
        except ValueError:
            return None
        return value if abs(value) < float("inf") else None

    def boolean(self, name: str) -> bool:
        """Return a flag: true, yes and 1 mean yes (C to_bool)."""
        return self.text(name).strip().lower() in ("true", "yes", "1")

    def tree(self, name: str, failure: Failure | None = None) -> Any:
        """Return an object or a list, None where absent; text that is no JSON is refused with `failure`."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            return value
        try:
            return read_tree(value)
        except HalfCharacter:
            raise Refusal(STRINGS) from None
        except TreeError:
            raise Refusal(failure or BAD_JSON, what=name) from None

    def readable(self, name: str) -> Any:
        """Return an object or a list; None where absent or unreadable: of some parameters no fault is told (C get_input_entities)."""
        try:
            return self.tree(name)
        except Refusal:
            return None

    def mapping(self, name: str, failure: Failure | None = None) -> Json | None:
        """Return an object, None where absent; anything else is refused with `failure`."""
        tree = self.tree(name, failure)
        if tree is not None and not isinstance(tree, dict):
            raise Refusal(failure or BAD_JSON, what=name)
        return tree

    def integers(self, name: str) -> list[int]:
        """Return a list of whole numbers; [] where absent."""
        tree = self.tree(name)
        if tree is None:
            return []
        if not isinstance(tree, list):
            raise Refusal(BAD_JSON, what=name)
        return [whole(str(item)) for item in tree if re.fullmatch(r"-?\d+", str(item))]

    def upload(self, value: str, name: str) -> Upload | None:
        """Return the file meant by `value`: the part called by attach://part, or the part that bears the parameter's name."""
        if value.startswith("attach://"):
            return self.files.get(value.removeprefix("attach://"))
        return self.files.get(name)
