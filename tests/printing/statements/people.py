"""One invented person with rows of every kind, with the worst names and amounts there may be."""

import datetime as dt
from collections.abc import Callable
from dataclasses import fields, replace
from decimal import Decimal
from functools import cache
from itertools import cycle
from typing import Any, Final

from archive.model import (
    AccountYear,
    Agency,
    ArchiveIndex,
    Benefit,
    BenefitPayment,
    CardOrder,
    CardRecord,
    Case,
    CaseStep,
    Certification,
    Contribution,
    DossierMaterial,
    DossierTransfer,
    Employer,
    Employment,
    Guide,
    GuideMaterial,
    Injury,
    LabourContract,
    MaternityEvent,
    MedicalYear,
    MissingMaterial,
    Notice,
    Registration,
    Transfer,
    Unemployment,
    UnemploymentGrant,
    YearsOfInsurance,
)
from archive.regions import Found, Gathered, Missing
from archive.store import Answer
from archive.values import Month
from printing.document import AmountCell, Document, Table
from printing.english.document import english
from printing.statements import statement
from printing.statements.issue import Window
from printing.statements.material import Material
from tests.printing.samples import AS_OF, ISSUE, PERSON, career, material

ID: Final = PERSON.person_id
RARE: Final = replace(PERSON, name="欧阳㛃𬭚䶮𠮷")
LONGEST: Final = "阿卜杜热合曼·买买提明·吐尔逊江·阿卜杜克力木·𠮷"
LONG: Final = "示例市高新技术产业开发区人力资源和社会保障事务代理服务中心（第二分中心）代理户"
MUCH: Final = Decimal("12345678.90")
EMPLOYERS: Final = {
    "E1": Employer(employer_id="E1", name=f"𠮷㛃{LONG}"),
    "E2": Employer(employer_id="E2", name=LONG),
}
OWN_AGENCY: Final = Agency(
    agency="A2",
    name=ISSUE.agency,
    kind="service",
    address="示例市桥湾区民生路 18 号一楼",
    phone="12333",
    region="990101",
)
DAY: Final = dt.date(2026, 3, 31)
OCTOBER: Final = Month(2026, 10)


def rows() -> dict[type[Any], tuple[Any, ...]]:
    """Rows of every kind."""
    return {
        Contribution: tuple(career(Window(Month(2024, 1), OCTOBER))),
        **_insured(),
        **_benefits(),
        **_work(),
        **_dossier(),
        **_services(),
    }


def _insured() -> dict[type[Any], tuple[Any, ...]]:
    registration = Registration(
        person_id=ID,
        line="110",
        started=DAY,
        employer_id="E1",
        status="1",
        payment_status="2",
        first_month=Month(2024, 1),
        insured_since=DAY,
    )
    return {
        Registration: (registration, replace(registration, line="210", status="4")),
        YearsOfInsurance: (
            YearsOfInsurance(person_id=ID, line="110", paid_months=34, deemed_months=120),
        ),
        AccountYear: (
            AccountYear(
                person_id=ID,
                line="110",
                year=2023,
                opening=MUCH,
                principal=MUCH,
                interest=MUCH,
                paid_out=Decimal("0.00"),
                closing=4 * MUCH,
            ),
        ),
        Transfer: (
            Transfer(
                person_id=ID,
                transfer_number="9901Z0000000101",
                direction="1",
                line="110",
                state="5",
                accepted_on=DAY,
                counterpart=LONG,
                finished_on=DAY,
                first=Month(2020, 1),
                last=Month(2021, 12),
                months=24,
                account_amount=MUCH,
                fund_amount=MUCH,
            ),
        ),
    }


def _benefits() -> dict[type[Any], tuple[Any, ...]]:
    benefit = Benefit(
        person_id=ID,
        benefit="pension",
        first_month=Month(2026, 1),
        line="110",
        state="2",
        suspended_on=DAY,
        reason="未按期办理领取待遇资格认证" * 3,
        amount=MUCH,
        pay_method="社会化发放",
        bank=LONG,
        bank_account="6217009900000000005",
        agency="A1",
    )
    payment = BenefitPayment(
        person_id=ID,
        benefit="pension",
        month=OCTOBER,
        item="01",
        amount=MUCH,
        item_name="基础养老金",
        paid_on=DAY,
    )
    return {
        Benefit: (
            benefit,
            replace(benefit, benefit="injury", line="410", state="3", suspended_on=None),
        ),
        BenefitPayment: (
            payment,
            replace(payment, item="02", item_name="历年调整增加额" * 3),
            replace(payment, benefit="unemployment", item="21", item_name="失业保险金"),
            replace(payment, benefit="injury", item="41", item_name="一次性伤残补助金" * 3),
        ),
        Certification: (
            Certification(
                person_id=ID, year=2025, certified_on=DAY, method="窗口", valid_until=DAY
            ),
        ),
        UnemploymentGrant: (
            UnemploymentGrant(
                person_id=ID,
                granted_from=Month(2024, 1),
                granted_to=Month(2024, 6),
                granted_months=6,
                monthly_amount=MUCH,
                months_left=0,
                state="3",
            ),
        ),
        Injury: (Injury(person_id=ID, injury_number="I1", injured_on=DAY, disability_grade=7),),
        MaternityEvent: (
            MaternityEvent(person_id=ID, event_on=DAY, event="生育津贴" * 7, amount=MUCH),
        ),
        MedicalYear: (MedicalYear(person_id=ID, line="410", year=2026, state="3", balance=MUCH),),
    }


def _work() -> dict[type[Any], tuple[Any, ...]]:
    return {
        Employment: (Employment(person_id=ID, number="J1", employed_on=DAY, employer_name=LONG),),
        Unemployment: (
            Unemployment(person_id=ID, number="S1", unemployed_on=DAY, reason="合同期满" * 12),
        ),
        LabourContract: (
            LabourContract(person_id=ID, number="H1", started=DAY, employer_name=f"{LONG}二"),
        ),
    }


def _dossier() -> dict[type[Any], tuple[Any, ...]]:
    return {
        ArchiveIndex: (
            ArchiveIndex(
                person_id=ID,
                dossier_number="990100020002",
                agency=LONG,
                stock_flag="1",
                lent_flag="0",
                ownership="个人",
            ),
        ),
        DossierTransfer: (
            DossierTransfer(
                person_id=ID, dossier_number="990100020002", direction="in", accepted_on=DAY
            ),
        ),
        DossierMaterial: (
            DossierMaterial(
                person_id=ID,
                dossier_number="990100020002",
                material_class="4",
                count=12,
                present="0",
            ),
        ),
        MissingMaterial: (
            MissingMaterial(
                person_id=ID,
                dossier_number="990100020002",
                material="高等学校毕业生登记表" * 4,
                told_on=DAY,
                effect="可能影响参加工作时间和工龄的认定" * 4,
            ),
        ),
        Agency: (Agency(agency="A1", name=f"{LONG}一", kind="service"), OWN_AGENCY),
    }


def _services() -> dict[type[Any], tuple[Any, ...]]:
    return {
        Case: (
            Case(
                person_id=ID,
                case_number="9901B0000000101",
                task_code="T1",
                task_name=LONG,
                accepted_on=DAY,
                state="2",
                legal_days=20,
            ),
        ),
        CaseStep: (
            CaseStep(person_id=ID, case_number="9901B0000000101", number=1, name="受理" * 20),
        ),
        CardOrder: (
            CardOrder(
                person_id=ID,
                order_number="9901K0000000101",
                kind="2",
                state="2",
                ordered_on=DAY,
                agency="A1",
            ),
        ),
        CardRecord: (
            CardRecord(
                person_id=ID,
                identification_code="0" * 32,
                card_number="D2140569X",
                issuing_area="990100",
                status="1",
                issued=DAY,
                expires=DAY,
            ),
        ),
        Guide: (
            Guide(
                task_code="T1",
                version=2,
                name=LONG,
                effective_from=DAY,
                procedure="1. 受理\n2. 审核" * 9,
            ),
        ),
        GuideMaterial: (
            GuideMaterial(
                task_code="T1", version=2, number=1, name=LONG, copies=2, needed="1", hint=LONG * 3
            ),
        ),
        Notice: (Notice(notice_code="N1", text=LONG * 2, since=DAY),),
    }


def gathered(files: tuple[ArchiveIndex, ...]) -> Gathered[ArchiveIndex]:
    """What this region and two others answered; one of them nothing at all."""
    here = Found("示例市", "990101", Answer.given(files, AS_OF), 0.1)
    return Gathered(
        (here,), (Missing("邻市", "990200", "timeout"), Missing("远市", "990300", "busy"))
    )


def own(name: str, **changed: tuple[Any, ...]) -> Material:
    """What the statement would have been given; `changed` rows by the name of their kind."""
    entry = statement(name)
    every = rows()
    chosen = {kind: changed.get(kind.__name__, every[kind]) for kind in entry.needs}
    made = material(
        chosen, person=RARE, window=Window.ending(OCTOBER, entry.months), employers=EMPLOYERS
    )
    if entry.spans:
        made = replace(made, contributed_since=Month(1980, 3))
    if entry.across:
        made = replace(made, across=gathered(chosen[ArchiveIndex]))
    return replace(made, person=None, number="T1") if entry.audience == "anyone" else made


def worst(name: str) -> Material:
    """The same with the largest amounts, some of them negative, and a name of 25 characters."""
    made = own(name)
    largest = cycle((Decimal("999999999.99"), Decimal("-999999999.99")))

    def swollen(row: Any) -> Any:
        money = [f.name for f in fields(row) if isinstance(getattr(row, f.name), Decimal)]
        return replace(row, **{field: next(largest) for field in money})

    rows = {kind: tuple(map(swollen, rows)) for kind, rows in made.rows.items()}
    person = made.person and replace(made.person, name=LONGEST)
    return replace(made, rows=rows, person=person)


def nothing(name: str) -> Material:
    """The same for a person of whom nothing is recorded."""
    made = own(name)
    across: Gathered[ArchiveIndex] | None = Gathered((), ()) if made.across else None
    return replace(
        made,
        rows=dict.fromkeys(made.rows, ()),
        employers={},
        contributed_since=None,
        across=across,
    )


def lent() -> Material:
    """What is read of somebody whose file is lent, so that nothing certifies where it lies."""
    index = replace(rows()[ArchiveIndex][0], lent_flag="1")
    return own("custody", ArchiveIndex=(index,))


def made(name: str, **changed: tuple[Any, ...]) -> Document:
    """The statement on A4."""
    return statement(name).build(own(name, **changed), ISSUE, "report")


def table(document: Document, heading: str) -> Table:
    """The table with that heading."""
    return next(table for table in document.tables if table.heading == heading)


def texts(table: Table) -> list[list[str]]:
    """The cells of each row as they are printed; nothing for what is left empty."""
    return [[cell.text if cell else "" for cell in row.cells] for row in table.rows()]


def amounts(table: Table) -> list[Decimal]:
    """Every amount of a table."""
    return [
        cell.value for row in table.rows() for cell in row.cells if isinstance(cell, AmountCell)
    ]


PEOPLE: Final[dict[str, Callable[[str], Material]]] = {
    "rare": own,
    "worst": worst,
    "nothing": nothing,
    "worst in English": worst,
}
"""For whom each statement must be whole on each medium."""


@cache
def paper(name: str, who: str) -> Document:
    """The report of that statement for one of `PEOPLE`."""
    of = statement(name).build(PEOPLE[who](name), ISSUE, "report")
    return english(of) if who.endswith("English") else of
