"""Which charts stand above a statement on the screen."""

from dataclasses import dataclass, replace

from archive.figures.catalogue import CATALOGUE
from archive.figures.figure import Unknown
from archive.model import Contribution
from kiosk.calendar import RecordsView, records_view
from kiosk.charts.growth import GrowthChart, growth_chart
from kiosk.charts.months import months_chart, trimmed
from kiosk.identify import HolderRecords
from printing.statements.account import years
from printing.statements.registry import Statement


@dataclass(frozen=True, slots=True)
class Charts:
    """What can be drawn of a statement's records."""

    calendar: RecordsView | None = None
    """The contribution years, where the statement is of months."""
    growth: tuple[GrowthChart, ...] = ()
    """Each account, where the statement is of accounts."""


def charts_of(statement: Statement, records: HolderRecords) -> Charts:
    """Years before the first record are left out: forty empty rows say nothing."""
    calendar = _calendar(records) if statement.spans and Contribution in statement.needs else None
    if not set(CATALOGUE["account"].reads) <= set(statement.needs):
        return Charts(calendar)
    figures = records.material.figures("account")
    drawn = (
        growth_chart(figure.name.partition(":")[2], years(figure))
        for figure in figures
        if not isinstance(figure.value, Unknown)
    )
    return Charts(calendar, tuple(chart for chart in drawn if chart))


def _calendar(records: HolderRecords) -> RecordsView | None:
    view = records_view(records)
    known = trimmed(view.years)
    return replace(view, years=known, chart=months_chart(known)) if known else None
