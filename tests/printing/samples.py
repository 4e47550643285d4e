"""Invented people and records for the tests of this package."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from archive.figures.records import Basis
from archive.model import Contribution, Employer, Person
from archive.store import AsOf
from archive.tables.shelf import load_tables
from archive.values import Month
from printing.document import Document, Reveal
from printing.layout.roll import Line, Qr, Roll, Rule
from printing.statements import statement as entry
from printing.statements.issue import IssueFacts, Window
from printing.statements.material import Material, Rows
from printing.text import width

FONTS = tuple(
    Path("/usr/share/fonts/truetype") / name
    for name in ("wqy/wqy-microhei.ttc", "hanazono/HanaMinA.ttf", "hanazono/HanaMinB.ttf")
)
CODE = "WFE8-VW3G-G9P3-9N3S-2A01-KQAX-W1MZ"
SECOND_CODE = "R1DD-E9HW-DT95-ZVM1-YM9W-GKC2-5VM7"
"""Of the second paper of an order."""
VERIFY_URL = "https://verify.example.gov.cn/v/#"

PERSON = Person(
    person_id="9901000123",
    social_security_number="99010119850315012X",
    name="张晓三",
    sex="1",
    ethnicity="01",
    birth_date=date(1985, 3, 15),
    region="990101",
    household_place="示例市桥湾区民生街道青禾巷",
)
EMPLOYERS = {
    "E1": Employer(employer_id="E1", name="示例精密仪器有限公司"),
    "E2": Employer(
        employer_id="E2",
        name="示例市高新技术产业开发区人力资源和社会保障事务代理服务中心（第二分中心）代理户",
    ),
}
WINDOW = Window.ending(Month(2026, 10), 36)
ISSUE = IssueFacts(
    serial="20261122-03-000417",
    issued_at=datetime(2026, 11, 22, 1, 43, tzinfo=UTC),
    kiosk="办事大厅 03 号机",
    agency="示例市社会保险基金管理局",
    copy=1,
    code=CODE,
    verify_url=VERIFY_URL,
)
AS_OF = AsOf(date(2026, 10, 31), "示例数据（虚构人员）", whole=True)
STALE_DAYS = 62
BASIS = Basis(load_tables(), date(2026, 11, 22))
_RATES = {"110": ("0.16", "0.08"), "210": ("0.008", "0.002"), "410": ("0.002", "0")}


def contribution(
    month: Month,
    line: str = "110",
    *,
    base: str = "6420.00",
    employer: str = "E1",
    kind: str = "10",
    status: str = "1",
    paid: tuple[str, str] | None = None,
) -> Contribution:
    """One row; what was paid is what was due unless told otherwise."""
    rates = _RATES.get(line, ("0.05", "0.02"))
    due = [(Decimal(base) * Decimal(rate)).quantize(Decimal("0.01")) for rate in rates]
    arrived = [Decimal(text) for text in paid] if paid else due
    return Contribution(
        person_id=PERSON.person_id,
        line=line,
        month=month,
        kind=kind,
        settled=month,
        employer_id=employer,
        base=Decimal(base),
        employer_due=due[0],
        employee_due=due[1],
        employer_paid=arrived[0],
        employee_paid=arrived[1],
        to_account=Decimal("0.00"),
        posted_on=date(month.year, month.number, 25),
        status=status,
    )


def career(window: Window = WINDOW, lines: Sequence[str] = tuple(_RATES)) -> list[Contribution]:
    """A full window of contributions, with a change of employer and a rise of the base."""
    change = window.first.plus(14)
    rows = []
    for number, month in enumerate(window):
        base = f"{6420 + 37 * (number // 12) * 10}.00"
        employer = "E2" if month < change else "E1"
        rows += [contribution(month, line, base=base, employer=employer) for line in lines]
    return rows


def career_with_marks() -> list[Contribution]:
    """The same with a back-payment, a short month, a refund and a month on its way."""
    rows = []
    for row in career():
        match str(row.month), row.line:
            case "202503", "110":
                row = replace(row, kind="31")
            case "202407", "110":
                row = replace(row, status="0", employer_paid=Decimal("500.00"))
                row = replace(row, employee_paid=Decimal("200.05"))
            case "202610", "210":
                row = replace(row, status="3", employer_paid=Decimal("0.00"))
                row = replace(row, employee_paid=Decimal("0.00"))
            case "202601", "410":
                refund = replace(row, kind="20", employer_paid=-row.employer_paid)
                rows.append(replace(refund, employer_due=-row.employer_due))
            case _:
                pass
        rows.append(row)
    return rows


def statement(
    rows: Sequence[Contribution] | None = None,
    *,
    reveal: Reveal = "report",
    person: Person = PERSON,
    window: Window = WINDOW,
    issue: IssueFacts = ISSUE,
) -> Document:
    """The statement of these rows, of a plain career if there are none given."""
    chosen = career(window) if rows is None else rows
    own = material({Contribution: tuple(chosen)}, person=person, window=window)
    return entry("contributions").build(own, issue, reveal)


def material(
    rows: Rows,
    *,
    person: Person = PERSON,
    window: Window = WINDOW,
    as_of: AsOf = AS_OF,
    employers: Mapping[str, Employer] = EMPLOYERS,
) -> Material:
    """What would have been read, by kind."""
    return Material(person, as_of, window, BASIS, STALE_DAYS, rows, employers)


def roll_text(roll: Roll) -> str:
    """The receipt as text of fixed pitch, a line of text for each printed one."""
    return "".join(f"{_text(line, roll.columns)}\n" for line in roll.lines)


def _text(line: Line | Rule | Qr, columns: int) -> str:
    match line:
        case Line():
            indent = (columns - line.size * width(line.text)) // 2 if line.centred else 0
            return " " * indent + line.text
        case Rule():
            return "-" * columns
        case Qr():
            return " " * ((columns - 10) // 2) + "[二维码]"
