"""What was in force for a line's latest contribution: rates, and the range of bases."""

from dataclasses import dataclass
from decimal import Decimal

from archive.errors import RatesError
from archive.figures.figure import Figure, Missing, Unit, Unknown, explained, refs
from archive.figures.records import Basis, PersonRecords
from archive.tables.rates import Rates
from archive.values import Month, from_fen


@dataclass(frozen=True, slots=True)
class RatesInForce:
    """Per cent of the base, and yuan a month."""

    month: Month
    employer_percent: Decimal
    employee_percent: Decimal
    floor: Decimal
    ceiling: Decimal


def rates_in_force(records: PersonRecords, basis: Basis) -> tuple[Figure[object], ...]:
    """One figure for each line with contributions."""
    rates = basis.tables.rates
    latest = {row.line: row for row in sorted(records.contributions, key=lambda row: row.month)}
    return tuple(
        explained(
            "rates",
            _in_force(rates, line, row.month),
            Unit.RATES,
            subject=line,
            rows=refs(row),
            tables=[rates],
        )
        for line, row in sorted(latest.items())
    )


def _in_force(rates: Rates, line: str, month: Month) -> RatesInForce | Unknown:
    """The class of industry, of which line 410 depends, is in no record: its rates stay unknown."""
    try:
        rate, bases = rates.rate(line, month), rates.base_range(line, month)
    except RatesError:
        return Unknown(Missing.RATES)
    return RatesInForce(
        month,
        Decimal(rate.employer).scaleb(-2),
        Decimal(rate.employee).scaleb(-2),
        from_fen(bases.floor),
        from_fen(bases.ceiling),
    )
