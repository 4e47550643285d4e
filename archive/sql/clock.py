"""What the trail knows of the time: a clock may be behind it, and then it is not believed."""

import datetime as dt
from pathlib import Path

from archive.errors import StoreDamagedError
from archive.sql.session import Session


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
