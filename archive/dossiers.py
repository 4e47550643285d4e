"""What may be told of a person's personnel files: where they lie and their state, never contents.

The rules are those of 《流动人员人事档案管理服务规定》(人社部发〔2021〕112号); the ten classes are
those of 干部人事档案.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, assert_never

from archive.codes import Language, code_table
from archive.model import (
    Agency,
    ArchiveIndex,
    ArchiveState,
    DossierMaterial,
    DossierTransfer,
    MissingMaterial,
)

_PRESENT: Final = {"1": True, "0": False}
_IN: Final = "in"


@dataclass(frozen=True, slots=True)
class Told:
    """The person was told that it is missing, and has promised nothing."""

    on: dt.date


@dataclass(frozen=True, slots=True)
class Committed:
    """The person has promised in writing to supply it (告知承诺)."""

    on: dt.date
    supply_by: dt.date | None


@dataclass(frozen=True, slots=True)
class Supplied:
    """It has come."""

    on: dt.date


@dataclass(frozen=True, slots=True)
class Overdue:
    """It was due and has not come."""

    supply_by: dt.date


FollowUp = Told | Committed | Supplied | Overdue


def follow_up(missing: MissingMaterial, day: dt.date) -> FollowUp:
    """What has come of a missing document up to a day; on the last day it is not overdue yet."""
    if missing.supplied_on is not None:
        return Supplied(missing.supplied_on)
    if missing.supply_by is not None and missing.supply_by < day:
        return Overdue(missing.supply_by)
    if missing.committed_on is not None:
        return Committed(missing.committed_on, missing.supply_by)
    return Told(missing.told_on)


def follow_up_label(state: FollowUp, language: Language = "zh") -> str:
    """For people."""
    match state:
        case Told():
            code = "told"
        case Committed():
            code = "committed"
        case Supplied():
            code = "supplied"
        case Overdue():
            code = "overdue"
        case _:
            assert_never(state)
    return code_table("follow_up").label(code, language)


@dataclass(frozen=True, slots=True)
class Lack:
    """A document that is, or was, missing from a file."""

    material: str = field(repr=False)
    effect: str = field(repr=False)
    """可能造成的影响, as the agency has told it."""
    told_on: dt.date
    state: FollowUp


@dataclass(frozen=True, slots=True)
class MaterialClass:
    """One of the ten classes, counted; never which documents."""

    code: str
    """material_class, 1 to 10."""
    count: int | None
    """None: nothing is recorded."""
    present: bool | None
    """Whether all that belongs there is; None: not known."""

    def label(self, language: Language = "zh") -> str:
        """For people."""
        return code_table("material_class").label(self.code, language)


@dataclass(frozen=True, slots=True)
class CertificateRefused:
    """No custody certificate (存档证明) can be issued: the file is not in stock."""

    state: ArchiveState

    @property
    def zh(self) -> str:
        """Why, in Chinese."""
        return _REFUSALS[self.state][0]

    @property
    def en(self) -> str:
        """Why, in English."""
        return _REFUSALS[self.state][1]


_REFUSALS: Final = {
    ArchiveState.PENDING: (
        "档案尚未入库，入库后可以开具存档证明。",
        "The file is not in store yet; a certificate can be issued once it is.",
    ),
    ArchiveState.LENT: (
        "档案已借出，归还入库后可以开具存档证明。",
        "The file is lent; a certificate can be issued once it is back.",
    ),
    ArchiveState.TRANSFERRED: (
        "档案已转出，请向现存档机构申请存档证明。",
        "The file has been transferred; please ask the agency that keeps it now.",
    ),
    ArchiveState.UNKNOWN: (
        "档案状态不明，请到存档机构窗口核实。",
        "The state of the file is not known; please ask at the agency's counter.",
    ),
}


@dataclass(frozen=True, slots=True)
class Dossier:
    """One file."""

    index: ArchiveIndex
    agency: Agency | None
    """The keeping agency with address and hours; None: the catalogue does not know it."""
    incoming: tuple[DossierTransfer, ...]
    """On its way in, the latest first."""
    outgoing: tuple[DossierTransfer, ...]
    classes: tuple[MaterialClass, ...]
    """All ten, in their order."""
    lacks: tuple[Lack, ...]

    @property
    def certificate_refused(self) -> CertificateRefused | None:
        """Why no custody certificate can be issued; None: it can, the file is in stock."""
        state = self.index.state
        return None if state is ArchiveState.IN_STOCK else CertificateRefused(state)

    def label(self, language: Language = "zh") -> str:
        """The state, for people."""
        return code_table("archive_state").label(self.index.state, language)


def dossiers_from(
    index: Iterable[ArchiveIndex],
    transfers: Sequence[DossierTransfer],
    materials: Sequence[DossierMaterial],
    missing: Sequence[MissingMaterial],
    *,
    agencies: Iterable[Agency],
    day: dt.date,
) -> tuple[Dossier, ...]:
    """The files of one person, from rows that were read."""
    named = {agency.name: agency for agency in agencies}

    def dossier(entry: ArchiveIndex) -> Dossier:
        number = entry.dossier_number
        ways = [way for way in transfers if way.dossier_number == number]
        return Dossier(
            entry,
            named.get(entry.agency),
            _latest_first(ways, lambda direction: direction == _IN),
            _latest_first(ways, lambda direction: direction != _IN),
            _classes([one for one in materials if one.dossier_number == number]),
            tuple(_lack(one, day) for one in missing if one.dossier_number == number),
        )

    return tuple(map(dossier, index))


def _latest_first(
    ways: Iterable[DossierTransfer], wanted: Callable[[str], bool]
) -> tuple[DossierTransfer, ...]:
    chosen = (way for way in ways if wanted(way.direction))
    return tuple(sorted(chosen, key=lambda way: way.accepted_on, reverse=True))


def _classes(materials: Iterable[DossierMaterial]) -> tuple[MaterialClass, ...]:
    known = {material.material_class: material for material in materials}
    return tuple(
        MaterialClass(code, material.count, _PRESENT.get(material.present))
        if (material := known.get(code))
        else MaterialClass(code, None, None)
        for code in code_table("material_class").codes()
    )


def _lack(missing: MissingMaterial, day: dt.date) -> Lack:
    return Lack(missing.material, missing.effect, missing.told_on, follow_up(missing, day))
