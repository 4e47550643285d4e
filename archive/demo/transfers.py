"""Rights on their way between regions, in each state of progress."""

import datetime as dt
from collections.abc import Iterator
from typing import Final

from archive.demo.life import Life
from archive.demo.people import AS_OF
from archive.model import Transfer
from archive.values import Month, from_fen

# By place: direction, line, state, day of acceptance.
_TOLD: Final = {
    0: (("1", "110", "5", dt.date(2012, 9, 10)),),
    1: (("1", "110", "4", dt.date(2026, 9, 21)), ("1", "210", "2", dt.date(2026, 10, 9))),
    2: (("1", "110", "6", dt.date(2025, 8, 4)), ("1", "110", "1", dt.date(2026, 10, 26))),
    4: (("1", "110", "5", dt.date(2020, 5, 18)),),
    5: (("1", "110", "3", dt.date(2026, 8, 31)), ("2", "210", "5", dt.date(2021, 4, 12))),
}
_LAST_TOLD: Final = 5
_COUNTERPARTS: Final = (
    ("邻州市社会保险事业管理局", "990221"),
    ("海晏市社会保险基金管理中心", "990322"),
)
_STATES: Final = "123456"
_FINISHED: Final = ("5", "6")
_FUNDS_KNOWN: Final = ("4", "5")


def transfers(life: Life) -> Iterator[Transfer]:
    """Told ones for the first six, one for every seventh of the others."""
    rng = life.chance("transfers")
    told = _TOLD.get(life.person.place, ())
    if life.person.place > _LAST_TOLD and life.career.stints and rng.random() < 0.15:
        state = rng.choices(_STATES, (1, 1, 1, 1, 8, 1))[0]
        back = rng.randrange(400, 3000) if state in _FINISHED else rng.randrange(5, 60)
        accepted = AS_OF - dt.timedelta(days=back)
        told = ((rng.choice("12"), rng.choice(("110", "210")), state, accepted),)
    for number, (direction, line, state, accepted) in enumerate(told, start=1):
        counterpart, region = rng.choice(_COUNTERPARTS)
        months, monthly = rng.randrange(12, 90), rng.randrange(20_000, 60_000)
        last = Month.of(accepted).plus(-rng.randrange(2, 30))
        known = line == "110" and state in _FUNDS_KNOWN
        yield Transfer(
            person_id=life.person.person_id,
            transfer_number=life.number("Z", number),
            direction=direction,
            line=line,
            state=state,
            accepted_on=accepted,
            counterpart=counterpart,
            counterpart_region=region,
            finished_on=accepted + dt.timedelta(days=38) if state in _FINISHED else None,
            first=last.plus(1 - months) if state in "345" else None,
            last=last if state in "345" else None,
            months=months if state in "345" else None,
            account_amount=from_fen(months * monthly) if known else None,
            fund_amount=from_fen(months * monthly * 3 // 2) if known else None,
        )
