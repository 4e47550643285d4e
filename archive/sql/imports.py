"""How far the files of an import are, and whether what was last loaded of a kind is whole."""

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


def mark(
    session: Session, kind: RecordKind, at: dt.datetime, *, whole: bool, rejected: int
) -> None:
    """Say whether what was last loaded of a kind is whole."""
    session.execute(
        "INSERT INTO loads (kind, whole, rejected, at) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (kind) DO UPDATE SET whole = excluded.whole, "
        "rejected = excluded.rejected, at = excluded.at",
        (kind.value, int(whole), rejected, at.isoformat()),
    )
