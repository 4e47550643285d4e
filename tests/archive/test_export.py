import csv
import json
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.export import copy_of, write
from archive.importer import import_files
from archive.model import AccountYear
from archive.records import SPECS, RecordKind
from archive.sql.store import SqlStore
from archive.values import Month
from tests.archive.conftest import NOW
from tests.archive.csv_files import LI, Load, dues, persons, rejects
from tests.archive.places import Place
from tests.archive.samples import NUMBER, csv_file, row


@pytest.fixture
def full_store(load: Load, store: SqlStore) -> SqlStore:
    summary = load(*(csv_file(kind) for kind in RecordKind), persons(LI))
    assert not summary.rejected
    return store


@pytest.mark.slow
def test_a_row_of_every_kind_is_loaded(load: Load, store: SqlStore) -> None:
    summary = load(*(csv_file(kind) for kind in RecordKind))
    assert [file.kind for file in summary.files] == list(RecordKind)
    assert [file.changed for file in summary.files] == [1] * len(RecordKind)
    assert not summary.rejected


def write_copy(store: SqlStore, path: Path) -> None:
    person = store.person_by_number(NUMBER)
    assert person is not None
    write(copy_of(store, person), path, NOW)


@pytest.mark.slow
def test_a_copy_in_json_holds_every_value_under_its_element_code(
    full_store: SqlStore, tmp_path: Path
) -> None:
    write_copy(full_store, tmp_path / "copy.json")
    text = (tmp_path / "copy.json").read_text("utf-8")
    document = json.loads(text)
    kinds = [kind for kind in RecordKind if SPECS[kind].of_person]
    assert set(document["records"]) == {kind.value for kind in kinds} | {"employers"}
    for kind in kinds:
        part = document["records"][kind.value]
        assert (part["as_of"], part["whole"]) == ("20200101", True)
        assert part["source"] == "示例"
        wanted = {code: value.replace("\\n", "\n") for code, value in row(kind).items()}
        assert part["rows"] == [wanted]
    assert document["elements"]["AAE180"] == "缴费基数"
    assert "李四" not in text, "nobody else's"


def all_of(store: SqlStore, person_id: str) -> list[object]:
    found: list[object] = [store.contributions(person_id, Month(1949, 1), Month(2099, 12)).rows]
    for spec in SPECS.values():
        if spec.of_person and spec.kind not in {RecordKind.CONTRIBUTIONS, RecordKind.PERSONS}:
            found.append(store.of(spec.record, person_id).rows)
    return [*found, store.person(person_id)]


@pytest.mark.slow
def test_a_copy_in_csv_makes_the_same_record_in_an_empty_store(
    full_store: SqlStore, new_place: Callable[[str], Place], tmp_path: Path
) -> None:
    write_copy(full_store, tmp_path / "copy")
    person = full_store.person_by_number(NUMBER)
    assert person is not None
    right = all_of(full_store, person.person_id)
    assert all(right), "there is a row of every kind"
    with new_place("other").open() as other:
        files = sorted((tmp_path / "copy").iterdir())
        summary = import_files(other, files, rejects=tmp_path / "r.csv")
        assert (summary.rejected, summary.failed) == (0, ())
        assert all_of(other, person.person_id) == right
        kind = RecordKind.CONTRIBUTIONS
        assert other.as_of(kind) == full_store.as_of(kind)


def sources(folder: Path) -> dict[str, list[str]]:
    with (folder / "sources.csv").open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file)
    assert head == ["record_kind", "as_of", "source", "whole", "delivered"]
    return {row[0]: row[1:] for row in rows}


def test_a_copy_in_csv_tells_which_kinds_are_partial_and_which_never_came(
    load: Load, store: SqlStore, new_place: Callable[[str], Place], tmp_path: Path
) -> None:
    load(*dues("1,110"), "record_kind,as_of,source\n,20261001,示例\n")
    person = store.person("1")
    assert person is not None
    write(copy_of(store, person), tmp_path / "copy", NOW)
    told = sources(tmp_path / "copy")
    assert told["persons"] == ["20261001", "示例", "1", "1"]
    assert told["contributions"] == ["20261001", "示例", "0", "1"]
    assert told["accounts"] == ["", "", "0", "0"]
    write(copy_of(store, person), tmp_path / "copy.json", NOW)
    kinds = json.loads((tmp_path / "copy.json").read_text("utf-8"))["records"]
    partial = {"as_of": "20261001", "source": "示例", "whole": False, "delivered": True}
    never: dict[str, object] = {"as_of": None, "source": None, "whole": False, "delivered": False}
    assert kinds["contributions"].items() >= partial.items()
    assert kinds["accounts"] == {**never, "rows": []}
    with new_place("other").open() as other:
        files = sorted((tmp_path / "copy").iterdir())
        summary = import_files(other, files, rejects=tmp_path / "r.csv")
        assert (summary.rejected, summary.failed) == (0, ())
        assert other.of(AccountYear, "1").as_of.never == (RecordKind.ACCOUNTS,)
        assert other.as_of(RecordKind.PERSONS) == store.as_of(RecordKind.PERSONS)


def test_a_date_that_is_lacking_for_all_kinds_is_refused(load: Load) -> None:
    summary = load("record_kind,as_of\npersons,20261001\naccounts,\n,\n")
    assert [told[1:3] for told in rejects(summary)] == [("4", "as_of")]


@pytest.mark.slow
def test_a_zip_holds_the_same_files_as_a_folder(full_store: SqlStore, tmp_path: Path) -> None:
    write_copy(full_store, tmp_path / "copy")
    write_copy(full_store, tmp_path / "copy.zip")
    with zipfile.ZipFile(tmp_path / "copy.zip") as archive:
        packed = {name: archive.read(name) for name in archive.namelist()}
    assert packed == {path.name: path.read_bytes() for path in (tmp_path / "copy").iterdir()}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["copy.json", "copy.zip", "copy"])
def test_a_copy_is_its_owners_and_takes_no_files_place(
    full_store: SqlStore, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    write_copy(full_store, path)
    for one in (path, *path.rglob("*")):
        assert not stat.S_IMODE(one.stat().st_mode) & 0o077
    with pytest.raises(FileExistsError):
        write_copy(full_store, path)
