"""Personnel files: where they lie, their way in and out, classes of materials, what is missing."""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from archive.demo.life import Life
from archive.demo.people import AS_OF, PORTRAITS, REGION
from archive.model import ArchiveIndex, DossierMaterial, DossierTransfer, MissingMaterial

_AGENCY: Final = "示例市人才服务中心"
_OTHER_AGENCY: Final = "示例市职业介绍中心档案部"
_ELSEWHERE: Final = "邻州市流动人员人事档案管理中心"
_SENDERS: Final = ("示例大学学生处", "示例职业技术学院", "示例市第一中学", "")
_MOVED: Final = "更换存档机构"
_APPRAISAL = "转正定级审批表"
_LEAGUE = "入团志愿书"
_GRADUATE = "高等学校毕业生登记表"
_YEARLY = "年度考核登记表（2014年）"
_EFFECTS: Final = {
    _APPRAISAL: "可能影响参加工作时间和工龄的认定",
    _LEAGUE: "可能影响团籍和入党材料的衔接",
    _GRADUATE: "可能影响学历和参加工作时间的认定",
    _YEARLY: "可能影响连续工龄和职称评审材料的审核",
}
_CLASSES: Final = {_APPRAISAL: "9", _LEAGUE: "6", _GRADUATE: "4", _YEARLY: "3"}

Flags = tuple[str, str]
_PENDING: Final = ("0", "0")
_IN_STOCK: Final = ("1", "0")
_LENT: Final = ("1", "1")
_TRANSFERRED: Final = ("7", "2")
_UNEXPLAINED: Final = ("3", "0")
"""Flags that no table explains."""

Records = Iterator[ArchiveIndex | DossierTransfer | DossierMaterial | MissingMaterial]


@dataclass(frozen=True, slots=True)
class _Lack:
    """Of what a person was told, and what came of it."""

    material: str
    told: dt.date
    committed: dt.date | None = None
    supply_by: dt.date | None = None
    supplied: dt.date | None = None


@dataclass(frozen=True, slots=True)
class _Way:
    """A file on its way."""

    direction: str
    accepted: dt.date
    finished: dt.date | None = None


@dataclass(frozen=True, slots=True)
class _Dossier:
    """What is told of a file."""

    flags: Flags
    lacks: tuple[_Lack, ...] = ()
    ways: tuple[_Way, ...] = ()
    agency: str = _AGENCY


_TOLD_DAY: Final = dt.date(2024, 5, 13)
# The first six, by place. On the day of the data the way out of place 2 is in time and the way in
# of place 5 overdue (15 working days).
_TOLD: Final = {
    0: (
        _Dossier(_IN_STOCK, ways=(_Way("in", dt.date(2025, 4, 8), finished=dt.date(2025, 4, 22)),)),
    ),
    1: (_Dossier(_LENT),),
    2: (
        _Dossier(
            _IN_STOCK,
            (
                _Lack(_APPRAISAL, _TOLD_DAY, _TOLD_DAY, dt.date(2027, 1, 31)),
                _Lack(_LEAGUE, _TOLD_DAY, _TOLD_DAY, dt.date(2026, 6, 30)),
                _Lack(_GRADUATE, _TOLD_DAY, _TOLD_DAY, dt.date(2024, 12, 31), dt.date(2024, 9, 2)),
                _Lack(_YEARLY, dt.date(2026, 10, 26)),
            ),
            (_Way("out", dt.date(2026, 10, 23)),),
        ),
    ),
    4: (_Dossier(_TRANSFERRED, ways=(_Way("out", dt.date(2025, 11, 3), dt.date(2025, 11, 14)),)),),
    5: (
        _Dossier(_UNEXPLAINED, agency=_OTHER_AGENCY),
        _Dossier(_PENDING, ways=(_Way("in", dt.date(2026, 9, 18)),)),
    ),
}


def dossiers(life: Life) -> Records:
    """Told ones for the first six, a file for a quarter of the others."""
    rng = life.chance("dossier")
    told = _TOLD.get(life.person.place, ())
    if life.person.place >= len(PORTRAITS) and rng.random() < 0.25:
        told = (_any(rng),)
    for number, dossier in enumerate(told):
        yield from _records(life, rng, dossier, f"9901{life.person.place + 20_000:08d}", number)


def _any(rng: random.Random) -> _Dossier:
    flags = rng.choices((_IN_STOCK, _PENDING, _LENT, _TRANSFERRED), (80, 8, 4, 8))[0]
    lacks: tuple[_Lack, ...] = ()
    if flags == _IN_STOCK and rng.random() < 0.2:
        day = AS_OF - dt.timedelta(days=rng.randrange(20, 900))
        due = day + dt.timedelta(days=365)
        supplied = rng.choice((None, day + dt.timedelta(days=15)))
        lacks = (_Lack(rng.choice(tuple(_EFFECTS)), day, day, due, supplied),)
    ways: tuple[_Way, ...] = ()
    if flags == _PENDING:
        ways = (_Way("in", AS_OF - dt.timedelta(days=rng.randrange(1, 40))),)
    if flags == _TRANSFERRED:
        day = AS_OF - dt.timedelta(days=rng.randrange(60, 2000))
        ways = (_Way("out", day, day + dt.timedelta(days=rng.randrange(5, 30))),)
    return _Dossier(flags, lacks, ways)


def _records(life: Life, rng: random.Random, dossier: _Dossier, number: str, place: int) -> Records:
    number = f"{number}-{place + 1}" if place else number
    person_id = life.person.person_id
    yield _index(life, rng, dossier, number)
    for way in dossier.ways:
        yield DossierTransfer(
            person_id=person_id,
            dossier_number=number,
            direction=way.direction,
            accepted_on=way.accepted,
            counterpart=_ELSEWHERE,
            method=rng.choice("124") if way.finished else "",
            post_number=life.number("D") if way.finished else "",
            reason=_MOVED,
            finished_on=way.finished,
        )
    if dossier.flags in (_IN_STOCK, _LENT, _UNEXPLAINED):
        yield from _materials(person_id, rng, dossier, number)
    for lack in dossier.lacks:
        yield MissingMaterial(
            person_id=person_id,
            dossier_number=number,
            material=lack.material,
            told_on=lack.told,
            effect=_EFFECTS[lack.material],
            committed_on=lack.committed,
            supply_by=lack.supply_by,
            supplied_on=lack.supplied,
        )


def _index(life: Life, rng: random.Random, dossier: _Dossier, number: str) -> ArchiveIndex:
    row, board, slot = rng.randrange(1, 40), rng.randrange(1, 9), rng.randrange(1, 200)
    shelf = f"{rng.choice('ABCD')}{row:02d}-{board}-{slot:03d}"
    here = dossier.flags in (_IN_STOCK, _LENT)
    arrived = [way.finished for way in dossier.ways if way.direction == "in" and way.finished]
    received = arrived[0] if arrived else life.person.issued
    lacking = (lack.material for lack in dossier.lacks if lack.committed and not lack.supplied)
    return ArchiveIndex(
        person_id=life.person.person_id,
        dossier_number=number,
        agency=dossier.agency,
        stock_flag=dossier.flags[0],
        lent_flag=dossier.flags[1],
        ownership="个人" if rng.random() < 0.8 else "单位",
        location=shelf if here else None,
        received_on=None if dossier.flags == _PENDING else received,
        former_agency=rng.choice(_SENDERS) or None,
        missing_materials="、".join(lacking) or None,
        identity=rng.choice(("工人", "干部", "高校毕业生")),
        region=REGION,
    )


def _materials(
    person_id: str, rng: random.Random, dossier: _Dossier, number: str
) -> Iterator[DossierMaterial]:
    """Each of the ten classes; nothing is due in class 8, and of class 10 nobody knows."""
    lacking = {_CLASSES[lack.material] for lack in dossier.lacks if not lack.supplied}
    for material_class in map(str, range(1, 11)):
        known = "0" if material_class in lacking else "" if material_class == "10" else "1"
        yield DossierMaterial(
            person_id=person_id,
            dossier_number=number,
            material_class=material_class,
            count=0 if material_class == "8" else rng.randrange(1, 9),
            present=known,
        )
