"""缺少材料告知书 and 承诺书: what a file lacks and what may follow, told once, to be signed.

人社部发〔2021〕112号 lets a file be accepted when the person knows what is missing and promises in
writing to supply it; no form is published, so the words here are the project's own.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from archive.dossiers import Committed, Dossier, Lack, Overdue, Supplied, follow_up_label
from printing.document import Column, Document, Kind, Reveal, Row, Table, TextCell
from printing.statements.common import (
    NOT_DELIVERED,
    QUERY,
    day_cell,
    nothing,
    paper,
    plain,
    sentence,
    signature,
    text_cell,
)
from printing.statements.dossier import NEEDS, OBJECT, dossiers, headed
from printing.statements.issue import IssueFacts
from printing.statements.material import Material
from printing.statements.registry import Section, Statement

_PROMISE: Final = (
    "本人已知悉上列缺少的材料及其可能造成的影响，承诺在上列补交期限前补交；"
    "逾期未补交的，由此造成的影响由本人承担。"
)
_ONCE: Final = "本告知为一次性告知；补交材料由原形成单位交存档机构，个人不得自带档案。"
_SIGN: Final = ("签名", "日期")
_BLANK: Final = "　　年　月　日"
"""Room to write a day in: what is promised is promised by a day."""


def build(material: Material, issue: IssueFacts, reveal: Reveal) -> Document:
    """What is still missing, and the promise; without anything missing a notice of just that."""
    lacking = _lacking(material)
    return paper(
        STATEMENT.name,
        STATEMENT.title["zh"] if lacking else STATEMENT.notice["zh"],
        _subtitle(material, lacking=bool(lacking)),
        material,
        headed(issue, (one for one, _ in lacking)),
        reveal,
        tables=_tables(lacking)
        if lacking
        else [nothing("档案材料", _nothing_lacks(dossiers(material)))],
        notes=(_ONCE,) if lacking else (QUERY,),
        objection=OBJECT,
        nature="statement" if lacking else "notice",
    )


def _lacking(material: Material) -> list[tuple[Dossier, Lack]]:
    return [(one, lack) for one in dossiers(material) for lack in _open(one)]


def _nothing_lacks(found: Sequence[Dossier]) -> str:
    """No more than the records say: of a file that nobody has nothing is known."""
    if not found:
        return "没有查到您的人事档案信息，不能说明材料是否齐全。"
    recorded = "截至数据日期，没有登记需要您补交的档案材料。"
    if any(one.certificate_refused is None for one in found):
        return recorded
    return f"{recorded}您的档案目前不在库，材料是否齐全请向存档机构核实。"


def _copies(material: Material) -> int:
    """One for the agency and one for the person; where nothing is missing, nothing is signed."""
    return 2 if _lacking(material) else 1


STATEMENT: Final = Statement(
    name="missing",
    title={"zh": "缺少材料告知书和承诺书", "en": "Missing materials: notice and promise"},
    about={"zh": "缺哪些材料、有何影响，签字用", "en": "What is missing, to be signed"},
    section=Section.ARCHIVE,
    needs=NEEDS,
    build=build,
    notice={"zh": "档案材料情况告知", "en": "Notice of file materials"},
    copies=_copies,
)


def _subtitle(material: Material, *, lacking: bool) -> str:
    if lacking:
        return "一式两份，存档机构和本人各执一份"
    if material.as_of.never:
        return NOT_DELIVERED
    return "没有缺少材料的记录" if dossiers(material) else "没有查到档案信息"


def _open(dossier: Dossier) -> Iterable[Lack]:
    return (lack for lack in dossier.lacks if not isinstance(lack.state, Supplied))


def _supply_by(lack: Lack) -> date | None:
    """By which day it is to come, where one is recorded."""
    return lack.state.supply_by if isinstance(lack.state, Committed | Overdue) else None


def _tables(lacking: list[tuple[Dossier, Lack]]) -> list[Table]:
    return [
        plain(
            "缺少材料告知",
            (
                Column("材料", Kind.TEXT),
                Column("可能造成的影响", Kind.TEXT),
                Column("告知日期", Kind.TEXT),
                Column("进展", Kind.TEXT),
                Column("补交期限", Kind.TEXT),
                Column("存档机构", Kind.TEXT),
            ),
            (
                Row(
                    (
                        TextCell(lack.material),
                        text_cell(lack.effect),
                        day_cell(lack.told_on),
                        TextCell(follow_up_label(lack.state)),
                        day_cell(_supply_by(lack), _BLANK),
                        TextCell(dossier.index.agency),
                    )
                )
                for dossier, lack in lacking
            ),
            "",
        ),
        sentence("承诺书", _PROMISE),
        signature("承诺人", *_SIGN),
        signature("存档机构经办人", *_SIGN),
    ]
