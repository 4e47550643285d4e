"""Interest on personal accounts, a rate a year."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from archive.tables.reading import Part, Percent, Table

Year = Annotated[int, Field(ge=1990, le=2099)]


class AccountRules(Part):
    """How an account is kept, as far as no published text says it."""

    lines: tuple[str, ...] = Field(min_length=1)
    """AAE140 of the lines that the rates are for."""
    percent_of_base: Percent
    """So much of the base is credited at most: of the fifth that a person who pays alone pays, the
    rest goes to the common fund."""
    credited: Literal["settled", "due"]
    """The month from which a payment bears interest: AAE002 or AAE003."""
    rounding: Literal["half_up", "half_even", "down"]
    """Of a year's interest, once, to the fen."""


class InterestTable(Table):
    """记账利率 by year."""

    account: AccountRules
    percent: dict[Year, Percent]

    def rate(self, year: int) -> Decimal | None:
        """Per cent a year; None: not published, or not entered."""
        return self.percent.get(year)
