"""A person's copy of their record, handed out by a member of staff; its trace comes first."""

from dataclasses import replace
from pathlib import Path

from archive.export import copy_of, write
from archive.model import AuditEvent, AuditKind
from kiosk.composition import open_records, utc_now
from kiosk.config import Settings
from kiosk.errors import HolderUnknownError, PathError, usable
from kiosk.looks import card_of


def export(settings: Settings, number: str, out: Path, operator: str) -> int:
    """Write the record of the person with this social security number; how many rows it has.

    The trail says who asked before anything is written, and then how it ended.
    """
    with open_records(settings, create=False) as opened:
        person = opened.person_by_number(number)
        asked = AuditEvent(
            kind=AuditKind.RECORDS_EXPORTED,
            kiosk=settings.kiosk.id,
            identification_code=card_of(opened, person) if person else None,
            number=number,
            operator=operator,
            result="asked" if person else HolderUnknownError.code,
        )
        opened.append_audit(asked)
        if person is None:
            raise HolderUnknownError
        parts = copy_of(opened, person)
        try:
            with usable(out):
                write(parts, out, utc_now())
        except PathError as error:
            opened.append_audit(replace(asked, result=error.code))
            raise
        count = sum(len(part.rows) for part in parts)
        opened.append_audit(replace(asked, result="ok", count=count))
    return count
