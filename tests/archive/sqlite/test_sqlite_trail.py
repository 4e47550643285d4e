import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.model import AuditEvent, AuditKind
from archive.sqlite.store import SqliteStore
from tests.archive.places import NOW, SqlitePlace, now

EVENT = AuditEvent(kind=AuditKind.RECORDS_READ, kiosk="hall-01")


@pytest.fixture
def trail(tmp_path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(tmp_path / "archive.db", now) as store:
        for _ in range(8):
            store.append_audit(EVENT)
        yield store


@pytest.mark.slow
@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sets(st.integers(1, 8), min_size=1))
def test_any_set_of_rows_taken_away_is_found(
    trail: SqliteStore, tmp_path_factory: pytest.TempPathFactory, gone: set[int]
) -> None:
    copy = tmp_path_factory.mktemp("copy") / "archive.db"
    with sqlite3.connect(trail.path) as source, sqlite3.connect(copy) as target:
        source.backup(target)
    source.close()
    target.close()
    key = trail.path.with_name("archive.db.audit-key")
    with SqliteStore(copy, lambda: NOW, audit_key=key) as store:
        SqlitePlace(copy).run(f"DELETE FROM audit WHERE sequence IN ({', '.join(map(str, gone))})")
        assert not store.verify_audit().intact


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET result = 'ok'",
        "DELETE FROM audit",
        "DELETE FROM audit_head",
        "UPDATE audit_head SET count = 3",
        "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE sequence = 2",
        "INSERT OR REPLACE INTO audit_head SELECT * FROM audit_head",
    ],
)
def test_the_database_itself_refuses_to_change_the_trail(
    trail: SqliteStore, statement: str
) -> None:
    connection = sqlite3.connect(trail.path)
    with pytest.raises(sqlite3.IntegrityError, match="only grows"):
        connection.execute(statement)
    connection.close()
    assert trail.verify_audit().intact


@pytest.mark.slow
def test_a_row_survives_the_sudden_death_of_the_process(tmp_path: Path) -> None:
    script = (
        "import datetime as dt, os, pathlib, sys\n"
        "from archive.model import AuditEvent, AuditKind\n"
        "from archive.sqlite.store import SqliteStore\n"
        "store = SqliteStore(pathlib.Path(sys.argv[1]), lambda: dt.datetime.now(dt.UTC))\n"
        "store.append_audit(AuditEvent(kind=AuditKind.RECORDS_READ, kiosk='hall-01'))\n"
        "os.kill(os.getpid(), 9)\n"
    )
    path = tmp_path / "archive.db"
    died = subprocess.run([sys.executable, "-c", script, str(path)], check=False)
    assert died.returncode == -9
    with SqliteStore(path, lambda: NOW) as store:
        check = store.verify_audit()
        assert (check.rows, check.intact) == (1, True)
