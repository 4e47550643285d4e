"""各地存档查询: where files lie in all regions, and which of those did not answer."""

from collections.abc import Iterable
from typing import Final

from archive.dossiers import dossiers_from
from archive.model import ArchiveIndex
from archive.regions import Found, Gathered, Silence
from printing.document import Cell, Column, Document, Kind, Reveal, Row, Table, TextCell
from printing.statements.common import NOT_KNOWN, QUERY, long_day, paper, plain, sentence
from printing.statements.dossier import FREE_KEEPING, OBJECT
from printing.statements.issue import IssueFacts
from printing.statements.material import Material
from printing.statements.registry import Section, Statement

_WHY: Final[dict[Silence, str]] = {
    "timeout": "未在时限内答复",
    "busy": "仍在处理上一次查询",
    "refused": "没有受理本次查询",
    "credential": "本机没有查询凭据",
    "unreachable": "暂时无法连接",
    "broken": "答复无法识别",
}


_NOT_SURE: Final = "没有答复的地区是否存有档案，本次不能确定。"
_NONE_ASKED: Final = "本次未查询其他地区。"
_NOT_ASKED: Final = "其他地区是否存有档案，本次没有查询，不能确定。"


def build(material: Material, issue: IssueFacts, reveal: Reveal) -> Document:
    """The files by region, then the regions of which nothing is known."""
    asked = material.across or Gathered((), ())
    count = len(asked.found) + len(asked.missing)
    return paper(
        STATEMENT.name,
        STATEMENT.title["zh"],
        f"{count} 个地区中 {len(asked.found)} 个已答复" if count else "本次未查询其他地区",
        material,
        issue,
        reveal,
        tables=_tables(asked, material),
        notes=(QUERY, FREE_KEEPING, _NOT_SURE if count > 1 else _NOT_ASKED),
        objection=OBJECT,
    )


STATEMENT: Final = Statement(
    name="elsewhere",
    title={"zh": "各地存档查询", "en": "Personnel files in all regions"},
    about={"zh": "同时查询各地，档案在哪里", "en": "All regions are asked at once"},
    section=Section.ARCHIVE,
    place=3,
    needs=(ArchiveIndex,),
    build=build,
    across=True,
)


def _tables(asked: Gathered[ArchiveIndex], material: Material) -> Iterable[Table]:
    if not (asked.found or asked.missing):
        yield sentence("其他地区", _NONE_ASKED)
        return
    yield plain(
        "已答复的地区",
        (
            Column("地区", Kind.TEXT),
            Column("存档机构", Kind.TEXT),
            Column("状态", Kind.TEXT),
            Column("数据截至", Kind.TEXT),
        ),
        (Row(cells) for found in asked.found for cells in _files(found, material)),
        "没有地区答复。",
    )
    if asked.missing:
        yield plain(
            "没有答复的地区",
            (Column("地区", Kind.TEXT), Column("原因", Kind.TEXT)),
            (Row((TextCell(one.region), TextCell(_WHY[one.why]))) for one in asked.missing),
        )
    elif len(asked.found) > 1:
        yield sentence("没有答复的地区", "所有地区都已答复。")
    else:  # the kiosk's own region is always asked
        yield sentence("其他地区", _NONE_ASKED)


def _files(found: Found[ArchiveIndex], material: Material) -> Iterable[tuple[Cell | None, ...]]:
    region, as_of = TextCell(found.region), found.answer.as_of
    until = TextCell(long_day(as_of.day) + ("" if as_of.whole else "（可能不完整）"))
    files = dossiers_from(found.answer.rows, (), (), (), agencies=(), day=as_of.day)
    if not files:
        none = NOT_KNOWN if as_of.never else "没有档案"
        yield region, TextCell(none), None, until
    for one in files:
        yield region, TextCell(one.index.agency), TextCell(one.label()), until
