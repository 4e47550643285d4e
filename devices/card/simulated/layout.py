"""The application files of a card as `files.toml` describes them: what a fresh card holds."""

import tomllib
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from importlib import resources
from typing import Any

from devices.card.tlv import Record


class Access(Enum):
    """What a file wants before it is read."""

    FREE = "free"
    PIN = "pin"
    RKSSSE = "rkssse"
    KEY = "key"
    """A key that no simulated card has."""
    PIN_AND_KEY = "pin_and_key"


class Structure(Enum):
    """How a file is read."""

    RECORDS = "records"
    CYCLIC = "cyclic"
    TRANSPARENT = "transparent"


@dataclass(frozen=True, slots=True)
class ElementaryFile:
    """One EF: records as they lie on the card, or one run of bytes."""

    identifier: int
    access: Access
    structure: Structure
    records: tuple[bytes, ...] = field(default=(), repr=False)
    content: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Slot:
    """Room for one value: its length and what fills the rest (00 for an, FF for cn)."""

    length: int
    padding: int
    tag: int = 0
    """The tag of a record; 0 for a field of a cyclic record."""

    @property
    def digits(self) -> bool:
        """Whether it holds packed decimal digits."""
        return self.padding == 0xFF

    def fill(self, value: bytes) -> bytes:
        """The value with its padding; `ValueError` when it is too long."""
        if len(value) > self.length:
            raise ValueError(f"more than {self.length} bytes")
        return value.ljust(self.length, bytes((self.padding,)))


@dataclass(frozen=True, slots=True)
class FileLayout:
    """One EF of a fresh card: the slots of its records, or of each of its cyclic records."""

    identifier: int
    access: Access
    structure: Structure
    slots: tuple[Slot, ...] = ()
    count: int = 0
    """How many records a cyclic file has."""
    size: int = 0
    """How many bytes a transparent file has."""

    def fresh(self) -> ElementaryFile:
        """The file with every item unset."""
        records: tuple[bytes, ...] = ()
        if self.structure is Structure.RECORDS:
            records = tuple(Record(slot.tag, slot.fill(b"")).to_bytes() for slot in self.slots)
        elif self.structure is Structure.CYCLIC:
            records = (b"\xff" * sum(slot.length for slot in self.slots),) * self.count
        content = bytes(self.size)
        return ElementaryFile(self.identifier, self.access, self.structure, records, content)


@dataclass(frozen=True, slots=True)
class DirectoryLayout:
    """One application with its files by short identifier."""

    name: str
    aid: bytes
    files: dict[int, FileLayout]


@cache
def application_layouts() -> tuple[DirectoryLayout, ...]:
    """Every application of the card."""
    text = resources.files(__package__).joinpath("files.toml").read_text("utf-8")
    return tuple(
        DirectoryLayout(
            row["name"],
            bytes.fromhex(row["aid"]),
            {file["id"]: _file_layout(file) for file in row["files"]},
        )
        for row in tomllib.loads(text)["directory"]
    )


def _file_layout(row: dict[str, Any]) -> FileLayout:
    identifier, access = row["id"], Access(row["read"])
    if "bytes" in row:
        return FileLayout(identifier, access, Structure.TRANSPARENT, size=row["bytes"])
    if "cyclic" in row:
        fields = tuple(Slot(length, padding) for length, padding in row["fields"])
        return FileLayout(identifier, access, Structure.CYCLIC, fields, count=row["cyclic"])
    slots = tuple(Slot(length, padding, tag) for tag, length, padding in row["records"])
    return FileLayout(identifier, access, Structure.RECORDS, slots)
