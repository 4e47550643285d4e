"""Writes synthetic CSV files of every kind, with the ministry's element codes as headings.

The same seed gives the same bytes; a person is the same in small and large data of one seed.
Persons are made one after another and all files are written side by side, so that a million
persons need no more memory than a thousand.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Final

from archive.demo.accounts import account, subsidies, years_of_insurance
from archive.demo.cards import cards
from archive.demo.careers import Employers, make_career
from archive.demo.cases import cases
from archive.demo.catalogue import catalogue
from archive.demo.contributions import contribution_lines
from archive.demo.dossiers import dossiers
from archive.demo.events import events
from archive.demo.ledger import Ledger
from archive.demo.life import Life, chance
from archive.demo.pensions import pensions
from archive.demo.people import (
    AGENCY,
    AS_OF,
    PORTRAITS,
    REGION,
    DemoPerson,
    TakenNumbers,
    make_employer,
    make_person,
)
from archive.demo.registrations import person_record, registrations
from archive.demo.tables import Tables
from archive.demo.transfers import transfers
from archive.demo.unemployment import unemployment
from archive.demo.work import work
from archive.model import Employer, Source
from archive.records import RecordKind
from archive.tables.rates import example_rates

CARDS_WITH_PROFILE: Final = len(PORTRAITS)
"""For so many of the first persons a card is written that the simulated reader can hold, unless
more are asked for."""

_FEWEST_EMPLOYERS: Final = 12
_PERSONS_PER_EMPLOYER: Final = 8
_REMEMBERED: Final = 16_384
"""Employers that are kept; the others are made again."""
_HISTORICAL_BYTES: Final = "00814E43238660"
"""T1-T7: makers' numbers as in the ministry's sample; T8-TD follow from area and place."""
_SOURCE: Final = "示例数据（虚构人员）"
_MEDICAL_SOURCE: Final = "示例市医疗保障局（示例数据，虚构人员）"


@dataclass(frozen=True, slots=True)
class DemoSummary:
    """What was written."""

    files: tuple[Path, ...]
    cards: tuple[Path, ...]
    persons: int
    contributions: int
    rows: int
    """Of all files together."""


def write_demo_data(
    out: Path,
    persons: int,
    seed: int,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
    *,
    with_card: int = CARDS_WITH_PROFILE,
) -> DemoSummary:
    """Write all files into `out`; `on_progress` is told persons done and in all.

    So many of the first persons get a card, `with_card`, unless they have reported theirs lost.
    """
    out.mkdir(parents=True, exist_ok=True)
    taken = TakenNumbers()
    employer = lru_cache(_REMEMBERED)(partial(make_employer, seed))
    profiles: list[Path] = []
    with Tables(out) as tables:
        tables.write(_sources())
        tables.write(catalogue())
        tables.write(_employers(employer, _known(persons - 1)))
        for place in range(persons):
            person = make_person(seed, place, taken)
            _write_person(tables, seed, person, employer)
            if place < with_card and person.card_in_use:
                profiles.append(_write_profile(out / "cards", person))
            on_progress(place + 1, persons)
    written = tables.rows
    return DemoSummary(
        tuple(tables.paths.values()),
        tuple(profiles),
        persons,
        written[RecordKind.CONTRIBUTIONS],
        sum(written.values()),
    )


def _known(place: int) -> int:
    """How many employers there are for the person with this place, whatever the size of data."""
    return _FEWEST_EMPLOYERS + place // _PERSONS_PER_EMPLOYER


def _sources() -> Iterator[Source]:
    yield Source(kind="", day=AS_OF, source=_SOURCE)
    for kind in (RecordKind.MEDICAL, RecordKind.MATERNITY):
        yield Source(kind=kind.value, day=AS_OF, source=_MEDICAL_SOURCE)


def _employers(employer: Employers, count: int) -> Iterator[Employer]:
    for place in range(count):
        one = employer(place)
        yield Employer(
            employer_id=one.employer_id,
            name=one.name,
            credit_code=one.credit_code,
            agency=AGENCY,
            region=REGION,
        )


def _write_person(tables: Tables, seed: int, person: DemoPerson, employer: Employers) -> None:
    rng = chance(seed, "career", person)
    career = make_career(person, employer, _known(person.place), rng)
    life = Life(seed, person, career, Ledger())
    tables.write([person_record(person)])
    tables.write(registrations(person, career))
    tables.write_lines(RecordKind.CONTRIBUTIONS, _contributions(life))
    books = account(life)
    tables.write(books.years)
    for block in (years_of_insurance, subsidies, cards, unemployment, events, transfers, work):
        tables.write(block(life))
    tables.write(pensions(life, books))
    tables.write(dossiers(life))
    tables.write(cases(life))


def _contributions(life: Life) -> list[str]:
    rng = chance(life.seed, "payments", life.person)
    return list(contribution_lines(life.person, life.career, example_rates(), rng, life.ledger))


def _write_profile(folder: Path, person: DemoPerson) -> Path:
    """The card of a person for the simulated reader; JSON strings are TOML strings."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{person.place + 1:02d}.toml"
    path.write_text(
        f"""\
# Invented person {person.place + 1} of the demonstration.
[card]
version = "2.00"
algorithm = "des"
historical_bytes = "{_HISTORICAL_BYTES}{REGION[:4]}{person.place + 1:08X}"
identification_code = "{person.identification_code}"
card_class = "3"
initialiser = "9156000002{REGION}{REGION}01"
issued = {person.issued.isoformat()}
expires = {person.expires.isoformat()}
card_number = "{person.card_number}"
aid = "ssse"

[holder]
social_security_number = "{person.number}"
name = {json.dumps(person.name, ensure_ascii=False)}
sex = "{person.sex}"
ethnicity = "{person.ethnicity}"
birth_place = "{person.birth_place}"
birth_date = {person.birth_date.isoformat()}

[pin]
digits = "{person.pin}"
tries = 6
tries_left = 6

[timing]
baud = 0
""",
        encoding="utf-8",
    )
    path.chmod(0o600)
    return path
