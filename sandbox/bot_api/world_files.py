"""Files that were sent to the world, kept in memory, with the sizes of pictures read from their own headers."""

import base64
import hashlib
import struct
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class StoredFile:
    """One file: `kind` is photo, document and so on; `width` and `height` are 0 for what is no picture."""

    id: str
    kind: str
    name: str
    mime: str
    content: bytes
    width: int = 0
    height: int = 0

    @property
    def unique_id(self) -> str:
        """Return the identifier that stays the same for the same bytes."""
        return "AQAD" + hashlib.sha256(self.content).hexdigest()[:12]

    @property
    def path(self) -> str:
        """Return the path under which /file/bot<token>/ serves it."""
        ending = self.name.rpartition(".")[2].lower() if "." in self.name else "bin"
        return f"{self.kind}s/file_{self.id[-8:]}.{ending if ending.isalnum() else 'bin'}"


class Files:
    """All files by file_id."""

    def __init__(self) -> None:
        self._files: dict[str, StoredFile] = {}

    def keep(self, kind: str, name: str, mime: str, content: bytes) -> StoredFile:
        """Store a file under a new file_id."""
        width, height = picture_size(content) or (0, 0)
        # The count makes every file_id its own even for equal bytes; file_unique_id is what they share.
        number = f"{len(self._files) + 1:08d}"
        digest = hashlib.sha256(number.encode() + content).digest()[:18]
        file_id = f"AgAC{base64.urlsafe_b64encode(digest).decode()}{number}"
        file = StoredFile(file_id, kind, name, mime, content, width, height)
        self._files[file_id] = file
        return file

    def get(self, file_id: str) -> StoredFile | None:
        """Return the file of that file_id."""
        return self._files.get(file_id)

    def at(self, path: str) -> StoredFile | None:
        """Return the file that is served under that path."""
        return next((file for file in self._files.values() if file.path == path), None)

    def dump(self) -> list[Json]:
        """Return a tree for the data file, bytes as base64."""
        return [
            {
                "id": f.id,
                "kind": f.kind,
                "name": f.name,
                "mime": f.mime,
                "content": base64.b64encode(f.content).decode(),
            }
            for f in self._files.values()
        ]

    def load(self, trees: list[Json]) -> None:
        """Take the files of the data file instead of the present ones."""
        self._files.clear()
        for tree in trees:
            content = base64.b64decode(tree["content"])
            width, height = picture_size(content) or (0, 0)
            self._files[tree["id"]] = StoredFile(
                tree["id"], tree["kind"], tree["name"], tree["mime"], content, width, height
            )


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Return (width, height) in pixels of a PNG, GIF, JPEG or WebP, None for anything else."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    if content[:6] in (b"GIF87a", b"GIF89a") and len(content) >= 10:
        width, height = struct.unpack("<HH", content[6:10])
        return width, height
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return _webp_size(content)
    return _jpeg_size(content) if content.startswith(b"\xff\xd8") else None


def _webp_size(content: bytes) -> tuple[int, int] | None:
    if content[12:16] == b"VP8X" and len(content) >= 30:
        return 1 + int.from_bytes(content[24:27], "little"), 1 + int.from_bytes(content[27:30], "little")
    if content[12:16] == b"VP8L" and len(content) >= 25:
        bits = int.from_bytes(content[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if content[12:16] == b"VP8 " and len(content) >= 30:
        width, height = struct.unpack("<HH", content[26:30])
        return width & 0x3FFF, height & 0x3FFF
    return None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    place = 2
    while place + 9 <= len(content) and content[place] == 0xFF:
        marker, length = content[place + 1], int.from_bytes(content[place + 2 : place + 4], "big")
        # The frame headers C0-CF hold the size, except for the three that are tables.
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[place + 5 : place + 9])
            return width, height
        place += 2 + length
    return None
