from dataclasses import replace

import pytest

from archive.model import ArchiveIndex
from printing.statements import statement
from tests.printing.samples import ISSUE
from tests.printing.statements.people import LONG, made, nothing, rows, table


def test_a_file_in_stock_is_certified_with_its_agency_and_number() -> None:
    words = table(made("custody"), "证明").empty
    assert "99010119850315012X" in words
    assert f"系{LONG}档案托管人员，档案管理编号 990100020002" in words
    assert words.endswith("特此证明。")
    assert table(made("custody"), "出具日期").empty == "2026年11月22日"


@pytest.mark.parametrize(
    ("flags", "reason"),
    [
        (("0", "0"), "档案尚未入库"),
        (("1", "1"), "档案已借出"),
        (("7", "2"), "档案已转出"),
        (("9", "9"), "档案状态不明"),
    ],
)
def test_a_file_that_is_not_in_stock_gets_the_reason_and_no_certificate(
    flags: tuple[str, str], reason: str
) -> None:
    index = replace(rows()[ArchiveIndex][0], stock_flag=flags[0], lent_flag=flags[1])
    document = made("custody", ArchiveIndex=(index,))
    assert document.subtitle == "未能开具"
    (only,) = document.tables
    assert only.empty.startswith(reason)
    assert "特此证明" not in only.empty


def test_without_a_file_nothing_is_certified() -> None:
    document = statement("custody").build(nothing("custody"), ISSUE, "report")
    assert document.subtitle == "未能开具"
    assert "不能开具存档证明" in document.tables[0].empty
