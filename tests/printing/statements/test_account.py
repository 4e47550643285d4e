from decimal import Decimal
from itertools import pairwise

from archive.figures.rules import rules
from archive.values import Month
from printing.english.document import english
from printing.layout.pin_page import layout_pin_pages
from printing.layout.roll import layout_roll
from printing.statements import statement
from printing.text import width
from tests.printing.pins import PIN_PAPERS, page_text
from tests.printing.samples import ISSUE, contribution, roll_text
from tests.printing.statements.people import amounts, made, nothing, own, table, texts

PENSION = "企业职工基本养老保险"


def test_each_year_has_a_row_the_newest_first_and_the_closing_is_the_next_opening() -> None:
    lines = texts(table(made("account"), PENSION))
    assert [line[0] for line in lines] == ["2026", "2025", "2024", "2023"]
    for newer, older in pairwise(lines):
        assert newer[1] == older[-2]


def test_a_year_whose_rate_is_not_published_has_no_interest_and_says_why() -> None:
    document = made("account")
    assert texts(table(document, PENSION))[0][3:6] == ["不详", "不详", "不详"]
    assert any(note.startswith("不详：") for note in document.notes)
    told = "".join(document.notes)
    assert "利率未公布或未录入的年份，利息不详，公布后补算。" in told
    assert "不计息" not in told
    said = " ".join(english(document).notes)
    assert "the interest is not known; it is added once the rate is published." in said
    rule = rules()["account"]
    assert "利息不详" in rule.how_zh
    assert "Interest is not known until its rate is published" in rule.how_en


def test_the_interest_is_that_of_the_published_rate() -> None:
    rows = tuple(contribution(Month(2024, n), base="5000.00") for n in range(1, 13))
    document = made("account", Contribution=rows, AccountYear=(), BenefitPayment=())
    line = next(row for row in texts(table(document, PENSION)) if row[0] == "2024")
    # 400 a month by monthly products: 400 x 78 / 12 x 2.62 %.
    assert line[1:] == ["0.00", "4,800.00", "2.62%", "68.12", "4,868.12", "12"]


def test_a_column_of_nothing_but_noughts_is_a_sentence() -> None:
    account = table(made("account", BenefitPayment=()), PENSION)
    assert account.legend == "各年都没有支出。"
    assert "本年支出" not in [column.heading for column in account.columns]


def test_the_note_names_the_rows_and_the_law() -> None:
    note = next(note for note in made("account").notes if "由本人记录计算" in note)
    assert "个人账户 1 条" in note
    assert "依据：社会保险法第十四条；GB/T 40217-2021 表 6。" in note


def test_the_english_note_gives_each_law_its_article() -> None:
    notes = english(made("account")).notes
    assert any(
        "Basis: Social Insurance Law, Art. 14; GB/T 40217-2021, table 6." in note for note in notes
    )
    estimate = english(made("employment", Benefit=(), BenefitPayment=())).notes
    assert any("Basis: Social Insurance Law, Arts. 45, 46, 51." in note for note in estimate)


def test_a_payment_that_does_not_say_its_part_from_the_account_leaves_the_year_unknown() -> None:
    document = made("account")
    newest = texts(table(document, PENSION))[0]
    assert newest[5:7] == ["不详", "不详"]
    assert any("个人账户支付部分未知" in note for note in document.notes)


def test_rates_end_below_each_other_away_from_the_amounts_before_them() -> None:
    (sheet,) = layout_pin_pages(made("account"), PIN_PAPERS["120"], "normal")
    page = page_text(sheet).splitlines()
    head = next(line for line in page if line.startswith("年度"))
    edge = width(head[: head.index("利率") + 2])
    years = [line[:edge] for line in page if line[:4] in ("2023", "2024", "2025")]
    assert [year.split()[-1] for year in years] == ["1.50%", "2.62%", "3.97%"]


def test_a_list_on_narrow_paper_says_all_that_the_rule_names() -> None:
    document = statement("account").build(own("account"), ISSUE, "receipt")
    lines = [line.split() for line in roll_text(layout_roll(document, 32, "normal")).splitlines()]
    at = lines.index(["2024"])
    assert lines[at + 1] == ["年初储存额", "12,835,802.35"]
    assert lines[at + 3] == ["利率", "2.62%"]


def test_amounts_of_eight_figures_stand_whole() -> None:
    assert max(amounts(table(made("account"), PENSION))) > Decimal("12345678.90")


def test_without_an_account_the_paper_says_so() -> None:
    document = statement("account").build(nothing("account"), ISSUE, "report")
    assert [table.empty for table in document.tables] == ["没有查到您的个人账户记录。"]
