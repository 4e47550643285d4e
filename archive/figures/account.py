"""The personal account year by year (GB/T 40217 table 6), with the year's interest.

Interest by monthly products: opening * r + the sum of (a month's credit * (13 - month) / 12) * r,
rounded once a year to the fen. What is paid out lowers the closing balance, not the interest of the
year: no published text at hand says otherwise.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Final

from archive.figures.figure import Difference, Figure, Missing, Unit, Unknown, explained, refs
from archive.figures.records import Basis, PersonRecords
from archive.model import (
    AccountYear,
    Benefit,
    BenefitPayment,
    Contribution,
    Registration,
    Transfer,
)
from archive.months import PAID, month_states
from archive.tables.interest import AccountRules, InterestTable
from archive.values import Month

Amount = Decimal | Unknown

_NEVER: Final = Unknown(Missing.NOT_DELIVERED)
_TRANSFERRED: Final = Unknown(Missing.TRANSFER)

_FEN: Final = Decimal("0.01")
_NOTHING: Final = Decimal("0.00")
_ROUNDINGS: Final = {
    "half_up": ROUND_HALF_UP,
    "half_even": ROUND_HALF_EVEN,
    "down": ROUND_DOWN,
}
_ROUNDING_WORDS: Final = {
    "half_up": ("四舍五入", "half up"),
    "half_even": ("四舍六入五成双", "half to even"),
    "down": ("舍去零头", "down"),
}
_COLUMNS: Final = {
    "opening": "AIC200",
    "principal": "ZZB001",
    "interest": "ZZB002",
    "paid_out": "AIC340",
    "closing": "ZZB005",
    "months_so_far": "AIC042",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLine:
    """A year of the account; yuan."""

    year: int
    opening: Amount = field(repr=False)
    opening_recorded: bool
    """Whether the opening is the agency's figure, because the year before is not known."""
    principal: Amount = field(repr=False)
    interest: Amount = field(repr=False)
    percent: Decimal | None
    """The year's rate; None: not published or not entered."""
    paid_out: Amount = field(repr=False)
    closing: Amount = field(repr=False)
    months_so_far: int | Unknown = field(repr=False)
    """Months paid in full up to the end of the year."""

    @property
    def before_interest(self) -> Amount:
        """Opening and principal less what was paid out: what a year without a rate can say.

        In the year of a transfer a sum of the account has moved that is none of the three.
        """
        if self.interest in (_NEVER, _TRANSFERRED):
            return self.interest
        return _balance(self.opening, self.principal, _NOTHING, self.paid_out)


@dataclass(frozen=True, slots=True)
class _Account:
    """What is known of one line's account."""

    records: PersonRecords = field(repr=False)
    line: str
    rules: InterestTable
    as_of: dt.date
    from_the_start: bool
    """Whether the contributions reach back to the year in which insurance began."""
    credits: Mapping[Month, Decimal]
    paid_months: frozenset[Month]
    paid_out: Mapping[int, Amount]
    transferred: frozenset[int]
    """The years in which a transfer ended, or may have."""
    recorded: Mapping[int, AccountYear]

    def years(self) -> range:
        """From the first year of which anything is known to that of the data."""
        known = {month.year for month in self.credits} | set(self.recorded) | set(self.paid_out)
        return range(min(known), self.as_of.year + 1) if known else range(0)

    def line_of(self, year: int, before: AccountLine | None) -> AccountLine:
        """One year, after the year before."""
        opening, recorded = self._opening(year, before)
        own = {month: credit for month, credit in self.credits.items() if month.year == year}
        never = self.records.never
        principal = _NEVER if never(Contribution) else sum(own.values(), _NOTHING)
        percent = self.rules.rate(year)
        interest = self._interest(year, opening, own, percent)
        lacking = never(Benefit, BenefitPayment)
        paid_out = _NEVER if lacking else self.paid_out.get(year, _NOTHING)
        return AccountLine(
            year=year,
            opening=opening,
            opening_recorded=recorded,
            principal=principal,
            interest=interest,
            percent=percent,
            paid_out=paid_out,
            closing=_balance(opening, principal, interest, paid_out),
            months_so_far=_NEVER
            if never(Contribution)
            else sum(month.year <= year for month in self.paid_months),
        )

    def _opening(self, year: int, before: AccountLine | None) -> tuple[Amount, bool]:
        if before is not None and isinstance(before.closing, Decimal):
            return before.closing, False
        if year - 1 in self.recorded:
            return self.recorded[year - 1].closing, True
        if year in self.recorded:
            return self.recorded[year].opening, True
        if before is not None:
            return before.closing, False
        # Without the agency's own years nobody can say that nothing came before.
        if self.records.never(AccountYear, Registration, Contribution):
            return _NEVER, False
        return (_NOTHING if self.from_the_start else Unknown(Missing.OPENING)), False

    def _interest(
        self, year: int, opening: Amount, own: Mapping[Month, Decimal], percent: Decimal | None
    ) -> Amount:
        if year in self.transferred:
            return _TRANSFERRED
        if self.records.never(Transfer, Contribution):
            return _NEVER
        if percent is None:
            return Unknown(Missing.INTEREST_RATE)
        if self.as_of < dt.date(year, 12, 31):
            return Unknown(Missing.YEAR_NOT_OVER)
        if isinstance(opening, Unknown):
            return opening
        rounding = _ROUNDINGS[self.rules.account.rounding]
        return interest_of_year(opening, own, percent).quantize(_FEN, rounding)


def interest_of_year(
    opening: Decimal, monthly: Mapping[Month, Decimal], percent: Decimal
) -> Decimal:
    """Yuan, not rounded; `monthly` are the credits of the year."""
    products = sum(((13 - month.number) * credit for month, credit in monthly.items()), Decimal(0))
    return (opening * 12 + products) * percent / 1200


def personal_accounts(records: PersonRecords, basis: Basis) -> tuple[Figure[object], ...]:
    """The account of each line that has one."""
    rules = basis.tables.interest
    return tuple(
        personal_account(records, rules, line)
        for line in records.lines
        if line in rules.account.lines
    )


def personal_account(records: PersonRecords, rules: InterestTable, line: str) -> Figure[object]:
    """Every year of the account of a line, and where the agency's own rows say else."""
    payments = _payments(records, line)
    contributions = [row for row in records.contributions if row.line == line]
    recorded = {row.year: row for row in records.accounts if row.line == line}
    transfers = [row for row in records.transfers if row.line == line and row.took_place]
    account = _Account(
        records=records,
        line=line,
        rules=rules,
        as_of=records.as_of.day,
        from_the_start=_from_the_start(records, contributions, line),
        credits=_credits(contributions, rules.account),
        paid_months=_paid_months(contributions, line),
        paid_out=_paid_out(payments),
        transferred=_years_of(transfers, records.as_of.day.year),
        recorded=recorded,
    )
    lines: list[AccountLine] = []
    for year in account.years():
        lines.append(account.line_of(year, lines[-1] if lines else None))
    return explained(
        "account",
        tuple(lines) or records.unknown(Contribution, AccountYear, Benefit, BenefitPayment),
        Unit.YUAN_BY_YEAR,
        subject=line,
        rows=refs(*contributions, *payments, *transfers, *recorded.values()),
        tables=[rules],
        words=_words(rules.account),
        differences=tuple(_differences(lines, recorded)),
    )


def _years_of(transfers: Iterable[Transfer], last: int) -> frozenset[int]:
    """The years in which transfers ended; where no day is recorded, all in which it can be."""
    years: set[int] = set()
    for row in transfers:
        begin, end = row.finished_on or row.accepted_on, row.finished_on
        years.update(range(begin.year, (end.year if end else last) + 1))
    return frozenset(years)


def _words(rules: AccountRules) -> dict[str, object]:
    rounding_zh, rounding_en = _ROUNDING_WORDS[rules.rounding]
    return {
        "percent": f"{rules.percent_of_base.normalize():f}",
        "credited": "AAE002" if rules.credited == "settled" else "AAE003",
        "rounding_zh": rounding_zh,
        "rounding_en": rounding_en,
    }


def credit(row: Contribution, rules: AccountRules) -> Decimal:
    """What a row puts into the account: the own share paid, and AAE021 of the years before 2006.

    The own share counts up to `percent_of_base` of the base, part payments in proportion. A refund
    takes away.
    """
    share, due = abs(row.employee_paid), abs(row.employee_due)
    most = abs(row.base) * rules.percent_of_base / 100
    if due > most:
        share = (share * most / due).quantize(_FEN, ROUND_HALF_UP)
    whole = share + abs(row.to_account)
    return row.signed(whole)


def _from_the_start(
    records: PersonRecords, contributions: Iterable[Contribution], line: str
) -> bool:
    """By AAC049; without it nobody can say that nothing came before."""
    first = min((row.month for row in contributions), default=None)
    since = min(
        (row.first_month for row in records.registrations if row.line == line), default=None
    )
    return first is not None and since is not None and first.year <= since.year


def _credits(rows: Iterable[Contribution], rules: AccountRules) -> dict[Month, Decimal]:
    monthly: dict[Month, Decimal] = defaultdict(lambda: _NOTHING)
    for row in rows:
        monthly[row.settled if rules.credited == "settled" else row.month] += credit(row, rules)
    return dict(monthly)


def _paid_months(rows: Iterable[Contribution], line: str) -> frozenset[Month]:
    return frozenset(month for month, state in month_states(rows, line).items() if state in PAID)


def _payments(records: PersonRecords, line: str) -> list[BenefitPayment]:
    of_line = {row.benefit for row in records.benefits if row.line == line}
    return [row for row in records.payments if row.benefit in of_line]


def _paid_out(payments: Iterable[BenefitPayment]) -> dict[int, Amount]:
    """EIC013 by year. A month in which no item says its part from the account is not known."""
    months: dict[tuple[str, Month], list[Decimal]] = defaultdict(list)
    for row in payments:
        own = months[row.benefit, row.month]
        if row.from_account is not None:
            own.append(row.from_account)
    years: dict[int, Amount] = {}
    for (_, month), amounts in months.items():
        so_far = years.get(month.year, _NOTHING)
        if not amounts or isinstance(so_far, Unknown):
            years[month.year] = Unknown(Missing.PAID_OUT)
        else:
            years[month.year] = so_far + sum(amounts, _NOTHING)
    return years


def _balance(opening: Amount, principal: Amount, interest: Amount, paid_out: Amount) -> Amount:
    for part in (opening, principal, interest, paid_out):
        if isinstance(part, Unknown):
            return part
    assert isinstance(opening, Decimal)
    assert isinstance(principal, Decimal)
    assert isinstance(interest, Decimal)
    assert isinstance(paid_out, Decimal)
    return opening + principal + interest - paid_out


def _differences(
    lines: Iterable[AccountLine], recorded: Mapping[int, AccountYear]
) -> Iterable[Difference]:
    for line in lines:
        agency = recorded.get(line.year)
        for name, code in _COLUMNS.items():
            theirs = getattr(agency, name, None)
            ours = getattr(line, name)
            if theirs is not None and not isinstance(ours, Unknown) and ours != theirs:
                yield Difference(f"{line.year} {code}", str(ours), str(theirs))
