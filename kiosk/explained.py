"""A figure as a person reads it at the terminal: value, rule, law, tables, notes, rows."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from archive.elements import Form, by_code
from archive.figures.catalogue import CATALOGUE
from archive.figures.figure import Figure, RowRef, Source
from archive.figures.plain import Plain, plain, shown
from archive.figures.rules import Law
from archive.records import SPECS, RecordKind
from kiosk.columns import columns
from kiosk.looks import Look
from printing.kinds import KIND_NAMES
from printing.statements.caveats import caveats, names

_UNITS = {
    "months": "个月 months",
    "yuan": "元 yuan",
    "yuan_by_year": "元 yuan",
}
_TIMES: Final = (Form.MONTH, Form.DATE, Form.YEAR)
_YEARS_A_LINE: Final = 8


def head_lines(look: Look) -> Iterator[str]:
    """How far the data go: their day, and which are old, were never delivered or are not whole."""
    as_of, partial = look.records.as_of, look.partial
    yield f"数据截至 data as of {as_of.day:%Y-%m-%d} {as_of.source}".rstrip()
    named_below = bool(as_of.never or partial)
    for caveat in caveats(replace(as_of, whole=as_of.whole or named_below), look.fresh):
        yield f"{caveat.zh} {caveat.en}"
    if partial:
        named = names(partial)
        yield f"以下数据可能不完整：{named.zh}。 May not be all: {named.en}."


def nothing_lines(name: str, look: Look) -> Iterator[str]:
    """Why there is no figure of this name: only of data that are whole it means that none is."""
    entry = CATALOGUE[name]
    reads = [spec.kind for spec in SPECS.values() if spec.record in entry.reads]
    yield f"{entry.zh} {entry.en} [{name}]"
    never = names(kind for kind in reads if kind in look.records.as_of.never)
    partial = names(kind for kind in reads if kind in look.partial)
    if never.zh:
        yield f"  不详，没有收到：{never.zh}。 Not known; never delivered: {never.en}."
    if partial.zh:
        yield f"  没有找到，可能不完整：{partial.zh}。 None found; may not be all: {partial.en}."
    if not (never.zh or partial.zh):
        yield "  没有相关记录。Nothing is recorded."


def figure_lines(figure: Figure[object], *, reveal: bool, rows: bool) -> Iterator[str]:
    """All that the figure says; its rows counted by year, or each with its key.

    Personal numbers are masked unless they are to be revealed.
    """
    rule = figure.rule
    yield f"{rule.zh} {rule.en} [{figure.name}]"
    yield from _value(plain(figure.value), _UNITS.get(figure.unit.value, ""))
    yield f"  规则 rule: {rule.how_zh}"
    yield f"             {rule.how_en}"
    for law in rule.laws:
        yield f"  法规 law: {_law(law)}"
    for source in figure.sources[len(rule.laws) :]:  # the tables
        yield f"  标准 table: {_source(source)}"
    for note in figure.notes:
        yield f"  说明 note: {note.zh} {note.en}"
    if figure.differences:
        yield "  差异 differences:"
        told = [(one.what, one.computed, one.recorded) for one in figure.differences]
        yield from _indented(columns(("要素 element", "计算 computed", "记录 recorded"), told))
    yield f"  记录 rows: {len(figure.rows)}"
    for kind in dict.fromkeys(row.kind for row in figure.rows):
        own = [row for row in figure.rows if row.kind == kind]
        yield f"  {KIND_NAMES[RecordKind(kind)]} {kind}: {len(own)}"
        yield from _indented(_each(own, reveal=reveal) if rows else _by_year(own))


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"    {line}" for line in lines)


def _value(value: Plain, unit: str) -> Iterator[str]:
    match value:
        case [dict(), *_] as items:
            yield f"  数值 value: {unit}".rstrip()
            yield from _indented(_table([item for item in items if isinstance(item, dict)]))
        case {"is": "Unknown", "zh": zh, "en": en}:
            yield f"  数值 value: 不详 not known（{zh} {en}）"
        case dict():
            yield f"  数值 value: {unit}".rstrip()
            yield from _indented(_table([value]))
        case _:
            yield f"  数值 value: {_words(value)} {unit}".rstrip()


def _table(items: list[dict[str, Plain]]) -> Iterator[str]:
    """A column for each part; why something is not known stands below."""
    names = [name for name in items[0] if name != "is"]
    head = [name.replace("_", " ") for name in names]
    yield from columns(head, [[_words(item[name]) for name in names] for item in items])
    cells = (part for item in items for part in item.values())
    why = dict.fromkeys(
        f"{part['zh']} {part['en']}"
        for part in cells
        if isinstance(part, dict) and part["is"] == "Unknown"
    )
    if why:
        yield f"不详 not known: {'；'.join(why)}"


def _words(value: Plain) -> str:
    """A value in one cell."""
    match value:
        case None:
            return "—"
        case bool():
            return "是 yes" if value else "否 no"
        case {"is": "Unknown"}:
            return "不详"
        case {"is": "Period", "started": started, "ended": ended}:
            return f"{started} – {ended or ''}".rstrip()
        case dict():
            kind, *parts = value.items()
            return " ".join((str(kind[1]), *(f"{name} {_words(part)}" for name, part in parts)))
        case list():
            return "；".join(map(_words, value)) or "—"
        case _:
            return str(value)


def _law(law: Law) -> str:
    """In both languages; what is called the same in both stands once."""
    named = dict.fromkeys((law.cited_zh, law.cited_en))
    return " ".join(filter(None, (*named, law.elements))) + _dated(law.date)


def _source(source: Source) -> str:
    example = " 示例数据 EXAMPLE DATA" if source.example else ""
    return f"{source.title} {source.article}".rstrip() + _dated(source.date) + example


def _dated(day: date | None) -> str:
    return f"（{day:%Y-%m-%d}）" if day else ""


def _by_year(rows: list[RowRef]) -> Iterator[str]:
    """How many rows of each year; a kind whose key has no time needs no more than its count."""
    counts = Counter(year for row in rows for year in [_year(row)] if year)
    told = [f"{year} {count:>4}" for year, count in sorted(counts.items())]
    for at in range(0, len(told), _YEARS_A_LINE):
        yield "   ".join(told[at : at + _YEARS_A_LINE])


def _year(row: RowRef) -> str:
    """Of the first element of the key that is a time."""
    times = (part.value for part in row.key if by_code()[part.code].form in _TIMES)
    return next(times, "")[:4]


def _each(rows: list[RowRef], *, reveal: bool) -> Iterator[str]:
    head = [f"{part.code} {by_code()[part.code].zh}" for part in rows[0].key]
    return columns(head, [[shown(part, reveal=reveal) for part in row.key] for row in rows])
