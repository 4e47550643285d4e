"""A PDF file: numbered objects, those that are no streams packed together (ISO 32000-1, 7.5.7).

Packed, the thousand small objects of a tagged table take a tenth of their room.
"""

import hashlib
import struct
import zlib
from dataclasses import dataclass
from typing import Final, Self

_HEAD: Final = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_PACK: Final = 2000
"""How many objects a pack holds at most: a reader unpacks all of it for any one of them."""


def text_string(text: str) -> str:
    """Any text as PDF writes it: UTF-16 in hexadecimal (7.9.2.2)."""
    return f"<FEFF{text.encode('utf-16-be').hex()}>"


@dataclass(frozen=True, slots=True)
class Stream:
    """An object that holds data, as it stands in the file, its dictionary included."""

    body: bytes

    @classmethod
    def of(cls, keys: str, data: bytes) -> Self:
        """A stream with these keys beside its length."""
        head = f"<<{keys}/Length {len(data)}>>\nstream\n".encode("ascii")
        return cls(b"%b%b\nendstream\n" % (head, data))


class PdfFile:
    """Objects by number, the first is 1, until they are written."""

    def __init__(self) -> None:
        self._objects: list[bytes | Stream] = []

    @property
    def next_number(self) -> int:
        """Number of the object that is added next."""
        return len(self._objects) + 1

    def add(self, body: bytes | Stream) -> int:
        """One more object; its number."""
        self._objects.append(body)
        return len(self._objects)

    def written(self, root: int, info: int) -> bytes:
        """The whole file; the same objects always give the same bytes, its ID included."""
        plain = [at for at, body in enumerate(self._objects, 1) if isinstance(body, bytes)]
        where: dict[int, tuple[int, int, int]] = {0: (0, 0, 65535)}
        for start in range(0, len(plain), _PACK):
            numbers = plain[start : start + _PACK]
            pack = self.add(self._packed(numbers))
            where |= {number: (2, pack, at) for at, number in enumerate(numbers)}
        out = bytearray(_HEAD)
        for number, body in enumerate(self._objects, 1):
            if isinstance(body, Stream):
                where[number] = (1, len(out), 0)
                out += _framed(number, body)
        _close(out, where, root, info)
        return bytes(out)

    def _packed(self, numbers: list[int]) -> Stream:
        bodies = [self._objects[number - 1] for number in numbers]
        index, data = [], bytearray()
        for number, body in zip(numbers, bodies, strict=True):
            assert isinstance(body, bytes)
            index.append(f"{number} {len(data)} ")
            data += body + b"\n"
        head = "".join(index).encode("ascii")
        packed = zlib.compress(head + data)
        keys = f"/Type/ObjStm/N {len(numbers)}/First {len(head)}/Filter/FlateDecode"
        return Stream.of(keys, packed)


def _framed(number: int, stream: Stream) -> bytes:
    return b"%d 0 obj\n%bendobj\n" % (number, stream.body)


def _close(out: bytearray, where: dict[int, tuple[int, int, int]], root: int, info: int) -> None:
    """The cross-reference stream (7.5.8), which stands for the trailer too."""
    start, number = len(out), len(where)
    where[number] = (1, start, 0)
    table = b"".join(struct.pack(">BIH", *where[at]) for at in range(len(where)))
    mark = hashlib.sha256(out).hexdigest()[:32]
    keys = (
        f"/Type/XRef/Size {len(where)}/W[1 4 2]/Root {root} 0 R/Info {info} 0 R"
        f"/ID[<{mark}><{mark}>]/Filter/FlateDecode"
    )
    out += _framed(number, Stream.of(keys, zlib.compress(table)))
    out += b"startxref\n%d\n%%%%EOF\n" % start
