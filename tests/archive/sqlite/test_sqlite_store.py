import sqlite3
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from archive.errors import (
    SchemaVersionError,
    StoreDamagedError,
    StoreLockedError,
    StoreUnavailableError,
)
from archive.model import AuditEvent, AuditKind
from archive.sqlite.migrations import migrations
from archive.sqlite.schema import FIRST_VERSION, SCHEMA_VERSION
from archive.sqlite.store import SqliteStore
from tests.archive.places import WAIT, now

OpenFile = Callable[..., SqliteStore]

EVENT = AuditEvent(kind=AuditKind.RECORDS_READ, kiosk="hall-01")


@pytest.fixture
def open_file(tmp_path: Path) -> Iterator[OpenFile]:
    opened: list[SqliteStore] = []

    def open_one(path: Path = tmp_path / "archive.db", *, create: bool = True) -> SqliteStore:
        opened.append(SqliteStore(path, now, busy_seconds=WAIT, create=create))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


@pytest.fixture
def file_store(open_file: OpenFile) -> SqliteStore:
    return open_file()


def test_a_reader_that_met_an_error_is_not_lent_again(file_store: SqliteStore) -> None:
    with file_store.database.read() as first:
        pass
    with file_store.database.read() as second:
        assert second is first
    with pytest.raises(StoreDamagedError), file_store.database.read() as broken:
        broken.execute("SELECT * FROM nowhere")
    with file_store.database.read() as fresh:
        assert fresh is not first
    with pytest.raises(sqlite3.ProgrammingError):
        broken.execute("SELECT 1")


def test_a_locked_database_cannot_be_made_and_leaves_no_connection_open(
    open_file: OpenFile, tmp_path: Path
) -> None:
    other = sqlite3.connect(tmp_path / "archive.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreLockedError):
        open_file()
    other.close()
    assert open_file().person("1") is None


def test_a_file_that_is_no_database_is_told_and_left_alone(
    open_file: OpenFile, tmp_path: Path
) -> None:
    path = tmp_path / "archive.db"
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(StoreDamagedError) as caught:
        open_file()
    assert caught.value.path == path
    assert path.read_bytes().startswith(b"not a database")


def test_a_database_of_something_else_is_not_taken_over(
    open_file: OpenFile, tmp_path: Path
) -> None:
    with sqlite3.connect(tmp_path / "archive.db") as other:
        other.execute("CREATE TABLE theirs (a)")
    other.close()
    with pytest.raises(StoreDamagedError, match="something else"):
        open_file()


def test_a_database_of_a_newer_release_is_refused(open_file: OpenFile) -> None:
    first = open_file()
    first.close()
    with sqlite3.connect(first.path) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.close()
    with pytest.raises(SchemaVersionError) as caught:
        open_file()
    assert (caught.value.found, caught.value.known) == (SCHEMA_VERSION + 1, SCHEMA_VERSION)


def test_a_folder_that_is_not_there_is_told(open_file: OpenFile, tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailableError):
        open_file(tmp_path / "nowhere" / "archive.db")


def test_what_is_only_opened_is_not_made(open_file: OpenFile, tmp_path: Path) -> None:
    path = tmp_path / "lost.db"
    with pytest.raises(StoreUnavailableError) as caught:
        open_file(path, create=False)
    assert (caught.value.path, caught.value.detail) == (path, "No such file or directory")
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_is_not_made_an_archive_by_opening_it(
    open_file: OpenFile, tmp_path: Path
) -> None:
    path = tmp_path / "empty.db"
    path.touch()
    with pytest.raises(StoreUnavailableError, match="empty"):
        open_file(path, create=False)
    assert [(file, file.stat().st_size) for file in tmp_path.iterdir()] == [(path, 0)]


def test_a_database_whose_making_was_interrupted_is_finished_only_by_who_may_create(
    open_file: OpenFile, tmp_path: Path
) -> None:
    path = tmp_path / "begun.db"
    database = sqlite3.connect(path)
    database.execute("PRAGMA journal_mode = wal")
    database.close()
    with pytest.raises(StoreUnavailableError, match="no archive"):
        open_file(path, create=False)
    assert list(tmp_path.iterdir()) == [path]
    assert open_file(path).verify_audit().intact


def test_the_number_of_migrations_is_the_schema_version(file_store: SqliteStore) -> None:
    connection = sqlite3.connect(file_store.path)
    database = Database(connection)
    assert len(migrations.applied(database)) == SCHEMA_VERSION - FIRST_VERSION + 1
    assert not migrations.pending(database)
    connection.close()


def test_only_the_owner_may_read_the_files(file_store: SqliteStore) -> None:
    file_store.append_audit(EVENT)
    files = list(file_store.path.parent.iterdir())
    assert len(files) >= 3, "the database, its log and the key"
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_a_commit_is_on_disk_when_it_returns(file_store: SqliteStore) -> None:
    with file_store.database.write() as writer:
        assert writer.execute("PRAGMA synchronous").fetchone() == (2,)
        assert writer.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_no_connection_keeps_more_of_the_file_in_memory_than_is_stated(
    file_store: SqliteStore,
) -> None:
    for lend in (file_store.database.read, file_store.database.write):
        with lend() as connection:
            assert connection.execute("PRAGMA cache_size").fetchone() == (-256,)  # KiB


def test_sorting_leaves_nothing_in_a_temporary_file(file_store: SqliteStore) -> None:
    with file_store.database.read() as reader:
        assert reader.execute("PRAGMA temp_store").fetchone() == (2,)


def test_reading_a_citizens_page_uses_the_primary_key(file_store: SqliteStore) -> None:
    with file_store.database.read() as reader:
        plan = reader.execute(
            "EXPLAIN QUERY PLAN SELECT * FROM contributions WHERE person = 1 "
            "AND month BETWEEN 202311 AND 202610 ORDER BY line, month"
        ).fetchall()
    assert [row[3] for row in plan] == ["SEARCH contributions USING PRIMARY KEY (person=?)"], (
        "one range, no sorting"
    )


def test_a_file_of_a_trial_before_the_first_release_is_refused(
    open_file: OpenFile, tmp_path: Path
) -> None:
    open_file().close()
    trial = sqlite3.connect(tmp_path / "archive.db")
    trial.execute("PRAGMA user_version = 3")
    trial.close()
    with pytest.raises(SchemaVersionError) as caught:
        open_file()
    assert (caught.value.found, caught.value.known) == (3, SCHEMA_VERSION)
