"""Persons, their cards, employers, and where data come from."""

import datetime as dt
from dataclasses import dataclass, field

from archive.values import Month


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person whose rights are recorded: the base information of a card holder (持卡人)."""

    person_id: str = field(repr=False)
    """AAC001 个人编号."""
    social_security_number: str = field(repr=False)
    """AAC002; for citizens the 18 characters of GB 11643."""
    name: str = field(repr=False)
    sex: str = field(repr=False)
    """AAC004."""
    ethnicity: str = field(repr=False)
    """AAC005, GB/T 3304 in digits."""
    birth_date: dt.date = field(repr=False)
    work_started: dt.date | None = field(default=None, repr=False)
    """AAC007 参加工作日期."""
    retired_on: dt.date | None = field(default=None, repr=False)
    """AIC162 离退休日期."""
    region: str = field(default="", repr=False)
    """AAB301 行政区划."""
    document_kind: str = field(default="", repr=False)
    """AAA029 证件类型."""
    document_number: str = field(default="", repr=False)
    """AAE135 证件号码."""
    household_kind: str = field(default="", repr=False)
    """AAC009 户口性质."""
    household_place: str = field(default="", repr=False)
    """AAC010 户籍所在地."""
    employment_state: str = field(default="", repr=False)
    """AAC016 就业状态."""
    retirement_state: str = field(default="", repr=False)
    """AAC084 离退休状态."""
    died_on: dt.date | None = field(default=None, repr=False)
    """AAE138 死亡日期."""
    phone: str = field(default="", repr=False)
    """AAE005."""
    address: str = field(default="", repr=False)
    """AAE006."""

    @property
    def retirement(self) -> Month | None:
        """The month of AIC162: from it on nothing has to be paid, so that no month is a gap."""
        return Month.of(self.retired_on) if self.retired_on else None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRecord:
    """A social security card as its issuer records it."""

    person_id: str = field(repr=False)
    identification_code: str = field(repr=False)
    """卡识别码, 32 hexadecimal digits in capitals."""
    card_number: str = field(repr=False)
    issuing_area: str = field(repr=False)
    status: str
    """AAZ502: 1 in use, 2 reported lost …"""
    issued: dt.date
    expires: dt.date
    replaced_by: str = field(default="", repr=False)
    """卡识别码 of the card that took this one's place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardOrder:
    """A card that is being made or replaced (制卡进度)."""

    person_id: str = field(repr=False)
    order_number: str = field(repr=False)
    kind: str
    """First card, replacement, renewal."""
    state: str
    ordered_on: dt.date
    state_since: dt.date | None = None
    ready_by: dt.date | None = None
    agency: str = ""
    """AAB034 of the place where it can be fetched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Employer:
    """An employer (单位) that registers and pays."""

    employer_id: str
    """AAB001 单位编码."""
    name: str
    credit_code: str | None = None
    """BAB010 统一社会信用代码."""
    agency: str = ""
    """AAB034 经办机构编码."""
    region: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Up to which day the data of a kind are complete, and who gave them."""

    kind: str
    """The kind of record; empty: all kinds that have no entry of their own."""
    day: dt.date
    source: str = ""
