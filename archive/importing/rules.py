"""What the values of one row must not say against each other."""

from collections.abc import Callable
from typing import Any, Final

from archive import identity_number
from archive.months import REFUND
from archive.reasons import Reason
from archive.records import RecordKind

Fault = tuple[str, Reason]
"""The element at fault, and why."""
Cells = tuple[Any, ...]
Rule = Callable[[Cells], Fault | None]

_STATED_SEXES: Final = "12"
"""AAC004 1 male and 2 female; 0 unknown and 9 not stated contradict nothing."""
_AMOUNTS: Final = ("AAE180", "AAE020", "AAE022", "AAE080", "AAE082", "AAE021")


def rule(kind: RecordKind) -> Rule:
    """The check of a whole row of this kind; its first fault, or None."""
    match kind:
        case RecordKind.PERSONS:
            return _person
        case RecordKind.CARDS:
            return _card
        case RecordKind.REGISTRATIONS:
            return _registration
        case RecordKind.CONTRIBUTIONS:
            return _contribution
        case _:
            return lambda _: None


def _person(cells: Cells) -> Fault | None:
    """AAC006 is digits 7 to 14 of a citizen's number; digit 17 is odd for men (GB 11643)."""
    number, sex, birth_date = cells[1], cells[3], cells[5]
    if not (number[0].isdigit() and len(number) == identity_number.LENGTH):
        return None
    if int(number[6:14]) != birth_date:
        return "AAC006", Reason.CONTRADICTION
    if sex in _STATED_SEXES and sex != _STATED_SEXES[int(number[16]) % 2 - 1]:
        return "AAC004", Reason.CONTRADICTION
    return None


def _card(cells: Cells) -> Fault | None:
    issued, expires = cells[5], cells[6]
    return ("card_expires", Reason.PERIOD) if expires < issued else None


def _registration(cells: Cells) -> Fault | None:
    started, ended = cells[2], cells[8]
    return ("AAE031", Reason.PERIOD) if ended is not None and ended < started else None


def _contribution(cells: Cells) -> Fault | None:
    """Paid is never more than due (AAE080 <= AAE020, AAE082 <= AAE022); refunds are negative."""
    kind = cells[3]
    base, due, own_due, paid, own_paid = cells[6:11]
    to_account = cells[12] or 0
    if kind == int(REFUND):
        due, own_due, paid, own_paid = abs(due), abs(own_due), abs(paid), abs(own_paid)
    elif min(base, due, own_due, paid, own_paid, to_account) < 0:
        amounts = (base, due, own_due, paid, own_paid, to_account)
        return next(c for c, a in zip(_AMOUNTS, amounts, strict=True) if a < 0), Reason.NEGATIVE
    if paid > due:
        return "AAE080", Reason.PAID_MORE_THAN_DUE
    return ("AAE082", Reason.PAID_MORE_THAN_DUE) if own_paid > own_due else None
