"""A figure and its explanation: value, unit, rows, rule, sources, and where records differ."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from functools import cache
from typing import Final, Generic, TypeVar

from archive.elements import Element
from archive.figures.rules import Law, Rule, rule
from archive.records import PERSON, SPECS, RecordKind, spec_of
from archive.tables.reading import Table
from archive.values import Month, format_date

Value = TypeVar("Value")


class Missing(StrEnum):
    """Why something is not known. The value is stable: programs rely on it."""

    NO_RECORD = "no_record"
    NOT_DELIVERED = "not_delivered"
    DEEMED_MONTHS = "deemed_months"
    OPENING = "opening"
    INTEREST_RATE = "interest_rate"
    YEAR_NOT_OVER = "year_not_over"
    TRANSFER = "transfer"
    PAID_OUT = "paid_out"
    EARLIER_GRANT = "earlier_grant"
    DRAWS_PENSION = "draws_pension"
    RULE = "rule"
    REGION = "region"
    MINIMUM_WAGE = "minimum_wage"
    RATES = "rates"
    CALENDAR = "calendar"
    TERM = "term"
    ENDED = "ended"

    @property
    def zh(self) -> str:
        """The reason in Chinese."""
        return _REASONS[self][0]

    @property
    def en(self) -> str:
        """The reason in English."""
        return _REASONS[self][1]


_REASONS: Final[dict[Missing, tuple[str, str]]] = {
    Missing.NO_RECORD: ("没有相关记录", "nothing is recorded"),
    Missing.NOT_DELIVERED: ("没有收到有关数据", "the data were not delivered"),
    Missing.DEEMED_MONTHS: (
        "视同缴费月数由经办机构认定，记录中没有",
        "deemed months are granted by the agency; none are recorded",
    ),
    Missing.OPENING: ("年初金额未知", "the opening balance is not known"),
    Missing.INTEREST_RATE: (
        "该年记账利率未公布或未录入",
        "no interest rate is published or entered",
    ),
    Missing.YEAR_NOT_OVER: ("数据未到该年年末", "the data do not reach the end of that year"),
    Missing.TRANSFER: (
        "该年有转移接续，记账由经办机构办理",
        "rights were transferred in that year, which the agency books",
    ),
    Missing.PAID_OUT: (
        "该年发放中个人账户支付部分未知",
        "what was paid from the account in that year is not known",
    ),
    Missing.EARLIER_GRANT: (
        "前次失业保险金剩余月数未知",
        "the months left of an earlier grant are not known",
    ),
    Missing.DRAWS_PENSION: (
        "享受基本养老保险待遇的，不领取失业保险金",
        "who draws a pension gets no unemployment benefit",
    ),
    Missing.RULE: ("当时的规定未录入", "no rule is entered for that time"),
    Missing.REGION: ("参保地未知", "the place of insurance is not known"),
    Missing.MINIMUM_WAGE: ("该地最低工资标准未录入", "no minimum wage is entered for that place"),
    Missing.RATES: ("缴费比例或基数未录入", "no rates or bases are entered"),
    Missing.CALENDAR: (
        "该年放假安排未公布或未录入",
        "the working days of that year are not published or entered",
    ),
    Missing.TERM: ("没有规定时限", "no term is recorded"),
    Missing.ENDED: (
        "已终止，或办结日期未知，不计算时限",
        "ended otherwise, or on a day that is not recorded: no term is counted",
    ),
}


@dataclass(frozen=True, slots=True)
class Unknown:
    """Not known, and why; never to be read as nothing or as fine."""

    why: Missing


class Unit(StrEnum):
    """What a value counts."""

    MONTHS = "months"
    YUAN = "yuan"
    YUAN_BY_YEAR = "yuan_by_year"
    DATES = "dates"
    PERIODS = "periods"
    TERM = "term"
    RATES = "rates"


@dataclass(frozen=True, slots=True)
class KeyPart:
    """An element of a row's key; the person's own is left out."""

    code: str
    value: str = field(repr=False)
    personal: bool
    """Whether to hide it where the whole value is not needed."""


@dataclass(frozen=True, slots=True)
class RowRef:
    """Which row was used: its kind and its key."""

    kind: str
    """`RecordKind`, which is the table."""
    _record: object = field(repr=False)

    @property
    def key(self) -> tuple[KeyPart, ...]:
        """Without whose it is; made for who has it explained, as papers only count rows."""
        return tuple(
            KeyPart(element.code, _text(getattr(self._record, name)), element.personal)
            for element, name in _key(RecordKind(self.kind))
        )


@dataclass(frozen=True, slots=True)
class Source:
    """Who says so."""

    title: str
    article: str = ""
    """Of a law; of a standard the elements that it defines."""
    date: dt.date | None = None
    example: bool = False
    """True: invented for the demonstration."""


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence about this one value: what was assumed, what was left out."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the agency's own record says something else."""

    what: str
    """An element code, with the year in front for an account."""
    computed: str = field(repr=False)
    recorded: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure(Generic[Value]):
    """A value that can say where it comes from."""

    name: str
    """Name of its rule, with the line of insurance behind it where it has one."""
    value: Value = field(repr=False)
    unit: Unit
    rule: Rule
    rows: tuple[RowRef, ...]
    sources: tuple[Source, ...]
    notes: tuple[Note, ...] = ()
    differences: tuple[Difference, ...] = ()


def explained(
    name: str,
    value: Value,
    unit: Unit,
    *,
    rows: tuple[RowRef, ...] = (),
    tables: Iterable[Table] = (),
    subject: str = "",
    words: Mapping[str, object] | None = None,
    notes: tuple[Note, ...] = (),
    differences: tuple[Difference, ...] = (),
) -> Figure[Value]:
    """The figure `name` of `rules.toml`, made of these rows and by these dated tables.

    `words` fill the rule's text with what the tables say; `subject` tells figures of one name
    apart: a line of insurance, or a number of its own.
    """
    own = rule(name, words or {})
    return Figure(
        name=f"{name}:{subject}" if subject else name,
        value=value,
        unit=unit,
        rule=own,
        rows=rows,
        sources=(*map(_law, own.laws), *map(_source, tables)),
        notes=notes,
        differences=differences,
    )


def refs(*records: object) -> tuple[RowRef, ...]:
    """Which rows these records are."""
    return tuple(RowRef(spec_of(type(record)).kind.value, record) for record in records)


@cache
def _key(kind: RecordKind) -> tuple[tuple[Element, str], ...]:
    """The elements of a kind's key, with the names of their fields."""
    spec = SPECS[kind]
    columns = zip(spec.columns[: spec.key], fields(spec.record), strict=False)
    parts = ((column.element, about.name) for column, about in columns)
    return tuple(part for part in parts if part[0].code != PERSON)


def _text(value: object) -> str:
    match value:
        case Month():
            return str(value)
        case dt.date():
            return format_date(value)
        case _:
            return "" if value is None else str(value)


def _law(law: Law) -> Source:
    return Source(law.zh, law.article_zh or law.elements, law.date)


def _source(table: Table) -> Source:
    source = table.source
    return Source(source.title, source.article, source.date, source.example)
