"""Every figure explains itself: in words, as JSON, and without personal numbers."""

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from archive.demo_data import DemoSummary
from archive.errors import FigureUnknownError
from archive.figures.catalogue import CATALOGUE, figures
from archive.figures.figure import Figure, Missing, Unit, Unknown
from archive.figures.plain import plain, plain_figure
from archive.figures.rates import RatesInForce
from archive.figures.records import PersonRecords, gather
from archive.figures.rules import rules
from archive.model import Case, DossierTransfer, LabourContract
from archive.records import RecordKind
from archive.sqlite.store import SqliteStore
from tests.archive.figures.people import (
    BASIS,
    ID,
    by_name,
    day,
    every_month,
    insured,
    records,
)

CONTRACT = LabourContract(person_id=ID, number="HT99010001", started=day("2023-01-01"))
FULL = records(
    contributions=(
        *every_month("202301", "202610"),
        *every_month("202301", "202610", line="210", own="10.00"),
        *every_month("202301", "202610", line="410", own="0.00"),
    ),
    registrations=(insured("202301"),),
    contracts=(CONTRACT,),
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
            promised_days=5,
        ),
    ),
)


def every_figure(of: PersonRecords) -> Iterator[Figure[object]]:
    for name in CATALOGUE:
        yield from figures(name, of, BASIS)


def test_every_rule_is_used_and_every_figure_has_words_and_a_source() -> None:
    found = list(every_figure(FULL))
    own = {name for name in rules() if not name.startswith("paper.")}
    assert {figure.name.partition(":")[0] for figure in found} == own
    for figure in found:
        assert figure.rule.zh
        assert figure.rule.how_en
        assert figure.sources[0].title
        assert "{" not in figure.rule.how_zh + figure.rule.how_en


def test_every_figure_names_the_rows_it_was_made_of() -> None:
    assert all(figure.rows for figure in every_figure(FULL) if figure.name[:14] != "months.deemed:")


def test_nothing_recorded_is_not_known_and_no_figure_fails() -> None:
    names = {name: figures(name, records(), BASIS) for name in CATALOGUE}
    assert [name for name, found in names.items() if found] == [
        "work-start",
        "unemployment",
        "registrations",
    ]


def test_data_that_are_not_whole_are_said_to_be_so_in_every_figure() -> None:
    half = replace(FULL, as_of=replace(FULL.as_of, whole=False))
    assert all("不完整" in figure.notes[-1].zh for figure in every_figure(half))
    assert not any("不完整" in note.zh for figure in every_figure(FULL) for note in figure.notes)


def test_only_a_figure_that_reads_what_is_not_whole_is_said_to_be_so() -> None:
    half = replace(
        FULL,
        as_of=replace(FULL.as_of, whole=False),
        doubtful=frozenset({RecordKind.CASES, RecordKind.PERSONS}),
    )
    noted = {
        name
        for name in CATALOGUE
        for figure in figures(name, half, BASIS)
        if "不完整" in "".join(note.zh for note in figure.notes)
    }
    assert noted == {"cases"}


def test_a_figure_that_is_not_known_is_refused_without_repeating_what_was_asked() -> None:
    with pytest.raises(FigureUnknownError) as refused:
        figures("99010119850315012X", FULL, BASIS)
    assert "9901" not in str(refused.value)
    assert "months" in refused.value.known


def test_a_figure_as_json_masks_the_numbers_of_rows_unless_they_are_revealed() -> None:
    (figure,) = figures("registrations", FULL, BASIS)
    hidden = json.dumps(plain_figure(figure, reveal=False), ensure_ascii=False)
    whole = json.dumps(plain_figure(figure, reveal=True), ensure_ascii=False)
    assert "HT99010001" not in hidden
    assert "HT99010001" in whole
    assert ID not in whole


def test_every_figure_becomes_json() -> None:
    for figure in every_figure(FULL):
        again: dict[str, Any] = json.loads(json.dumps(plain_figure(figure, reveal=False)))
        assert again["unit"] in set(Unit)
        assert again["title"]["zh"] == figure.rule.zh


def test_an_unknown_value_says_so_and_amounts_are_text() -> None:
    assert plain(Decimal("1.50")) == "1.50"
    unknown = plain(Unknown(Missing.RULE))
    assert isinstance(unknown, dict)
    assert (unknown["is"], unknown["why"]) == ("Unknown", "rule")
    with pytest.raises(TypeError):
        plain(1.5)


def test_every_reason_has_words_in_both_languages() -> None:
    assert all(missing.zh and missing.en for missing in Missing)


def test_rates_are_those_of_the_latest_month_and_unknown_where_the_class_is() -> None:
    found = by_name(figures("rates", FULL, BASIS))
    pension = found["rates:110"].value
    assert isinstance(pension, RatesInForce)
    assert (pension.employer_percent, pension.employee_percent) == (Decimal(16), Decimal(8))
    assert pension.ceiling == Decimal("28101.00")
    assert found["rates:410"].value == Unknown(Missing.RATES)
    assert found["rates:110"].sources[1].example


@pytest.mark.slow
def test_the_figures_of_stored_persons_are_made_of_what_the_store_holds(
    demo: DemoSummary, demo_store: SqliteStore
) -> None:
    insured_ones = 0
    for person_id in ids(demo):
        person = demo_store.person(person_id)
        assert person
        of = gather(demo_store, person)
        found = list(every_figure(of))
        insured_ones += bool(of.contributions)
        assert {figure.name for figure in found if figure.name.startswith("months.paid")} == {
            f"months.paid:{line}" for line in of.lines
        }
    assert insured_ones > 30


def ids(demo: DemoSummary) -> list[str]:
    (path,) = (file for file in demo.files if file.name == "persons.csv")
    with path.open(encoding="utf-8") as file:
        return [row["AAC001"] for row in csv.DictReader(file)]
