"""What the archive knows, as frozen values.

Field names are the English words of `elements.py`'s table. Codes stay codes (their labels are
in `codes.py`); money is `Decimal` yuan with two places; None is "not known". Personal fields
are left out of `repr`, so that no log and no traceback shows them.
"""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from archive.values import Month


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person whose rights are recorded."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRecord:
    """A social security card as its issuer records it."""

    card_number: str = field(repr=False)
    identification_code: str = field(repr=False)
    """卡识别码, 32 hexadecimal digits in capitals."""
    person_id: str = field(repr=False)
    issuing_area: str = field(repr=False)
    status: str
    """AAZ502: 1 in use, 2 reported lost …"""
    issued: dt.date
    expires: dt.date


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
class Registration:
    """A stretch of time in which a person is registered for one line of insurance."""

    person_id: str = field(repr=False)
    line: str
    """AAE140 of the 人社 set."""
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
    started: dt.date
    """AAE030 本次开始."""
    ended: dt.date | None = None
    """AAE031 本次终止."""
    region: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
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
    to_account: Decimal = field(repr=False)
    """AAE021 单位划入个人账户; nothing since 2006, when only the personal share is credited."""
    posted_on: dt.date | None
    """EAD131 到账日期; None while nothing has arrived."""
    status: str
    """AAE078: 0 short, 1 in full, 2 interrupted, 3 on its way."""
    region: str = ""


class ArchiveState(StrEnum):
    """Where a personnel file is, from the two flags of its record."""

    PENDING = "pending"
    """待入库."""
    IN_STOCK = "in_stock"
    """在库."""
    LENT = "lent"
    """已借出."""
    TRANSFERRED = "transferred"
    """已转出."""
    UNKNOWN = "unknown"
    """Flags that no table explains."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveIndex:
    """Where a person's personnel file lies and its state; never what is in it."""

    person_id: str = field(repr=False)
    dossier_number: str = field(repr=False)
    """a0100A 存档编号."""
    agency: str
    """存档机构."""
    location: str | None = field(repr=False)
    """shelvesNo 档案位置号."""
    state: ArchiveState
    ownership: str
    """personType 存档性质: 个人 or 单位."""
    received_on: dt.date | None
    former_agency: str | None = field(repr=False)
    """oldArchiveUnit 原存档单位."""
    missing_materials: str | None = field(repr=False)
    """lackMaterials 缺少材料, one free text."""


class AuditKind(StrEnum):
    """What a row of the audit trail is about."""

    VISIT_BEGUN = "visit.begun"
    VISIT_ENDED = "visit.ended"
    PIN_ACCEPTED = "pin.accepted"
    PIN_REFUSED = "pin.refused"
    RECORDS_READ = "records.read"
    RECORDS_IMPORTED = "records.imported"
    PAPER_REQUESTED = "paper.requested"
    PAPER_OUTCOME = "paper.outcome"
    JOB_RESOLVED = "job.resolved"
    STAFF_ACTION = "staff.action"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """Something that leaves a trace. Every text field but the card is a plain token.

    The store keeps the card as a keyed hash only, and adds the time and the chain.
    """

    kind: AuditKind
    kiosk: str
    identification_code: str | None = field(default=None, repr=False)
    """Of the card in question; None when there is none."""
    organisation: str = ""
    statement: str = ""
    """Name of the statement or record set that was read or printed."""
    count: int = 0
    """Rows read, or copies printed."""
    result: str = ""
    """A code such as `ok`, `confirmed` or an error's code."""
    operator: str = ""
    """Login of the member of staff who assisted."""
    reference: str = ""
    """Serial of the job or statement."""
