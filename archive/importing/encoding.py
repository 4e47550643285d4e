"""Which encoding a file of lines has, by its content."""

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from archive.errors import ImportFormatError
from archive.importing.batch import LONGEST_LINE

UTF8: Final = "utf-8"
UTF8_MARKED: Final = "utf-8-sig"
GB: Final = "gb18030"

_CHUNK: Final = 1 << 16
"""Lists and texts of a larger piece no longer fit the caches: reading takes twice the time."""
_SAMPLE_LINES: Final = 2000


def find_encoding(path: Path) -> str:
    """`utf-8-sig`, `utf-8` or `gb18030`, by the first lines that are not ASCII.

    GB18030 decodes much that is UTF-8 too, hardly ever the other way round: so it is
    UTF-8 unless most of those lines cannot be.
    """
    with path.open("rb") as file:
        start = file.read(4)
        if start.startswith(codecs.BOM_UTF8):
            return UTF8_MARKED
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise ImportFormatError(path, 1, "UTF-16; save the file as UTF-8 or GB18030")
        file.seek(0)
        seen = good = 0
        for raw, _ in chunks(file):
            for line in () if raw.isascii() else raw.split(b"\n"):
                if not line.isascii():
                    seen += 1
                    good += _decodes(line)
            if seen >= _SAMPLE_LINES:
                break
    return UTF8 if good * 2 >= seen else GB


def chunks(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Whole lines, about 64 KB of them, and the place behind them.

    Of a line that is too long only its beginning is there, still longer than is allowed.
    """
    while raw := file.read(_CHUNK):
        rest = b""
        if not raw.endswith(b"\n"):
            rest = file.readline(LONGEST_LINE + 1)
            raw += rest
        while len(rest) > LONGEST_LINE and not rest.endswith(b"\n"):
            rest = file.readline(LONGEST_LINE + 1)
        yield raw, file.tell()


def _decodes(raw: bytes) -> bool:
    try:
        raw.decode(UTF8)
    except UnicodeDecodeError:
        return False
    return True
