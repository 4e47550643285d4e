import pytest

from archive.codes import code_table
from archive.elements import ELEMENTS, Form, by_code, by_heading
from archive.errors import CodeTableError
from archive.model import ArchiveState
from archive.records import SPECS


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
        if element.form is Form.CODE:
            assert code_table(element.table).codes()


def test_every_kind_of_row_is_told_by_a_heading_it_must_have() -> None:
    for spec in SPECS.values():
        assert any(c.element.code == spec.telling and c.required for c in spec.columns)


def test_every_state_of_a_file_has_a_label() -> None:
    assert {state.value for state in ArchiveState} == set(code_table("archive_state").codes())
