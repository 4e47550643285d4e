"""Unemployment benefit: for how many months, and how much of the minimum wage."""

from pydantic import Field

from archive.tables.reading import Part, Percent, Table, TableMonth
from archive.values import Month


class UnemploymentRule(Part):
    """What holds from a month on."""

    since: TableMonth = Field(alias="from")
    line: str
    """AAE140 of unemployment insurance."""
    fewest_months: int = Field(ge=0, le=600)
    first_months: int = Field(ge=0, le=600)
    months_per_first_step: int = Field(ge=1, le=120)
    months_per_later_step: int = Field(ge=1, le=120)
    most_months: int = Field(ge=1, le=120)
    percent_of_wage: Percent

    def months(self, contributed: int) -> int:
        """Months of benefit for so many contribution months; only whole steps count."""
        if contributed < self.fewest_months:
            return 0
        first = min(contributed, self.first_months) // self.months_per_first_step
        later = max(contributed - self.first_months, 0) // self.months_per_later_step
        return min(first + later, self.most_months)


class UnemploymentTable(Table):
    """The rules by the month from which they hold."""

    rules: tuple[UnemploymentRule, ...] = Field(min_length=1)

    def rule(self, month: Month) -> UnemploymentRule | None:
        """The rule of a month; None: the table begins later."""
        begun = [rule for rule in self.rules if rule.since <= month]
        return max(begun, key=lambda rule: rule.since, default=None)
