"""Pointers are hashes: two values may have one, and somebody may forge one. Nobody is mistaken."""

from collections.abc import Callable
from pathlib import Path

import pytest

from archive.checking import Finding, check
from archive.errors import StoreDamagedError
from archive.importer import import_files
from archive.model import CardOrder, Registration
from archive.reasons import Reason
from archive.records import PERSON, RecordKind
from archive.sql.store import SqlStore
from archive.values import Month
from archive.vault import PlainVault
from tests.archive.conftest import OpenStore
from tests.archive.csv_files import DUE, DUES_HEAD, EMPLOYERS, LI, ZHANG, persons, rejects
from tests.archive.every_kind import fill
from tests.archive.places import Place

ALWAYS = (Month(2000, 1), Month(2030, 1))


class Colliding(PlainVault):
    """Persons 1 and 2 have one hash."""

    def pointer(self, field: str, value: str) -> int:
        return super().pointer(field, "1" if (field, value) == (PERSON, "2") else value)


def forge(place: Place, store: SqlStore, code: str, value: str, other: str) -> None:
    """Let a value lead to where another one leads."""
    mine, theirs = (store.vault.pointer(code, one) for one in (value, other))
    place.run(
        f"UPDATE pointers SET person = (SELECT person FROM pointers WHERE pointer = {theirs}) "
        f"WHERE pointer = {mine}"
    )


@pytest.mark.parametrize(
    "look",
    [
        lambda store: store.person("1"),
        lambda store: store.of(Registration, "1"),
        lambda store: store.contributions("1", *ALWAYS),
    ],
)
def test_a_forged_pointer_of_a_person_is_damage_and_never_another_ones_rows(
    store: SqlStore, place: Place, look: Callable[[SqlStore], object]
) -> None:
    fill(store)
    forge(place, store, PERSON, "1", "2")
    with pytest.raises(StoreDamagedError):
        look(store)
    assert len(store.of(Registration, "2").rows) == 1
    assert Finding("pointer.missing", "persons") in list(check(store))


def test_a_forged_pointer_of_a_number_leads_to_nobody(store: SqlStore, place: Place) -> None:
    fill(store)
    forge(place, store, "AAC002", "AAC002 1 文", "AAC002 2 文")
    forge(place, store, "AAZ501", "AAZ501 1 文", "AAZ501 2 文")
    forge(place, store, "card_order_number", "card_order_number 1 文", "card_order_number 2 文")
    assert store.person_by_number("AAC002 1 文") is None
    assert store.card("AAZ501 1 文") is None
    assert store.find(CardOrder, "card_order_number 1 文") is None


def test_of_two_persons_with_one_hash_the_second_is_refused_and_the_first_left_alone(
    open_store: OpenStore,
) -> None:
    store = open_store(vault=Colliding())
    columns = [list(cells) for cells in zip(_cells(ZHANG), _cells(LI), strict=True)]
    loaded = store.load(RecordKind.PERSONS, columns)
    again = store.load(RecordKind.PERSONS, [[cell] for cell in _cells(LI)])
    assert [(one.place, one.code) for one in loaded.refused] == [(1, PERSON)]
    assert [(one.place, one.code) for one in again.refused] == [(0, PERSON)]
    found = store.person("1")
    assert found is not None
    assert found.name == "张三丰"


@pytest.mark.parametrize("full", [True, False])
def test_a_file_does_not_bring_the_rows_of_one_person_to_another_with_the_same_hash(
    open_store: OpenStore, tmp_path: Path, *, full: bool
) -> None:
    store = open_store(vault=Colliding())
    files = [tmp_path / f"{name}.csv" for name in ("persons", "employers", "dues")]
    rejected = []
    for who, number in ((ZHANG, "1"), (LI, "2")):
        contents = (persons(who), EMPLOYERS, f"{DUES_HEAD}\n{number}{DUE[1:]}\n")
        for file, content in zip(files, contents, strict=True):
            file.write_text(content, "utf-8")
        summary = import_files(store, files, rejects=tmp_path / "r.csv", full=full and who == LI)
        rejected.append([(row[2], row[5]) for row in rejects(summary)])
    unknown = ("AAC001", Reason.UNKNOWN_PERSON)
    assert rejected == [[], [("AAC001", Reason.DUPLICATE), unknown]]
    store.load(RecordKind.META, [("",), (20261031,), (None,)])
    assert len(store.contributions("1", *ALWAYS).rows) == 1


def _cells(row: str) -> list[str | int | None]:
    *texts, birth = row.split(",")
    return [*texts, int(birth), *(None,) * 12]
