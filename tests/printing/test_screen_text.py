"""The same statement for those who look at a screen and for those who have it read to them."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import get_args

import pytest

from printing.layout.html import layout_html
from printing.layout.plain import layout_plain
from printing.layout.size import Size
from printing.statements import STATEMENTS
from tests.printing.samples import EMPLOYERS, PERSON, career_with_marks, statement
from tests.printing.statements.people import made

names = pytest.mark.parametrize("name", STATEMENTS)
VOID = frozenset({"br", "hr", "img"})


class Outline(HTMLParser):
    """Elements in order; every one must be closed, and in turn."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.tables: list[list[list[tuple[str, int]]]] = []
        """Of each table, of each row: kind and rows of each cell."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.seen.append((tag, dict(attrs)))
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in {"td", "th"}:
            self.tables[-1][-1].append((tag, int(dict(attrs).get("rowspan") or 1)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def outline(html: str) -> Outline:
    parser = Outline()
    parser.feed(html)
    parser.close()
    assert parser.open == []
    return parser


@names
@pytest.mark.parametrize("size", get_args(Size))
def test_the_html_has_meaning_and_no_looks_of_its_own(name: str, size: Size) -> None:
    seen = outline(layout_html(made(name), size)).seen
    kinds = [kind for kind, _ in seen]
    assert kinds[:2] == ["article", "h2"]
    assert kinds.count("table") == kinds.count("caption") == kinds.count("thead")
    assert not {"script", "style", "img", "a"} & set(kinds)
    allowed = {"class", "lang", "scope", "rowspan", "colspan", "data-name"}
    assert {key for _, attributes in seen for key in attributes} <= allowed
    assert all(
        attributes.get("scope") in {"col", "row"} for kind, attributes in seen if kind == "th"
    )


def test_every_row_of_the_html_has_all_columns_also_beside_a_party_that_spans_rows() -> None:
    for rows in outline(layout_html(statement())).tables:
        width = len(rows[0])
        hanging = 0
        for row in rows:
            assert len(row) + (hanging > 0) == width
            hanging = max(hanging - 1, 0)
            hanging = max([hanging, *(span - 1 for _, span in row)])


def test_a_party_without_room_beside_its_rows_stands_above_them_before_there_is_a_list() -> None:
    html = layout_html(statement(career_with_marks()))
    for employer in EMPLOYERS.values():
        assert f"{employer.name}</th></tr>" in html
    assert 'class="monthly' in html
    assert "list" not in html


def test_large_print_names_a_party_above_its_rows_and_lists_what_is_too_wide() -> None:
    html = layout_html(statement(), "large")
    for employer in EMPLOYERS.values():
        assert f"{employer.name}</th></tr>" in html
    assert 'class="list"' not in html
    (table,) = made("account").tables
    listed = layout_html(made("account"), "large")
    assert '<table class="list">' in listed
    shown = [column for column in table.columns[1:] if column.in_lists]
    assert "利率" in [column.heading for column in shown]
    assert all(f'data-name="{column.heading}"' in listed for column in shown)
    amounts = [cell.text for cell in table.amounts()]
    assert sum(f">{text}<" in listed for text in amounts) >= len(amounts) / 2


def test_markup_in_the_data_is_text() -> None:
    person = replace(PERSON, name='<b>三</b>&"')
    html = layout_html(statement(person=person))
    assert "<b>" not in html
    assert "&lt;b&gt;三&lt;/b&gt;&amp;" in html


@names
def test_the_plain_text_is_made_of_sentences_without_signs_for_the_eye(name: str) -> None:
    text = layout_plain(made(name))
    for line in text.splitlines():
        assert line == line.strip()
        assert not line or line[-1] in "。！？"
    assert "。。" not in text
    assert not re.search("[─-╿●△○|]", text)
    assert "  " not in text


def test_a_row_is_read_with_its_headings_and_units() -> None:
    lines = layout_plain(statement(career_with_marks())).splitlines()
    assert "月份：2026-10。险种：失业。缴费基数：7,160.00 元。" in " ".join(lines)
    assert any(line.startswith("2026年小计。单位缴费：") for line in lines)
