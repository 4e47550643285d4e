"""A person's whole record as files: their right to a copy (个人信息保护法 art. 45).

As one JSON document, or as CSV files that `archive.importer` reads again, in a folder or a zip.
Values are named by element codes, each kind with the day of its data and its source. What is
written can be read by its owner only, and never takes the place of a file that is there.
"""

import csv
import datetime as dt
import io
import json
import os
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from archive.model import Employer, Person
from archive.records import SPECS, RecordKind, RecordSpec
from archive.store import AsOf, Store
from archive.values import Month, format_date

_FIRST: Final = Month(1949, 1)
_LAST: Final = Month(2099, 12)
_EMPLOYER: Final = "AAB001"


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one kind."""

    spec: RecordSpec
    as_of: AsOf
    rows: Sequence[Sequence[str]] = field(repr=False)
    """As files write them, in the order of the kind's columns."""

    @property
    def codes(self) -> tuple[str, ...]:
        """The element codes of the columns."""
        return tuple(column.element.code for column in self.spec.columns)


def copy_of(store: Store, person: Person) -> tuple[Part, ...]:
    """Everything the store holds of a person, and the employers that the rows name."""
    parts = [_part(store, spec, person) for spec in _personal()]
    named = {
        row[part.spec.place(_EMPLOYER)]
        for part in parts
        if _EMPLOYER in part.codes
        for row in part.rows
    }
    employers = SPECS[RecordKind.EMPLOYERS]
    known = store.known(Employer, named - {""})
    rows = [_row(known[number]) for number in sorted(known)]
    return (Part(employers, store.as_of(employers.kind), rows), *parts)


def write(parts: Sequence[Part], path: Path, made: dt.datetime) -> None:
    """Write a `.json` document, a `.zip` of CSV files, or a folder of them, by the path's name.

    OSError where that cannot be, FileExistsError where something is there.
    """
    match path.suffix.lower():
        case ".json":
            _write_private(path, _json(parts, made).encode())
        case ".zip":
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
                for name, content in _tables(parts):
                    archive.writestr(name, content)
            _write_private(path, packed.getvalue())
        case _:
            path.mkdir(mode=0o700)
            for name, content in _tables(parts):
                _write_private(path / name, content)


def _personal() -> Iterator[RecordSpec]:
    return (SPECS[kind] for kind in RecordKind if SPECS[kind].of_person)


def _part(store: Store, spec: RecordSpec, person: Person) -> Part:
    records: Iterable[Any]
    match spec.kind:
        case RecordKind.PERSONS:
            records, as_of = (person,), store.as_of(spec.kind)
        case RecordKind.CONTRIBUTIONS:
            answer = store.contributions(person.person_id, _FIRST, _LAST)
            records, as_of = answer.rows, answer.as_of
        case _:
            found = store.of(spec.record, person.person_id)
            records, as_of = found.rows, found.as_of
    return Part(spec, as_of, [_row(record) for record in records])


def _row(record: Any) -> list[str]:  # noqa: ANN401 - any value of the model
    """The fields of a value stand in the order of its kind's columns."""
    return [_text(getattr(record, item.name)) for item in fields(record)]


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case dt.date():
            return format_date(value)
        case _:
            return str(value)


def _json(parts: Sequence[Part], made: dt.datetime) -> str:
    elements = {c.element.code: c.element.zh for part in parts for c in part.spec.columns}
    document = {
        "made": made.isoformat(timespec="seconds"),
        "elements": elements,
        "records": {
            part.spec.table: {
                **_told(part.as_of),
                "rows": [dict(zip(part.codes, row, strict=True)) for row in part.rows],
            }
            for part in parts
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _told(as_of: AsOf) -> dict[str, object]:
    """A kind that was never delivered has neither date nor source."""
    never = bool(as_of.never)
    return {
        "as_of": None if never else format_date(as_of.day),
        "source": None if never else as_of.source,
        "whole": as_of.whole,
        "delivered": not never,
    }


def _tables(parts: Sequence[Part]) -> Iterator[tuple[str, bytes]]:
    head = ("record_kind", "as_of", "source", "whole", "delivered")
    yield "sources.csv", _csv(head, map(_dated, parts))
    for part in parts:
        if part.rows:
            yield f"{part.spec.table}.csv", _csv(part.codes, part.rows)


def _dated(part: Part) -> Sequence[str]:
    """A kind that was never delivered has no date."""
    as_of, name = part.as_of, part.spec.table
    if as_of.never:
        return name, "", "", "0", "0"
    return name, format_date(as_of.day), as_of.source, "1" if as_of.whole else "0", "1"


def _csv(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A row is one line: a paragraph's end is written as two characters, which the import knows."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([cell.replace("\n", "\\n") for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _write_private(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
