import datetime as dt
from decimal import Decimal
from typing import get_type_hints

import pytest

from archive.codes import code_table
from archive.elements import ELEMENTS, Form, by_code, by_heading
from archive.errors import CodeTableError
from archive.model import ArchiveState
from archive.records import SPECS
from archive.values import Month


def test_410_is_work_injury_in_one_set_and_long_term_care_in_the_other() -> None:
    assert code_table("AAE140.hrss").label("410") == "工伤保险"
    assert code_table("AAE140.nhsa").label("410") == "长期照护保险"
    assert code_table("AAE140.hrss").label("410", "en") == "work injury"


def test_a_code_that_no_table_knows_is_shown_as_it_stands() -> None:
    assert code_table("AAC031").label("7") == "7"
    assert "7" not in code_table("AAC031")


def test_an_unknown_table_is_named() -> None:
    with pytest.raises(CodeTableError) as caught:
        code_table("AAE140")
    assert caught.value.table == "AAE140"


def test_all_56_peoples_and_the_rest_have_a_label() -> None:
    table = code_table("AAC005")
    assert len(table.codes()) == 57
    assert (table.label("01"), table.label("31")) == ("汉族", "达斡尔族")


def test_codes_and_words_map_one_to_one() -> None:
    assert len(by_code()) == len({e.field for e in ELEMENTS}) == len(ELEMENTS)
    assert by_heading()["aae003"] is by_heading()["month"] is by_code()["AAE003"]


def test_every_coded_element_has_its_table() -> None:
    for element in ELEMENTS:
        if element.form in {Form.CODE, Form.NUMBER_CODE}:
            assert code_table(element.table).codes()


def test_number_codes_are_whole_numbers_and_come_back_as_they_were() -> None:
    for element in ELEMENTS:
        if element.form is Form.NUMBER_CODE:
            assert all(str(int(code)) == code for code in code_table(element.table).codes())


def test_the_fields_of_a_value_stand_in_the_order_of_its_columns() -> None:
    """Rows are read by place: a field's type must be what its column's form becomes."""
    wanted = {
        Form.DATE: dt.date,
        Form.MONTH: Month,
        Form.AMOUNT: Decimal,
        Form.COUNT: int,
        Form.YEAR: int,
    }
    for spec in SPECS.values():
        types = get_type_hints(spec.record)
        assert len(types) == len(spec.columns), spec.table
        for (name, kind), column in zip(types.items(), spec.columns, strict=True):
            expected = wanted.get(column.element.form, str)
            assert kind in {expected, expected | None}, (spec.table, name)


def test_no_two_elements_share_a_word_or_a_code() -> None:
    words = [name for one in ELEMENTS for name in {one.code.casefold(), one.field.casefold()}]
    assert len(words) == len(set(words))


def test_every_kind_of_row_is_told_by_a_heading_it_must_have() -> None:
    for spec in SPECS.values():
        required = {c.element.code for c in spec.columns if c.required}
        assert set(spec.telling) <= required, spec.table


def test_every_state_of_a_file_has_a_label() -> None:
    assert {state.value for state in ArchiveState} == set(code_table("archive_state").codes())
