"""Registration, contributions, subsidies, years and personal account, transfers."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from archive.values import Month

REFUND: Final = "20"
"""AAA115 of money that went back to who had paid it (退收)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """A stretch of time in which a person is registered for one line of insurance."""

    person_id: str = field(repr=False)
    line: str
    """AAE140 of the 人社 set."""
    started: dt.date
    """AAE030 本次开始."""
    employer_id: str
    """AAB001; empty when the person pays alone."""
    status: str
    """AAC008 参保状态."""
    payment_status: str
    """AAC031 缴费状态."""
    first_month: Month
    """AAC049 首次参保年月 in this line."""
    insured_since: dt.date
    """AAC030 参保日期."""
    ended: dt.date | None = None
    """AAE031 本次终止."""
    region: str = ""


@dataclass(frozen=True, slots=True)
class Contribution:
    """What was due and paid for a person, a line and a month, by one settlement."""

    person_id: str = field(repr=False)
    line: str
    """AAE140 of the 人社 set."""
    month: Month
    """AAE003 费款所属期."""
    kind: str
    """AAA115 应缴类型: 10 ordinary, 31 back-payment …"""
    settled: Month
    """AAE002 结算年月; later than `month` for a back-payment."""
    employer_id: str
    """AAB001; empty when the person pays alone."""
    base: Decimal = field(repr=False)
    """AAE180 缴费基数."""
    employer_due: Decimal = field(repr=False)
    """AAE020 单位应缴."""
    employee_due: Decimal = field(repr=False)
    """AAE022 个人应缴."""
    employer_paid: Decimal = field(repr=False)
    """AAE080 单位实缴."""
    employee_paid: Decimal = field(repr=False)
    """AAE082 个人实缴."""
    status: str
    """AAE078: 0 short, 1 in full, 2 interrupted, 3 on its way."""
    to_account: Decimal = field(default=Decimal("0.00"), repr=False)
    """AAE021 单位划入个人账户; nothing since 2006, when only the personal share is credited."""
    posted_on: dt.date | None = None
    """EAD131 到账日期; None while nothing has arrived."""
    region: str = ""

    def signed(self, amount: Decimal) -> Decimal:
        """An amount of this row as it adds up: what went back is below nought.

        Agencies write refunds with a minus or without; the import takes both.
        """
        return -abs(amount) if self.kind == REFUND else amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Subsidy:
    """What somebody else paid towards a person's contribution (缴费补贴)."""

    person_id: str = field(repr=False)
    line: str
    month: Month
    payer: str
    """AAE341: province, city, county, government on the person's behalf."""
    amount: Decimal = field(repr=False)
    paid_on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class YearsOfInsurance:
    """The months of a line as its agency counts them (缴费年限)."""

    person_id: str = field(repr=False)
    line: str
    paid_months: int = field(repr=False)
    """AAE201 实际缴费月数: months paid in full."""
    deemed_months: int = field(repr=False)
    """AAE200 视同缴费月数; only the agency can grant them."""
    interrupted_months: int | None = field(default=None, repr=False)
    """EAE027 中断月数."""
    total_months: int | None = field(default=None, repr=False)
    """EAC047 累计缴费月数."""
    counted_to: Month | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountYear:
    """A year of a personal account (养老保险个人账户明细, GB/T 40217 table 6)."""

    person_id: str = field(repr=False)
    line: str
    year: int
    """AAE001."""
    opening: Decimal = field(repr=False)
    """AIC200 年初账户金额."""
    principal: Decimal = field(repr=False)
    """ZZB001 当年账户本金划入."""
    interest: Decimal = field(repr=False)
    """ZZB002 当年账户利息划入."""
    paid_out: Decimal = field(repr=False)
    """AIC340 本年账户支出."""
    closing: Decimal = field(repr=False)
    """ZZB005 年末账户金额."""
    months_so_far: int | None = field(default=None, repr=False)
    """AIC042 历年缴纳月数."""
    interest_to: dt.date | None = None
    """EAC039 账户记息日期."""
    state: str = ""
    """EAC040 账户状态."""


_FINISHED: Final = "5"
_SENT_BACK: Final = "6"
"""transfer_state."""
"""transfer_state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """Rights on their way from one region to another (关系转移接续)."""

    person_id: str = field(repr=False)
    transfer_number: str = field(repr=False)
    direction: str
    """EAC071: in or out."""
    line: str
    state: str
    accepted_on: dt.date
    counterpart: str = ""
    """AAC077 对方机构."""
    counterpart_region: str = ""
    finished_on: dt.date | None = None
    first: Month | None = None
    last: Month | None = None
    months: int | None = field(default=None, repr=False)
    account_amount: Decimal | None = field(default=None, repr=False)
    """AIC099 个人账户."""
    fund_amount: Decimal | None = field(default=None, repr=False)
    """AIC100 统筹基金."""

    @property
    def took_place(self) -> bool:
        """Whether the rights have moved; one that was sent back (已退回) is finished as well."""
        if self.state == _SENT_BACK:
            return False
        return self.state == _FINISHED or self.finished_on is not None

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen, though the day of it may not be recorded."""
        return self.took_place or self.state == _SENT_BACK
