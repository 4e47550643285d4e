"""How far the files of an import are, and whether what is there of a kind is whole.

`loads` has a row for each kind that was ever delivered. `whole` is 0 while a load is under way.
`rejected` is not 0 once a load refused rows, failed or was given up, until a full load does not:
what is lacking stays lacking, whatever later deltas bring. It is the most that one load left out.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from archive.intake import FileProgress, Step
from archive.records import RecordKind
from archive.sql.session import Session

_PROGRESS: Final = (
    "number, run, kind, step, position, line, row_count, changed, removed, rejected, warned, "
    "rejects_position"
)


def begin(session: Session, files: Sequence[FileProgress]) -> None:
    """Note a new import, and nothing of another one."""
    session.execute("DELETE FROM imports")
    session.executemany(
        f"INSERT INTO imports ({_PROGRESS}) VALUES ({', '.join('?' * 12)})",  # noqa: S608
        [(one.number, one.run, one.kind.value, *_counters(one)) for one in files],
    )


def progress(session: Session) -> list[FileProgress]:
    """All files of the import under way."""
    found = session.execute(f"SELECT {_PROGRESS} FROM imports ORDER BY number")  # noqa: S608
    return [
        FileProgress(
            number=row[0],
            run=row[1],
            kind=RecordKind(row[2]),
            step=Step(row[3]),
            position=row[4],
            line=row[5],
            rows=row[6],
            changed=row[7],
            removed=row[8],
            rejected=row[9],
            warned=row[10],
            rejects_position=row[11],
        )
        for row in found
    ]


def _counters(one: FileProgress) -> tuple[Any, ...]:
    return (
        *(one.step.value, one.position, one.line, one.rows, one.changed, one.removed),
        *(one.rejected, one.warned, one.rejects_position),
    )


def write(session: Session, one: FileProgress) -> None:
    """Write how far a file is."""
    session.execute(
        "UPDATE imports SET step = ?, position = ?, line = ?, row_count = ?, changed = ?, "
        "removed = ?, rejected = ?, warned = ?, rejects_position = ? WHERE number = ?",
        (*_counters(one), one.number),
    )


def under_way(session: Session, kind: RecordKind, at: dt.datetime) -> None:
    """A load of the kind begins; what is lacking from before stays lacking."""
    session.execute(
        "INSERT INTO loads (kind, whole, rejected, at) VALUES (?, 0, 0, ?) "
        "ON CONFLICT (kind) DO UPDATE SET whole = 0, at = excluded.at",
        (kind.value, at.isoformat()),
    )


def lacking(session: Session, kind: RecordKind, count: int) -> None:
    """Note so many rows or files that did not come in; the same once more changes nothing."""
    session.execute(
        "UPDATE loads SET rejected = ? WHERE kind = ? AND rejected < ?", (count, kind.value, count)
    )


def ended(session: Session, kind: RecordKind, at: dt.datetime) -> None:
    """The load of the kind has come to its end."""
    session.execute(
        "UPDATE loads SET whole = 1, at = ? WHERE kind = ?", (at.isoformat(), kind.value)
    )


def replaced(session: Session, kind: RecordKind) -> None:
    """A full load took the place of everything: nothing from before is lacking any more."""
    session.execute("UPDATE loads SET rejected = 0 WHERE kind = ?", (kind.value,))


def broken_off(session: Session, kinds: set[RecordKind]) -> None:
    """Loads of these kinds that were under way are given up: a file is lacking of each."""
    session.executemany(
        "UPDATE loads SET rejected = 1 WHERE kind = ? AND whole = 0 AND rejected = 0",
        [(kind.value,) for kind in kinds],
    )
