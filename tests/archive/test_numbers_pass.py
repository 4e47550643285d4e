"""Numbers and cards that pass from one person to another: whom they lead to, and until when."""

from pathlib import Path
from typing import Any

import pytest

from archive.model import CardRecord
from archive.reasons import Reason
from archive.sql import incoming
from archive.sqlite.store import SqliteStore
from tests.archive.csv_files import (
    LI,
    PERSONS_HEAD,
    ZHANG,
    Load,
    persons,
    rejects,
)
from tests.archive.test_loads import CARD, CARD_HEAD, WANG


def numbers_lead(store: SqliteStore, number: str) -> str | None:
    found = store.person_by_number(number)
    return found.person_id if found else None


def test_a_number_that_passes_on_in_a_delta_leads_to_the_old_person_until_the_new_one_is_there(
    load: Load, store: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = ZHANG.split(",")[1]
    load(persons(LI, ZHANG))
    monkeypatch.setattr(incoming, "_SLICE", 1)
    seen: list[str | None] = []
    merge = incoming.IncomingTables._merge_slice

    def look(self: Any, session: Any, tables: Any) -> Any:
        with store.database.read() as reader:
            row = reader.execute(
                "SELECT p.person_id FROM pointers JOIN persons p USING (person) WHERE pointer = ?",
                (store.vault.pointer("AAC002", number),),
            ).fetchone()
        seen.append(row[0] if row else None)
        return merge(self, session, tables)

    monkeypatch.setattr(incoming.IncomingTables, "_merge_slice", look)
    summary = load(persons(f"1,{WANG.split(',', 1)[1]}", ZHANG.replace("1,", "7,", 1)))
    assert not summary.rejected
    assert seen[0] == "1", "the row of the other is not there yet"
    assert numbers_lead(store, number) == "7"


@pytest.mark.parametrize("order", [1, -1])
def test_who_leaves_gives_the_number_to_who_comes_in_the_same_file(
    load: Load, store: SqliteStore, order: int
) -> None:
    load(persons(ZHANG, LI))
    rows = [f"{ZHANG},0", f"{ZHANG.replace('1,', '7,', 1)},1"][::order]
    summary = load("\n".join((f"{PERSONS_HEAD},AAE100", *rows)))
    assert (summary.rejected, summary.changed, summary.removed) == (0, 1, 1)
    assert numbers_lead(store, ZHANG.split(",")[1]) == "7"
    assert store.person("1") is None


def test_a_number_that_was_corrected_leads_to_its_person_and_the_old_one_to_nobody(
    load: Load, store: SqliteStore
) -> None:
    load(persons(ZHANG, LI))
    load(persons(f"1,{WANG.split(',', 1)[1]}"))
    assert store.person_by_number("11010519491231002X") is None
    found = store.person_by_number("990101198503153349")
    assert found is not None
    assert found.person_id == "1"
    summary = load(persons(ZHANG.replace("1,", "7,", 1)))
    assert not summary.rejected, "the old number is free again"


@pytest.mark.parametrize("full", [True, False])
def test_a_number_passes_to_another_person(load: Load, store: SqliteStore, *, full: bool) -> None:
    load(persons(ZHANG, LI))
    taken = ZHANG.replace("1,", "7,", 1)
    rows = (taken, LI) if full else (f"1,{WANG.split(',', 1)[1]}", taken)
    summary = load(persons(*rows), full=full)
    assert not summary.rejected
    found = store.person_by_number("11010519491231002X")
    assert found is not None
    assert found.person_id == "7"
    assert (store.person("1") is None) == full


def test_a_number_that_still_belongs_to_somebody_is_refused_in_a_delta(
    load: Load, store: SqliteStore
) -> None:
    load(persons(ZHANG, LI))
    summary = load(persons(ZHANG.replace("1,", "7,", 1)))
    assert [row[2:6:3] for row in rejects(summary)] == [("AAC002", Reason.DUPLICATE)]
    assert store.person("7") is None


def test_a_card_passes_from_one_person_to_another_and_leaves_no_trace(
    load: Load, store: SqliteStore
) -> None:
    load(persons(ZHANG, LI), f"{CARD_HEAD}\n{CARD.format(1)}\n")
    code = CARD.split(",")[1]
    load(f"{CARD_HEAD}\n{CARD.format(2)}\n", full=True)
    found = store.card(code)
    assert found is not None
    assert found.person_id == "2"
    assert store.of(CardRecord, "1").rows == ()
    load(f"{CARD_HEAD},AAE100\n{CARD.format(2)},0\n")
    assert store.card(code) is None
