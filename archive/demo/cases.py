"""Matters that persons have handed in, in each state, with their steps."""

import datetime as dt
from collections.abc import Iterator
from typing import Final

from archive.demo.catalogue import guides_in_force
from archive.demo.life import Life
from archive.demo.people import AGENCY, AS_OF, PORTRAITS
from archive.model import Case, CaseStep, Guide

_STEPS: Final = ("受理", "审核", "审批", "办结", "送达")
# How many steps are done in a state: accepted, under way, waiting, finished, refused, withdrawn.
_DONE: Final = {"1": 1, "2": 2, "3": 1, "4": 5, "5": 0, "6": 1}
_ENDED: Final = ("4", "5", "6")
# By place: service, state, day of acceptance.
_TOLD: Final = {
    0: (("990100-SB-005", "4", dt.date(2025, 9, 1)), ("990100-DA-003", "2", dt.date(2026, 10, 27))),
    1: (("990100-SB-008", "1", dt.date(2026, 10, 28)),),
    2: (("990100-JY-005", "3", dt.date(2026, 10, 8)),),
    3: (("990100-JY-004", "5", dt.date(2026, 7, 6)),),
    4: (("990100-SB-006", "4", dt.date(2026, 3, 9)), ("990100-SB-012", "2", dt.date(2026, 10, 12))),
    5: (("990100-SB-010", "6", dt.date(2026, 5, 11)),),
}


def cases(life: Life) -> Iterator[Case | CaseStep]:
    """Told ones for the first six, one for every eighth of the others."""
    rng = life.chance("cases")
    guides = guides_in_force(AS_OF)
    told = _TOLD.get(life.person.place, ())
    if life.person.place >= len(PORTRAITS) and rng.random() < 0.12:
        state = rng.choices("123456", (2, 3, 1, 8, 1, 1))[0]
        back = rng.randrange(30, 900) if state in _ENDED else rng.randrange(1, 25)
        told = ((rng.choice(tuple(guides)), state, AS_OF - dt.timedelta(days=back)),)
    for number, (code, state, accepted) in enumerate(told, start=1):
        yield from _case(life, guides[code], state, accepted, number)


def _case(
    life: Life, guide: Guide, state: str, accepted: dt.date, number: int
) -> Iterator[Case | CaseStep]:
    person_id, case_number = life.person.person_id, life.number("B", number)
    days = [accepted + dt.timedelta(days=2 * step) for step in range(len(_STEPS))]
    yield Case(
        person_id=person_id,
        case_number=case_number,
        task_code=guide.task_code,
        task_name=guide.name,
        accepted_on=accepted,
        state=state,
        legal_days=guide.legal_days,
        promised_days=guide.promised_days,
        finished_on=days[_STEPS.index("办结")] if state in _ENDED else None,
        agency=AGENCY,
    )
    for place, (name, day) in enumerate(zip(_STEPS, days, strict=True)):
        done = place < _DONE[state] and day <= AS_OF
        yield CaseStep(
            person_id=person_id,
            case_number=case_number,
            number=place + 1,
            name=name,
            done_on=day if done else None,
            agency=AGENCY if done else "",
        )
