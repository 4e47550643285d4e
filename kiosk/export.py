"""A person's copy of their record, handed out by a member of staff; its trace comes first."""

import os
import pwd
from pathlib import Path

from archive.export import copy_of, write
from archive.model import AuditEvent, AuditKind
from kiosk.composition import open_records, utc_now
from kiosk.config import Settings
from kiosk.errors import HolderUnknownError, usable
from kiosk.looks import card_of


def export(settings: Settings, number: str, out: Path) -> int:
    """Write the record of the person with this social security number; how many rows it has."""
    with open_records(settings, create=False) as opened:
        person = opened.person_by_number(number)
        opened.append_audit(
            AuditEvent(
                kind=AuditKind.RECORDS_EXPORTED,
                kiosk=settings.kiosk.id,
                identification_code=card_of(opened, person) if person else None,
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


def _operator() -> str:
    """The login at this machine."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid-{os.getuid()}"
