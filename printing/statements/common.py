"""What all statements say alike: whose it is, how old the data are, and where to object."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any, Final

from archive.codes import code_table
from archive.figures.figure import Figure, Unknown
from archive.figures.rules import Rule, rule
from archive.masking import mask_name, mask_number
from archive.model import Agency, Contribution, Employer, Registration, Transfer
from archive.records import RecordKind, spec_of
from archive.values import Month
from printing.document import (
    AmountCell,
    Cell,
    Column,
    CountCell,
    Document,
    Fact,
    Group,
    Kind,
    Nature,
    Reveal,
    Row,
    Table,
    TextCell,
)
from printing.kinds import KIND_NAMES
from printing.statements.issue import IssueFacts
from printing.statements.material import Material

FREE: Final = "本单由自助服务终端依您的查询生成，查询和打印不收费。"
DELAY: Final = "到账可能有 1 至 3 个月延迟，近期记录以到账后的为准。"
OBJECT: Final = "对记录有疑问，请凭本单到参保地经办机构申请核查，或拨打 12333 咨询。"
MASKED: Final = "小票上的号码只显示首尾几位；办事需要完整号码的，请改为打印报表，或到窗口办理。"
"""Of what is there to be shown to others, or to be signed."""
NO_STAMP: Final = "本证明凭核验码核对真伪，打印后不再加盖印章。"
QUERY: Final = "本单为查询结果，仅供参考，不作为证明使用。"
NOT_KNOWN: Final = "不详"
NOT_DELIVERED: Final = "不详：没有收到有关数据。"

# Names of the lines of insurance (AAE140, set of 人社) as people say them; others in full.
_LINES: Final = {
    "110": "养老",
    "120": "机关养老",
    "210": "失业",
    "310": "医疗",
    "410": "工伤",
    "320": "公务员补助",
    "330": "大额医疗",
    "370": "补充医疗",
    "510": "生育",
}


def paper(
    name: str,
    title: str,
    subtitle: str,
    material: Material,
    issue: IssueFacts,
    reveal: Reveal,
    *,
    tables: Iterable[Table],
    notes: Iterable[str] = (),
    facts: Iterable[Fact] = (),
    objection: str = OBJECT,
    nature: Nature = "statement",
    insured: bool = True,
) -> Document:
    """A document with the head, the notes and the seal that every statement has.

    One that says that its holder is not `insured` names no place of insurance.
    """
    shown_tables = tuple(_as_known(table, material) for table in tables)
    handed_on = nature == "certificate" or any(table.blanks for table in shown_tables)
    masked = (MASKED,) if handed_on and reveal == "receipt" else ()
    stamp = (NO_STAMP,) if nature == "certificate" else ()
    return Document(
        statement=name,
        title=title,
        subtitle=subtitle,
        agency=issue.agency,
        facts=(*_holder_facts(material, reveal, insured=insured), *facts, *_data_facts(material)),
        tables=shown_tables,
        notes=(
            *(caveat.zh for caveat in material.caveats),
            FREE,
            *notes,
            *stamp,
            *masked,
            objection,
        ),
        seal=issue.seal(),
        foot=issue.foot(),
        reveal=reveal,
        nature=nature,
    )


def _as_known(table: Table, material: Material) -> Table:
    """Nothing is not the same as nothing known: of a kind that never came nobody can say none."""
    if not set(table.absent).isdisjoint(material.as_of.never):
        return replace(table, empty=NOT_DELIVERED)
    return table


def shown(number: str, reveal: Reveal) -> str:
    """A number as the medium may show it."""
    return number if reveal == "report" else mask_number(number)


def _holder_facts(material: Material, reveal: Reveal, *, insured: bool) -> Iterable[Fact]:
    person = material.person
    if person is None:
        return
    name = mask_name(person.name) if reveal == "screen" else person.name
    yield Fact("姓名", name, sensitive=True)
    yield Fact("社会保障号码", shown(person.social_security_number, reveal), sensitive=True)
    yield Fact("个人编号", shown(person.person_id, reveal), sensitive=True)
    if person.region and insured:
        yield Fact("参保地", code_table("AAB301").label(person.region))


def _data_facts(material: Material) -> Iterable[Fact]:
    yield Fact("数据截至", long_day(material.day))
    if material.as_of.source:
        yield Fact("数据来源", material.as_of.source)


def long_day(day: date) -> str:
    """2026年10月31日."""
    return f"{day.year}年{day.month}月{day.day}日"


def line_label(line: str) -> str:
    """AAE140 in full."""
    return code_table("AAE140.hrss").label(line)


def line_short(line: str) -> str:
    """AAE140 as people say it."""
    return _LINES.get(line) or line_label(line)


def line_cell(line: str) -> TextCell:
    """A line of insurance, shorter on narrow paper."""
    return TextCell(line_label(line), line_short(line))


def label_cell(table: str, code: str) -> TextCell:
    """What a code means; one that is not recorded is not known."""
    return TextCell(code_table(table).label(code) if code else NOT_KNOWN)


def day_cell(day: date | Unknown | None, missing: str = NOT_KNOWN) -> TextCell:
    """2026-10-31."""
    return TextCell(day.isoformat() if isinstance(day, date) else missing)


def month_cell(month: Month | Unknown | None, missing: str = NOT_KNOWN) -> TextCell:
    """2026-10, as a word: rows of one month do not belong together by it."""
    return TextCell(month.label if isinstance(month, Month) else missing)


def amount_cell(value: Decimal | Unknown | None) -> Cell:
    """Yuan; what is not known is never a zero."""
    return AmountCell(value) if isinstance(value, Decimal) else TextCell(NOT_KNOWN)


def count_cell(value: int | Unknown | None) -> Cell:
    """A whole number; what is not known is never a zero."""
    return CountCell(value) if isinstance(value, int) else TextCell(NOT_KNOWN)


def text_cell(text: str, missing: str = NOT_KNOWN) -> TextCell:
    """Words, or what stands for none."""
    return TextCell(text or missing)


def agency_name(material: Material, code: str) -> str:
    """Name of an agency (AAB034), which the statement must have declared; else its number."""
    known = {agency.agency: agency.name for agency in material.of(Agency)}
    return known.get(code) or code_table("AAB034").label(code)


def employer_name(employer_id: str, employers: Mapping[str, Employer]) -> str:
    """Name of an employer; its number where the name is not known."""
    known = employers.get(employer_id)
    if known:
        return known.name
    return f"单位编号 {employer_id}" if employer_id else "本人缴费（没有单位）"


def sentence(heading: str, text: str) -> Table:
    """A paragraph under a heading."""
    return Table(heading=heading, columns=(), groups=(), empty=text)


def signature(heading: str, *blanks: str) -> Table:
    """What somebody writes on the paper, under a heading that says who."""
    return Table(heading=heading, columns=(), groups=(), blanks=blanks)


def nothing(heading: str, text: str, of: Iterable[type[Any]]) -> Table:
    """That nothing is recorded of these kinds of rows, under a heading."""
    absent = tuple(spec_of(kind).kind for kind in of)
    return Table(heading=heading, columns=(), groups=(), empty=text, absent=absent)


def plain(
    heading: str,
    columns: tuple[Column, ...],
    rows: Iterable[Row],
    empty: str = "",
    *,
    of: Iterable[type[Any]] = (),
    unit: str = "",
    legend: str = "",
    total: Row | None = None,
) -> Table:
    """A table of one group, or the sentence that says that there is none `of` these kinds."""
    found = tuple(rows)
    if not found:
        return nothing(heading, empty, of)
    return Table(heading, columns, (Group("", found),), total, unit, legend)


def pairs(heading: str, named: Iterable[tuple[str, str]]) -> Table:
    """Names and what they say, one below the other."""
    rows = (Row((TextCell(name), text_cell(text))) for name, text in named)
    columns = (Column("项目", Kind.TEXT), Column("内容", Kind.TEXT))
    return plain(heading, columns, rows)


def basis_note(*figures: Figure[object]) -> str:
    """From which rows figures were computed, by which law, and whether records say else.

    Figures of one rule (a line of insurance each) are told together.
    """
    rules = {figure.rule.zh: figure.rule for figure in figures}
    kinds = {name: Counter[str]() for name in rules}
    for figure in figures:
        for kind, count in Counter(row.kind for row in figure.rows).items():
            kinds[figure.rule.zh][KIND_NAMES[RecordKind(kind)]] += count
    named = "，".join(f"{name}（{_counted(rows)}）" for name, rows in kinds.items())
    said = f"由本人记录计算：{named}。依据：{_laws(rules.values())}。"
    if any(source.example for figure in figures for source in figure.sources):
        said += "所用标准为示例数据。"
    if differing := sum(len(figure.differences) for figure in figures):
        said += f"与经办机构记录有 {differing} 处不同，以经办机构核定为准。"
    return said


def rule_note(names: Iterable[str], rows: Iterable[Contribution | Registration | Transfer]) -> str:
    """From which rows what the paper itself counts or adds up was made, and by which rules."""
    found, rules = tuple(rows), tuple(rule(name, {}) for name in names)
    kinds = Counter(KIND_NAMES[spec_of(type(row)).kind] for row in found)
    lines = Counter(line_short(row.line) for row in sorted(found, key=attrgetter("line")))
    ways = "".join(f"{own.zh}：{own.how_zh}" for own in rules)
    by_line = f"（{_counted(lines)}）" if len(lines) > 1 else ""
    return f"由{_counted(kinds)}记录{by_line}得出。{ways}依据：{_laws(rules)}。"


def _counted(counts: Counter[str]) -> str:
    return "、".join(f"{name} {count} 条" for name, count in counts.items()) or "没有记录"


def _laws(rules: Iterable[Rule]) -> str:
    """Each law once, with its own article."""
    return "；".join(dict.fromkeys(law.cited_zh for own in rules for law in own.laws))


def outside(material: Material, last: Month) -> str:
    """Why months up to `last` show nothing: the first contribution is later; else empty."""
    since = material.contributed_since
    if since is None or since <= last:
        return ""
    return f"您的缴费记录自 {since.year} 年 {since.number} 月开始。"


def retired_note(retirement: Month | None) -> tuple[str, ...]:
    """That months after retirement are no gaps, where a paper shows some."""
    if retirement is None:
        return ()
    return (
        f"您已于 {retirement.year} 年 {retirement.number} 月退休，此后没有缴费的月份不是中断。",
    )


def reasons(values: Iterable[object]) -> tuple[str, ...]:
    """Why what is not known is not, each reason once."""
    found = dict.fromkeys(value.why.zh for value in values if isinstance(value, Unknown))
    return (f"{NOT_KNOWN}：{'；'.join(found)}。",) if found else ()
