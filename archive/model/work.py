"""Employment, unemployment and labour contracts: the three registrations beside insurance."""

import datetime as dt
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Employment:
    """A registration of employment (就业登记)."""

    person_id: str = field(repr=False)
    number: str = field(repr=False)
    """acc030."""
    employed_on: dt.date
    """acc031."""
    employer_name: str = ""
    """AAB004; empty for work of one's own."""
    form: str = ""
    """acc032 就业形式."""
    ended: dt.date | None = None
    region: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unemployment:
    """A registration of unemployment (失业登记)."""

    person_id: str = field(repr=False)
    number: str = field(repr=False)
    """acc020."""
    unemployed_on: dt.date
    """ajc090."""
    reason: str = field(default="", repr=False)
    """ajc093."""
    employer_name: str = ""
    """AAB004 of the former employer."""
    cancelled_on: dt.date | None = None
    """aaea36."""
    region: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabourContract:
    """A labour contract that its employer has filed (劳动用工备案)."""

    person_id: str = field(repr=False)
    number: str = field(repr=False)
    started: dt.date
    employer_name: str = ""
    ended: dt.date | None = None
    kind: str = ""
    """Fixed term, without term, for a task."""
    filed_on: dt.date | None = None
    region: str = ""
