"""Minimum wages a month by city."""

from decimal import Decimal

from pydantic import Field

from archive.tables.reading import Part, Table, TableMonth, Yuan
from archive.values import Month


class MinimumWage(Part):
    """What holds in a city from a month on."""

    area: str = Field(pattern=r"^[0-9]{4}([0-9]{2})?$")
    """The first four digits of AAB301 for a city, six for a county with a wage of its own."""
    since: TableMonth = Field(alias="from")
    amount: Yuan


class MinimumWageTable(Table):
    """Wages by area and month."""

    wages: tuple[MinimumWage, ...]

    def wage(self, region: str, month: Month) -> Decimal | None:
        """Yuan a month in the region (AAB301); None: no entry holds there and then."""
        holding = [
            wage
            for wage in self.wages
            if wage.since <= month and len(region) == 6 and region.startswith(wage.area)
        ]
        nearest = max(holding, key=lambda wage: (len(wage.area), wage.since), default=None)
        return nearest.amount if nearest else None
