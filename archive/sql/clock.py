"""What the trail knows of the time: a clock may be behind it, and then it is not believed."""

import datetime as dt
from pathlib import Path
from typing import Final

from archive.audit import stored_time
from archive.errors import StoreDamagedError
from archive.sql.session import Session

_LEAP: Final = dt.timedelta(days=60)
"""A kiosk in service leaves rows every day; after so long a silence its clock may have leapt."""


def leapt(session: Session, latest: dt.datetime, until: dt.datetime) -> bool:
    """Whether the rows from `latest` back to `until` leave out a time that nobody vouches for.

    A person does, by settling the clock behind it.
    """
    at = stored_time(latest)
    while at > stored_time(until):
        start = stored_time(dt.datetime.fromisoformat(at) - _LEAP)
        query = "SELECT MIN(at) FROM audit WHERE at >= ? AND at < ?"
        row = session.execute(query, (start, at)).fetchone()
        if row is None or row[0] is None:
            row = session.execute("SELECT MAX(at) FROM audit WHERE at < ?", (at,)).fetchone()
            if row is None or row[0] is None:
                return False
            query = "SELECT 1 FROM audit WHERE kind = 'clock.settled' AND at >= ?"
            if session.execute(query, (at,)).fetchone() is None:
                return True
        at = str(row[0])
    return False


def _last_settled(session: Session) -> int:
    """The row with which a person last settled the clock; 0: there is none.

    What was written before may be of a clock that ran ahead; it says no more what time it is.
    """
    row = session.execute("SELECT MAX(sequence) FROM audit WHERE kind = 'clock.settled'").fetchone()
    return row[0] or 0 if row else 0


def latest_time(session: Session, name: Path | str) -> dt.datetime | None:
    """The latest time of the trail since the clock was last settled; None without any.

    Written so that the index by time is walked from its end, and not the rows.
    """
    query = "SELECT at FROM audit WHERE sequence + 0 >= ? ORDER BY at DESC LIMIT 1"
    row = session.execute(query, (_last_settled(session),)).fetchone()
    try:
        return dt.datetime.fromisoformat(row[0]) if row else None
    except ValueError:
        raise StoreDamagedError(name, "a time in the audit trail") from None
