"""三项登记对照: employment, insurance and labour contract side by side, and the start of work.

The dates of the start of work are called 参考: only who is competent can decide which counts.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Final, assert_never, cast

from archive.figures.catalogue import CATALOGUE
from archive.figures.figure import Unknown
from archive.figures.registrations import (
    EndsApart,
    Gap,
    Lacking,
    Side,
    StartsApart,
    Stretch,
)
from archive.figures.registrations import (
    Kind as Which,
)
from archive.figures.work_start import ReferenceDates
from archive.model import Employment, LabourContract, Registration
from archive.values import Month
from printing.document import Column, Document, Kind, Reveal, Row, Table, TextCell
from printing.statements.common import NOT_KNOWN, QUERY, basis_note, pairs, paper, plain, text_cell
from printing.statements.issue import IssueFacts
from printing.statements.material import Material
from printing.statements.registry import Section, Statement

_KINDS: Final = (Employment, Registration, LabourContract)
_NAMES: Final = {
    Which.EMPLOYMENT: "就业登记",
    Which.INSURANCE: "参保登记",
    Which.CONTRACT: "劳动合同",
}


def build(material: Material, issue: IssueFacts, reveal: Reveal) -> Document:
    """Every stretch with an employer, the latest first, and what is first of each kind."""
    (side,) = material.figures("registrations")
    (start,) = material.figures("work-start")
    stretches: tuple[Stretch, ...] = ()
    if not isinstance(side.value, Unknown):
        stretches = cast("tuple[Stretch, ...]", side.value)
    return paper(
        STATEMENT.name,
        STATEMENT.title["zh"],
        "就业、参保、劳动合同和参加工作时间（参考）",
        material,
        issue,
        reveal,
        tables=(
            _periods(stretches),
            _gaps(stretches),
            _start(cast("ReferenceDates", start.value)),
        ),
        notes=(
            QUERY,
            "参加工作时间为参考，以有权机关认定为准；所列差异供您核对，不代表登记有误。",
            f"日期相差超过 {material.basis.days_apart} 天的列为差异。",
            basis_note(side),
        ),
    )


STATEMENT: Final = Statement(
    name="registrations",
    title={"zh": "三项登记对照", "en": "Three registrations side by side"},
    about={"zh": "就业、参保、合同是否一致", "en": "Do work, insurance and contract agree?"},
    section=Section.WORK,
    place=2,
    needs=tuple(dict.fromkeys((*CATALOGUE["registrations"].reads, *CATALOGUE["work-start"].reads))),
    build=build,
)


def _periods(stretches: Iterable[Stretch]) -> Table:
    return plain(
        "登记对照",
        (Column("单位", Kind.TEXT), *(Column(name, Kind.TEXT) for name in _NAMES.values())),
        (
            Row(
                (
                    text_cell(one.employer, "个人（没有单位）"),
                    *map(_period, (one.employment, one.insurance, one.contract)),
                )
            )
            for one in stretches
        ),
        "没有就业、参保或劳动合同登记记录。",
        of=_KINDS,
    )


def _period(period: Side) -> TextCell:
    if isinstance(period, Unknown):
        return TextCell(NOT_KNOWN)
    if period is None:
        return TextCell("没有记录")
    end = f" {period.ended.isoformat()}" if period.ended else "今"
    return TextCell(f"{period.started.isoformat()} 至{end}")


def _gaps(stretches: Iterable[Stretch]) -> Table:
    return plain(
        "差异",
        (Column("单位", Kind.TEXT), Column("差异", Kind.TEXT)),
        (
            Row(
                (
                    text_cell(one.employer, "个人（没有单位）"),
                    TextCell("；".join(_gap(gap) for gap in one.gaps)),
                )
            )
            for one in stretches
            if one.gaps
        ),
        "没有发现差异。",
        of=_KINDS,
    )


def _gap(gap: Gap) -> str:
    match gap:
        case Lacking(has, lacks):
            return f"有{_NAMES[has]}，{_NAMES[lacks]}没有记录"
        case StartsApart(first, second, days):
            return f"{_NAMES[first]}与{_NAMES[second]}开始相差 {days} 天"
        case EndsApart(first, second, None):
            return f"{_NAMES[first]}与{_NAMES[second]}只有一项终止"
        case EndsApart(first, second, days):
            return f"{_NAMES[first]}与{_NAMES[second]}终止相差 {days} 天"
        case _:
            assert_never(gap)


def _start(dates: ReferenceDates) -> Table:
    return pairs(
        "参加工作时间（参考）",
        (
            ("首份劳动合同", _date(dates.contract)),
            ("首次就业登记", _date(dates.employment)),
            ("首次参保年月", _date(dates.insured)),
            ("首个缴费月份", _date(dates.contributed)),
        ),
    )


def _date(value: dt.date | Month | Unknown) -> str:
    if isinstance(value, Unknown):
        return f"{NOT_KNOWN}（{value.why.zh}）"
    return value.label if isinstance(value, Month) else value.isoformat()
