"""For how many months unemployment benefit could be paid, and how much a month.

Whether somebody is entitled (registered, willing, not by own wish) is for the agency to decide.
"""

from decimal import ROUND_HALF_UP, Decimal

from archive.figures.figure import Figure, Missing, Note, Unit, Unknown, explained, refs
from archive.figures.records import Basis, PersonRecords
from archive.model import Benefit, Contribution, UnemploymentGrant, YearsOfInsurance
from archive.months import PAID, month_states
from archive.tables.unemployment import UnemploymentRule

_FEN = Decimal("0.01")


def unemployment(records: PersonRecords, basis: Basis) -> tuple[Figure[object], ...]:
    """Months and monthly amount, as of the month of the data; of neither who draws a pension.

    Whoever draws one gets no unemployment benefit (社会保险法 art. 51 no. 4).
    """
    rule = basis.tables.unemployment.rule(records.as_of_month)
    if records.draws_pension:
        return tuple(
            explained(name, Unknown(Missing.DRAWS_PENSION), unit, words=_words(rule))
            for name, unit in (
                ("unemployment.months", Unit.MONTHS),
                ("unemployment.amount", Unit.YUAN),
            )
        )
    return _months(records, basis, rule), _amount(records, basis, rule)


def _months(records: PersonRecords, basis: Basis, rule: UnemploymentRule | None) -> Figure[object]:
    grant = max(records.grants, key=lambda row: row.granted_from, default=None)
    rows = [] if rule is None else _contributions(records, rule, grant)
    deemed = [row for row in records.years if rule and not grant and row.line == rule.line]
    value: int | Unknown = Unknown(Missing.RULE)
    notes: tuple[Note, ...] = ()
    rests_on = (Benefit, Contribution, UnemploymentGrant, *(() if grant else (YearsOfInsurance,)))
    if rule is not None and records.never(*rests_on):
        value = Unknown(Missing.NOT_DELIVERED)
    elif rule is not None and not (rows or deemed or grant):
        value = Unknown(Missing.NO_RECORD)
    elif rule is not None:
        counted = _counted(rows, rule.line) + sum(row.deemed_months for row in deemed)
        value = _entitled(rule, counted, grant)
        notes = (
            Note(
                f"计入缴费 {counted} 个月。"
                + ("" if deemed or grant else "视同缴费未记录，未计入。"),
                f"{counted} contribution months were counted."
                + ("" if deemed or grant else " Deemed months are not recorded and not counted."),
            ),
        )
    return explained(
        "unemployment.months",
        value,
        Unit.MONTHS,
        rows=refs(*rows, *deemed, *([grant] if grant else [])),
        tables=[basis.tables.unemployment],
        words=_words(rule),
        notes=notes,
    )


def _words(rule: UnemploymentRule | None) -> dict[str, object]:
    if rule is None:
        return {}
    return {
        "fewest": rule.fewest_months,
        "first": rule.first_months,
        "step": rule.months_per_first_step,
        "later": rule.months_per_later_step,
        "most": rule.most_months,
        "percent": f"{rule.percent_of_wage.normalize():f}",
    }


def _contributions(
    records: PersonRecords, rule: UnemploymentRule, grant: UnemploymentGrant | None
) -> list[Contribution]:
    """What was counted for an earlier grant does not count again (社会保险法 art. 46)."""
    return [
        row
        for row in records.contributions
        if row.line == rule.line and (grant is None or row.month >= grant.granted_from)
    ]


def _counted(rows: list[Contribution], line: str) -> int:
    return sum(state in PAID for state in month_states(rows, line).values())


def _entitled(
    rule: UnemploymentRule, counted: int, grant: UnemploymentGrant | None
) -> int | Unknown:
    """New months and those left of the last grant, up to the most."""
    if grant is None:
        return rule.months(counted)
    if grant.months_left is None:
        return Unknown(Missing.EARLIER_GRANT)
    return min(rule.months(counted) + grant.months_left, rule.most_months)


def _amount(records: PersonRecords, basis: Basis, rule: UnemploymentRule | None) -> Figure[object]:
    """A part of the minimum wage of the place where the last contribution was paid."""
    wages = basis.tables.minimum_wages
    value: Decimal | Unknown = Unknown(Missing.RULE)
    last = None
    if rule is not None:
        own = [row for row in records.contributions if row.line == rule.line]
        last = max(own, key=lambda row: row.month, default=None)
        region = last.region if last else ""
        wage = wages.wage(region, records.as_of_month)
        if records.never(Contribution):
            value = Unknown(Missing.NOT_DELIVERED)
        elif not region:
            value = Unknown(Missing.REGION)
        elif wage is None:
            value = Unknown(Missing.MINIMUM_WAGE)
        else:
            value = (wage * rule.percent_of_wage / 100).quantize(_FEN, ROUND_HALF_UP)
    return explained(
        "unemployment.amount",
        value,
        Unit.YUAN,
        rows=refs(last) if last else (),
        tables=[basis.tables.unemployment, wages],
        words=_words(rule),
    )
