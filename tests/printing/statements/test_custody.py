from dataclasses import replace

import pytest

from archive.model import ArchiveIndex
from printing.document import Document
from printing.english.document import english
from printing.statements import statement
from printing.statements.common import QUERY
from tests.printing.samples import ISSUE
from tests.printing.statements.people import LONG, made, nothing, rows, table


def assert_notice(document: Document) -> None:
    assert (document.title, document.subtitle) == ("存档情况告知", "未能开具存档证明")
    assert document.nature == "notice"
    assert document.agency == ISSUE.agency
    assert QUERY in document.notes


def test_a_file_in_stock_is_certified_with_its_agency_and_number() -> None:
    assert made("custody").nature == "certificate"
    words = table(made("custody"), "证明").empty
    assert "99010119850315012X" in words
    assert f"截至 2026年10月31日，系{LONG}档案托管人员，档案管理编号 990100020002" in words
    assert words.endswith("特此证明。")
    assert table(made("custody"), "出具日期").empty == "2026年11月22日"


def test_the_agency_that_keeps_the_file_heads_its_certificate() -> None:
    document = made("custody")
    assert document.agency == LONG
    assert f"本单由{ISSUE.agency}的自助服务终端代存档机构打印。" in document.notes
    assert document.foot == ISSUE.foot()
    own = replace(rows()[ArchiveIndex][0], agency=ISSUE.agency)
    document = made("custody", ArchiveIndex=(own,))
    assert document.agency == ISSUE.agency
    assert "代存档机构" not in "".join(document.notes)


def test_an_agency_whose_file_is_gone_takes_the_head_from_nobody() -> None:
    index = rows()[ArchiveIndex][0]
    gone = replace(index, dossier_number="2", agency="邻市人才服务中心", lent_flag="1")
    document = made("custody", ArchiveIndex=(index, gone))
    assert document.agency == LONG
    assert gone.agency in document.tables[-1].heading


def test_no_agency_heads_what_is_told_of_the_files_of_another() -> None:
    index = rows()[ArchiveIndex][0]
    other = replace(index, dossier_number="2", agency="邻市人才服务中心")
    document = made("custody", ArchiveIndex=(index, other))
    assert document.agency == f"{ISSUE.agency}（代为打印）"
    words = "".join(one.empty for one in document.tables)
    assert f"系{LONG}档案托管人员" in words
    assert f"系{other.agency}档案托管人员" in words
    assert english(document).agency == (
        f"{ISSUE.agency} (printed on behalf of the custody agencies)"
    )


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
    assert_notice(document)
    (only,) = document.tables
    assert only.empty.startswith(reason)
    assert "特此证明" not in only.empty


def test_without_a_file_nothing_is_certified() -> None:
    document = statement("custody").build(nothing("custody"), ISSUE, "report")
    assert_notice(document)
    assert "不能开具存档证明" in document.tables[0].empty


def test_one_file_in_stock_is_certified_beside_another_that_is_not() -> None:
    here = rows()[ArchiveIndex][0]
    lent = replace(here, dossier_number="990100020009", lent_flag="1")
    document = made("custody", ArchiveIndex=(here, lent))
    assert (document.title, document.nature) == ("存档证明", "certificate")
    assert any(table.empty.startswith("档案已借出") for table in document.tables)
