import csv
import tomllib
import tracemalloc
from collections import Counter
from decimal import Decimal
from itertools import pairwise
from operator import itemgetter
from pathlib import Path

import pytest

from archive import card_number, identity_number
from archive.demo.people import AS_OF, TakenNumbers, make_person
from archive.demo_data import DemoSummary, write_demo_data
from archive.model import (
    Employer,
    Registration,
)
from archive.records import SPECS, RecordKind
from archive.sql.store import SqlStore
from archive.tables.rates import example_rates
from archive.values import Month, parse_date, parse_fen
from tests.archive.conftest import SEED

LAST_36 = Month(2023, 11), Month(2026, 10)
Row = dict[str, str]


def read(demo: DemoSummary, name: str) -> list[Row]:
    path = next(path for path in demo.files if path.name == f"{name}.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def contributions(demo: DemoSummary) -> list[Row]:
    return read(demo, "contributions")


def contents(summary: DemoSummary) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (*summary.files, *summary.cards)}


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(
    demo: DemoSummary, tmp_path: Path
) -> None:
    assert contents(write_demo_data(tmp_path / "a", 40, SEED)) == contents(demo)
    other = contents(write_demo_data(tmp_path / "b", 40, SEED + 1))
    assert other["persons.csv"] != contents(demo)["persons.csv"]


def test_a_person_is_the_same_in_small_and_large_data(demo: DemoSummary, tmp_path: Path) -> None:
    small, large = contents(write_demo_data(tmp_path, 10, SEED)), contents(demo)
    for kind in RecordKind:
        if SPECS[kind].of_person:
            name = f"{kind.value}.csv"
            assert large[name].startswith(small[name]), name
    assert small["01.toml"] == large["01.toml"]


def test_every_kind_has_rows_and_all_of_them_are_accepted(
    demo: DemoSummary, demo_store: SqlStore
) -> None:
    assert {path.stem for path in demo.files} == {kind.value for kind in RecordKind}
    with demo_store.database.read() as session:
        for kind in RecordKind:
            rows = session.execute(f"SELECT COUNT(*) FROM {kind.value}").fetchone()
            assert rows == (len(read(demo, kind.value)),), kind
            assert rows != (0,), kind


def test_all_numbers_are_valid_unique_and_of_areas_that_do_not_exist(demo: DemoSummary) -> None:
    people = read(demo, "persons")
    for person in people:
        number = identity_number.parse(person["AAC002"])
        assert number.area.startswith("99")
        assert (number.sex, f"{number.birth_date:%Y%m%d}") == (person["AAC004"], person["AAC006"])
    assert len({person["AAC002"] for person in people}) == 40
    cards = read(demo, "cards")
    assert all(card_number.parse(card["AAZ500"]) for card in cards)
    assert len({card["AAZ501"] for card in cards}) == len(cards) > 40


def test_an_identity_number_is_not_given_twice() -> None:
    taken = TakenNumbers()
    assert len({make_person(SEED, 8, taken).number for _ in range(200)}) == 200


def test_every_base_lies_between_that_years_floor_and_ceiling(contributions: list[Row]) -> None:
    rates = example_rates()
    month = itemgetter("AAC001", "AAE140", "AAE003")
    # Before an adjustment last year's base is paid; that of the adjustment is a difference.
    adjusted = {month(row) for row in contributions if row["AAA115"] == "34"}
    for row in contributions:
        if row["AAA115"] != "20" and month(row) not in adjusted:
            bounds = rates.base_range(row["AAE140"], Month.parse(row["AAE003"]))
            assert bounds.floor <= parse_fen(row["AAE180"]) <= bounds.ceiling


def test_every_due_amount_follows_from_base_and_rate(
    demo: DemoSummary, contributions: list[Row]
) -> None:
    rates = example_rates()
    for row in contributions:
        if row["AAB001"] and row["AAE140"] != "410" and row["AAA115"] in ("10", "31", "32", "34"):
            month = Month.parse(row["AAE003"])
            due = parse_fen(row["AAE020"]), parse_fen(row["AAE022"])
            months = (month, month.plus(-2)) if paid_by_an_old_rate(row) else (month,)
            bases = (rates.rate(row["AAE140"], one) for one in months)
            assert due in [rate.due(parse_fen(row["AAE180"])) for rate in bases]


def paid_by_an_old_rate(row: Row) -> bool:
    """Ordinary at first; the difference is in a row of its own."""
    return row["AAA115"] == "10" and row["AAE003"] in ("202207", "202208")


def test_the_difference_to_a_new_rate_and_a_refund_make_the_due_right(
    contributions: list[Row],
) -> None:
    rates = example_rates()
    for row in contributions:
        month = Month.parse(row["AAE003"])
        if row["AAA115"] == "35":
            new, old = (rates.rate(row["AAE140"], one) for one in (month, month.plus(-2)))
            base = parse_fen(row["AAE180"])
            more = new.due(base)[0] - old.due(base)[0], new.due(base)[1] - old.due(base)[1]
            assert more == (parse_fen(row["AAE020"]), parse_fen(row["AAE022"]))
        if row["AAA115"] == "20":
            assert parse_fen(row["AAE080"]) < 0
            assert row["AAE002"] > row["AAE003"]


def test_only_employers_pay_for_work_injury(contributions: list[Row]) -> None:
    assert {row["AAE022"] for row in contributions if row["AAE140"] == "410"} == {"0.00"}


def test_bases_change_in_july_and_with_the_employer_only(contributions: list[Row]) -> None:
    rows = [r for r in contributions if r["AAA115"] == "10" and r["AAE140"] == "110"]
    for earlier, later in pairwise(rows):
        same = all(earlier[name] == later[name] for name in ("AAC001", "AAB001"))
        month = Month.parse(later["AAE003"])
        follows = Month.parse(earlier["AAE003"]).plus(1) == month
        if same and follows and month.number not in (7, 9):  # September ends an adjustment
            assert earlier["AAE180"] == later["AAE180"]


def test_money_arrives_on_working_days_and_never_after_the_data_end(
    contributions: list[Row],
) -> None:
    for row in contributions:
        posted = row["EAD131"]
        assert posted <= f"{AS_OF:%Y%m%d}"
        assert not posted or parse_date(posted).weekday() < 5
        assert (posted == "") == (row["AAE078"] in ("2", "3"))


def test_careers_hold_what_happens_in_life(contributions: list[Row]) -> None:
    kinds = Counter(row["AAA115"] for row in contributions)
    states = Counter(row["AAE078"] for row in contributions)
    assert set(kinds) == {"10", "20", "31", "32", "33", "34", "35", "40"}
    assert {"0", "1", "2"} <= set(states)
    assert any(row["AAB001"] == "" for row in contributions)
    assert max(row["AAE003"] for row in contributions) == "202610"


def test_the_first_person_has_full_36_months_and_changes_employer(
    demo: DemoSummary, demo_store: SqlStore
) -> None:
    person = demo_store.person(read(demo, "persons")[0]["AAC001"])
    assert person is not None
    assert len(person.name) == 3
    found = demo_store.contributions(person.person_id, *LAST_36, "110").rows
    assert [c.month for c in found] == list(Month.range(*LAST_36))
    assert {c.status for c in found} == {"1"}
    assert len({c.employer_id for c in found}) == 2


def test_the_second_person_has_rare_characters_and_a_very_long_employer(
    demo: DemoSummary, demo_store: SqlStore
) -> None:
    person = read(demo, "persons")[1]
    with pytest.raises(UnicodeEncodeError):
        person["AAC003"].encode("gbk")
    found = demo_store.contributions(person["AAC001"], *LAST_36).rows
    names = [e.name for e in demo_store.known(Employer, {c.employer_id for c in found}).values()]
    assert max(map(len, names)) > 40


def test_the_third_person_has_gaps_and_back_payments(
    demo: DemoSummary, demo_store: SqlStore
) -> None:
    person_id = read(demo, "persons")[2]["AAC001"]
    found = demo_store.contributions(person_id, *LAST_36, "110").rows
    assert {c.kind for c in found} == {"10", "31"}
    assert {c.status for c in found} == {"0", "1", "2"}
    assert len({c.month for c in found}) < 36
    assert all(c.settled > c.month for c in found if c.kind == "31")


def test_the_fourth_person_is_not_insured(demo: DemoSummary, demo_store: SqlStore) -> None:
    person_id = read(demo, "persons")[3]["AAC001"]
    assert demo_store.contributions(person_id, Month(2000, 1), Month(2030, 1)).rows == ()
    assert demo_store.of(Registration, person_id).rows == ()
    assert demo_store.first_contribution(person_id) is None


def test_the_fifth_person_is_retired_and_paid_six_digits_at_once(
    demo: DemoSummary, demo_store: SqlStore
) -> None:
    person = demo_store.person(read(demo, "persons")[4]["AAC001"])
    assert person is not None
    assert person.retired_on is not None
    found = demo_store.contributions(person.person_id, *LAST_36).rows
    assert max(c.employee_paid for c in found) >= Decimal(100_000)
    assert max(c.month for c in found) == Month.of(person.retired_on)


def test_the_sixth_person_has_a_name_of_two_characters(demo: DemoSummary) -> None:
    assert len(read(demo, "persons")[5]["AAC003"]) == 2


def test_the_first_six_cards_fit_the_records_and_are_in_use(demo: DemoSummary) -> None:
    people = read(demo, "persons")
    cards = {card["AAZ501"]: card for card in read(demo, "cards")}
    assert len(demo.cards) == 6
    for path, person in zip(demo.cards, people, strict=False):
        profile = tomllib.loads(path.read_text("utf-8"))
        holder, chip = profile["holder"], profile["card"]
        card = cards[chip["identification_code"]]
        assert card["AAC001"] == person["AAC001"]
        assert (holder["social_security_number"], holder["name"]) == (
            person["AAC002"],
            person["AAC003"],
        )
        assert chip["card_number"] == card["AAZ500"]
        assert chip["issued"] <= AS_OF < chip["expires"]
        assert card["AAZ502"] == "1"
        assert len(bytes.fromhex(chip["historical_bytes"])) == 13
        assert len(chip["identification_code"]) == 32
        assert len(chip["initialiser"]) == 24


def test_no_card_has_an_initial_pin(demo: DemoSummary) -> None:
    pins = [tomllib.loads(path.read_text("utf-8"))["pin"]["digits"] for path in demo.cards]
    assert all(len(pin) == 6 and pin.isdigit() for pin in pins)
    assert "123456" not in pins
    assert len(set(pins)) == 6


@pytest.mark.slow
def test_memory_stays_flat_however_many_persons_are_written(tmp_path: Path) -> None:
    def peak(persons: int) -> int:
        tracemalloc.start()
        write_demo_data(tmp_path / str(persons), persons, SEED)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(50)  # amounts and days that repeat are remembered, up to a limit
    # A person's lines are 70 KB, all else of a person some more.
    assert peak(50) - peak(15) < 35 * 4096
