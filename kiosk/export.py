"""A person's copy of their record, handed out by a member of staff; its trace comes first."""

import os
import pwd
from pathlib import Path

from archive.export import copy_of, write
from archive.model import AuditEvent, AuditKind, CardRecord, Person
from archive.sqlite.store import SqliteStore
from archive.store import Store
from kiosk.composition import utc_now
from kiosk.errors import HolderUnknownError, usable

_IN_USE = "1"
"""AAZ502 of a card that is neither lost, replaced nor cancelled."""


def export(store: Path, number: str, out: Path, kiosk: str) -> int:
    """Write the record of the person with this social security number; how many rows it has."""
    with SqliteStore(store, utc_now, create=False) as opened:
        person = opened.person_by_number(number)
        opened.append_audit(
            AuditEvent(
                kind=AuditKind.RECORDS_EXPORTED,
                kiosk=kiosk,
                identification_code=_card(opened, person) if person else None,
                operator=_operator(),
                result="ok" if person else HolderUnknownError.code,
            )
        )
        if person is None:
            raise HolderUnknownError
        parts = copy_of(opened, person)
        with usable(out):
            write(parts, out, utc_now())
    return sum(len(part.rows) for part in parts)


def _card(store: Store, person: Person) -> str | None:
    """By its card, as on every other row of the trail, a person is found there."""
    cards = store.of(CardRecord, person.person_id).rows
    in_use = sorted(cards, key=lambda card: (card.status == _IN_USE, card.issued))
    return in_use[-1].identification_code if in_use else None


def _operator() -> str:
    """The login at this machine."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid-{os.getuid()}"
