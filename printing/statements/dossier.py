"""档案基础信息: where a personnel file lies, its state and what it lacks; never what is in it."""

from collections.abc import Iterable
from typing import Final

from archive.codes import code_table
from archive.dossiers import Dossier, dossiers_from, follow_up_label
from archive.figures.deadlines import Met, Missed, Overdue, Running
from archive.figures.figure import Unknown
from archive.model import (
    Agency,
    ArchiveIndex,
    DossierMaterial,
    DossierTransfer,
    MissingMaterial,
)
from printing.document import Cell, Column, Document, Kind, Reveal, Row, Table, TextCell
from printing.statements.common import (
    NOT_KNOWN,
    QUERY,
    count_cell,
    day_cell,
    label_cell,
    nothing,
    pairs,
    paper,
    plain,
    shown,
    text_cell,
)
from printing.statements.issue import IssueFacts
from printing.statements.material import Material
from printing.statements.registry import Section, Statement

# The longest names of the ten classes, for narrow paper.
_NO_FILE: Final = "没有查到您的人事档案信息，档案可能存放在其他地区或单位。"
_BRIEF: Final = {
    "4": "学历学位职称培训类",
    "5": "政审审计审核类",
    "8": "违规违纪违法处分类",
    "9": "工资任免出国类",
}
NEEDS: Final = (ArchiveIndex, DossierTransfer, DossierMaterial, MissingMaterial, Agency)
OBJECT: Final = "对档案信息有疑问，请凭本单到存档机构窗口核实，或拨打 12333 咨询。"
FREE_KEEPING: Final = "流动人员人事档案保管不收费；档案由机构转递，个人不得自带、自存。"


def build(material: Material, issue: IssueFacts, reveal: Reveal) -> Document:
    """Every file that the index knows."""
    found = dossiers(material)
    return paper(
        STATEMENT.name,
        STATEMENT.title["zh"],
        "流动人员人事档案",
        material,
        issue,
        reveal,
        tables=[table for one in found for table in _tables(one, reveal)] + [_transfers(material)]
        if found
        else [nothing("人事档案", _NO_FILE, (ArchiveIndex,))],
        notes=(QUERY, FREE_KEEPING),
        objection=OBJECT,
    )


STATEMENT: Final = Statement(
    name="dossier",
    title={"zh": "人事档案基础信息", "en": "Personnel file: index data"},
    about={"zh": "存放在哪里、状态、转递进度", "en": "Where it lies, its state, transfers"},
    section=Section.ARCHIVE,
    place=2,
    needs=NEEDS,
    build=build,
)


def dossiers(material: Material) -> tuple[Dossier, ...]:
    """The files of the holder, from the rows of `NEEDS`."""
    return dossiers_from(
        material.of(ArchiveIndex),
        material.of(DossierTransfer),
        material.of(DossierMaterial),
        material.of(MissingMaterial),
        agencies=material.of(Agency),
        day=material.day,
    )


def _tables(dossier: Dossier, reveal: Reveal) -> Iterable[Table]:
    index, agency = dossier.index, dossier.agency
    yield pairs(
        "档案信息",
        (
            ("档案编号", shown(index.dossier_number, reveal)),
            ("存档机构", index.agency),
            ("状态", dossier.label()),
            ("存档性质", index.ownership),
            ("转入日期", index.received_on.isoformat() if index.received_on else ""),
            ("原存档单位", index.former_agency or ""),
            ("机构地址", agency.address if agency else ""),
            ("机构电话", agency.phone if agency else ""),
            ("办公时间", agency.hours if agency else ""),
        ),
    )
    yield plain(
        "材料类别",
        (
            Column("类别", Kind.TEXT),
            Column("份数", Kind.COUNT),
            Column("是否齐全", Kind.TEXT, "齐全"),
        ),
        (
            Row(
                (
                    TextCell(one.label(), _BRIEF.get(one.code, "")),
                    count_cell(one.count),
                    TextCell(_whole(one.present)),
                )
            )
            for one in dossier.classes
        ),
    )
    yield plain(
        "缺少材料",
        (Column("材料", Kind.TEXT), Column("告知日期", Kind.TEXT), Column("进展", Kind.TEXT)),
        (
            Row(
                (
                    TextCell(one.material),
                    day_cell(one.told_on),
                    TextCell(follow_up_label(one.state)),
                )
            )
            for one in dossier.lacks
        ),
        "没有缺少材料的记录。",
        of=(MissingMaterial,),
    )


def _whole(present: bool | None) -> str:
    return {True: "齐全", False: "有缺少", None: NOT_KNOWN}[present]


def _transfers(material: Material) -> Table:
    rows = material.of(DossierTransfer)
    clocks = material.figures("dossier-transfers")
    return plain(
        "档案转递",
        (
            Column("方向", Kind.TEXT),
            Column("对方机构", Kind.TEXT),
            Column("方式", Kind.TEXT),
            Column("受理日期", Kind.TEXT),
            Column("办结日期", Kind.TEXT),
            Column("时限", Kind.TEXT),
        ),
        (
            Row((*_way(row), TextCell(clock_text(clock.value))))
            for row, clock in zip(rows, clocks, strict=True)
        ),
        "没有档案转递记录。",
        of=(DossierTransfer,),
    )


def _way(row: DossierTransfer) -> tuple[Cell, ...]:
    return (
        label_cell("dossier_direction", row.direction),
        text_cell(row.counterpart),
        TextCell(code_table("dossier_method").label(row.method) if row.method else NOT_KNOWN),
        day_cell(row.accepted_on),
        day_cell(row.finished_on, "未办结"),
    )


def clock_text(value: object) -> str:
    """How a term in working days stands on the day of the data."""
    match value:
        case Running(due, left):
            return f"{due} 前办结{_days('，到数据截至日还有', left)}"
        case Overdue(due, 0):  # over since a holiday
            return f"应于 {due} 办结，到数据截至日已过期"
        case Overdue(due, late):
            return f"应于 {due} 办结{_days('，到数据截至日已超过', late)}"
        case Met():
            return "按期办结"
        case Missed(_, _, 0):
            return "逾期办结"
        case Missed(_, _, late):
            return f"逾期办结{_days('，超过', late)}"
        case Unknown(why):
            return f"{NOT_KNOWN}（{why.zh}）"
    raise TypeError(type(value).__name__)


def _days(words: str, days: int | Unknown) -> str:
    return "" if isinstance(days, Unknown) else f"{words} {days} 个工作日"
