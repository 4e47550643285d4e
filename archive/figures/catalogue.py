"""Every figure by name."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from archive.errors import FigureUnknownError
from archive.figures.account import personal_accounts
from archive.figures.deadlines import case_clocks, dossier_clocks
from archive.figures.figure import Figure, Note
from archive.figures.months import contribution_months
from archive.figures.rates import rates_in_force
from archive.figures.records import Basis, PersonRecords
from archive.figures.registrations import side_by_side
from archive.figures.unemployment import unemployment
from archive.figures.work_start import work_start
from archive.model import (
    AccountYear,
    Benefit,
    BenefitPayment,
    Case,
    Contribution,
    DossierTransfer,
    Employment,
    LabourContract,
    Registration,
    Transfer,
    UnemploymentGrant,
    YearsOfInsurance,
)

Figures = tuple[Figure[object], ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """Figures that are computed together."""

    zh: str
    en: str
    reads: tuple[type[Any], ...]
    """The kinds of rows that it is computed from."""
    compute: Callable[[PersonRecords, Basis], Figures]


def _months(records: PersonRecords, _: Basis) -> Figures:
    return tuple(figure for line in records.lines for figure in contribution_months(records, line))


_INSURED: Final = (Contribution, Registration, YearsOfInsurance)
_WORK: Final = (Employment, Registration, LabourContract)
CATALOGUE: Final = {
    "months": Entry("缴费月数", "contribution months", (*_INSURED, AccountYear, Transfer), _months),
    "account": Entry(
        "个人账户逐年明细",
        "personal account year by year",
        (*_INSURED, AccountYear, Transfer, Benefit, BenefitPayment),
        personal_accounts,
    ),
    "work-start": Entry(
        "参加工作时间（参考）", "start of work (reference)", (*_WORK, Contribution), work_start
    ),
    "unemployment": Entry(
        "失业保险金测算（参考）",
        "unemployment benefit (reference)",
        (Contribution, YearsOfInsurance, UnemploymentGrant, Benefit),
        unemployment,
    ),
    "registrations": Entry(
        "三项登记对照", "the three registrations side by side", _WORK, side_by_side
    ),
    "dossier-transfers": Entry(
        "档案转递时限", "terms of file transfers", (DossierTransfer,), dossier_clocks
    ),
    "cases": Entry("办件时限", "terms of cases", (Case,), case_clocks),
    "rates": Entry(
        "缴费比例和基数范围", "rates and bases in force", (Contribution,), rates_in_force
    ),
}


def figures(name: str, records: PersonRecords, basis: Basis) -> Figures:
    """The figures of this name for a person; `FigureUnknownError` when there are none such."""
    entry = CATALOGUE.get(name)
    if entry is None:
        raise FigureUnknownError(tuple(CATALOGUE))
    found = entry.compute(records, basis)
    if records.whole(entry.reads):
        return found
    return tuple(replace(figure, notes=(*figure.notes, NOT_WHOLE)) for figure in found)


NOT_WHOLE: Final = Note(
    "数据尚未全部导入，结果可能不完整。",
    "The data are not loaded whole; the figure may be incomplete.",
)
