"""缺少材料告知书 and 承诺书: what a file lacks and what may follow, told once, to be signed.

人社部发〔2021〕112号 lets a file be accepted when the person knows what is missing and promises in
writing to supply it; no form is published, so the words here are the project's own.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from archive.dossiers import Committed, Dossier, Lack, Overdue, Supplied, follow_up_label
from archive.model import ArchiveIndex, ArchiveState, MissingMaterial
from printing.document import Column, Document, Fact, Kind, Reveal, Row, Table, TextCell
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
from printing.statements.dossier import NEEDS, OBJECT, dossiers
from printing.statements.issue import IssueFacts
from printing.statements.keepers import headed, keepers, printed_by
from printing.statements.material import Material
from printing.statements.registry import Section, Statement

_KNOWN: Final = "本人已知悉上列缺少的材料及其可能造成的影响，承诺不晚于上列补交期限补交；"
_WRITTEN: Final = "上列没有期限或期限已过的，不晚于下方手写的期限补交；"
_FAILING: Final = "逾期未补交的，由此造成的影响由本人承担。"
_TO_WRITE: Final = "见下方手写"
_ONCE: Final = "本告知为一次性告知；补交材料由原形成单位交存档机构，个人不得自带档案。"
_KEPT_WHOLE: Final = "截至数据日期，在库档案没有登记需要您补交的材料。"
_MOVED: Final = "已转出的档案，转出前登记缺少的材料，请向现存档机构核实。"
_TELLING: Final = (ArchiveIndex, MissingMaterial)
_SIGN: Final = ("签名", "日期")


def build(material: Material, issue: IssueFacts, reveal: Reveal) -> Document:
    """What is still missing, and the promise, headed by the agency that keeps the file.

    Without anything missing it is a notice of just that.
    """
    lacking = _lacking(material)
    agencies = keepers(dossier for dossier, _ in lacking)
    apart = len(agencies) > 1
    return paper(
        STATEMENT.name,
        STATEMENT.title["zh"] if lacking else STATEMENT.notice["zh"],
        _subtitle(material, lacking=bool(lacking)),
        material,
        headed(issue, agencies),
        reveal,
        facts=(Fact("存档机构", agencies[0]),) if agencies and not apart else (),
        tables=_tables(lacking, material.basis.today, apart=apart)
        if lacking
        else [nothing("档案材料", _nothing_lacks(dossiers(material)), _TELLING)],
        notes=_notes(material, issue, agencies) if lacking else (QUERY,),
        objection=OBJECT,
        nature="statement" if lacking else "notice",
    )


def _notes(material: Material, issue: IssueFacts, agencies: tuple[str, ...]) -> Iterable[str]:
    """What goes with the promise; of files that were moved out it promises nothing."""
    yield from printed_by(issue, agencies)
    yield _ONCE
    if _moved_lacking(dossiers(material)):
        yield _MOVED


def _lacking(material: Material) -> list[tuple[Dossier, Lack]]:
    """Of files that are kept: what one lacks that was moved out is for its new keeper to tell."""
    return [(one, lack) for one in dossiers(material) if not _moved(one) for lack in _open(one)]


def _nothing_lacks(found: Sequence[Dossier]) -> str:
    """No more than the records say: of a file that nobody has nothing is known."""
    if not found:
        return "没有查到您的人事档案信息，不能说明材料是否齐全。"
    if _moved_lacking(found):
        kept = len(found) > sum(map(_moved, found))
        return f"{_KEPT_WHOLE}{_MOVED}" if kept else _MOVED
    recorded = "截至数据日期，没有登记需要您补交的档案材料。"
    if any(one.certificate_refused is None for one in found):
        return recorded
    return f"{recorded}您的档案目前不在库，材料是否齐全请向存档机构核实。"


def _moved_lacking(found: Iterable[Dossier]) -> bool:
    """Whether something was missing from a file when it was moved out."""
    return any(lack for one in found if _moved(one) for lack in _open(one))


def _moved(dossier: Dossier) -> bool:
    return dossier.index.state is ArchiveState.TRANSFERRED


def _copies(material: Material) -> int:
    """One for the agency and one for the person; where nothing is missing, nothing is signed."""
    return 2 if _lacking(material) else 1


STATEMENT: Final = Statement(
    name="missing",
    title={"zh": "缺少材料告知书和承诺书", "en": "Missing materials: notice and promise"},
    about={"zh": "缺哪些材料、有何影响，签字用", "en": "What is missing, to be signed"},
    section=Section.ARCHIVE,
    place=4,
    needs=NEEDS,
    build=build,
    notice={"zh": "档案材料情况告知", "en": "Notice of file materials"},
    copies=_copies,
)


def _subtitle(material: Material, *, lacking: bool) -> str:
    if lacking:
        return "一式两份，存档机构和本人各执一份"
    if material.never(*_TELLING):
        return NOT_DELIVERED
    found = dossiers(material)
    if _moved_lacking(found):
        return "有档案已转出"
    return "没有缺少材料的记录" if found else "没有查到档案信息"


def _open(dossier: Dossier) -> Iterable[Lack]:
    return (lack for lack in dossier.lacks if not isinstance(lack.state, Supplied))


def _tables(lacking: list[tuple[Dossier, Lack]], today: date, *, apart: bool) -> list[Table]:
    """What is missing, the promise, and who signs; `apart` where several agencies keep files."""
    lines = [_line_for(lack) for _, lack in lacking if not _binds(lack, today)]
    return [
        _told(lacking, today, apart=apart),
        sentence("承诺书", "".join((_KNOWN, _WRITTEN if lines else "", _FAILING))),
        *lines,
        signature("承诺人", *_SIGN),
        signature("存档机构经办人", *_SIGN),
    ]


def _told(lacking: list[tuple[Dossier, Lack]], today: date, *, apart: bool) -> Table:
    columns = ("材料", "可能造成的影响", "告知日期", "进展", "补交期限", "存档机构")
    shown = len(columns) if apart else len(columns) - 1
    return plain(
        "缺少材料告知",
        tuple(Column(heading, Kind.TEXT) for heading in columns[:shown]),
        (
            Row(
                (
                    TextCell(lack.material),
                    text_cell(lack.effect),
                    day_cell(lack.told_on),
                    TextCell(follow_up_label(lack.state)),
                    TextCell(_term(lack, today)),
                    TextCell(dossier.index.agency),
                )[:shown]
            )
            for dossier, lack in lacking
        ),
    )


def _recorded(lack: Lack) -> date | None:
    match lack.state:
        case Committed(_, day) | Overdue(day):
            return day
        case _:
            return None


def _term(lack: Lack, today: date) -> str:
    """补交期限 as recorded; a day that has passed is no term to promise any more."""
    day = _recorded(lack)
    if day is None:
        return _TO_WRITE
    return day.isoformat() if day >= today else f"{day}（已过），{_TO_WRITE}"


def _binds(lack: Lack, today: date) -> bool:
    """Whether a term that can be kept stands on the paper, on the day on which it is signed."""
    day = _recorded(lack)
    return day is not None and day >= today


def _line_for(lack: Lack) -> Table:
    """Room to write the term of one material: nobody shall promise for a day not on the paper."""
    text = f"{lack.material}的补交期限，由本人和存档机构约定，签名前填写。"
    return Table("补交期限", columns=(), groups=(), empty=text, blanks=("期限",))
