from collections.abc import Callable
from pathlib import Path

import pytest
from psycopg import errors

from archive.checking import Finding, check
from archive.errors import StoreDamagedError
from archive.model import AuditEvent, AuditKind, Case
from archive.postgres.faults import translate
from archive.sql.store import SqlStore
from archive.sqlite.store import SqliteStore
from archive.vault import SealedVault
from tests.archive.conftest import OpenStore
from tests.archive.csv_files import (
    DUE,
    LI,
    PERSONS_HEAD,
    ZHANG,
    Load,
    dues,
    persons,
    rejects,
)
from tests.archive.every_kind import fill
from tests.archive.places import NOW, Place

WANG = "4,990101198503153349,林晓岚,2,01,19850315"
CARD_HEAD = "AAC001,AAZ501,AAZ500,AAB301,AAZ502,AAZ503,card_expires"
CARD = "1,990101D1560000050000000126472510,D2143569X,990101,1,20200101,20300101"
EVENT = AuditEvent(kind=AuditKind.RECORDS_READ, kiosk="hall-01")


def test_a_sound_store_has_no_finding(store: SqlStore) -> None:
    fill(store)
    store.append_audit(EVENT)
    assert list(check(store)) == []


def test_an_empty_store_has_no_date_of_its_data(store: SqlStore) -> None:
    assert list(check(store)) == [Finding("as_of", "sources")]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spoiled", "finding"),
    [
        ("UPDATE years SET person = 77 WHERE line = 101", Finding("person", "years")),
        ("UPDATE contributions SET payer = 77 WHERE line = 101", Finding("payer", "contributions")),
        ("DELETE FROM employers WHERE employer_id = 'E1'", Finding("employer", "payers")),
        (
            "INSERT INTO pointers SELECT 5, MIN(person) FROM persons",
            Finding("pointer.stray", "pointers"),
        ),
        ("DELETE FROM sources", Finding("as_of", "sources")),
        ("UPDATE audit SET result = 'ok' WHERE sequence = 1", Finding("audit.changed", "1")),
        ("DROP TABLE notices", Finding("schema", "notices")),
        ("ALTER TABLE notices ADD COLUMN more INTEGER", Finding("schema", "notices")),
    ],
)
def test_what_is_wrong_is_named_by_its_table(
    place: Place,
    new_place: Callable[[str], Place],
    open_store: OpenStore,
    spoiled: str,
    finding: Finding,
) -> None:
    if "TABLE" in spoiled:
        place = new_place("spoiled")  # a schema is not made good between two tests
    store = open_store(place)
    fill(store)
    store.append_audit(EVENT)
    place.run(spoiled)
    assert list(check(store)) == [finding]


def test_a_pointer_that_leads_to_somebody_else_is_missed_and_found_astray(
    store: SqlStore, place: Place
) -> None:
    fill(store)
    number = store.vault.pointer("AAC002", "AAC002 1 文")
    other = store.vault.pointer("AAC001", "2")
    place.run(
        f"UPDATE pointers SET person = (SELECT person FROM pointers WHERE pointer = {other}) "
        f"WHERE pointer = {number}"
    )
    assert list(check(store)) == [
        Finding("pointer.missing", "persons"),
        Finding("pointer.stray", "pointers"),
    ]


def test_a_number_that_was_changed_behind_the_stores_back_is_no_longer_found_by_it(
    store: SqlStore, place: Place
) -> None:
    fill(store)
    place.run("UPDATE cards SET identification_code = 'X' WHERE identification_code LIKE '% 1 %'")
    assert list(check(store)) == [
        Finding("pointer.missing", "cards"),
        Finding("pointer.stray", "pointers"),
    ]


def test_who_has_left_is_no_finding(load: Load, store: SqlStore) -> None:
    load(*dues(DUE), f"{CARD_HEAD}\n{CARD}\n")
    load(f"{PERSONS_HEAD},AAE100\n{ZHANG},0\n")
    assert store.person("1") is None
    assert store.card(CARD.split(",")[1]) is None
    assert list(check(store)) == []


@pytest.mark.parametrize("full", [True, False])
def test_a_value_of_a_row_that_was_refused_or_is_void_leads_nowhere(
    load: Load, store: SqlStore, *, full: bool
) -> None:
    load(persons(LI))
    other = WANG.replace("4,", "2,", 1)
    void = f"{PERSONS_HEAD},AAE100\n{LI},1\n{other},1\n{WANG},0\n"
    summary = load(void, full=full)
    assert [row[2] for row in rejects(summary)] == ["AAC002"]
    assert list(check(store)) == []
    with store.database.read() as session:
        assert session.execute("SELECT COUNT(*) FROM pointers").fetchone() == (2,)


@pytest.mark.parametrize("full", [True, False])
def test_what_led_to_cards_that_are_gone_is_gone(
    load: Load, store: SqlStore, monkeypatch: pytest.MonkeyPatch, *, full: bool
) -> None:
    monkeypatch.setattr("archive.sql.incoming._SLICE", 2)
    cards = [CARD.replace("47251", f"47{n}51") for n in range(6)]
    load(persons(ZHANG), "\n".join((CARD_HEAD, *cards)))
    (gone, *_), kept = cards[:5], cards[5]
    if full:
        summary = load(f"{CARD_HEAD}\n{kept}\n", full=True)
    else:
        void = [f"{card},0" for card in cards[:5]]
        summary = load("\n".join((f"{CARD_HEAD},AAE100", *void)))
    assert summary.removed == 5
    assert store.card(gone.split(",")[1]) is None
    assert store.card(kept.split(",")[1]) is not None
    assert list(check(store)) == []


def test_a_sealed_value_that_was_moved_is_found(
    new_place: Callable[[str], Place], open_store: OpenStore
) -> None:
    place = new_place("sealed")
    store = open_store(place, vault=SealedVault(b"k" * 32))
    fill(store)
    assert list(check(store)) == []
    place.run("UPDATE cards SET card_number = (SELECT MIN(card_number) FROM cards)")
    assert list(check(store)) == [Finding("seal", "cards.card_number")]


@pytest.mark.parametrize("change", ["DROP TABLE cases", "ALTER TABLE cases DROP COLUMN task_name"])
def test_a_missing_table_or_column_is_damage_and_not_a_missing_file(
    tmp_path: Path, change: str
) -> None:
    with SqliteStore(tmp_path / "records.db", lambda: NOW) as store:
        fill(store)
        with store.database.write() as session:
            session.execute(change)
        with pytest.raises(StoreDamagedError):
            store.of(Case, "1")


@pytest.mark.parametrize("state", ["42P01", "42703"])
def test_so_it_is_on_a_server(state: str) -> None:
    assert isinstance(translate(errors.lookup(state)(), "postgresql:x"), StoreDamagedError)
