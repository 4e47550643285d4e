"""办事指南: the eleven elements that must be published, and the documents to bring.

Nobody has to say who he is to get one.
"""

from collections.abc import Iterable
from typing import Final

from archive.codes import code_table
from archive.guides.catalogue import Catalogue, GuideSheet
from archive.model import Agency, Guide, GuideMaterial, Notice
from printing.document import Column, Document, Kind, Reveal, Row, Table, TextCell
from printing.statements.common import (
    NOT_DELIVERED,
    NOT_KNOWN,
    nothing,
    pairs,
    paper,
    plain,
    sentence,
    text_cell,
)
from printing.statements.issue import IssueFacts
from printing.statements.material import Material
from printing.statements.registry import Section, Statement

_OBJECT: Final = "对本指南有疑问，请到受理窗口咨询，或拨打 12333。"


def sheet(material: Material) -> GuideSheet | None:
    """The version in force today of the service with the material's number."""
    return Catalogue(
        material.basis.today,
        material.as_of,
        material.of(Guide),
        material.of(GuideMaterial),
        material.of(Notice),
        material.of(Agency),
    ).sheet(material.number)


def build(material: Material, issue: IssueFacts, reveal: Reveal) -> Document:
    """The guide as paper."""
    found = sheet(material)
    return paper(
        STATEMENT.name,
        STATEMENT.title["zh"],
        found.guide.name if found else _none(material),
        material,
        issue,
        reveal,
        tables=_tables(found) if found else (_NONE,),
        notes=(_version(found.guide),) if found else (),
        objection=_OBJECT,
    )


STATEMENT: Final = Statement(
    name="guide",
    title={"zh": "办事指南", "en": "Guide to a service"},
    about={"zh": "带什么材料、到哪里办、多久办好", "en": "What to bring, where, how long"},
    section=Section.SERVICES,
    place=3,
    needs=(Guide, GuideMaterial, Notice, Agency),
    build=build,
    audience="anyone",
)


_NONE: Final = nothing("办事指南", "没有查到该事项的现行办事指南。", (Guide,))


def _none(material: Material) -> str:
    return NOT_DELIVERED if material.never(Guide) else "没有现行版本"


def _version(guide: Guide) -> str:
    return f"本指南自 {guide.effective_from} 起施行，第 {guide.version} 版。"


def _tables(sheet: GuideSheet) -> Iterable[Table]:
    yield _materials(sheet)
    yield pairs("办理要求", ((one.zh, "　".join(one.shown.splitlines())) for one in sheet.elements))
    if sheet.notices:
        yield plain(
            "不再要求提供",
            (Column("事项", Kind.TEXT), Column("时间", Kind.TEXT)),
            (Row((TextCell(one.text), TextCell(f"自 {one.since} 起"))) for one in sheet.notices),
        )


def _materials(sheet: GuideSheet) -> Table:
    if sheet.guide.materials and not sheet.materials:
        return sentence("要带的材料", sheet.guide.materials)
    return plain(
        "要带的材料",
        (
            Column("材料", Kind.TEXT),
            Column("形式", Kind.TEXT),
            Column("必要", Kind.TEXT),
            Column("说明", Kind.TEXT),
            Column("份数", Kind.TEXT),
        ),
        (Row((TextCell(f"{one.number}. {one.name}"), *_material(one))) for one in sheet.materials),
        "没有公布需要提交的材料。",
        of=(GuideMaterial,),
    )


def _material(one: GuideMaterial) -> tuple[TextCell | None, ...]:
    return (
        text_cell(one.form, "不限"),
        TextCell(code_table("yes_no").label(one.needed) if one.needed else NOT_KNOWN),
        TextCell(one.hint) if one.hint else None,
        TextCell(str(one.copies) if one.copies is not None else NOT_KNOWN),
    )
