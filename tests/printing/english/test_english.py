"""The English paper: nothing but data is left in Chinese, and data are left as they are."""

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from datetime import date
from importlib import resources

import pytest

from archive.records import spec_of
from archive.values import Month
from printing.document import Cell, Document, MarkCell, TextCell
from printing.encode.pdf import render_pdf
from printing.english.document import english, has_english
from printing.english.phrases import Phrases
from printing.layout.size import Size
from printing.preview import pdf_text
from printing.statements import STATEMENTS, statement
from printing.statements.issue import Window
from printing.statements.material import Material
from tests.printing.papers import CHAIN
from tests.printing.samples import AS_OF, ISSUE, PERSON, career, career_with_marks
from tests.printing.statements.people import lent, nothing, own, worst

HANZI = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff，。：；、（）]")


def marked(name: str) -> Material:
    """With every mark that a month may have."""
    return own(name, Contribution=tuple(career_with_marks()))


def old(name: str) -> Material:
    """Of data that nobody has renewed, and that may not be whole."""
    return replace(own(name), as_of=replace(AS_OF, day=date(2025, 1, 31), whole=False))


def never(name: str) -> Material:
    """Where none of the data was ever delivered."""
    kinds = tuple(spec_of(kind).kind for kind in own(name).rows)
    return replace(nothing(name), as_of=replace(AS_OF, never=kinds))


def refused(name: str) -> Material:
    """Where a file is lent, so that nothing certifies where it lies."""
    return lent() if name == "custody" else nothing(name)


def retired(name: str) -> Material:
    """Who retired in the midst of the months that are shown."""
    person = replace(PERSON, retired_on=date(2025, 8, 20))
    rows = tuple(career(Window(Month(2024, 1), Month(2025, 7))))
    return replace(own(name, Contribution=rows), person=person)


def early(name: str) -> Material:
    """Who asks for months before the first record."""
    made = replace(nothing(name), window=Window(Month(2019, 1), Month(2020, 12)))
    return replace(made, contributed_since=Month(2024, 1))


PEOPLE: tuple[Callable[[str], Material], ...] = (
    own,
    worst,
    nothing,
    marked,
    old,
    never,
    refused,
    retired,
    early,
)


def texts(of: Document) -> Iterator[str]:
    """All that the paper says, but for its titles and the line on which of them prevails."""
    yield from (of.subtitle, of.seal.hint, of.foot.serial, of.foot.copy, of.foot.printed)
    yield from (of.foot.kiosk, *of.notes[1:])
    yield from (text for fact in of.facts for text in (fact.label, fact.value))
    for table in of.tables:
        yield from (table.heading, table.unit, table.legend, table.empty)
        yield from (text for column in table.columns for text in (column.heading, column.short))
        yield from (group.label for group in table.groups)
        for row in table.rows():
            yield from (text for cell in row.cells for text in _cell(cell))


def _cell(cell: Cell | None) -> tuple[str, ...]:
    match cell:
        case None:
            return ()
        case TextCell():
            return cell.text, cell.brief
        case _:
            return (cell.text,)


def data(material: Material) -> list[str]:
    """The words that the sample holds, the longest first."""
    held = {material.as_of.source, ISSUE.kiosk.partition(" ")[0], ISSUE.agency}
    people = (material.person, *material.employers.values())
    for row in (*people, *(row for rows in material.rows.values() for row in rows)):
        if row is not None:
            held |= {value for f in fields(row) if isinstance(value := getattr(row, f.name), str)}
    if material.across:
        held |= {found.region for found in material.across.found}
        held |= {silent.region for silent in material.across.missing}
    words = {word for text in held for word in (text, "　".join(text.splitlines()))}
    return sorted(filter(HANZI.search, words), key=len, reverse=True)


@pytest.mark.parametrize("name", STATEMENTS)
@pytest.mark.parametrize("who", PEOPLE)
def test_nothing_but_data_is_left_in_chinese(name: str, who: Callable[[str], Material]) -> None:
    material = who(name)
    held = re.compile("|".join(map(re.escape, data(material))))
    for reveal in ("receipt", "report"):
        of = statement(name).build(material, ISSUE, reveal)
        if not has_english(of):
            assert name == "missing"
            assert english(of) == of
            continue
        left = sorted(t for t in set(texts(english(of))) if HANZI.search(held.sub("", t)))
        assert not left, "\n".join(("no English for:", *left))


@pytest.mark.parametrize("name", STATEMENTS)
def test_data_are_left_as_they_are(name: str) -> None:
    """Who the holder is, who employs, what was paid and when."""
    of = statement(name).build(worst(name), ISSUE, "report")
    for before, after in zip(of.facts, english(of).facts, strict=True):
        assert before.value == after.value or not before.sensitive
    for table, said in zip(of.tables, english(of).tables, strict=True):
        assert list(table.amounts()) == list(said.amounts())
        for row, other in zip(table.rows(), said.rows(), strict=True):
            for cell, now in zip(row.cells, other.cells, strict=True):
                assert type(cell) is type(now)
                assert isinstance(cell, TextCell | MarkCell) or cell == now


def test_a_name_is_no_phrase() -> None:
    phrases = Phrases()
    for name in (
        "示例贸易（养老服务）有限公司",
        "示例公司（北京）",
        "张至",
        "王、李事务所",
        "示例市",
        "eBay、a",
    ):
        assert phrases.text(name) in (name, "Shili city")


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_name_and_what_it_names_say_the_same_only_where_the_chinese_does(name: str) -> None:
    document = statement(name).build(own(name), ISSUE, "report")
    assert set(_repeated(english(document))) <= set(_repeated(document))


def _repeated(document: Document) -> Iterator[tuple[int, int]]:
    """Columns that are called like their table, or like what stands in them."""
    for number, table in enumerate(document.tables):
        for place, column in enumerate(table.columns):
            cells = (row.cells[place] for row in table.rows())
            if column.heading in (table.heading, *(cell.text for cell in cells if cell)):
                yield number, place


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("至今", "Ongoing"),
        ("2025-01 至今", "2025-01 to date"),
        ("有缺少", "No, some missing"),
        ("份数", "Quantity"),
        ("没有工伤记录。", "No work injury is recorded."),
        ("没有转移接续记录。", "No transfer is recorded."),
        ("生育（医疗保障部门数据）", "Maternity, by the medical security department"),
    ],
)
def test_words_that_were_said_wrong(zh: str, en: str) -> None:
    assert Phrases().text(zh) == en


def test_numbers_dates_and_lists_keep_their_values() -> None:
    said = Phrases().text
    assert said("最近 24 个月缴费情况") == "Contributions of the last 24 months"
    assert said("最近 1 个月缴费情况") == "Contributions of the last month"
    assert said("资格认证有效期已于 2026年3月1日 届满，请尽快办理认证。") == (
        "Your certification of eligibility expired on 2026-03-01; please be certified soon."
    )
    assert said("由缴费 42 条、参保登记 2 条记录（养老 30 条、失业 14 条）得出。") == (
        "Made from records: contributions 42, insurance registration 2 "
        "(pension 30, unemployment 14)."
    )


def test_each_text_stands_in_the_catalogue_once() -> None:
    file = resources.files("printing.english").joinpath("phrases.toml").read_text("utf-8")
    sections = tomllib.loads(file)
    del sections["narrow"]
    counted = Counter(zh for section in sections.values() for zh in section)
    assert [zh for zh, count in counted.items() if count > 1] == []


@pytest.mark.parametrize(
    ("size", "extra", "heads"),
    [
        ("normal", ("310", "510"), ["Pension", "Unemployment", "Medical", "Work injury"]),
        ("large", (), ["Pension", "Unemployment", "Work injury"]),
        ("large", ("310", "510"), ["Pens", "Unem", "Med", "Inj"]),
    ],
)
def test_lines_of_insurance_are_named_in_full_on_pages_where_there_is_room(
    size: Size, extra: tuple[str, ...], heads: list[str]
) -> None:
    paid = tuple(career(Window(Month(2024, 1), Month(2026, 10))))
    more = tuple(replace(row, line=line) for line in extra for row in paid if row.line == "410")
    of = statement("insured").build(own("insured", Contribution=paid + more), ISSUE, "report")
    text = pdf_text(render_pdf(english(of), CHAIN, size))
    (named,) = {line.strip() for line in text.splitlines() if line.startswith("Month ")}
    assert " ".join(heads) in named
