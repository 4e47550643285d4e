import csv
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from archive.demo_data import DemoSummary
from archive.errors import ImportUnreadableError, StoreLockedError
from archive.importer import ImportProgress, import_files
from archive.importing import file_import
from archive.records import RecordKind
from archive.sql.store import SqlStore
from archive.values import Month
from tests.archive.csv_files import (
    DUE,
    LI,
    PERSONS_HEAD,
    ZHANG,
    Load,
    dues,
    persons,
)
from tests.archive.places import Place


def table_rows(store: SqlStore) -> dict[str, list[tuple[Any, ...]]]:
    tables = ("employers", "persons", "cards", "registrations", "contributions", "archive_index")
    with store.database.read() as session:
        return {
            table: session.execute(f"SELECT * FROM {table}").fetchall()
            for table in (*tables, "sources")
        }


@pytest.mark.slow
def test_importing_twice_changes_nothing(
    demo: DemoSummary, store: SqlStore, tmp_path: Path
) -> None:
    first = import_files(store, demo.files, rejects=tmp_path / "rejects.csv")
    before = table_rows(store)
    again = import_files(store, demo.files, rejects=tmp_path / "rejects.csv")
    assert first.changed == first.rows == again.rows > 1000
    assert (again.changed, again.rejected) == (0, 0)
    assert table_rows(store) == before


def test_every_amount_of_the_file_is_in_the_store(demo: DemoSummary, demo_store: SqlStore) -> None:
    path = next(path for path in demo.files if path.name == "contributions.csv")
    with path.open(encoding="utf-8", newline="") as file:
        wanted = [
            (row["AAC001"], row["AAE140"], row["AAE003"], row["AAE180"], row["AAE082"])
            for row in csv.DictReader(file)
        ]
    ids = sorted({row[0] for row in wanted})
    found = [
        (c.person_id, c.line, str(c.month), str(c.base), str(c.employee_paid))
        for person_id in ids
        for c in demo_store.contributions(person_id, Month(2000, 1), Month(2030, 1)).rows
    ]
    assert sorted(found) == sorted(wanted)


def test_files_are_loaded_in_the_order_in_which_they_depend_on_each_other(load: Load) -> None:
    people, employers, contributions = dues(DUE)
    summary = load(contributions, people, employers)
    assert not summary.rejected
    assert [file.kind for file in summary.files] == [
        RecordKind.EMPLOYERS,
        RecordKind.PERSONS,
        RecordKind.CONTRIBUTIONS,
    ]


def test_headings_may_be_english_words_in_any_order_and_case(load: Load, store: SqlStore) -> None:
    head = "name,Social_Security_Number,aac001,sex,birth_date,ethnicity,shoe_size"
    summary = load(f"{head}\n张三丰,11010519491231002X,1,2,19491231,01,44\n")
    assert (summary.loaded, summary.rejected) == (1, 0)
    assert summary.files[0].ignored == ("shoe_size",)
    person = store.person("1")
    assert person is not None
    assert person.name == "张三丰"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_encoding_is_found_out_and_told(load: Load, store: SqlStore, encoding: str) -> None:
    content = persons("1,11010519491231002X,欧阳㛃堃𬭚,2,01,19491231", LI).encode(encoding)
    summary = load(content)
    assert (summary.files[0].encoding, summary.rejected) == (encoding, 0)
    person = store.person("1")
    assert person is not None
    assert person.name == "欧阳㛃堃𬭚"


def test_windows_line_ends_empty_lines_and_quotes_are_ordinary(load: Load, store: SqlStore) -> None:
    row = '"1","11010519491231002X","张三丰","2","01","19491231"'
    summary = load(f"{PERSONS_HEAD}\r\n\r\n{row}\r\n\r\n{LI}")
    assert (summary.rows, summary.rejected) == (2, 0)


BROKEN_FILES = [
    (b"", "no headings"),
    (b"\n\n", "no headings"),
    (b"a,b,c\n1,2,3\n", "no kind of file"),
    (b"AAC001,AAC002\n1,2\n", "AAC003, AAC004"),
    ((PERSONS_HEAD + ",name\n").encode(), "given twice: AAC003"),
    (b'"AAC001,AAC002\n', "no headings"),
    (b"\0\n" + persons(LI).encode(), "no headings"),
    ("\ufeffAAC001".encode("utf-16-le"), "UTF-16"),
    (b"\x00" * 300_000, "no headings"),
]


@pytest.mark.parametrize(
    ("content", "detail"), BROKEN_FILES, ids=[str(at) for at in range(len(BROKEN_FILES))]
)
def test_a_file_that_is_no_table_is_told_and_the_others_are_loaded(
    load: Load, store: SqlStore, content: bytes, detail: str
) -> None:
    summary = load(content, persons(ZHANG))
    (failed,) = summary.failed
    assert failed.error is not None
    assert failed.error.code == "import.format"
    assert (failed.error.file.name, failed.error.line) == ("0.csv", 1)
    assert detail in str(failed.error)
    assert store.person("1") is not None


def test_a_file_that_is_not_there_is_told_and_the_others_are_loaded(
    store: SqlStore, tmp_path: Path
) -> None:
    good = tmp_path / "good.csv"
    good.write_text(persons(ZHANG), "utf-8")
    files = [tmp_path / "nowhere.csv", tmp_path, good]
    summary = import_files(store, files, rejects=tmp_path / "rejects.csv")
    assert [type(file.error) for file in summary.failed] == [ImportUnreadableError] * 2
    assert summary.loaded == 1


def test_a_rejects_file_that_cannot_be_written_stops_before_anything_is_loaded(
    store: SqlStore, tmp_path: Path
) -> None:
    good = tmp_path / "good.csv"
    good.write_text(persons(ZHANG), "utf-8")
    with pytest.raises(ImportUnreadableError):
        import_files(store, [good], rejects=tmp_path / "nowhere" / "rejects.csv")
    assert store.person("1") is None


@pytest.mark.slow
def test_progress_reaches_the_end_of_each_file(
    demo: DemoSummary, store: SqlStore, tmp_path: Path
) -> None:
    seen: list[ImportProgress] = []
    import_files(store, demo.files, rejects=tmp_path / "rejects.csv", on_progress=seen.append)
    last = {progress.file: progress for progress in seen}
    assert set(last) == set(demo.files)
    assert all(progress.done == 1.0 for progress in last.values())


@pytest.mark.slow
def test_an_import_broken_off_shows_nothing_of_its_file_and_goes_on_where_it_was(
    demo: DemoSummary,
    store: SqlStore,
    place: Place,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(file_import, "ROWS_AT_ONCE", 5000)
    locks = ExitStack()

    def lock_after_first_batch(progress: ImportProgress) -> None:
        if progress.file.name == "contributions.csv":
            locks.enter_context(place.held())

    with pytest.raises(StoreLockedError), locks:
        import_files(
            store, demo.files, rejects=tmp_path / "r.csv", on_progress=lock_after_first_batch
        )
    assert table_rows(store)["contributions"] == []
    summary = import_files(store, demo.files, rejects=tmp_path / "r.csv")
    assert len(table_rows(store)["contributions"]) == demo.contributions
    assert not summary.rejected
    resumed = {file.file.name: file.resumed_at for file in summary.files}
    assert 5000 < (resumed["contributions.csv"] or 0) < demo.contributions
    assert resumed["sources.csv"] is None
    assert summary.changed == summary.rows == summary.loaded
