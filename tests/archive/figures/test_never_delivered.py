"""What rests on a kind that was never delivered is not known: no figure states a number of it."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

import pytest

from archive.figures.catalogue import CATALOGUE, figures
from archive.figures.figure import Missing, Unknown
from archive.figures.plain import Plain, plain
from archive.figures.records import FIELDS, PersonRecords
from archive.model import (
    AccountYear,
    Benefit,
    BenefitPayment,
    Case,
    Contribution,
    DossierTransfer,
    Employment,
    LabourContract,
    Registration,
    Transfer,
    UnemploymentGrant,
    YearsOfInsurance,
)
from archive.records import spec_of
from tests.archive.figures.people import (
    BASIS,
    EMPLOYERS,
    ID,
    by_name,
    day,
    every_month,
    insured,
    month,
    records,
)

NEVER: Final = Unknown(Missing.NOT_DELIVERED)
NAME: Final = EMPLOYERS["E1"].name
LATEST: Final = AccountYear(
    person_id=ID,
    line="110",
    year=2022,
    opening=Decimal("900.00"),
    principal=Decimal("0.00"),
    interest=Decimal("55.08"),
    paid_out=Decimal("0.00"),
    closing=Decimal("955.08"),
)
FULL: Final = records(
    contributions=(
        *every_month("202303", "202512"),
        *every_month("202303", "202512", line="210", own="10.00"),
    ),
    registrations=(insured("202301"), insured("202301", line="210")),
    years=tuple(
        YearsOfInsurance(person_id=ID, line=line, paid_months=30, deemed_months=26)
        for line in ("110", "210")
    ),
    accounts=(LATEST,),
    transfers=(
        Transfer(
            person_id=ID,
            transfer_number="T1",
            direction="1",
            line="110",
            state="5",
            accepted_on=day("2026-03-02"),
            finished_on=day("2026-03-31"),
        ),
    ),
    benefits=(
        Benefit(
            person_id=ID, benefit="pension", first_month=month("202501"), line="110", state="1"
        ),
    ),
    payments=(
        BenefitPayment(
            person_id=ID,
            benefit="pension",
            month=month("202502"),
            item="01",
            amount=Decimal("50.00"),
            from_account=Decimal("20.00"),
        ),
    ),
    employments=(
        Employment(person_id=ID, number="J1", employed_on=day("2023-01-01"), employer_name=NAME),
    ),
    contracts=(
        LabourContract(person_id=ID, number="H1", started=day("2023-03-15"), employer_name=NAME),
    ),
    dossier_transfers=(
        DossierTransfer(
            person_id=ID, dossier_number="D1", direction="out", accepted_on=day("2026-11-02")
        ),
    ),
    cases=(
        Case(
            person_id=ID,
            case_number="B1",
            task_code="T1",
            task_name="示例",
            accepted_on=day("2026-11-02"),
            state="1",
            legal_days=20,
        ),
    ),
)
GRANTED: Final = replace(
    FULL,
    grants=(
        UnemploymentGrant(
            person_id=ID,
            granted_from=month("202401"),
            granted_to=month("202406"),
            granted_months=6,
            monthly_amount=Decimal("2000.00"),
            months_left=3,
            state="3",
        ),
    ),
)
READ: Final = [(name, kind) for name, entry in CATALOGUE.items() for kind in entry.reads]
whole = pytest.mark.parametrize("of", [FULL, GRANTED], ids=["no grant", "a grant"])


def without(of: PersonRecords, kind: type[Any]) -> PersonRecords:
    changes: dict[str, Any] = {FIELDS[kind]: ()}
    as_of = replace(of.as_of, never=(spec_of(kind).kind,))
    return replace(of, as_of=as_of, **changes)


def values(of: PersonRecords, name: str) -> dict[str, object]:
    return {figure.name: figure.value for figure in figures(name, of, BASIS)}


def leaves(value: Plain, path: str) -> Iterator[tuple[str, object]]:
    """What is stated, and where; what is not known states nothing."""
    match value:
        case {"is": "Unknown"} | bool() | None:
            return
        case {"is": "Lacking" | "StartsApart" | "EndsApart"}:
            yield path, str(value)
        case dict():
            for key, item in value.items():
                yield from leaves(item, f"{path}.{value.get('year', '')}.{key}")
        case list():
            for item in value:
                yield from leaves(item, path)
        case _:
            yield path, value


def stated(of: PersonRecords, name: str) -> set[tuple[str, object]]:
    found: set[tuple[str, object]] = set()
    for figure in figures(name, of, BASIS):
        found.update(leaves(plain(figure.value), figure.name))
        found.update(leaves(plain(figure.differences), f"{figure.name} differs"))
        found.update((f"{figure.name} note", note.zh) for note in figure.notes)
    return found


@whole
@pytest.mark.parametrize(("name", "kind"), READ)
def test_a_kind_that_never_came_takes_statements_away_and_makes_no_other(
    of: PersonRecords, name: str, kind: type[Any]
) -> None:
    if name == "unemployment":  # of which who draws a pension is told nothing
        of = replace(of, benefits=())
    assert stated(of, name), "else nothing is tested"
    assert stated(without(of, kind), name) - stated(of, name) == set()


@pytest.mark.parametrize(
    ("kind", "unknown"),
    [
        (Contribution, {"paid", "interrupted", "total"}),
        (Registration, {"interrupted"}),
        (YearsOfInsurance, {"deemed", "total"}),
        (AccountYear, set()),
    ],
)
def test_months_that_rest_on_what_never_came_are_not_known(
    kind: type[Any], unknown: set[str]
) -> None:
    found = values(without(FULL, kind), "months")
    names = ("paid", "deemed", "interrupted", "total")
    assert {one for one in names if found[f"months.{one}:110"] == NEVER} == unknown
    for one in by_name(figures("months", without(FULL, kind), BASIS)).values():
        assert one.value != NEVER or not (one.notes or one.differences)


@pytest.mark.parametrize(
    ("kind", "unknown"),
    [
        (Contribution, {"principal", "interest", "closing", "months_so_far"}),
        (AccountYear, {"opening", "interest", "closing"}),
        (Transfer, {"interest", "closing"}),
        (Benefit, {"paid_out", "closing"}),
        (BenefitPayment, {"paid_out", "closing"}),
        (Registration, set()),
        (YearsOfInsurance, set()),
    ],
)
def test_what_an_account_cannot_say_without_a_kind_is_not_known(
    kind: type[Any], unknown: set[str]
) -> None:
    (lines,) = (plain(value) for value in values(without(FULL, kind), "account").values())
    assert isinstance(lines, list)
    (line,) = (one for one in lines if isinstance(one, dict) and one["year"] == 2023)
    assert {key for key, value in line.items() if value == plain(NEVER)} == unknown


def test_without_registrations_an_account_without_earlier_years_has_no_opening() -> None:
    of = replace(without(FULL, Registration), accounts=())
    (value,) = values(of, "account").values()
    assert isinstance(value, tuple)
    assert (value[0].opening, value[0].closing) == (NEVER, NEVER)


@pytest.mark.parametrize("kind", CATALOGUE["unemployment"].reads)
def test_months_of_unemployment_benefit_are_not_known_and_none_is_counted(
    kind: type[Any],
) -> None:
    of = without(replace(FULL, benefits=()), kind)
    found = by_name(figures("unemployment", of, BASIS))
    assert found["unemployment.months"].value == NEVER
    assert found["unemployment.months"].notes == ()
    assert (found["unemployment.amount"].value == NEVER) == (kind is Contribution)


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        (LabourContract, "contract"),
        (Employment, "employment"),
        (Registration, "insured"),
        (Contribution, "contributed"),
    ],
)
def test_a_reference_date_whose_kind_never_came_says_so(kind: type[Any], part: str) -> None:
    (dates,) = values(without(FULL, kind), "work-start").values()
    assert getattr(dates, part) == NEVER


@pytest.mark.parametrize(
    ("kind", "side"),
    [(LabourContract, "contract"), (Employment, "employment"), (Registration, "insurance")],
)
def test_a_registration_whose_kind_never_came_is_not_called_lacking(
    kind: type[Any], side: str
) -> None:
    (stretches,) = values(without(FULL, kind), "registrations").values()
    assert isinstance(stretches, tuple)
    (stretch,) = stretches
    assert getattr(stretch, side) == NEVER
    assert not any("Lacking" in repr(gap) for gap in stretch.gaps)


@pytest.mark.parametrize("kind", [LabourContract, Employment, Registration])
def test_without_any_registration_it_is_said_that_a_kind_never_came(kind: type[Any]) -> None:
    assert set(values(without(records(), kind), "registrations").values()) == {NEVER}
