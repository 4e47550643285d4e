"""A stretch of the audit trail as a file that can be checked by itself, with the trail's key.

JSON lines: a row a line with its cells and hash, then a closing line with the first and last
sequence, the count, the hash before the first row and that of the last, and a seal over these.
CSV: a head, the same rows, and the closing line's values behind the word `closing`.
"""

import csv
import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, astuple, dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any, Final, Literal, TextIO

from archive.audit import FIELDS, GENESIS, AuditKey, cells_of, verify_part
from archive.errors import AuditExportError, AuditKeyError
from archive.store import AuditCheck, AuditFilter, AuditFinding, AuditRow, Store

Format = Literal["jsonl", "csv"]
CLOSING: Final = "closing"
_COLUMNS: Final = (*FIELDS, "hash")
_NUMBERS: Final = ("sequence", "behind", "count")


@dataclass(frozen=True, slots=True)
class Closing:
    """What an export ends with."""

    first: int
    """0 in an export without rows."""
    last: int
    count: int
    previous: str
    """Hash of the row before the first."""
    head: str
    """Hash of the last row."""
    key_id: str
    seal: str

    @classmethod
    def sealed(
        cls, key: AuditKey, first: int, last: int, count: int, previous: str, head: str
    ) -> "Closing":
        """The closing of rows that were just written."""
        parts = (str(first), str(last), str(count), previous, head)
        return cls(first, last, count, previous, head, key.key_id, key.mac("export", *parts))

    def holds(self, key: AuditKey) -> bool:
        """Whether it was made with this key for just these figures."""
        made = Closing.sealed(key, self.first, self.last, self.count, self.previous, self.head)
        return made == self


def write_export(rows: Iterable[AuditRow], file: TextIO, form: Format, key: AuditKey) -> Closing:
    """Write rows that follow one another, and the closing line."""
    put = _json_writer(file) if form == "jsonl" else _csv_writer(file)
    first, last, count = 0, 0, 0
    previous = head = GENESIS
    for row in rows:
        if not count:
            first, previous = row.sequence, row.previous
        put({**cells_of(row), "hash": row.hash})
        last, head, count = row.sequence, row.hash, count + 1
    closing = Closing.sealed(key, first, last, count, previous, head)
    put(closing)
    return closing


def check_export(path: Path, key: AuditKey) -> tuple[AuditCheck, Closing | None]:
    """Walk an export: every change, gap or truncation of it, and how it closes.

    Raises `AuditExportError` where the file cannot be read as an export, and `AuditKeyError`
    where it was made with another key.
    """
    lines = _Lines(path)
    rows = iter(lines)
    first = next(rows, None)
    begin = (int(first["sequence"]) - 1, str(first["previous"])) if first else (0, GENESIS)
    check, last = verify_part(_all(first, rows), *begin, key)
    closing = lines.closing
    if closing is None:
        return _with(check, AuditFinding("truncated", last + 1)), None
    if closing.key_id != key.key_id:
        raise AuditKeyError(path, "not the key of this trail")
    if not closing.holds(key):
        return _with(check, AuditFinding("head", last)), closing
    said = (closing.first, closing.last, closing.count, closing.previous, closing.head)
    if said != (begin[0] + 1 if first else 0, last, check.rows, begin[1], check.head):
        return _with(check, AuditFinding("truncated", min(last, closing.last))), closing
    return check, closing


def stretch(
    store: Store, since: dt.datetime | None, until: dt.datetime | None
) -> Iterator[AuditRow]:
    """All rows from the first to the last of that time, whatever those in between say of it."""
    sequences = [row.sequence for row in store.audit_rows(wanted=AuditFilter(since, until))]
    if sequences:
        last = sequences[-1]
        rows = store.audit_rows(sequences[0] - 1)
        yield from takewhile(lambda row: row.sequence <= last, rows)


def goes_on(store: Store, closing: Closing) -> AuditFinding | None:
    """Whether a trail still holds what an earlier export ended with; else what is wrong.

    An older copy of the whole store that was put back is found so. Rows that were pruned since
    then are not asked for.
    """
    if not closing.count:
        return None
    found = next(store.audit_rows(closing.last - 1), None)
    if found is None:
        return AuditFinding("truncated", closing.last)
    if found.sequence == closing.last and found.hash != closing.head:
        return AuditFinding("changed", closing.last)
    return None


def _all(first: dict[str, Any] | None, rest: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    if first is not None:
        yield first
    yield from rest


def _with(check: AuditCheck, finding: AuditFinding) -> AuditCheck:
    return AuditCheck(check.rows, check.head, (*check.findings, finding))


def _json_writer(file: TextIO) -> Callable[[dict[str, object] | Closing], None]:
    def put(line: dict[str, object] | Closing) -> None:
        cells = {CLOSING: asdict(line)} if isinstance(line, Closing) else line
        file.write(json.dumps(cells, ensure_ascii=False, separators=(",", ":")) + "\n")

    return put


def _csv_writer(file: TextIO) -> Callable[[dict[str, object] | Closing], None]:
    table = csv.writer(file, lineterminator="\n")
    table.writerow(_COLUMNS)

    def put(line: dict[str, object] | Closing) -> None:
        if isinstance(line, Closing):
            table.writerow((CLOSING, *astuple(line)))
        else:
            table.writerow(line.values())

    return put


class _Lines:
    """The rows of an export; its closing line is kept once it was met."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.closing: Closing | None = None

    def __iter__(self) -> Iterator[dict[str, Any]]:
        number = 0
        read = _read_json
        try:
            with self._path.open(encoding="utf-8", newline="") as file:
                for number, line in enumerate(file, 1):
                    if number == 1 and line.rstrip("\r\n") == ",".join(_COLUMNS):
                        read = _read_csv
                        continue
                    cells = read(line)
                    if self.closing is not None:
                        raise ValueError("a line behind the closing one")
                    if isinstance(cells, Closing):
                        self.closing = cells
                    else:
                        yield cells
        except (OSError, ValueError, TypeError, LookupError, RecursionError):
            raise AuditExportError(self._path, number) from None


def _read_json(line: str) -> dict[str, Any] | Closing:
    cells = json.loads(line)
    if set(cells) == {CLOSING}:
        return Closing(**cells[CLOSING])
    return _checked(cells)


def _read_csv(line: str) -> dict[str, Any] | Closing:
    (values,) = csv.reader([line])
    if values[0] == CLOSING:
        first, last, count, *texts = values[1:]
        return Closing(int(first), int(last), int(count), *texts)
    cells: dict[str, Any] = dict(zip(_COLUMNS, values, strict=True))
    return _checked(cells | {name: int(cells[name]) for name in _NUMBERS})


def _checked(cells: dict[str, Any]) -> dict[str, Any]:
    if set(cells) != set(_COLUMNS) or type(cells["sequence"]) is not int:
        raise ValueError("other columns")
    dt.datetime.fromisoformat(cells["at"])
    return cells
