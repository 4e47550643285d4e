"""参保缴费凭证: what was paid here, for who moves on, and how far each transfer has got."""

from collections.abc import Iterable, Mapping
from typing import Final

from archive.codes import code_table
from archive.figures.account import Amount
from archive.figures.catalogue import CATALOGUE
from archive.figures.figure import Figure, Missing, Unknown
from archive.model import Agency, Contribution, Transfer
from archive.months import PAID, month_states
from printing.document import (
    Cell,
    Column,
    CountCell,
    Document,
    Fact,
    Kind,
    Reveal,
    Row,
    Table,
    TextCell,
)
from printing.statements import account
from printing.statements.common import (
    DELAY,
    NOT_KNOWN,
    QUERY,
    amount_cell,
    basis_note,
    count_cell,
    day_cell,
    label_cell,
    line_cell,
    month_cell,
    paper,
    plain,
    reasons,
    shown,
    text_cell,
)
from printing.statements.issue import IssueFacts
from printing.statements.material import Material
from printing.statements.registry import Section, Statement

_NO_PAPER: Final = "在全国平台申请转移接续，不再需要提交纸质凭证，本单供您留存。"
_BALANCE: Final = (
    "个人账户储存额为年初储存额加本年记入本金减本年支出，不含本年利息；转移金额以经办机构核定为准。"
)
_PENSION: Final = ("110", "120")
_NO_ACCOUNT: Final = ("210", "410", "510")
"""Unemployment, work injury and maternity are paid from a common fund alone."""


def build(material: Material, issue: IssueFacts, reveal: Reveal) -> Document:
    """Every line of insurance with its months here, and every transfer."""
    accounts = account.accounts(material)
    transfers = sorted(material.of(Transfer), key=lambda row: row.accepted_on, reverse=True)
    balances = _balances(material.of(Contribution), accounts)
    return paper(
        STATEMENT.name,
        STATEMENT.title["zh"],
        "本地参保缴费和转移接续进度",
        material,
        issue,
        reveal,
        facts=_facts(material, issue, reveal),
        tables=(_here(material.of(Contribution), balances), *_transfers(transfers, reveal)),
        notes=(
            QUERY,
            _NO_PAPER,
            DELAY,
            _BALANCE,
            *map(basis_note, accounts),
            *reasons(balances.values()),
        ),
    )


STATEMENT: Final = Statement(
    name="transfer",
    title={"zh": "参保缴费凭证和转移进度", "en": "Transfer record and progress"},
    about={"zh": "本地缴费月数、账户和转移进度", "en": "Months here, and transfers under way"},
    section=Section.INSURANCE,
    place=4,
    needs=(*CATALOGUE["account"].reads, Agency),
    build=build,
)


def _facts(material: Material, issue: IssueFacts, reveal: Reveal) -> Iterable[Fact]:
    """What the next agency asks for (户籍属地, 行政区划代码, 社保机构地址和电话), where recorded.

    Of these the household place tells of the holder: it stands where numbers stand whole.
    """
    person = material.holder
    if person.household_place and reveal == "report":
        yield Fact("户籍属地", person.household_place, sensitive=True)
    if person.region:
        yield Fact("行政区划代码", person.region)
    own = next((one for one in material.of(Agency) if one.name == issue.agency), None)
    if own and own.address:
        yield Fact("机构地址", own.address)
    if own and own.phone:
        yield Fact("机构电话", own.phone)


def _balances(
    rows: tuple[Contribution, ...], accounts: Iterable[Figure[object]]
) -> dict[str, Amount]:
    """The account of each pension line that was paid here."""
    known = {
        figure.name.partition(":")[2]: account.years(figure)[-1].before_interest
        for figure in accounts
    }
    lines = sorted({row.line for row in rows}.intersection(_PENSION))
    return {line: known.get(line, Unknown(Missing.NO_RECORD)) for line in lines}


def _here(rows: tuple[Contribution, ...], balances: Mapping[str, Amount]) -> Table:
    lines = sorted({row.line for row in rows})
    return plain(
        "本地参保缴费",
        (
            Column("险种", Kind.TEXT),
            Column("缴费起", Kind.TEXT),
            Column("缴费止", Kind.TEXT),
            Column("实际缴费月数", Kind.COUNT, "月数"),
            Column("个人账户储存额", Kind.AMOUNT, "账户"),
        ),
        (Row((line_cell(line), *_span(rows, line), _balance(line, balances))) for line in lines),
        "本地没有缴费记录。",
        of=(Contribution,),
        unit="元",
    )


def _span(rows: Iterable[Contribution], line: str) -> tuple[Cell, Cell, Cell]:
    states = month_states(rows, line)
    paid = [month for month, state in states.items() if state in PAID]
    first, last = min(paid, default=None), max(paid, default=None)
    return month_cell(first, "无"), month_cell(last, "无"), CountCell(len(paid))


def _balance(line: str, balances: Mapping[str, Amount]) -> Cell:
    """Only pension lines have an account here; that of medical lines is kept elsewhere."""
    if line in balances:
        return amount_cell(balances[line])
    return (
        TextCell("无个人账户", "无账户")
        if line in _NO_ACCOUNT
        else TextCell("见医保部门", "见医保")
    )


def _transfers(transfers: Iterable[Transfer], reveal: Reveal) -> Iterable[Table]:
    found = tuple(transfers)
    yield plain(
        "转移接续进度",
        (
            Column("转移", Kind.TEXT),
            Column("业务编号", Kind.TEXT),
            Column("对方机构", Kind.TEXT),
            Column("进度", Kind.TEXT),
            Column("受理日期", Kind.TEXT),
            Column("办结日期", Kind.TEXT),
        ),
        (
            Row(
                (
                    text_cell(_way(row)),
                    TextCell(shown(row.transfer_number, reveal)),
                    text_cell(row.counterpart),
                    label_cell("transfer_state", row.state),
                    day_cell(row.accepted_on),
                    day_cell(row.finished_on, NOT_KNOWN if row.ended else "未办结"),
                )
            )
            for row in found
        ),
        "没有转移接续记录。",
        of=(Transfer,),
    )
    if found:
        yield plain(
            "转移内容",
            (
                Column("转移", Kind.TEXT),
                Column("起", Kind.TEXT),
                Column("止", Kind.TEXT),
                Column("月数", Kind.COUNT),
                Column("个人账户", Kind.AMOUNT),
                Column("统筹基金", Kind.AMOUNT, "统筹"),
            ),
            (Row((text_cell(_way(row)), *_content(row))) for row in found),
            unit="元",
        )


def _way(row: Transfer) -> str:
    direction = code_table("EAC071").label(row.direction)
    return f"{direction} {code_table('AAE140.hrss').label(row.line)}"


def _content(row: Transfer) -> tuple[Cell, ...]:
    return (
        month_cell(row.first),
        month_cell(row.last),
        count_cell(row.months),
        amount_cell(row.account_amount),
        amount_cell(row.fund_amount),
    )
