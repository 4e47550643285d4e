"""Whether a copy into a store is under way: until it is whole and compared, nothing is answered."""

import json
from pathlib import Path
from typing import Final

from archive.errors import StoreUnfinishedError
from archive.sql.session import Session

_FACT: Final = "copy"


def note(session: Session, origin: Path | str, after: int) -> None:
    """Note that the store is filled from another, and that persons up to that number are there."""
    session.execute(
        "INSERT INTO facts (name, value) VALUES (?, ?) "
        "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (_FACT, json.dumps([str(origin), after])),
    )


def noted(session: Session) -> tuple[str, int] | None:
    """The other store, and the last person that is there; None where no copy is under way."""
    row = session.execute("SELECT value FROM facts WHERE name = ?", (_FACT,)).fetchone()
    if row is None:
        return None
    origin, after = json.loads(row[0])
    return str(origin), int(after)


def end(session: Session) -> None:
    """The copy is whole: the store may answer."""
    session.execute("DELETE FROM facts WHERE name = ?", (_FACT,))


class Gate:
    """Refuses to answer from a store that is being filled.

    A store with the date of its data, and no note, is whole and stays so: nothing is copied into
    a store that holds something. From then on it is not asked again.
    """

    def __init__(self, name: Path | str) -> None:
        self._name = name
        self._whole = False

    def passed(self, session: Session) -> None:
        """Raises StoreUnfinishedError."""
        if self._whole:
            return
        if noted(session) is not None:
            raise StoreUnfinishedError(self._name)
        self._whole = session.execute("SELECT 1 FROM sources LIMIT 1").fetchone() is not None
