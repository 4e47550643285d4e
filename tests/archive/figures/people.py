"""Records of an invented person, as short as a test wants them."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from archive.figures.figure import Figure
from archive.figures.records import Basis, PersonRecords
from archive.model import Contribution, Employer, Person, Registration
from archive.store import AsOf
from archive.tables.shelf import load_tables
from archive.values import Month

ID = "9901000123"
TABLES = load_tables()
BASIS = Basis(TABLES, dt.date(2026, 11, 25))
PERSON = Person(
    person_id=ID,
    social_security_number="99010119850315012X",
    name="陈一心",
    sex="2",
    ethnicity="01",
    birth_date=dt.date(1985, 3, 15),
)
EMPLOYERS = {"E1": Employer(employer_id="E1", name="示例（一）有限公司")}


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def month(text: str) -> Month:
    return Month.parse(text)


def paid(
    at: Month,
    own: str = "400.00",
    *,
    line: str = "110",
    kind: str = "10",
    status: str = "1",
    employer: str = "E1",
    settled: Month | None = None,
    base: str = "5000.00",
    due: str | None = None,
    to_account: str = "0.00",
    region: str = "990101",
) -> Contribution:
    return Contribution(
        person_id=ID,
        line=line,
        month=at,
        kind=kind,
        settled=settled or at,
        employer_id=employer,
        base=Decimal(base),
        employer_due=Decimal("800.00"),
        employee_due=Decimal(due or own),
        employer_paid=Decimal("800.00"),
        employee_paid=Decimal(own),
        status=status,
        to_account=Decimal(to_account),
        region=region,
    )


def insured(
    first: str, *, line: str = "110", employer: str = "E1", ended: str | None = None
) -> Registration:
    since = month(first)
    return Registration(
        person_id=ID,
        line=line,
        started=since.first_day,
        employer_id=employer,
        status="1",
        payment_status="1",
        first_month=since,
        insured_since=since.first_day,
        ended=day(ended) if ended else None,
    )


def every_month(first: str, last: str, **changes: Any) -> tuple[Contribution, ...]:
    return tuple(paid(at, **changes) for at in Month.range(month(first), month(last)))


def records(as_of: str = "2026-10-31", person: Person = PERSON, **kinds: Any) -> PersonRecords:
    return PersonRecords(
        person=person,
        as_of=AsOf(day(as_of), "示例", whole=True),
        employers=EMPLOYERS,
        **kinds,
    )


def by_name(figures: Iterable[Figure[object]]) -> dict[str, Figure[object]]:
    return {figure.name: figure for figure in figures}
