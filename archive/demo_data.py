"""Writes synthetic CSV files with the ministry's element codes as headings.

The same seed gives the same bytes; a person is the same in small and large data of one seed.
"""

import datetime as dt
import json
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from archive.demo.careers import Career, Stint, make_career
from archive.demo.contributions import HEADER, LINES, contribution_lines
from archive.demo.people import (
    AGENCY,
    AS_OF,
    PORTRAITS,
    REGION,
    DemoEmployer,
    DemoPerson,
    make_employer,
    make_person,
)
from archive.tables.rates import Rates, example_rates
from archive.values import format_date

CARDS_WITH_PROFILE: Final = len(PORTRAITS)
"""For so many of the first persons a card is written that the simulated reader can hold."""

_FEWEST_EMPLOYERS: Final = 12
_PERSONS_PER_EMPLOYER: Final = 8
_HISTORICAL_BYTES: Final = "00814E43238660"
"""T1-T7: makers' numbers as in the ministry's sample; T8-TD follow from area and place."""
_LACKING: Final = (
    "转正定级审批表",
    "入团志愿书",
    "高等学校毕业生登记表",
    "年度考核登记表（2014年）",
)


@dataclass(frozen=True, slots=True)
class DemoSummary:
    """What was written."""

    files: tuple[Path, ...]
    cards: tuple[Path, ...]
    persons: int
    contributions: int


def write_demo_data(
    out: Path,
    persons: int,
    seed: int,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> DemoSummary:
    """Write all files into `out`; `on_progress` is told persons done and in all."""
    out.mkdir(parents=True, exist_ok=True)
    count = max(_FEWEST_EMPLOYERS, persons // _PERSONS_PER_EMPLOYER)
    employers = tuple(make_employer(seed, place) for place in range(count))
    taken: set[str] = set()
    people = tuple(make_person(seed, place, taken) for place in range(persons))
    careers = tuple(make_career(p, employers, _rng(seed, "career", p)) for p in people)
    files = (
        _table(out / "employers.csv", _EMPLOYER_HEADER, map(_employer, employers)),
        _table(out / "persons.csv", _PERSON_HEADER, map(_person, people)),
        _table(out / "cards.csv", _CARD_HEADER, map(_card, people)),
        _table(out / "registrations.csv", _REGISTRATION_HEADER, _registrations(people, careers)),
        _table(out / "archive.csv", _ARCHIVE_HEADER, _dossiers(seed, people)),
    )
    path = out / "contributions.csv"
    with path.open("w", encoding="utf-8", newline="\n") as file:
        written = _contributions(file, seed, people, careers, on_progress)
    meta = _table(out / "meta.csv", "as_of,source", [(format_date(AS_OF), "示例数据（虚构人员）")])
    cards = tuple(_write_profile(out / "cards", p) for p in people[:CARDS_WITH_PROFILE])
    return DemoSummary((*files, path, meta), cards, persons, written)


_EMPLOYER_HEADER: Final = "AAB001,AAB004,BAB010,AAB034,AAB301"
_PERSON_HEADER: Final = "AAC001,AAC002,AAC003,AAC004,AAC005,AAC006,AAC007,AIC162,AAB301"
_CARD_HEADER: Final = "AAZ501,AAZ500,AAC001,AAB301,AAZ502,AAZ503,card_expires"
_REGISTRATION_HEADER: Final = (
    "AAC001,AAE140,AAB001,AAC008,AAC031,AAC049,AAC030,AAE030,AAE031,AAB301"
)
_ARCHIVE_HEADER: Final = (
    "AAC001,a0100A,archive_agency,isInware,isLent,personType,shelvesNo,"
    "received_date,oldArchiveUnit,lackMaterials"
)


def _table(path: Path, header: str, rows: Iterable[Sequence[str]]) -> Path:
    import csv

    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(rows)
    return path


def _employer(employer: DemoEmployer) -> Sequence[str]:
    return employer.employer_id, employer.name, employer.credit_code, AGENCY, REGION


def _person(person: DemoPerson) -> Sequence[str]:
    return (
        person.person_id,
        person.number,
        person.name,
        person.sex,
        person.ethnicity,
        format_date(person.birth_date),
        format_date(person.work_started.first_day) if person.work_started else "",
        format_date(person.retired_on) if person.retired_on else "",
        REGION,
    )


def _card(person: DemoPerson) -> Sequence[str]:
    return (
        person.identification_code,
        person.card_number,
        person.person_id,
        REGION,
        person.card_status,
        format_date(person.issued),
        format_date(person.expires),
    )


def _registrations(
    people: Sequence[DemoPerson], careers: Sequence[Career]
) -> Iterator[Sequence[str]]:
    for person, career in zip(people, careers, strict=True):
        for line in LINES:
            stints = [s for s in career.stints if s.employer is not None or line == "110"]
            for place, stint in enumerate(stints):
                last = place == len(stints) - 1
                yield _registration(person, line, stint, stints[0], ended_for_good=last)


def _registration(
    person: DemoPerson, line: str, stint: Stint, first: Stint, *, ended_for_good: bool
) -> Sequence[str]:
    retired = person.retired_on is not None and ended_for_good
    status, payment = ("1", "1") if stint.going_on else ("4", "3") if retired else ("2", "2")
    ended = "" if stint.going_on else format_date(_last_day(stint))
    return (
        person.person_id,
        line,
        stint.employer.employer_id if stint.employer else "",
        status,
        payment,
        str(first.first),
        format_date(first.first.first_day),
        format_date(stint.first.first_day),
        ended,
        REGION,
    )


def _last_day(stint: Stint) -> dt.date:
    return stint.last.plus(1).first_day - dt.timedelta(days=1)


def _dossiers(seed: int, people: Sequence[DemoPerson]) -> Iterator[Sequence[str]]:
    """A quarter of the people, and of the first six those with a story to tell."""
    for person in people:
        rng = _rng(seed, "dossier", person)
        told = _TOLD_DOSSIERS.get(person.place)
        if told is None and (person.place < CARDS_WITH_PROFILE or rng.random() > 0.25):
            continue
        flags = rng.choices((("1", "0"), ("0", "0"), ("1", "1"), ("7", "2")), (80, 8, 4, 8))[0]
        lacking = rng.choice(_LACKING) if rng.random() < 0.2 else ""
        stock, lent, missing = told or (*flags, lacking)
        yield _dossier(person, rng, stock, lent, missing)


# By place: stock flag, lent flag, missing materials.
_TOLD_DOSSIERS: Final = {
    0: ("1", "0", ""),
    1: ("1", "0", ""),
    2: ("1", "0", "、".join(_LACKING[:2])),
    4: ("7", "2", ""),
}


def _dossier(
    person: DemoPerson, rng: random.Random, stock: str, lent: str, missing: str
) -> Sequence[str]:
    row, board, slot = rng.randrange(1, 40), rng.randrange(1, 9), rng.randrange(1, 200)
    shelf = f"{rng.choice('ABCD')}{row:02d}-{board}-{slot:03d}"
    return (
        person.person_id,
        f"9901{person.place + 20_000:08d}",
        "示例市人才服务中心",
        stock,
        lent,
        "个人" if rng.random() < 0.8 else "单位",
        shelf if stock == "1" else "",
        format_date(person.issued),
        rng.choice(("示例大学学生处", "示例职业技术学院", "示例市第一中学", "")),
        missing,
    )


def _contributions(
    file: TextIO,
    seed: int,
    people: Sequence[DemoPerson],
    careers: Sequence[Career],
    on_progress: Callable[[int, int], None],
) -> int:
    rates: Rates = example_rates()
    file.write(HEADER + "\n")
    written = 0
    for done, (person, career) in enumerate(zip(people, careers, strict=True), start=1):
        rng = _rng(seed, "payments", person)
        lines = tuple(contribution_lines(person, career, rates, rng))
        file.writelines(lines)
        written += len(lines)
        on_progress(done, len(people))
    return written


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


def _rng(seed: int, purpose: str, person: DemoPerson) -> random.Random:
    return random.Random(f"{seed}/{purpose}/{person.place}")  # noqa: S311 - invented data
