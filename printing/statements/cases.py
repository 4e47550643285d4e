"""办件进度: how far what a person has handed in has got, step by step, against its terms."""

from collections.abc import Iterable
from typing import Final

from archive.cases import CaseProgress, cases_from
from archive.figures.catalogue import CATALOGUE
from archive.figures.figure import Missing, Unknown
from archive.model import Case, CaseStep
from printing.document import Column, Document, Kind, Reveal, Row, Table, TextCell
from printing.statements.common import QUERY, day_cell, nothing, pairs, paper, plain, shown
from printing.statements.dossier import clock_text
from printing.statements.issue import IssueFacts
from printing.statements.material import Material
from printing.statements.registry import Section, Statement

_ENDED: Final = Unknown(Missing.ENDED)
"""Of what can be neither late nor in time: nothing is said of its terms."""
OBJECT: Final = "对办理进度有疑问，请凭本单到受理窗口查询，或拨打 12333 咨询。"


def build(material: Material, issue: IssueFacts, reveal: Reveal) -> Document:
    """Every case, the latest first."""
    found = cases_from(material.of(Case), material.of(CaseStep))
    clocks = _clocks(material)
    return paper(
        STATEMENT.name,
        STATEMENT.title["zh"],
        f"共 {len(found)} 件",
        material,
        issue,
        reveal,
        tables=[table for one in found for table in _tables(one, clocks, reveal)]
        or [nothing("办件", "没有查到您的办件记录。", (Case,))],
        notes=(
            QUERY,
            "时限按工作日计算，自受理次日起算，算至数据截至日；此后的进展以受理窗口为准。",
        ),
        objection=OBJECT,
    )


STATEMENT: Final = Statement(
    name="cases",
    title={"zh": "办件进度", "en": "Progress of cases"},
    about={"zh": "办到哪一步、什么时候办结", "en": "Which step, and when it will be done"},
    section=Section.SERVICES,
    place=1,
    needs=(CaseStep, *CATALOGUE["cases"].reads),
    build=build,
)


def _clocks(material: Material) -> dict[str, dict[str, object]]:
    """The terms of each case by its number: legal and promised."""
    figures = iter(material.figures("cases"))
    return {
        case.case_number: {"法定时限": next(figures).value, "承诺时限": next(figures).value}
        for case in material.of(Case)
    }


def _tables(
    progress: CaseProgress, clocks: dict[str, dict[str, object]], reveal: Reveal
) -> Iterable[Table]:
    case = progress.case
    ended = day_cell(case.finished_on, "不详" if progress.ended else "未办结").text
    terms = clocks[case.case_number].items()
    yield pairs(
        case.task_name,
        (
            ("受理编号", shown(case.case_number, reveal)),
            ("状态", progress.label()),
            ("受理日期", case.accepted_on.isoformat()),
            ("办结日期", ended),
            *((name, clock_text(value)) for name, value in terms if value != _ENDED),
        ),
    )
    yield plain(
        "办理步骤",
        (Column("步骤", Kind.TEXT), Column("完成日期", Kind.TEXT)),
        (Row((TextCell(step.name), day_cell(step.done_on, "未完成"))) for step in progress.steps),
        "没有步骤记录。",
        of=(CaseStep,),
    )
