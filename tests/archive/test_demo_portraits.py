"""The demonstration's persons and what becomes of them: accounts, benefits, files, progress."""

from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from archive.demo.people import AS_OF
from archive.demo_data import DemoSummary, write_demo_data
from archive.model import (
    ArchiveIndex,
    ArchiveState,
    Benefit,
    BenefitPayment,
    CardOrder,
    CardRecord,
    Case,
    CaseStep,
    Certification,
    DossierTransfer,
    Employer,
    Employment,
    LabourContract,
    MedicalYear,
    MissingMaterial,
    Registration,
    Transfer,
    UnemploymentGrant,
)
from archive.sql.store import SqlStore
from archive.values import Month, parse_fen
from tests.archive.conftest import SEED
from tests.archive.test_demo_data import LAST_36, Row, contributions, read

__all__ = ["contributions"]


@pytest.fixture(scope="module")
def portraits(demo: DemoSummary) -> list[str]:
    return [person["AAC001"] for person in read(demo, "persons")[:6]]


def test_the_six_with_cards_show_every_state_between_them(
    demo_store: SqlStore, portraits: list[str]
) -> None:
    def states(record: type[object], name: str = "state") -> set[str]:
        return {getattr(row, name) for one in portraits for row in demo_store.of(record, one).rows}

    assert states(CardRecord, "status") == {"1", "2", "4", "9"}
    assert states(CardOrder) == set("12345")
    assert states(Transfer) == set("123456")
    assert states(Case) == set("123456")
    assert states(ArchiveIndex) == set(ArchiveState)
    assert states(Benefit, "benefit") == {"pension", "unemployment", "injury"}
    ways = demo_store.contributions
    kinds = {c.kind for p in portraits for c in ways(p, Month(1990, 1), Month(2030, 1)).rows}
    assert kinds == {"10", "20", "31", "32", "33", "34", "35", "40"}


def test_each_account_year_follows_from_the_one_before(demo: DemoSummary) -> None:
    rows = read(demo, "accounts")
    for row in rows:
        opening, principal, interest, out, closing = (
            parse_fen(row[code]) for code in ("AIC200", "ZZB001", "ZZB002", "AIC340", "ZZB005")
        )
        assert opening + principal + interest - out == closing >= 0
    for before, after in pairwise(rows):
        if before["AAC001"] == after["AAC001"]:
            assert int(after["AAE001"]) == int(before["AAE001"]) + 1
            assert after["AIC200"] == before["ZZB005"]


def test_the_principal_of_a_year_is_the_own_share_up_to_8_percent_of_the_base(
    demo: DemoSummary, contributions: list[Row]
) -> None:
    credited: Counter[tuple[str, str]] = Counter()
    beyond = False
    for row in contributions:
        if row["AAE140"] == "110":
            own, most = parse_fen(row["AAE082"]), (parse_fen(row["AAE180"]) * 8 + 50) // 100
            beyond |= own > most
            credit = max(-most, min(own, most))
            credited[row["AAC001"], row["AAE002"][:4]] += credit
    assert beyond  # who pays alone pays a fifth
    for row in read(demo, "accounts"):
        assert parse_fen(row["ZZB001"]) == credited[row["AAC001"], row["AAE001"]]


def test_employers_are_the_more_the_more_persons_there_are(demo: DemoSummary) -> None:
    known = {row["AAB001"] for row in read(demo, "employers")}
    assert len(known) == 12 + 39 // 8
    assert len({row["AAB001"] for row in read(demo, "registrations")} & known) > 12


def test_what_an_account_pays_out_is_what_the_pension_takes_from_it(demo: DemoSummary) -> None:
    out: Counter[tuple[str, str]] = Counter()
    for row in read(demo, "benefit_payments"):
        if row["EIC013"]:
            out[row["AAC001"], row["EAC064"][:4]] += parse_fen(row["EIC013"])
    accounts = read(demo, "accounts")
    for row in accounts:
        paid = out[row["AAC001"], row["AAE001"]]
        assert paid == parse_fen(row["AIC340"]), (row["AAC001"], row["AAE001"])
    assert any(row["AIC340"] != "0.00" for row in accounts)


def test_the_retired_person_is_suspended_because_the_certification_is_overdue(
    demo_store: SqlStore, portraits: list[str]
) -> None:
    (pension,) = demo_store.of(Benefit, portraits[4]).rows
    (seen,) = demo_store.of(Certification, portraits[4]).rows
    assert pension.state == "2"
    assert "认证" in pension.reason
    assert seen.valid_until is not None
    assert pension.suspended_on is not None
    assert seen.valid_until < pension.suspended_on <= AS_OF
    paid = demo_store.of(BenefitPayment, portraits[4]).rows
    assert max(row.month for row in paid) < Month.of(pension.suspended_on)
    assert len({row.item for row in paid}) == 2


def test_a_grant_of_unemployment_benefit_fits_its_payments(
    demo_store: SqlStore, portraits: list[str]
) -> None:
    grants = demo_store.of(UnemploymentGrant, portraits[2]).rows
    paid = {row.month for row in demo_store.of(BenefitPayment, portraits[2]).rows}
    assert len(grants) == 1
    for grant in grants:
        assert grant.months_left is not None
        taken = [m for m in paid if grant.granted_from <= m <= grant.granted_to]
        assert len(taken) == grant.granted_months - grant.months_left > 0


def test_the_sixth_persons_three_registrations_differ(
    demo_store: SqlStore, portraits: list[str]
) -> None:
    first, employment = demo_store.of(Employment, portraits[5]).rows
    (contract,) = demo_store.of(LabourContract, portraits[5]).rows
    insured = demo_store.of(Registration, portraits[5]).rows
    employers = demo_store.known(Employer, {row.employer_id for row in insured}).values()
    last = max(row.started for row in insured)
    assert contract.started < last < employment.employed_on
    assert contract.employer_name == employment.employer_name
    assert first.employer_name not in {employer.name for employer in employers}


def test_the_first_persons_three_registrations_agree(
    demo_store: SqlStore, portraits: list[str]
) -> None:
    worked = demo_store.of(Employment, portraits[0]).rows
    contracts = demo_store.of(LabourContract, portraits[0]).rows
    insured = [r for r in demo_store.of(Registration, portraits[0]).rows if r.line == "110"]
    starts = [[row.employed_on for row in worked], [row.started for row in contracts]]
    assert starts == [[row.started for row in insured]] * 2
    assert [row.ended for row in worked] == [row.ended for row in insured]


def test_a_finished_case_was_finished_on_the_day_of_that_step(
    demo_store: SqlStore, portraits: list[str]
) -> None:
    cases = [case for one in portraits for case in demo_store.of(Case, one).rows]
    steps = [step for one in portraits for step in demo_store.of(CaseStep, one).rows]
    finished = {case.case_number: case.finished_on for case in cases if case.state == "4"}
    assert finished == {
        step.case_number: step.done_on for step in steps if step.name == "办结" and step.done_on
    }


def test_no_card_is_ready_or_fetched_before_the_day_it_was_expected(demo: DemoSummary) -> None:
    orders = [row for row in read(demo, "card_orders") if row["card_order_state"] in "34"]
    assert {row["card_order_state"] for row in orders} == {"3", "4"}
    assert [row for row in orders if row["state_since"] < row["ready_by"]] == []


def test_missing_materials_are_told_committed_supplied_or_overdue(
    demo_store: SqlStore, portraits: list[str]
) -> None:
    lacks = demo_store.of(MissingMaterial, portraits[2]).rows
    assert any(lack.supplied_on for lack in lacks)
    assert any(lack.committed_on is None for lack in lacks)
    assert any(lack.supply_by and not lack.supplied_on and lack.supply_by < AS_OF for lack in lacks)
    assert any(lack.supply_by and not lack.supplied_on and lack.supply_by > AS_OF for lack in lacks)
    under_way = {
        row.direction: (AS_OF - row.accepted_on).days
        for place in (2, 5)
        for row in demo_store.of(DossierTransfer, portraits[place]).rows
        if row.finished_on is None
    }
    assert under_way["out"] < 15 < 40 < under_way["in"]


def test_medical_insurance_is_the_other_departments(
    demo_store: SqlStore, portraits: list[str]
) -> None:
    medical = demo_store.of(MedicalYear, portraits[0])
    assert "医疗保障" in medical.as_of.source
    assert {"310", "410"} == {year.line for year in medical.rows}
    assert "医疗保障" not in demo_store.contributions(portraits[0], *LAST_36).as_of.source


def test_progress_is_told_for_each_person(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    write_demo_data(tmp_path, 3, SEED, on_progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 3), (2, 3), (3, 3)]
