"""A figure as a person reads it at the terminal: value, rule, sources, notes, rows."""

from collections.abc import Iterator

from archive.figures.figure import Figure, RowRef, Source
from archive.figures.plain import Plain, plain, shown

_UNITS = {
    "months": "个月 months",
    "yuan": "元 yuan",
    "yuan_by_year": "元 yuan",
}


def figure_lines(figure: Figure[object], *, reveal: bool) -> Iterator[str]:
    """All that the figure says; personal numbers are masked unless they are to be revealed."""
    rule = figure.rule
    yield f"{rule.zh} {rule.en} [{figure.name}]"
    yield from _value(plain(figure.value), _UNITS.get(figure.unit.value, ""))
    yield f"  规则 rule: {rule.how_zh}"
    yield f"             {rule.how_en}"
    for source in figure.sources:
        yield f"  依据 source: {_source(source)}"
    for note in figure.notes:
        yield f"  说明 note: {note.zh} {note.en}"
    for one in figure.differences:
        yield f"  差异 difference: {one.what} 计算 {one.computed}，经办机构记录 {one.recorded}"
    yield f"  记录 rows: {len(figure.rows)}"
    for row in figure.rows:
        yield f"    {_row(row, reveal=reveal)}"


def _value(value: Plain, unit: str) -> Iterator[str]:
    if isinstance(value, list):
        yield f"  数值 value: {unit}".rstrip()
        for item in value:
            yield f"    {_words(item)}"
        return
    match value:
        case {"is": "Unknown", "zh": zh, "en": en}:
            yield f"  数值 value: 不详 not known（{zh} {en}）"
        case dict():
            yield f"  数值 value: {_words(value)}"
        case _:
            yield f"  数值 value: {value} {unit}".rstrip()


def _words(value: Plain) -> str:
    """A value in one line; what is not known says why."""
    match value:
        case None:
            return "—"
        case {"is": "Unknown", "zh": zh}:
            return f"不详（{zh}）"
        case dict():
            kind, *parts = value.items()
            named = (f"{name}={_words(part)}" for name, part in parts)
            return f"{kind[1]}({', '.join(named)})"
        case list():
            return "[" + ", ".join(map(_words, value)) + "]"
        case _:
            return str(value)


def _source(source: Source) -> str:
    date = f"（{source.date:%Y-%m-%d}）" if source.date else ""
    example = " 示例数据 EXAMPLE DATA" if source.example else ""
    return f"{source.title} {source.article}".rstrip() + date + example


def _row(row: RowRef, *, reveal: bool) -> str:
    key = " ".join(f"{part.code}={shown(part, reveal=reveal)}" for part in row.key)
    return f"{row.kind} {key}"
