"""Persons, and their registration for each line of insurance."""

import datetime as dt
from collections.abc import Iterator

from archive.demo.careers import Career, Stint
from archive.demo.contributions import LINES
from archive.demo.ledger import PENSION
from archive.demo.people import REGION, DemoPerson
from archive.model import Person, Registration


def person_record(person: DemoPerson) -> Person:
    """The base information of a person; beyond what it must hold only what the demo tells."""
    return Person(
        person_id=person.person_id,
        social_security_number=person.number,
        name=person.name,
        sex=person.sex,
        ethnicity=person.ethnicity,
        birth_date=person.birth_date,
        work_started=person.work_started.first_day if person.work_started else None,
        retired_on=person.retired_on,
        region=REGION,
        document_kind="01",
        document_number=person.number,
        retirement_state="0" if person.retired_on is None else "1",
    )


def registrations(person: DemoPerson, career: Career) -> Iterator[Registration]:
    """One for each stint and line; who pays alone is registered for the pension only."""
    for line in LINES:
        stints = [s for s in career.stints if s.employer is not None or line == PENSION]
        for place, stint in enumerate(stints):
            last = place == len(stints) - 1
            yield _registration(person, line, stint, stints[0], ended_for_good=last)


def _registration(
    person: DemoPerson, line: str, stint: Stint, first: Stint, *, ended_for_good: bool
) -> Registration:
    retired = person.retired_on is not None and ended_for_good
    status, payment = ("1", "1") if stint.going_on else ("4", "3") if retired else ("2", "2")
    return Registration(
        person_id=person.person_id,
        line=line,
        started=stint.first.first_day,
        employer_id=stint.employer.employer_id if stint.employer else "",
        status=status,
        payment_status=payment,
        first_month=first.first,
        insured_since=first.first.first_day,
        ended=None if stint.going_on else stint.last.plus(1).first_day - dt.timedelta(days=1),
        region=REGION,
    )
