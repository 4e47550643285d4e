"""JSON lines: an object of element codes or English names on each line."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NoReturn

from archive.importing.batch import LONGEST_LINE, Batch
from archive.importing.encoding import UTF8, UTF8_MARKED, chunks, find_encoding
from archive.importing.head import Head
from archive.importing.named_rows import NamedRow, batched, head_of
from archive.reasons import Reason

FORMAT: Final = "JSON lines"


class JsonRows:
    """The rows of one file of JSON lines."""

    def __init__(self, path: Path) -> None:
        encoding = find_encoding(path)
        self._path = path
        self._codec = UTF8 if encoding == UTF8_MARKED else encoding
        self.head: Head = head_of(path, FORMAT, encoding, self._rows(0, 0))

    def batches(self, position: int, line: int) -> Iterator[Batch]:
        """Rows from that byte on."""
        return batched(self.head, self._rows(position, line))

    def _rows(self, position: int, line: int) -> Iterator[NamedRow]:
        with self._path.open("rb") as file:
            file.seek(position)
            for raw, behind in chunks(file):
                lines = raw.removesuffix(b"\n").split(b"\n")
                place = position
                for number, one in enumerate(lines, start=line + 1):
                    place += len(one) + 1
                    if one.strip():
                        last = number == line + len(lines)
                        yield NamedRow(number, behind if last else place, place, self._values(one))
                line += len(lines)
                position = behind

    def _values(self, raw: bytes) -> dict[str, str] | Reason:
        if len(raw) > LONGEST_LINE:
            return Reason.LINE_TOO_LONG
        try:
            found: Any = _decoder.decode(raw.decode(self._codec).removeprefix("\ufeff"))
        except UnicodeDecodeError:
            return Reason.ENCODING
        except (ValueError, RecursionError):
            return Reason.STRUCTURE
        if not isinstance(found, dict) or not found:
            return Reason.STRUCTURE
        if not all(isinstance(value, str) for value in found.values()):
            return Reason.STRUCTURE
        return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Nothing is the same as an empty text; a name given twice has no one value."""
    found = {name: "" if value is None else value for name, value in pairs}
    if len(found) != len(pairs):
        raise ValueError
    return found


def _refuse(_: str) -> NoReturn:
    raise ValueError


# Numbers stay as they are written: an amount never becomes a float.
_decoder: Final = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=str, parse_int=str, parse_constant=_refuse
)
