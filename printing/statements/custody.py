"""存档证明: that an agency keeps a person's file; only while it is in stock, else why not."""

from collections.abc import Iterable
from typing import Final

from archive.dossiers import Dossier
from archive.model import ArchiveIndex
from printing.document import Document, Reveal, Table
from printing.statements.common import QUERY, long_day, nothing, paper, sentence, shown
from printing.statements.dossier import FREE_KEEPING, NEEDS, OBJECT, dossiers
from printing.statements.issue import CHINA, IssueFacts
from printing.statements.keepers import headed, keepers, printed_by
from printing.statements.material import Material
from printing.statements.registry import Section, Statement

_NO_FILE: Final = "没有查到您的人事档案信息，不能开具存档证明。"
_SEX: Final = {"1": "男", "2": "女"}


def build(material: Material, issue: IssueFacts, reveal: Reveal) -> Document:
    """The certificate of each agency that has the file in stock; of others the reason.

    The agency that keeps them all heads it. Where none has a file in stock, that is a notice of
    the kiosk's agency, with a title of its own and no certificate.
    """
    found = dossiers(material)
    agencies = keepers(one for one in found if one.certificate_refused is None)
    certified = bool(agencies)
    return paper(
        STATEMENT.name,
        STATEMENT.title["zh"] if certified else STATEMENT.notice["zh"],
        "流动人员人事档案" if certified else "未能开具存档证明",
        material,
        headed(issue, agencies),
        reveal,
        tables=list(_tables(found, material, issue, reveal))
        or [nothing("未能开具", _NO_FILE, (ArchiveIndex,))],
        notes=(*printed_by(issue, agencies), *(() if certified else (QUERY,)), FREE_KEEPING),
        objection=OBJECT,
        nature="certificate" if certified else "notice",
    )


STATEMENT: Final = Statement(
    name="custody",
    title={"zh": "存档证明", "en": "Certificate of custody"},
    about={"zh": "证明档案存放在哪家机构", "en": "Which agency keeps the file"},
    section=Section.ARCHIVE,
    place=1,
    needs=NEEDS,
    build=build,
    certificate=True,
    notice={"zh": "存档情况告知", "en": "Notice of where the file is"},
)


def _tables(
    found: Iterable[Dossier], material: Material, issue: IssueFacts, reveal: Reveal
) -> Iterable[Table]:
    for one in found:
        refused = one.certificate_refused
        if refused is not None:
            yield sentence(f"{one.index.agency}：{one.label()}", refused.zh)
        else:
            day = long_day(issue.issued_at.astimezone(CHINA).date())
            yield sentence("证明", f"{_words(one, material, reveal)}特此证明。")
            yield sentence("出具日期", day)


def _words(dossier: Dossier, material: Material, reveal: Reveal) -> str:
    person, index = material.holder, dossier.index
    name = person.name if reveal != "screen" else "持卡人"
    sex = _SEX.get(person.sex)
    born = person.birth_date
    number = shown(person.social_security_number, reveal)
    return (
        f"{name}，{f'{sex}，' if sex else ''}{born.year}年{born.month}月出生，"
        f"社会保障号码 {number}。截至 {long_day(material.day)}，系{index.agency}档案托管人员，"
        f"档案管理编号 {shown(index.dossier_number, reveal)}，其人事档案在该机构管理。"
    )
