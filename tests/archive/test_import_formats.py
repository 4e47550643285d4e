"""CSV, JSON lines and XML: any bytes end in rows, refusals or a typed error."""

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.elements import ELEMENTS, Form
from archive.errors import ImportFormatError
from archive.importing.batch import LONGEST_LINE
from archive.importing.check import Checker
from archive.importing.csv_rows import CsvRows
from archive.importing.fields import Cells
from archive.importing.paragraphs import clean
from archive.importing.source import open_source
from archive.importing.xml_rows import XmlRows
from archive.model import Guide
from archive.reasons import Reason
from archive.records import SPECS, Cell, RecordKind
from archive.sqlite.store import SqliteStore
from tests.archive.csv_files import LI, PERSONS_HEAD, ZHANG, Load, persons, rejects

NAMES = PERSONS_HEAD.split(",")


def as_row(line: str) -> dict[str, str]:
    return dict(zip(NAMES, line.split(","), strict=True))


def as_xml(line: str) -> str:
    return "<p>" + "".join(f"<{n}>{v}</{n}>" for n, v in as_row(line).items()) + "</p>"


BAD_JSON = [
    '{"AAC001": "1"',
    "[1, 2]",
    '"text"',
    "{}",
    '{"AAC001": {"a": 1}}',
    '{"AAC001": ["1"]}',
    '{"AAC001": true}',
    '{"AAC001": NaN}',
    '{"AAC001": "1", "AAC001": "2"}',
    "[" * 50_000,
    '{"AAC001": "\\ud800"}',
]


@pytest.mark.parametrize("bad", BAD_JSON)
def test_a_line_that_is_no_record_is_told_and_the_others_are_loaded(
    load: Load, store: SqliteStore, bad: str
) -> None:
    lines = [json.dumps(as_row(ZHANG)), "", bad, json.dumps(as_row(LI))]
    summary = load("\n".join(lines))
    assert [row[1] for row in rejects(summary)] == ["3"]
    assert (summary.rows, summary.changed) == (3, 2)


def test_numbers_in_json_stay_as_they_are_written(load: Load, store: SqliteStore) -> None:
    head = "AAC001 AAE140 AAE001 AIC200 ZZB001 ZZB002 AIC340 ZZB005"
    values = '"1" 110 2025 0.10 100.00 0.00 0.00 100.10'
    pairs = zip(head.split(), values.split(), strict=True)
    line = "{" + ", ".join(f'"{name}": {value}' for name, value in pairs) + "}"
    summary = load(persons(ZHANG), line, line.replace("0.10,", "0.1,"))
    assert [row[2:6:3] for row in rejects(summary)] == [("AIC200", Reason.AMOUNT)]


@pytest.mark.parametrize(
    ("doctype", "name"),
    [
        ('<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>', "&b;"),
        ('<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/hostname">]>', "&f;"),
        ('<!DOCTYPE r SYSTEM "http://127.0.0.1/r.dtd">', "x"),
    ],
)
def test_a_doctype_is_refused_before_any_entity_is_read(
    load: Load, store: SqliteStore, doctype: str, name: str
) -> None:
    summary = load(f"{doctype}<r>{as_xml(ZHANG.replace('张三丰', name))}</r>")
    assert "DOCTYPE" in str(summary.failed[0].error)
    assert store.person("1") is None


BAD_RECORDS = [
    "<p/>",
    "<p>text</p>",
    "<p><AAC001><x>1</x></AAC001></p>",
    "<p><AAC001>1</AAC001><AAC001>2</AAC001></p>",
    "<p><AAC001>" + "1" * LONGEST_LINE + "1</AAC001></p>",
]


@pytest.mark.parametrize("bad", BAD_RECORDS)
def test_an_element_that_is_no_record_is_told_and_the_others_are_loaded(
    load: Load, store: SqliteStore, bad: str
) -> None:
    summary = load(f"<r>{as_xml(ZHANG)}<!-- a --> {bad}\n{as_xml(LI)}</r>")
    assert [row[1] for row in rejects(summary)] == ["2"]
    assert (summary.rows, summary.changed) == (3, 2)


def test_a_tag_without_end_does_not_fill_the_memory(load: Load) -> None:
    summary = load(f"<r>{as_xml(ZHANG)}<p a='" + "x" * 3_000_000)
    assert "too long" in str(summary.failed[0].error)


def test_xml_may_be_utf_16_and_carry_namespaces(load: Load, store: SqliteStore) -> None:
    xml = as_xml(ZHANG).replace("<", "<g:").replace("<g:/", "</g:")
    summary = load(f'<g:r xmlns:g="urn:x">{xml}</g:r>'.encode("utf-16"))
    assert (summary.changed, summary.files[0].encoding) == (1, "utf-16")


def test_a_large_csv_row_by_row_is_the_same_as_at_once(tmp_path: Path) -> None:
    rows = [ZHANG, LI] * 2000
    plain, quoted = tmp_path / "a.csv", tmp_path / "b.csv"
    plain.write_text(persons(*rows), "utf-8")
    quoted.write_text(persons(*(row.replace("1,", '"1",', 1) for row in rows)), "utf-8")
    found = []
    for path in (plain, quoted):
        source = open_source(path)
        checker = Checker(source.head)
        columns: list[list[Cell]] = [[] for _ in SPECS[RecordKind.PERSONS].columns]
        lines: list[int] = []
        for batch in source.batches(0, 0):
            checked = checker.check(batch)
            assert not checked.told
            lines += checked.lines
            for all_, some in zip(columns, checked.columns, strict=True):
                all_.extend(some)
        assert lines == list(range(2, 4002))
        found.append(columns)
    assert found[0] == found[1]


@pytest.mark.slow
def test_reading_goes_on_behind_any_batch(tmp_path: Path) -> None:
    rows = [ZHANG, '"bad', LI] * 3000
    for name, content in (
        ("a.csv", persons(*rows)),
        ("a.jsonl", "\n".join(json.dumps(as_row(r)) if "," in r else r for r in rows)),
        ("a.xml", f"<r>{''.join(as_xml(r) if ',' in r else '<p/>' for r in rows)}</r>"),
    ):
        path = tmp_path / name
        path.write_text(content, "utf-8")
        source = open_source(path)
        batches = list(source.batches(0, 0))
        assert len(batches) > 4
        for place in (0, len(batches) // 2, len(batches) - 1):
            again = list(source.batches(batches[place].position, batches[place].line))
            assert [list(b.lines) for b in again] == [list(b.lines) for b in batches[place + 1 :]]
            assert [b.columns for b in again] == [b.columns for b in batches[place + 1 :]]


pieces = st.one_of(
    st.binary(max_size=60),
    st.text(max_size=40).map(lambda text: text.encode("utf-8", "replace")),
    st.sampled_from(
        [
            *(
                b"\n",
                b",",
                b'"',
                b"\0",
                b"\xef\xbb\xbf",
                b"\xff\xfe",
                b"<",
                b">",
                b"&amp;",
                b"{",
                b"}",
            ),
            *(PERSONS_HEAD.encode(), ZHANG.encode(), as_xml(LI).encode(), b"</r>", b"<r>"),
            *(json.dumps(as_row(LI)).encode(), b'<?xml version="1.0" encoding="gbk"?>'),
        ]
    ),
)


@pytest.mark.slow
@settings(
    deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    start=st.sampled_from([b"", PERSONS_HEAD.encode() + b"\n", b"<r>" + as_xml(LI).encode(), b"{"]),
    rest=st.lists(pieces, max_size=8),
)
def test_any_bytes_end_in_rows_or_refusals_or_a_typed_error(
    tmp_path: Path, start: bytes, rest: list[bytes]
) -> None:
    path = tmp_path / "any"
    path.write_bytes(start + b"".join(rest))
    with suppress(ImportFormatError):
        source = open_source(path)
        checker = Checker(source.head)
        for batch in source.batches(0, 0):
            checked = checker.check(batch)
            good = len(checked.lines) + len(checked.gone[0])
            assert good + sum(not one.loaded for one in checked.told) == batch.rows
            assert len({len(column) for column in checked.columns}) == 1


@pytest.mark.slow
@pytest.mark.parametrize("form", list(Form))
@settings(deadline=None, max_examples=60)
@given(text=st.text(max_size=60) | st.from_regex(r"\A-?[0-9A-Zx.]{0,20}\Z"))
def test_any_text_of_a_field_is_a_cell_or_a_reason(form: Form, text: str) -> None:
    column = next(
        column for spec in SPECS.values() for column in spec.columns if column.element.form is form
    )
    cell = Cells(column)[text]
    assert isinstance(cell, Reason | str | int | None)


def test_every_form_is_used_by_some_element() -> None:
    assert {element.form for element in ELEMENTS} == set(Form)


MESSY = [
    ("一、办理依据<br/>二、受理单位", "一、办理依据\n二、受理单位"),
    ("&amp;lt;p&amp;gt;甲&amp;lt;/p&amp;gt;&amp;lt;p&amp;gt;乙", "甲\n乙"),
    ("甲\\r\\n乙\\n\\n\\t丙\\t丁", "甲\n乙\n丙 丁"),
    ("甲\x81\x9f乙\x85丙\ufeff", "甲乙\n丙"),
    ("<div style='x'>甲</div>&nbsp;&nbsp;<script>alert(1)</script>乙", "甲\n乙"),
    ("不超过 3 天 (<5 件)，A<B", "不超过 3 天 (<5 件)，A<B"),
    ("<!-- 注 -->甲<img src=x onerror=y>", "甲"),
]


@pytest.mark.parametrize(("text", "cleaned"), MESSY)
def test_paragraphs_of_exports_are_made_plain(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@settings(deadline=None, max_examples=200)
@given(
    st.lists(
        st.text(max_size=8)
        | st.sampled_from(
            ["&amp;", "lt;", "&lt;", "<br>", "<p", ">", "\\n", "\\", "<!--", "&#13;"]
        ),
        max_size=12,
    ).map("".join)
)
def test_cleaning_again_changes_nothing_and_leaves_no_control(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert all(char == "\n" or ord(char) >= 32 for char in cleaned)
    assert "<br>" not in cleaned


def test_a_guide_keeps_its_paragraphs(load: Load, store: SqliteStore) -> None:
    head = "task_code,task_version,task_name,plan_effective_date,by_law,handle_flow"
    load(
        f"{head}\nT1,1,失业登记,20260101,&amp;lt;p&amp;gt;第一条&amp;lt;br&amp;gt;第二条,受理\\n办结\n"
    )
    (guide,) = store.all(Guide)
    assert (guide.legal_basis, guide.procedure) == ("第一条\n第二条", "受理\n办结")


def test_the_readers_say_which_format_they_found(tmp_path: Path) -> None:
    for content, reader in ((persons(ZHANG), CsvRows), (f"<r>{as_xml(ZHANG)}</r>", XmlRows)):
        path = tmp_path / "x"
        path.write_text(content, "utf-8")
        assert isinstance(open_source(path), reader)
