"""The head of a file: which kind of rows it holds and where their columns stand."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from archive.elements import by_heading
from archive.errors import ImportFormatError
from archive.importing.lines import Lines
from archive.records import SPECS, RecordKind, RecordSpec


@dataclass(frozen=True, slots=True)
class Head:
    """What the first line of a file says."""

    path: Path
    encoding: str
    kind: RecordKind
    width: int
    places: tuple[int, ...]
    """For each column of the kind its place in a row; `width` for one that is left out."""
    ignored: tuple[str, ...]


def read_head(path: Path, encoding: str, file: BinaryIO) -> Head:
    """Recognise a file by its headings; ImportFormatError says what is missing."""
    headings = _headings(path, Lines(file, encoding, lambda line, reason: None))
    known = by_heading()
    codes = [known[h.casefold()].code if h.casefold() in known else None for h in headings]
    named = [code for code in codes if code is not None]
    twice = sorted({code for code in named if named.count(code) > 1})
    if twice:
        raise ImportFormatError(path, 1, f"heading given twice: {', '.join(twice)}")
    spec = _recognise(path, named)
    places = tuple(
        codes.index(column.element.code) if column.element.code in named else len(codes)
        for column in spec.columns
    )
    used = {column.element.code for column in spec.columns}
    ignored = tuple(h for h, code in zip(headings, codes, strict=True) if code not in used)
    return Head(path, encoding, spec.kind, len(codes), places, ignored)


def _headings(path: Path, lines: Lines) -> Sequence[str]:
    try:
        headings = next(csv.reader(lines, strict=True), [])
    except csv.Error:
        headings = []
    # A first line that is no text was passed over: what follows is not the head.
    if lines.number != 1 or not headings:
        raise ImportFormatError(path, 1, "the first line holds no headings")
    return [heading.strip() for heading in headings]


def _recognise(path: Path, codes: Sequence[str]) -> RecordSpec:
    for spec in SPECS.values():
        if set(spec.telling) <= set(codes):
            missing = [
                column.element.code
                for column in spec.columns
                if column.required and column.element.code not in codes
            ]
            if missing:
                detail = f"headings missing for {spec.kind.value}: {', '.join(missing)}"
                raise ImportFormatError(path, 1, detail)
            return spec
    raise ImportFormatError(path, 1, "no kind of file has these headings")
