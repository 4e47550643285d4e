"""Cards in use, the ones before them, and cards that are being made."""

import datetime as dt
import random
from collections.abc import Iterator
from typing import Final

from archive import card_number
from archive.demo.life import Life
from archive.demo.people import AS_OF, REGION
from archive.model import CardOrder, CardRecord

_CARD_AGENCY: Final = "99010103"
_IN_USE, _LOST, _LOST_FOR_NOW, _CANCELLED = "1", "2", "4", "9"
# The card that each of the first six had before, by place: its status, whether the present one
# took its place.
_TOLD_CARDS: Final = {
    0: (_CANCELLED, True),
    1: (_LOST, False),
    2: (_LOST, True),
    4: (_CANCELLED, False),
    5: (_LOST_FOR_NOW, False),
}
# Kind, state, day of the order, by place.
_TOLD_ORDERS: Final = {
    0: ("3", "4", dt.date(2026, 3, 2)),
    1: ("2", "3", dt.date(2026, 10, 12)),
    2: ("2", "4", dt.date(2025, 6, 9)),
    3: ("3", "2", dt.date(2026, 10, 20)),
    4: ("3", "1", dt.date(2026, 10, 29)),
    5: ("2", "5", dt.date(2026, 9, 14)),
}
_FINAL: Final = ("4", "5")
_READY: Final = ("3", "4")
_EXPECTED: Final = 15
"""Days until a card is said to be ready."""
_REACHED: Final = {"1": 0, "2": 4, "3": _EXPECTED, "4": _EXPECTED + 3, "5": 16}
"""Days until each state; nobody fetches a card before it is ready."""


def cards(life: Life) -> Iterator[CardRecord | CardOrder]:
    """The present card first."""
    yield _present(life)
    rng = life.chance("cards")
    told = _TOLD_CARDS.get(life.person.place)
    if told is None and life.person.place > max(_TOLD_CARDS) and rng.random() < 0.1:
        told = rng.choice(((_CANCELLED, True), (_LOST, True), (_CANCELLED, False)))
    if told:
        yield _former(life, rng, *told)
    order = _TOLD_ORDERS.get(life.person.place) or _any_order(rng)
    if order:
        yield _order(life, *order)


def _present(life: Life) -> CardRecord:
    person = life.person
    return CardRecord(
        person_id=person.person_id,
        identification_code=person.identification_code,
        card_number=person.card_number,
        issuing_area=REGION,
        status=person.card_status,
        issued=person.issued,
        expires=person.expires,
    )


def _former(life: Life, rng: random.Random, status: str, replaced: bool) -> CardRecord:
    person = life.person
    body = f"{rng.choice('ABDGS')}{person.place % 8_000_000 + 1_000_000:07d}"
    issued = person.issued - dt.timedelta(days=rng.randrange(400, 2000))
    issued = issued.replace(day=min(issued.day, 28))
    return CardRecord(
        person_id=person.person_id,
        identification_code=f"{REGION}D156000004{person.place + 1:08X}{rng.getrandbits(32):08X}",
        card_number=body + card_number.check_character(body),
        issuing_area=REGION,
        status=status,
        issued=issued,
        expires=issued.replace(year=issued.year + 10),
        replaced_by=person.identification_code if replaced else "",
    )


def _any_order(rng: random.Random) -> tuple[str, str, dt.date] | None:
    if rng.random() > 0.2:
        return None
    state = rng.choices("12345", (1, 1, 1, 6, 1))[0]
    back = rng.randrange(40, 900) if state in _FINAL else rng.randrange(1, 30)
    return rng.choice("123"), state, AS_OF - dt.timedelta(days=back)


def _order(life: Life, kind: str, state: str, ordered: dt.date) -> CardOrder:
    since = min(AS_OF, ordered + dt.timedelta(days=_REACHED[state]))
    expected = ordered + dt.timedelta(days=_EXPECTED)
    return CardOrder(
        person_id=life.person.person_id,
        order_number=life.number("K"),
        kind=kind,
        state=state,
        ordered_on=ordered,
        state_since=since,
        ready_by=None if state == "5" else min(expected, since) if state in _READY else expected,
        agency=_CARD_AGENCY,
    )
