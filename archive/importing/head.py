"""What a file says of itself: its format, its encoding, and which kind of rows it holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from archive.elements import by_heading
from archive.errors import ImportFormatError
from archive.records import SPECS, RecordKind, RecordSpec

VALID: Final = "AAE100"
"""有效标志: 0 marks a row that is no longer valid."""


@dataclass(frozen=True, slots=True)
class Head:
    """A file that was recognised."""

    path: Path
    format: str
    """`CSV`, `XML` or `JSON lines`."""
    encoding: str
    kind: RecordKind
    names: tuple[str, ...]
    """The names of the columns as they stand in the file."""
    places: tuple[int | None, ...]
    """For each column of the kind its place in a row of the file; None for one left out."""
    valid: int | None
    """The place of AAE100, if it is there."""
    ignored: tuple[str, ...]
    """Names that the kind has no column for."""


def recognise(path: Path, format_: str, encoding: str, names: Sequence[str]) -> Head:
    """Find the kind of rows by their names; ImportFormatError says what is missing."""
    known = by_heading()
    codes = [known[name.casefold()].code if name.casefold() in known else None for name in names]
    twice = sorted({code for code in codes if code is not None and codes.count(code) > 1})
    if twice:
        raise ImportFormatError(path, 1, f"heading given twice: {', '.join(twice)}")
    spec = _spec(path, {code for code in codes if code is not None})
    places = tuple(
        codes.index(column.element.code) if column.element.code in codes else None
        for column in spec.columns
    )
    used = {column.element.code for column in spec.columns} | {VALID}
    ignored = tuple(name for name, code in zip(names, codes, strict=True) if code not in used)
    valid = codes.index(VALID) if VALID in codes else None
    return Head(path, format_, encoding, spec.kind, tuple(names), places, valid, ignored)


def _spec(path: Path, codes: set[str]) -> RecordSpec:
    for spec in SPECS.values():
        if set(spec.telling) <= codes:
            required = [column.element.code for column in spec.columns if column.required]
            missing = [code for code in required if code not in codes]
            if missing:
                detail = f"headings missing for {spec.kind.value}: {', '.join(missing)}"
                raise ImportFormatError(path, 1, detail)
            return spec
    raise ImportFormatError(path, 1, "no kind of file has these headings")
