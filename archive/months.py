"""Whether a month is paid for a line of insurance: decided here once, for screen and paper."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final, Literal

from archive.model import REFUND, Contribution, Transfer
from archive.values import Month

ORDINARY: Final = "10"
"""AAA115 of an ordinary contribution; all others but refunds are paid later or at one go."""
IN_FULL: Final = "1"
"""AAE078: all that was due has arrived."""

INTERRUPTED: Final = "2"
"""AAE078: nothing more is due to come, as paying was interrupted."""

MonthState = Literal["full", "back", "short", "interrupted", "none"]
"""`full` an ordinary contribution arrived in full; `back` one of another kind did (back-payment,
lump sum); `short` there is a record, but none in full (short, on its way); `interrupted` so say
all records; `none` nothing is recorded, or all that had been paid was refunded."""
PAID: Final[frozenset[MonthState]] = frozenset({"full", "back"})
"""The states in which a month counts as paid."""


_IN: Final = "1"
"""EAC071."""


def brought_months(transfers: Iterable[Transfer], line: str) -> frozenset[Month]:
    """The months of a line (AAE140) that came with transfers from other regions (外地转入)."""
    return frozenset(
        month
        for one in transfers
        if one.line == line and brought_in(one) and one.first and one.last
        for month in Month.range(one.first, one.last)
    )


def brought_in(transfer: Transfer) -> bool:
    """Whether it brought rights from another region."""
    return transfer.direction == _IN and transfer.took_place


def month_states(contributions: Iterable[Contribution], line: str) -> dict[Month, MonthState]:
    """The state of each month that has a record for `line` (AAE140), however many records it has.

    A month that is missing in the answer has none: `states.get(month, "none")`.
    """
    rows: dict[Month, list[Contribution]] = {}
    for contribution in contributions:
        if contribution.line == line:
            rows.setdefault(contribution.month, []).append(contribution)
    return {month: _state(own) for month, own in rows.items()}


def _state(rows: list[Contribution]) -> MonthState:
    payments = [row for row in rows if row.kind != REFUND]
    refunds = [row for row in rows if row.kind == REFUND]
    if not payments or (refunds and _refunded(payments, refunds)):
        return "none"
    kinds = {row.kind for row in payments if row.status == IN_FULL}
    if not kinds:
        return "interrupted" if {row.status for row in payments} == {INTERRUPTED} else "short"
    return "full" if ORDINARY in kinds else "back"


def _refunded(payments: list[Contribution], refunds: list[Contribution]) -> bool:
    """Whether nothing is left. A part that went back (paid twice, base too high) does not count."""
    back = sum(map(_paid, refunds), Decimal(0))
    return bool(back) and back + sum(map(_paid, payments), Decimal(0)) <= 0


def _paid(row: Contribution) -> Decimal:
    return row.signed(row.employer_paid) + row.signed(row.employee_paid)
