"""From rows of the database to the model's values."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from archive.model import (
    ArchiveIndex,
    ArchiveState,
    CardRecord,
    Contribution,
    Employer,
    Person,
    Registration,
)
from archive.records import SPECS, RecordKind
from archive.values import Month

Row = tuple[Any, ...]
"""A row as sqlite3 gives it; the schema's STRICT tables vouch for the types."""

# The two flags of a personnel file, (stock, lent), as running systems write them.
_STATES: Final = {
    ("0", "0"): ArchiveState.PENDING,
    ("1", "0"): ArchiveState.IN_STOCK,
    ("1", "1"): ArchiveState.LENT,
    ("7", "2"): ArchiveState.TRANSFERRED,
}


def columns(kind: RecordKind) -> str:
    """The columns of a table as a SELECT names them, in the order the functions here expect."""
    return ", ".join(SPECS[kind].fields)


def employer(row: Row) -> Employer:
    """A row of `employers`."""
    employer_id, name, credit_code, agency, region = row
    return Employer(
        employer_id=employer_id,
        name=name,
        credit_code=credit_code,
        agency=agency or "",
        region=region or "",
    )


def person(row: Row) -> Person:
    """A row of `persons`."""
    person_id, number, name, sex, ethnicity, birth_date, work_started, retired_on, region = row
    return Person(
        person_id=person_id,
        social_security_number=number,
        name=name,
        sex=sex,
        ethnicity=ethnicity,
        birth_date=day(birth_date),
        work_started=_maybe_day(work_started),
        retired_on=_maybe_day(retired_on),
        region=region or "",
    )


def card(row: Row) -> CardRecord:
    """A row of `cards`."""
    identification_code, card_number, person_id, area, status, issued, expires = row
    return CardRecord(
        card_number=card_number,
        identification_code=identification_code,
        person_id=person_id,
        issuing_area=area,
        status=status,
        issued=day(issued),
        expires=day(expires),
    )


def registration(row: Row) -> Registration:
    """A row of `registrations`."""
    person_id, line, started, employer_id, status, payment, first, since, ended, region = row
    return Registration(
        person_id=person_id,
        line=line,
        employer_id=employer_id,
        status=status,
        payment_status=payment,
        first_month=_month(first),
        insured_since=day(since),
        started=day(started),
        ended=_maybe_day(ended),
        region=region or "",
    )


def contribution(row: Row) -> Contribution:
    """A row of `contributions`."""
    person_id, line, month, kind, settled, employer_id, *amounts = row
    base, due, own_due, paid, own_paid, status, to_account, posted_on, region = amounts
    return Contribution(
        person_id=person_id,
        line=line,
        month=_month(month),
        kind=kind,
        settled=_month(settled),
        employer_id=employer_id,
        base=_yuan(base),
        employer_due=_yuan(due),
        employee_due=_yuan(own_due),
        employer_paid=_yuan(paid),
        employee_paid=_yuan(own_paid),
        to_account=_yuan(to_account),
        posted_on=_maybe_day(posted_on),
        status=status,
        region=region or "",
    )


def archive_index(row: Row) -> ArchiveIndex:
    """A row of `archive_index`."""
    person_id, number, agency, stock, lent, ownership, location, received, former, missing = row
    return ArchiveIndex(
        person_id=person_id,
        dossier_number=number,
        agency=agency,
        location=location,
        state=_STATES.get((stock, lent), ArchiveState.UNKNOWN),
        ownership=ownership,
        received_on=_maybe_day(received),
        former_agency=former,
        missing_materials=missing,
    )


def _parse_day(value: int) -> dt.date:
    """A date from YYYYMMDD."""
    year, rest = divmod(value, 10000)
    return dt.date(year, *divmod(rest, 100))


# A citizen's page repeats few months, dates and amounts over many rows.
day: Final[Callable[[int], dt.date]] = lru_cache(4096)(_parse_day)
_month: Final[Callable[[int], Month]] = lru_cache(2048)(Month.from_int)


def _maybe_day(value: int | None) -> dt.date | None:
    return None if value is None else day(value)


def _yuan(fen: int) -> Decimal:
    return Decimal(fen).scaleb(-2)
