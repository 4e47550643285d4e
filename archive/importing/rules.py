"""What the values of one row must not say against each other.

Rules look at whole columns: a column in which nothing is wrong, which is the rule, is passed by
in one step. What the law or the standard excludes is refused; what only cannot be right as a
whole, so that nobody can say which value is wrong, is taken with a warning.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import repeat
from operator import add, gt, lt, ne, sub
from typing import Any, Final

from archive import identity_number
from archive.model import REFUND
from archive.months import IN_FULL
from archive.reasons import Reason
from archive.records import SPECS, RecordKind, RecordSpec
from archive.store import Refusal

Columns = Sequence[Sequence[Any]]
Rule = Callable[[Columns], Iterator[Refusal]]
"""Tells the rows at fault."""

_STATED_SEXES: Final = "12"
"""AAC004 1 male and 2 female; 0 unknown and 9 not stated contradict nothing."""
_AMOUNTS: Final = ("AAE180", "AAE020", "AAE022", "AAE080", "AAE082", "AAE021")
# The element at fault must not be before the other.
_PERIODS: Final = {
    RecordKind.PERSONS: (("AAC006", "AAC007"), ("AAC006", "AIC162"), ("AAC006", "AAE138")),
    RecordKind.CARDS: (("AAZ503", "card_expires"),),
    RecordKind.CARD_ORDERS: (("ordered_on", "state_since"), ("ordered_on", "ready_by")),
    RecordKind.REGISTRATIONS: (("AAE030", "AAE031"),),
    RecordKind.UNEMPLOYMENT_GRANTS: (("aac164", "aac165"),),
    RecordKind.INJURIES: (("injured_on", "recognised_on"),),
    RecordKind.CERTIFICATIONS: (("certified_on", "valid_until"),),
    RecordKind.TRANSFERS: (("accepted_on", "finished_on"), ("transfer_first", "transfer_last")),
    RecordKind.EMPLOYMENTS: (("acc031", "employment_ended"),),
    RecordKind.UNEMPLOYMENTS: (("ajc090", "aaea36"),),
    RecordKind.CONTRACTS: (("contract_from", "contract_to"),),
    RecordKind.DOSSIER_TRANSFERS: (("accepted_on", "finished_on"),),
    RecordKind.MISSING_MATERIALS: (
        ("told_on", "committed_on"),
        ("told_on", "supply_by"),
        ("told_on", "supplied_on"),
    ),
    RecordKind.CASES: (("accepted_on", "finished_on"),),
    RecordKind.GUIDES: (("plan_effective_date", "plan_cancel_date"),),
}


def rules(kind: RecordKind) -> tuple[Rule, ...]:
    """The checks of whole rows of this kind."""
    spec = SPECS[kind]
    periods = tuple(partial(_period, spec, *pair) for pair in _PERIODS.get(kind, ()))
    match kind:
        case RecordKind.PERSONS:
            return (_person, *periods)
        case RecordKind.CONTRIBUTIONS:
            return (_contribution,)
        case RecordKind.META:
            return (_source,)
        case _:
            return periods


def warnings(kind: RecordKind) -> tuple[Rule, ...]:
    """The checks after which a row is taken all the same."""
    match kind:
        case RecordKind.ACCOUNTS:
            return (_account,)
        case RecordKind.CONTRIBUTIONS:
            return (_paid_in_full,)
        case _:
            return ()


def _period(spec: RecordSpec, first: str, last: str, columns: Columns) -> Iterator[Refusal]:
    begins, ends = columns[spec.place(first)], columns[spec.place(last)]
    if not any(ends):
        return
    for place, (begin, end) in enumerate(zip(begins, ends, strict=True)):
        if end is not None and begin is not None and end < begin:
            yield Refusal(place, last, Reason.PERIOD)


def _person(columns: Columns) -> Iterator[Refusal]:
    """AAC006 is digits 7 to 14 of a citizen's number; digit 17 is odd for men (GB 11643)."""
    cells = zip(columns[1], columns[3], columns[5], strict=True)
    for place, (number, sex, birth_date) in enumerate(cells):
        if not (number[0].isdigit() and len(number) == identity_number.LENGTH):
            continue
        if int(number[6:14]) != birth_date:
            yield Refusal(place, "AAC006", Reason.CONTRADICTION)
        elif sex in _STATED_SEXES and sex != _STATED_SEXES[int(number[16]) % 2 - 1]:
            yield Refusal(place, "AAC004", Reason.CONTRADICTION)


def _contribution(columns: Columns) -> Iterator[Refusal]:
    """Paid is never more than due (AAE080 <= AAE020, AAE082 <= AAE022); refunds are negative."""
    base, due, own_due, paid, own_paid = amounts = columns[6:11]
    if (
        all(min(column) >= 0 for column in amounts)
        and not any(map(gt, paid, due))
        and not any(map(gt, own_paid, own_due))
        and not any(map(lt, filter(None, columns[12]), repeat(0)))
    ):
        return
    rows = zip(columns[3], base, due, own_due, paid, own_paid, columns[12], strict=True)
    for place, row in enumerate(rows):
        fault = _contribution_row(*row)
        if fault is not None:
            yield Refusal(place, *fault)


def _contribution_row(
    kind: int,
    base: int,
    due: int,
    own_due: int,
    paid: int,
    own_paid: int,
    to_account: int | None,
) -> tuple[str, Reason] | None:
    if kind == int(REFUND):
        due, own_due, paid, own_paid = abs(due), abs(own_due), abs(paid), abs(own_paid)
    else:
        amounts = (base, due, own_due, paid, own_paid, to_account or 0)
        for code, amount in zip(_AMOUNTS, amounts, strict=True):
            if amount < 0:
                return code, Reason.NEGATIVE
    if paid > due:
        return "AAE080", Reason.PAID_MORE_THAN_DUE
    return ("AAE082", Reason.PAID_MORE_THAN_DUE) if own_paid > own_due else None


def _source(columns: Columns) -> Iterator[Refusal]:
    """A date holds for a kind of rows, or for all."""
    known = {"", *(kind.value for kind in RecordKind)}
    for place, kind in enumerate(columns[0]):
        if kind not in known:
            yield Refusal(place, "record_kind", Reason.UNKNOWN_CODE)


def _paid_in_full(columns: Columns) -> Iterator[Refusal]:
    """AAE078 says that all has arrived, and less was paid than due."""
    _, _, _, kinds, _, _, _, due, own_due, paid, own_paid, states, *_ = columns
    if not (any(map(lt, paid, due)) or any(map(lt, own_paid, own_due))):
        return
    rows = zip(kinds, due, own_due, paid, own_paid, states, strict=True)
    for place, (kind, due_, own_due_, paid_, own_paid_, state) in enumerate(rows):
        less = paid_ < due_ or own_paid_ < own_due_
        if less and state == int(IN_FULL) and kind != int(REFUND):
            yield Refusal(place, "AAE078", Reason.CONTRADICTION)


def _account(columns: Columns) -> Iterator[Refusal]:
    """GB/T 40217 table 6: closing = opening + principal + interest - paid out."""
    opening, principal, interest, paid_out, closing = columns[3:8]
    sums = map(sub, map(add, map(add, opening, principal), interest), paid_out)
    for place, differs in enumerate(map(ne, sums, closing)):
        if differs:
            yield Refusal(place, "ZZB005", Reason.SUM)
