"""The invented persons whose names and numbers the tests use, and what of them may show nowhere."""

from functools import cache
from typing import Final

from archive.demo.people import PORTRAITS, DemoPerson, TakenNumbers, make_person

NAMES: Final = (
    "张晓三",
    "张三丰",
    "陈一心",
    "欧阳㛃𬭚䶮𠮷",
    "㛃𬭚䶮𠮷镕",
    "张㛃𠮷晓三",
    "阿卜杜热合曼·买买提明·吐尔逊江·阿卜杜克力木·𠮷",
)
"""Of persons that tests make themselves; `tests/test_leaks.py` misses none."""
PINS: Final = ("246810", "135790", "468135")


@cache
def names() -> frozenset[str]:
    """The tests' own and those of the demo's records."""
    return frozenset((*NAMES, *(one.name for one in _demo())))


@cache
def numbers() -> frozenset[str]:
    """PINs, cards and codes; identity numbers need no list, their check digit tells them."""
    demo = _demo()
    cards = [text for one in demo for text in (one.card_number, one.identification_code)]
    return frozenset((*PINS, *cards, *(one.pin for one in demo[: len(PORTRAITS)])))


@cache
def _demo() -> tuple[DemoPerson, ...]:
    from kiosk.demo.data import PERSONS, SEED  # it imports the whole kiosk, which few tests need

    taken = TakenNumbers()
    return tuple(make_person(SEED, place, taken) for place in range(PERSONS))
