"""工伤、生育、医保: work injuries, and what the department of medical security keeps."""

from collections.abc import Iterable
from typing import Final

from archive.codes import code_table
from archive.model import Benefit, BenefitPayment, Injury, MaternityEvent, MedicalYear
from printing.document import Column, Document, Kind, Reveal, Row, Table, TextCell
from printing.statements.common import (
    QUERY,
    amount_cell,
    day_cell,
    label_cell,
    paper,
    plain,
)
from printing.statements.issue import IssueFacts
from printing.statements.material import Material
from printing.statements.payments import entitlements, payments_by_year
from printing.statements.registry import Section, Statement

_BENEFIT: Final = "injury"
_ELSEWHERE: Final = "（医疗保障部门数据）"


def build(material: Material, issue: IssueFacts, reveal: Reveal) -> Document:
    """What is recorded of the three."""
    return paper(
        STATEMENT.name,
        STATEMENT.title["zh"],
        "待遇摘要",
        material,
        issue,
        reveal,
        tables=(
            _injuries(material.of(Injury)),
            *_benefits(material.of(Benefit), material.of(BenefitPayment)),
            _maternity(material.of(MaternityEvent)),
            _medical(material.of(MedicalYear)),
        ),
        notes=(
            QUERY,
            "生育和医疗保险由医疗保障部门管理，本单照录其提供的数据；有疑问请向医疗保障经办机构核实。",
        ),
    )


STATEMENT: Final = Statement(
    name="care",
    title={"zh": "工伤生育医保信息摘要", "en": "Injury, maternity, medical account"},
    about={"zh": "工伤认定、生育待遇、医保账户", "en": "Recognition, benefits, medical account"},
    section=Section.BENEFITS,
    place=3,
    needs=(Injury, Benefit, BenefitPayment, MaternityEvent, MedicalYear),
    build=build,
)


def _injuries(rows: Iterable[Injury]) -> Table:
    return plain(
        "工伤",
        (
            Column("受伤日期", Kind.TEXT),
            Column("认定日期", Kind.TEXT),
            Column("认定结论", Kind.TEXT),
            Column("伤残等级", Kind.TEXT),
        ),
        (
            Row(
                (
                    day_cell(row.injured_on),
                    day_cell(row.recognised_on),
                    label_cell("injury_result", row.result),
                    TextCell(f"{row.disability_grade} 级" if row.disability_grade else "未评定"),
                )
            )
            for row in sorted(rows, key=lambda row: row.injured_on, reverse=True)
        ),
        "没有工伤记录。",
        of=(Injury,),
    )


def _benefits(benefits: Iterable[Benefit], paid: Iterable[BenefitPayment]) -> Iterable[Table]:
    """工伤待遇: how each stands, and what came of all of them."""
    own = (row for row in benefits if row.benefit == _BENEFIT)
    yield entitlements("工伤待遇", own, "没有工伤待遇核定记录。")
    if found := [row for row in paid if row.benefit == _BENEFIT]:
        yield payments_by_year("工伤待遇发放（按年合计）", found)


def _maternity(rows: Iterable[MaternityEvent]) -> Table:
    return plain(
        f"生育{_ELSEWHERE}",
        (
            Column("日期", Kind.TEXT),
            Column("事项", Kind.TEXT),
            Column("支付日期", Kind.TEXT),
            Column("金额", Kind.AMOUNT),
        ),
        (
            Row(
                (
                    day_cell(row.event_on),
                    TextCell(row.event),
                    day_cell(row.paid_on),
                    amount_cell(row.amount),
                )
            )
            for row in sorted(rows, key=lambda row: (row.event_on, row.event), reverse=True)
        ),
        "没有生育待遇记录。",
        of=(MaternityEvent,),
        unit="元",
    )


def _medical(rows: Iterable[MedicalYear]) -> Table:
    return plain(
        f"医保账户{_ELSEWHERE}",
        (
            Column("年度", Kind.TEXT),
            Column("险种", Kind.TEXT),
            Column("状态", Kind.TEXT),
            Column("收入", Kind.AMOUNT),
            Column("支出", Kind.AMOUNT),
            Column("余额", Kind.AMOUNT),
        ),
        (
            Row(
                (
                    TextCell(str(row.year)),
                    TextCell(code_table("AAE140.nhsa").label(row.line)),
                    label_cell("psn_insu_stas", row.state),
                    amount_cell(row.income),
                    amount_cell(row.spent),
                    amount_cell(row.balance),
                )
            )
            for row in sorted(rows, key=lambda row: (-row.year, row.line))
        ),
        "没有医保账户记录。",
        of=(MedicalYear,),
        unit="元",
    )
