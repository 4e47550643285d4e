"""The service catalogue (办事指南), agencies, notices, and cases under way (办件)."""

import datetime as dt
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """An office that serves people or keeps personnel files."""

    agency: str
    """AAB034."""
    name: str
    kind: str
    """custody or service."""
    address: str = ""
    hours: str = ""
    phone: str = ""
    transit: str = ""
    """乘车线路."""
    region: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """One version of a service's guide with the eleven elements that must be published."""

    task_code: str
    version: int
    name: str
    effective_from: dt.date
    effective_to: dt.date | None = None
    """The first day on which this version no longer holds; None: it holds until replaced."""
    legal_basis: str = ""
    """办理依据."""
    accepted_by: str = ""
    """受理单位."""
    procedure: str = ""
    """基本流程."""
    materials: str = ""
    """申请材料 in words; the list itself is `GuideMaterial`."""
    fees: str = ""
    """收费依据及标准."""
    time_limit: str = ""
    """办理时限."""
    liability: str = ""
    """责任追究."""
    enquiries: str = ""
    """咨询方式."""
    complaints: str = ""
    """监督投诉方式."""
    hours_and_address: str = ""
    """办公时间与地址."""
    transit: str = ""
    """乘车线路."""
    legal_days: int | None = None
    """法定办结时限, working days."""
    promised_days: int | None = None
    """承诺办结时限, working days."""
    on_terminals: str = ""
    keywords: str = ""
    """Other words that people use for it, separated by spaces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideMaterial:
    """One document that a service asks for."""

    task_code: str
    version: int
    number: int
    name: str
    copies: int | None = None
    form: str = ""
    needed: str = ""
    origin: str = ""
    legal_basis: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something that services no longer ask for (不再要求提供)."""

    notice_code: str
    text: str
    since: dt.date
    task_code: str = ""
    """The service concerned; empty: all."""
    legal_basis: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A matter that a person has handed in (办件)."""

    person_id: str = field(repr=False)
    case_number: str = field(repr=False)
    task_code: str
    task_name: str
    accepted_on: dt.date
    state: str
    legal_days: int | None = None
    promised_days: int | None = None
    finished_on: dt.date | None = None
    agency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStep:
    """A step of a case; done once it has a day."""

    person_id: str = field(repr=False)
    case_number: str = field(repr=False)
    number: int
    name: str
    done_on: dt.date | None = None
    agency: str = ""
