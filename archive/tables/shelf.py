"""All tables together, the shipped ones or those that a place puts in their stead."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from archive.tables.deadlines import DeadlineTable
from archive.tables.interest import InterestTable
from archive.tables.minimum_wages import MinimumWageTable
from archive.tables.rates import Rates
from archive.tables.reading import read_table
from archive.tables.unemployment import UnemploymentTable
from archive.tables.working_days import WorkingDays


@dataclass(frozen=True, slots=True)
class Tables:
    """What figures are computed by."""

    deadlines: DeadlineTable
    interest: InterestTable
    minimum_wages: MinimumWageTable
    rates: Rates
    unemployment: UnemploymentTable
    working_days: WorkingDays

    @property
    def examples(self) -> tuple[str, ...]:
        """The tables that are invented for the demonstration."""
        names = [item.name for item in fields(self)]
        return tuple(name for name in names if getattr(self, name).source.example)


def load_tables(replaced: Mapping[str, Path] | None = None) -> Tables:
    """Read every table; `replaced` names the file of those that are not the shipped ones.

    Raises `TableError` for the first wrong one.
    """
    paths = replaced or {}
    return Tables(
        deadlines=read_table(DeadlineTable, "deadlines.toml", paths.get("deadlines")),
        interest=read_table(InterestTable, "interest.toml", paths.get("interest")),
        minimum_wages=read_table(
            MinimumWageTable, "minimum_wages.toml", paths.get("minimum_wages")
        ),
        rates=read_table(Rates, "rates.toml", paths.get("rates")),
        unemployment=read_table(UnemploymentTable, "unemployment.toml", paths.get("unemployment")),
        working_days=read_table(WorkingDays, "working_days.toml", paths.get("working_days")),
    )
