import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import psycopg
import pytest

from archive.checking import Finding, check
from archive.errors import (
    SchemaVersionError,
    StoreDamagedError,
    StoreError,
    StoreFullError,
    StoreLockedError,
    StoreUnavailableError,
)
from archive.model import AuditEvent, AuditKind
from archive.postgres.connections import MOST_READERS
from archive.postgres.schema import STEPS
from archive.postgres.store import PostgresStore
from archive.records import RecordKind
from tests.archive.every_kind import fill
from tests.archive.places import WAIT, PostgresPlace, now
from tests.archive.postgres.server import CleanDatabase, PrivateServer

pytestmark = pytest.mark.slow

OpenDatabase = Callable[..., PostgresStore]

EVENT = AuditEvent(kind=AuditKind.RECORDS_READ, kiosk="hall-01")
NUMBER = "11010519491231002X"
PERSON = ("1", NUMBER, "张三", "2", "01", 19491231, *(None,) * 12)


@pytest.fixture
def open_database(tmp_path: Path, server: PrivateServer) -> Iterator[OpenDatabase]:
    with ExitStack() as opened:

        def open_one(url: str = "", **options: object) -> PostgresStore:
            given: dict[str, object] = {"audit_key": tmp_path / "key", "wait_seconds": WAIT}
            store = PostgresStore(url or server.new_schema(), now, **given | options)  # type: ignore[arg-type]
            return opened.enter_context(store)

        yield open_one


@pytest.fixture
def place(clean_database: CleanDatabase, tmp_path: Path) -> PostgresPlace:
    return clean_database.place(tmp_path / "key")


@pytest.fixture
def store(place: PostgresPlace, open_database: OpenDatabase) -> PostgresStore:
    return open_database(place.url)


def test_a_store_heals_by_itself_when_its_server_comes_back(
    open_database: OpenDatabase, server: PrivateServer
) -> None:
    store = open_database()
    with store.database.read(), store.database.read():
        pass  # two readers lie idle when the server goes
    store.append_audit(EVENT)
    server.stop()
    try:
        with pytest.raises(StoreUnavailableError) as caught:
            store.person("1")
        with pytest.raises(StoreUnavailableError):
            store.append_audit(EVENT)
        assert str(server.folder) not in str(caught.value)
    finally:
        server.start()
    assert store.person("1") is None
    assert store.append_audit(EVENT).sequence == 2
    for _ in range(3):
        with store.database.read(), store.database.read():
            pass


def test_a_writer_that_was_cut_off_writes_nothing_and_the_next_one_does(
    place: PostgresPlace, store: PostgresStore
) -> None:
    def write() -> None:
        with store.database.write() as writer:
            writer.execute("INSERT INTO payers VALUES (1, '9', '')")
            place.run(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE application_name = 'hall-kiosk' AND state = 'idle in transaction'"
            )
            writer.execute("SELECT 1")

    with pytest.raises(StoreUnavailableError):
        write()
    with store.database.read() as reader:
        assert reader.execute("SELECT COUNT(*) FROM payers").fetchone() == (0,)
    assert store.append_audit(EVENT).sequence == 1


@pytest.mark.parametrize(
    ("state", "error"),
    [
        ("53100", StoreFullError),
        ("53300", StoreLockedError),
        ("40P01", StoreLockedError),
        ("XX001", StoreDamagedError),
        ("XX002", StoreDamagedError),
        ("42501", StoreUnavailableError),
    ],
)
def test_what_the_server_reports_becomes_the_archives_error_and_the_store_goes_on(
    store: PostgresStore, state: str, error: type[StoreError]
) -> None:
    fault = f"DO $$ BEGIN RAISE EXCEPTION '{NUMBER}' USING ERRCODE = '{state}'; END $$"
    with pytest.raises(error) as caught, store.database.write() as writer:
        writer.execute(fault)
    assert NUMBER not in str(caught.value)
    assert caught.value.__suppress_context__, "the driver's own text may quote a row"
    assert store.append_audit(EVENT).sequence == 1


def test_a_row_that_the_database_refuses_is_not_quoted(store: PostgresStore) -> None:
    with pytest.raises(StoreUnavailableError) as caught:
        store.load(RecordKind.PERSONS, [[cell] for cell in (*PERSON[:2], None, *PERSON[3:])])
    assert NUMBER not in str(caught.value)
    assert caught.value.detail == "NotNullViolation"


def test_a_statement_that_takes_too_long_is_given_up(
    place: PostgresPlace, open_database: OpenDatabase
) -> None:
    store = open_database(place.url, statement_seconds=0.01)
    with pytest.raises(StoreLockedError), store.database.read() as reader:
        reader.execute("SELECT COUNT(*) FROM generate_series(1, 100000000)")


def test_readers_are_few_and_who_comes_later_is_told_after_a_while(store: PostgresStore) -> None:
    with ExitStack() as borrowed:
        for _ in range(MOST_READERS):
            borrowed.enter_context(store.database.read())
        with pytest.raises(StoreLockedError):
            store.person("1")
    assert store.person("1") is None


def test_a_second_thread_waits_for_the_writer_only_so_long(store: PostgresStore) -> None:
    found: list[StoreError] = []

    def write() -> None:
        with suppress(StoreLockedError):
            store.append_audit(EVENT)
            return
        found.append(StoreLockedError("waited"))

    with store.database.write():
        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
    assert len(found) == 1


def test_a_commit_is_on_disk_when_it_returns(store: PostgresStore) -> None:
    with store.database.write() as writer:
        assert writer.execute("SHOW synchronous_commit").fetchone() == ("on",)


def test_a_reader_sees_one_state_and_cannot_write(store: PostgresStore) -> None:
    with store.database.read() as reader:
        before = reader.execute("SELECT COUNT(*) FROM audit").fetchone()
        store.append_audit(EVENT)
        assert reader.execute("SELECT COUNT(*) FROM audit").fetchone() == before
    with pytest.raises(StoreUnavailableError, match="ReadOnly"), store.database.read() as reader:
        reader.execute("DELETE FROM persons")


def test_a_snapshot_is_made_once_no_table_can_be_exchanged_any_more(
    place: PostgresPlace, open_database: OpenDatabase
) -> None:
    store = open_database(place.url, wait_seconds=20.0)
    seen: list[object] = []

    def look() -> None:
        with store.database.read() as reader:
            seen.append(reader.execute("SELECT COUNT(*) FROM payers").fetchone())

    reading = threading.Thread(target=look)
    waiting = "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'schema_steps'::regclass"
    with psycopg.connect(place.url, autocommit=True) as watching:
        with psycopg.connect(place.url) as exchanging:
            exchanging.execute("LOCK TABLE schema_steps IN ACCESS EXCLUSIVE MODE")
            reading.start()
            while watching.execute(waiting).fetchone() is None:
                assert reading.is_alive()
            exchanging.execute("INSERT INTO payers VALUES (1, '9', '')")
        reading.join()
    assert seen == [(1,)]


def test_a_reader_waits_for_an_exchange_of_tables_only_so_long(
    place: PostgresPlace, store: PostgresStore
) -> None:
    with psycopg.connect(place.url) as exchanging:
        exchanging.execute("LOCK TABLE schema_steps IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(StoreLockedError):
            store.person("1")
    assert store.person("1") is None


def test_a_commit_that_the_server_turned_into_a_rollback_is_an_error(store: PostgresStore) -> None:
    def write() -> None:
        with store.database.write() as writer:
            writer.execute("INSERT INTO payers VALUES (1, '9', '')")
            with suppress(psycopg.Error):
                writer.execute("SELECT 1 / 0")

    with pytest.raises(StoreError, match="had failed"):
        write()
    with store.database.read() as reader:
        assert reader.execute("SELECT COUNT(*) FROM payers").fetchone() == (0,)


def test_a_server_that_is_not_there_is_told_without_its_address(
    open_database: OpenDatabase, tmp_path: Path
) -> None:
    with pytest.raises(StoreUnavailableError) as caught:
        open_database(f"postgresql:///records?host={tmp_path}", password="s3cret")
    assert caught.value.path == "postgresql:records"
    assert str(tmp_path) not in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_a_database_of_something_else_is_not_taken_over(
    open_database: OpenDatabase, server: PrivateServer, tmp_path: Path
) -> None:
    url = server.new_schema()
    PostgresPlace(url, tmp_path / "key").run("CREATE TABLE theirs (a INT)")
    with pytest.raises(StoreDamagedError, match="something else"):
        open_database(url)


def test_a_database_in_another_encoding_is_refused(
    open_database: OpenDatabase, server: PrivateServer
) -> None:
    with pytest.raises(StoreUnavailableError, match="UTF8"):
        open_database(server.new_database("SQL_ASCII"))


def test_what_is_only_opened_is_not_made(
    open_database: OpenDatabase, server: PrivateServer, tmp_path: Path
) -> None:
    url = server.new_schema()
    with pytest.raises(StoreUnavailableError, match="no archive"):
        open_database(url, create=False)
    assert list(tmp_path.iterdir()) == []
    with psycopg.connect(url) as connection:
        query = "SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema()"
        assert connection.execute(query).fetchone() == (0,)


def test_a_database_of_a_newer_release_is_refused(
    open_database: OpenDatabase, server: PrivateServer, tmp_path: Path
) -> None:
    url = server.new_schema()
    open_database(url)
    PostgresPlace(url, tmp_path / "key").run("INSERT INTO schema_steps VALUES (99, '0099')")
    with pytest.raises(SchemaVersionError) as caught:
        open_database(url)
    assert (caught.value.found, caught.value.known) == (99, len(STEPS))


def test_a_migration_that_fails_leaves_nothing(
    open_database: OpenDatabase, server: PrivateServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = server.new_schema()
    with monkeypatch.context() as patched:
        patched.setattr("archive.postgres.schema.STEPS", (STEPS[0], STEPS[0]))
        with pytest.raises(StoreUnavailableError):
            open_database(url)
    assert open_database(url).verify_audit().intact


def test_a_migration_takes_as_long_as_it_takes(
    open_database: OpenDatabase, server: PrivateServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = server.new_schema()
    open_database(url)
    with monkeypatch.context() as patched:
        patched.setattr("archive.postgres.schema.STEPS", (*STEPS, "long"))
        patched.setattr("archive.postgres.schema._sql", lambda name: "SELECT pg_sleep(0.6)")
        assert open_database(url, statement_seconds=0.5).migrated_from == len(STEPS)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET result = 'ok'",
        "DELETE FROM audit",
        "TRUNCATE audit",
        "DELETE FROM audit_head",
        "TRUNCATE audit_head",
        "UPDATE audit_head SET count = 3",
        "INSERT INTO audit SELECT * FROM audit ON CONFLICT (sequence) DO UPDATE SET result = ''",
        "INSERT INTO audit_head SELECT * FROM audit_head",
    ],
)
def test_the_database_itself_refuses_to_change_the_trail(
    place: PostgresPlace, store: PostgresStore, statement: str
) -> None:
    for _ in range(5):
        store.append_audit(EVENT)
    with psycopg.connect(place.url) as connection, pytest.raises(psycopg.IntegrityError):
        connection.execute(statement)
    assert store.verify_audit().intact


def test_rows_of_one_key_in_one_batch_count_as_if_each_came_alone(store: PostgresStore) -> None:
    names = ("张三", "张三丰", "张三丰", "张三")
    rows = [("1", NUMBER, name, *PERSON[3:]) for name in names]
    assert store.load(RecordKind.PERSONS, list(zip(*rows, strict=True))).changed == 3
    found = store.person("1")
    assert found is not None
    assert found.name == "张三"


def test_texts_are_in_the_order_of_their_bytes_whatever_the_database_thinks(
    store: PostgresStore,
) -> None:
    with store.database.read() as reader:
        collations = reader.execute(
            "SELECT DISTINCT collation_name FROM information_schema.columns "
            "WHERE table_schema = current_schema() AND data_type = 'text'"
        ).fetchall()
    assert collations == [("C",)]


def test_a_citizens_page_is_one_range_of_the_primary_key(store: PostgresStore) -> None:
    with store.database.write() as writer:
        writer.execute("SET LOCAL enable_seqscan = off")
        plan = writer.execute(
            "EXPLAIN SELECT * FROM contributions WHERE person = 1 "
            "AND month BETWEEN 202311 AND 202610 ORDER BY line, month"
        ).fetchall()
    assert "contributions_pkey" in str(plan)
    assert "Index Cond: ((person = 1)" in str(plan)


def test_a_persons_number_is_the_hash_and_no_sequence_exists(store: PostgresStore) -> None:
    store.load(RecordKind.PERSONS, [[cell] for cell in PERSON])
    with store.database.read() as reader:
        assert reader.execute("SELECT person FROM persons").fetchall() == [
            (store.vault.pointer("AAC001", "1"),)
        ]
        assert reader.execute("SELECT * FROM pg_sequences").fetchall() == []


def test_a_damaged_index_is_found_where_amcheck_is_there(
    open_database: OpenDatabase, server: PrivateServer
) -> None:
    url = server.new_database()
    store = open_database(url)
    fill(store)
    with psycopg.connect(url) as connection:
        connection.execute("CREATE EXTENSION amcheck")
        row = connection.execute("SELECT pg_relation_filepath('years_pkey')").fetchone()
    assert list(check(store)) == []
    assert row is not None
    server.stop()
    try:
        path = server.folder / "data" / row[0]
        pages = bytearray(path.read_bytes())
        pages[8192 + 24 : 8192 + 2000] = bytes(1976)  # line pointers of the root
        path.write_bytes(pages)
    finally:
        server.start()
    assert Finding("damage", "years_pkey") in list(check(store))
