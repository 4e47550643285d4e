import datetime as dt
from dataclasses import replace

import pytest

from archive.figures.deadlines import Overdue
from archive.figures.figure import Missing, Unknown
from archive.model import DossierTransfer
from printing.statements import statement
from printing.statements.dossier import clock_text
from tests.printing.samples import ISSUE
from tests.printing.statements.people import DAY, made, nothing, rows, table, texts


def test_all_ten_classes_are_counted_and_what_is_not_recorded_is_not_known() -> None:
    classes = {row[0]: row[1:] for row in texts(table(made("dossier"), "材料类别"))}
    assert len(classes) == 10
    assert classes["学历学位、职称、学术评鉴和教育培训类"] == ["12", "有缺少"]
    assert classes["履历类"] == ["不详", "不详"]


def test_a_transfer_shows_its_term_of_fifteen_working_days() -> None:
    (late,) = texts(table(made("dossier"), "档案转递"))
    assert late[5].startswith("应于 2026-04-")
    done = replace(rows()[DossierTransfer][0], finished_on=DAY)
    (met,) = texts(table(made("dossier", DossierTransfer=(done,)), "档案转递"))
    assert met[4:] == ["2026-03-31", "按期办结"]


@pytest.mark.parametrize(
    ("late", "said"),
    [
        (0, "到数据截至日已过期"),
        (1, "到数据截至日已超过 1 个工作日"),
        (Unknown(Missing.CALENDAR), ""),
    ],
)
def test_a_term_that_ended_before_a_holiday_is_over_and_not_by_no_days(
    late: int | Unknown, said: str
) -> None:
    due = dt.date(2026, 10, 30)
    assert clock_text(Overdue(due, late)) == "，".join(filter(None, ("应于 2026-10-30 办结", said)))


def test_no_file_is_said_and_not_guessed() -> None:
    document = statement("dossier").build(nothing("dossier"), ISSUE, "report")
    assert "可能存放在其他地区或单位" in document.tables[0].empty
    assert any("保管不收费" in note for note in document.notes)
