"""The three registrations side by side, and the reference dates for the start of work."""

from dataclasses import replace
from typing import Any

from archive.figures.figure import Missing, Unknown
from archive.figures.records import Basis, PersonRecords
from archive.figures.registrations import (
    EndsApart,
    Gap,
    Kind,
    Lacking,
    Period,
    StartsApart,
    Stretch,
    side_by_side,
)
from archive.figures.work_start import ReferenceDates, work_start
from archive.model import Employment, LabourContract, Registration
from tests.archive.figures.people import BASIS, ID, day, insured, month, paid, records

NAME = "示例（一）有限公司"
E, I, C = Kind.EMPLOYMENT, Kind.INSURANCE, Kind.CONTRACT  # noqa: E741 - short names of a table


def job(started: str, ended: str | None = None, name: str = NAME) -> Employment:
    return Employment(
        person_id=ID,
        number=f"J{started}",
        employed_on=day(started),
        employer_name=name,
        ended=day(ended) if ended else None,
    )


def contract(started: str, ended: str | None = None, name: str = NAME) -> LabourContract:
    return LabourContract(
        person_id=ID,
        number=f"C{started}",
        started=day(started),
        employer_name=name,
        ended=day(ended) if ended else None,
    )


def cover(started: str, ended: str | None = None, **changes: str) -> Registration:
    first = insured(started[:7].replace("-", ""), **changes)
    return replace(first, started=day(started), ended=day(ended) if ended else None)


def stretches(of: PersonRecords, basis: Basis = BASIS) -> tuple[Stretch, ...]:
    (figure,) = side_by_side(of, basis)
    assert isinstance(figure.value, tuple)
    return figure.value


def gaps(basis: Basis = BASIS, **kinds: Any) -> tuple[Gap, ...]:
    (stretch,) = stretches(records(**kinds), basis)
    return stretch.gaps


def test_three_that_agree_show_no_difference_whatever_the_lines_of_insurance() -> None:
    assert not gaps(
        employments=(job("2020-03-02", "2022-05-31"),),
        contracts=(contract("2020-03-01", "2022-05-31"),),
        registrations=(
            cover("2020-03-10", "2022-06-10"),
            cover("2020-03-10", "2022-06-10", line="210"),
        ),
    )


def test_a_contract_without_insurance_is_flagged() -> None:
    assert gaps(employments=(job("2020-03-02"),), contracts=(contract("2020-03-01"),)) == (
        Lacking(E, I),
        Lacking(C, I),
    )


def test_insurance_without_employment_or_contract_is_flagged() -> None:
    assert gaps(registrations=(cover("2020-03-10"),)) == (Lacking(I, E), Lacking(I, C))


def test_whoever_pays_alone_needs_no_contract() -> None:
    assert gaps(registrations=(cover("2020-03-10", employer=""),)) == (Lacking(I, E),)


def test_dates_that_lie_apart_are_flagged_with_their_days() -> None:
    three: dict[str, Any] = {
        "employments": (job("2020-03-01", "2022-05-31"),),
        "contracts": (contract("2020-03-01", "2022-05-31"),),
        "registrations": (cover("2020-05-01", "2022-01-31"),),
    }
    assert gaps(**three) == (
        StartsApart(E, I, 61),
        EndsApart(E, I, 120),
        StartsApart(I, C, 61),
        EndsApart(I, C, 120),
    )
    assert not gaps(replace(BASIS, days_apart=120), **three)


def test_one_that_goes_on_while_another_has_ended_is_flagged() -> None:
    assert gaps(
        employments=(job("2020-03-01"),),
        contracts=(contract("2020-03-01"),),
        registrations=(cover("2020-03-01", "2022-01-31"),),
    ) == (EndsApart(E, I, None), EndsApart(I, C, None))


def test_the_end_of_a_fixed_term_that_has_not_come_is_as_good_as_none() -> None:
    assert not gaps(
        employments=(job("2020-03-01"),),
        contracts=(contract("2020-03-01", "2028-02-29"),),
        registrations=(cover("2020-03-01"),),
    )


def test_a_fixed_term_that_runs_on_after_the_work_ended_is_flagged() -> None:
    assert gaps(
        employments=(job("2020-03-01", "2022-01-31"),),
        contracts=(contract("2020-03-01", "2028-02-29"),),
        registrations=(cover("2020-03-01", "2022-01-31"),),
    ) == (EndsApart(E, C, None), EndsApart(I, C, None))


def test_an_employer_is_the_same_however_its_brackets_and_spaces_are_written() -> None:
    found = stretches(
        records(
            employments=(job("2020-03-01", name="示例(一)有限公司"),),
            contracts=(contract("2020-03-01", name=" 示例（一） 有限公司"),),
            registrations=(cover("2020-03-01"),),
        )
    )
    assert [stretch.gaps for stretch in found] == [()]


def test_who_comes_back_to_an_employer_has_two_stretches_the_latest_first() -> None:
    found = stretches(
        records(
            employments=(job("2010-01-01", "2012-12-31"), job("2018-01-01")),
            registrations=(cover("2010-01-01", "2012-12-31"), cover("2018-01-01")),
        )
    )
    covers = [stretch.insurance for stretch in found]
    starts = [one.started.year for one in covers if isinstance(one, Period)]
    assert starts == [2018, 2010]
    assert all(stretch.gaps == (Lacking(E, C), Lacking(I, C)) for stretch in found)


def test_renewed_contracts_are_one_stretch() -> None:
    (stretch,) = stretches(
        records(contracts=(contract("2015-01-01", "2017-12-31"), contract("2018-01-01")))
    )
    assert isinstance(stretch.contract, Period)
    assert (stretch.contract.started, stretch.contract.ended) == (day("2015-01-01"), None)


def test_two_employers_are_two_stretches() -> None:
    found = stretches(records(contracts=(contract("2015-01-01"), contract("2015-01-01", name="B"))))
    assert len(found) == 2


def test_without_any_registration_nothing_is_known() -> None:
    (figure,) = side_by_side(records(), BASIS)
    assert figure.value == Unknown(Missing.NO_RECORD)


def test_the_employers_name_stays_out_of_logs() -> None:
    assert NAME not in repr(stretches(records(contracts=(contract("2015-01-01"),))))


def test_reference_dates_stand_side_by_side_and_are_called_a_reference() -> None:
    of = records(
        contracts=(contract("2016-02-01"), contract("2014-08-01")),
        employments=(job("2014-09-01"),),
        registrations=(insured("201501", line="210"), insured("201410")),
        contributions=(paid(month("201501")), paid(month("201411"))),
    )
    (figure,) = work_start(of, BASIS)
    assert figure.value == ReferenceDates(
        contract=day("2014-08-01"),
        employment=day("2014-09-01"),
        insured=month("201410"),
        contributed=month("201411"),
    )
    assert "参考" in figure.rule.zh
    assert "不是认定结论" in figure.rule.how_zh
    assert len(figure.rows) == 4


def test_a_date_that_is_not_recorded_is_not_known() -> None:
    (figure,) = work_start(records(), BASIS)
    nothing = Unknown(Missing.NO_RECORD)
    assert figure.value == ReferenceDates(nothing, nothing, nothing, nothing)
