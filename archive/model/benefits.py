"""Entitlement to benefits and what was paid; what another department holds is named as such."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from archive.values import Month


@dataclass(frozen=True, slots=True, kw_only=True)
class Benefit:
    """Entitlement to a benefit that is paid month by month (待遇)."""

    person_id: str = field(repr=False)
    benefit: str
    """Kind of benefit: pension, unemployment, injury, survivor …"""
    first_month: Month
    """AIC160 享受开始年月."""
    line: str
    state: str
    """aae170: paid, suspended, ended."""
    suspended_on: dt.date | None = None
    reason: str = field(default="", repr=False)
    """AAE160: why it is suspended or ended."""
    amount: Decimal | None = field(default=None, repr=False)
    """AAE019 a month, yuan."""
    pay_method: str = ""
    """AAE145 发放方式."""
    bank: str = field(default="", repr=False)
    """AAE008."""
    bank_account: str = field(default="", repr=False)
    """AAE010."""
    agency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BenefitPayment:
    """One item of one month's payment (待遇项目)."""

    person_id: str = field(repr=False)
    benefit: str
    month: Month
    """EAC064 待遇年月."""
    item: str
    """AAA036."""
    amount: Decimal = field(repr=False)
    """AAE019."""
    item_name: str = ""
    """AAA037."""
    from_account: Decimal | None = field(default=None, repr=False)
    """EIC013 个人账户支付金额."""
    back_months: int | None = None
    """EAC062 补发月数."""
    back_amount: Decimal | None = field(default=None, repr=False)
    """EAC063 补发金额."""
    paid_on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnemploymentGrant:
    """Unemployment benefit as it was granted (失业保险金核定)."""

    person_id: str = field(repr=False)
    granted_from: Month
    """aac164."""
    granted_to: Month
    """aac165."""
    granted_months: int
    """aac166."""
    monthly_amount: Decimal = field(repr=False)
    """aac169."""
    counted_months: int | None = None
    """aac161: contribution months that were counted."""
    months_left: int | None = None
    """aac167."""
    state: str = ""
    """aae170."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Injury:
    """A work injury and its recognition (工伤认定)."""

    person_id: str = field(repr=False)
    injury_number: str = field(repr=False)
    injured_on: dt.date = field(repr=False)
    recognised_on: dt.date | None = None
    result: str = ""
    disability_grade: int | None = field(default=None, repr=False)
    """1 the gravest … 10; None: none assessed."""
    employer_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaternityEvent:
    """A maternity benefit (生育待遇); the department of medical security keeps it."""

    person_id: str = field(repr=False)
    event_on: dt.date = field(repr=False)
    event: str = field(repr=False)
    amount: Decimal | None = field(default=None, repr=False)
    paid_on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicalYear:
    """A year of medical insurance (医保), which the department of medical security keeps.

    `line` is of the 医保 set: 410 is long-term care there, not work injury.
    """

    person_id: str = field(repr=False)
    line: str
    year: int
    state: str = ""
    """psn_insu_stas of the 医保 set."""
    income: Decimal | None = field(default=None, repr=False)
    spent: Decimal | None = field(default=None, repr=False)
    balance: Decimal | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Certification:
    """That a person was seen to be entitled still (待遇领取资格认证)."""

    person_id: str = field(repr=False)
    year: int
    certified_on: dt.date
    method: str = ""
    valid_until: dt.date | None = None
    agency: str = ""
