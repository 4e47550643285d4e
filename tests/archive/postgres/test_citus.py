import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from archive.model import CardOrder, Case, Employer, Guide, Transfer
from archive.postgres.citus import DISTRIBUTED, LOCAL, REFERENCE, Spread, distribute, is_available
from archive.records import SPECS, RecordKind
from archive.sql.session import Cursor, Session
from archive.sql.store import SqlStore
from archive.values import Month
from tests.archive.every_kind import fill
from tests.archive.places import PostgresPlace
from tests.archive.postgres.server import CleanDatabase, PrivateServer

pytestmark = pytest.mark.slow

# The extension cannot be had everywhere: its functions, as far as they are called, note the call.
FAKE = """
CREATE SCHEMA citus;
CREATE TABLE citus.citus_tables (
    place INT GENERATED ALWAYS AS IDENTITY, table_name regclass, by_column text, beside text
);
CREATE FUNCTION citus.create_reference_table(table_name regclass) RETURNS void LANGUAGE sql AS
'INSERT INTO citus.citus_tables (table_name) VALUES ($1)';
CREATE FUNCTION citus.create_distributed_table(table_name regclass, distribution_column text,
    distribution_type text DEFAULT 'hash', colocate_with text DEFAULT 'default',
    shard_count int DEFAULT NULL) RETURNS void LANGUAGE sql AS
'INSERT INTO citus.citus_tables (table_name, by_column, beside) VALUES ($1, $2, $4)';
"""


@pytest.fixture
def place(clean_database: CleanDatabase, tmp_path: Path) -> PostgresPlace:
    return clean_database.place(tmp_path / "key")


@pytest.fixture
def store(place: PostgresPlace) -> Iterator[SqlStore]:
    with place.open() as opened:
        yield opened


def test_without_the_extension_it_is_not_available(store: SqlStore) -> None:
    assert not is_available(store)


def test_every_table_is_spread_once_and_what_belongs_to_a_person_lies_together(
    server: PrivateServer, tmp_path: Path
) -> None:
    url = server.new_database() + "&options=-csearch_path%3Dpublic,citus"
    place = PostgresPlace(url, tmp_path / "key")
    with place.open() as store:
        place.run(FAKE)
        assert is_available(store)
        spread = distribute(store)
        assert distribute(store) == ()
        with store.database.read() as session:
            calls = session.execute(
                "SELECT table_name::text, by_column, beside FROM citus_tables ORDER BY place"
            ).fetchall()
    assert spread == tuple(Spread(table, by or "") for table, by, _ in calls)
    assert {table: by for table, by, _ in calls if by} == DISTRIBUTED
    assert [table for table, by, _ in calls if not by] == list(REFERENCE)
    beside = {table: where for table, by, where in calls if by}
    assert beside.pop("persons") == beside.pop("pointers") == "none"
    assert set(beside.values()) == {"persons"}


def test_every_table_of_the_schema_has_its_place_in_a_cluster(store: SqlStore) -> None:
    with store.database.read() as session:
        found = session.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
        )
        tables = {table for (table,) in found}
        assert tables == {*DISTRIBUTED, *REFERENCE, *LOCAL}
        for table, column in DISTRIBUTED.items():
            assert store.dialect.table(session, table).key[0] == column


class Recording:
    """A database that notes every statement of a visit."""

    def __init__(self, store: SqlStore) -> None:
        self.statements: list[str] = []
        self._read = store.database.read

    @contextmanager
    def read(self) -> Iterator[Session]:
        with self._read() as session:
            yield _Noting(session, self.statements)


class _Noting:
    def __init__(self, session: Session, statements: list[str]) -> None:
        self._session = session
        self._statements = statements

    def execute(self, query: str, values: Sequence[Any] = (), /) -> Cursor:
        self._statements.append(query)
        return self._session.execute(query, values)

    def executemany(self, query: str, rows: Iterable[Sequence[Any]], /) -> Cursor:
        raise AssertionError


def touches_one_shard(statement: str) -> bool:
    """At most one distributed table, and its column equal to one value."""
    tables = re.findall(r"(?:FROM|JOIN)\s+(\w+)", statement)
    spread = [table for table in tables if table in DISTRIBUTED]
    if not spread:
        return bool(tables)
    where = statement.partition("WHERE")[2].partition("ORDER BY")[0]
    equal = re.match(rf"\s*{DISTRIBUTED[spread[0]]} = \?", where)
    return len(spread) == 1 and equal is not None and " OR " not in where


def test_no_statement_of_a_visit_touches_two_shards(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(store)
    recording = Recording(store)
    monkeypatch.setattr(store.database, "read", recording.read)
    person = store.person_by_number("AAC002 1 文")
    assert person is not None
    assert store.person(person.person_id) == person
    assert store.card("AAZ501 1 文") is not None
    for record, number in ((CardOrder, "card_order_number"), (Case, "case_number")):
        assert store.find(record, f"{number} 1 文") is not None
    assert store.find(Transfer, "transfer_number 1 文") is not None
    for kind in RecordKind:
        if SPECS[kind].of_person and kind is not RecordKind.CONTRIBUTIONS:
            assert len(store.of(SPECS[kind].record, "1").rows) == 1
    months = Month(2000, 1), Month(2030, 1)
    assert len(store.contributions("1", *months).rows) == 1
    assert len(store.contributions("1", *months, line="101").rows) == 1
    assert len(store.known(Employer, ["E1", "E2"])) == 2
    assert len(store.all(Guide)) == 12
    assert store.as_of().day
    assert len(recording.statements) > 60
    assert [one for one in recording.statements if not touches_one_shard(one)] == []


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT person FROM pointers JOIN persons ON true WHERE pointer = ?",
        "SELECT name FROM persons WHERE name = ?",
        "SELECT name FROM persons WHERE person = ? OR name = ?",
        "SELECT name FROM persons",
    ],
)
def test_the_test_itself_tells_a_statement_that_touches_more(statement: str) -> None:
    assert not touches_one_shard(statement)
