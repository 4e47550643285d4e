"""The index of a personnel file (流动人员人事档案基础信息): never what is in the file."""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


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


# The two flags (stock, lent) as running systems write them.
_STATES: Final = {
    ("0", "0"): ArchiveState.PENDING,
    ("1", "0"): ArchiveState.IN_STOCK,
    ("1", "1"): ArchiveState.LENT,
    ("7", "2"): ArchiveState.TRANSFERRED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveIndex:
    """Where a person's personnel file lies and its state."""

    person_id: str = field(repr=False)
    dossier_number: str = field(repr=False)
    """a0100A 存档编号."""
    agency: str
    """存档机构."""
    stock_flag: str
    """isInware 在库标志."""
    lent_flag: str
    """isLent 借出标志."""
    ownership: str
    """personType 存档性质: 个人 or 单位."""
    location: str | None = field(default=None, repr=False)
    """shelvesNo 档案位置号."""
    received_on: dt.date | None = None
    former_agency: str | None = field(default=None, repr=False)
    """oldArchiveUnit 原存档单位."""
    missing_materials: str | None = field(default=None, repr=False)
    """lackMaterials 缺少材料, one free text."""
    identity: str = field(default="", repr=False)
    """archivesIdentity 人员身份."""
    region: str = ""

    @property
    def state(self) -> ArchiveState:
        """What the two flags say together."""
        return _STATES.get((self.stock_flag, self.lent_flag), ArchiveState.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierTransfer:
    """A personnel file on its way in or out (档案转递)."""

    person_id: str = field(repr=False)
    dossier_number: str = field(repr=False)
    direction: str
    """in or out."""
    accepted_on: dt.date
    """When the papers were accepted: the clock of working days starts here."""
    counterpart: str = ""
    """AAC077: the agency that sends or receives."""
    method: str = ""
    """转递方式: 1 confidential post, 2 registered post …; by hand of the person is forbidden."""
    post_number: str = field(default="", repr=False)
    reason: str = field(default="", repr=False)
    finished_on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierMaterial:
    """How many documents a file holds of one of the ten classes (十类); never which."""

    person_id: str = field(repr=False)
    dossier_number: str = field(repr=False)
    material_class: str
    count: int
    present: str = ""
    """1: nothing of the class is known to be missing; 0: something is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingMaterial:
    """A document of which the person was told that it is missing (缺少材料告知), and what came of
    it."""

    person_id: str = field(repr=False)
    dossier_number: str = field(repr=False)
    material: str = field(repr=False)
    told_on: dt.date
    effect: str = field(default="", repr=False)
    """可能造成的影响."""
    committed_on: dt.date | None = None
    """When the person promised in writing to supply it (承诺)."""
    supply_by: dt.date | None = None
    supplied_on: dt.date | None = None
