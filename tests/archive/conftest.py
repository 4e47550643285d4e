from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from archive.demo_data import DemoSummary, write_demo_data
from archive.importer import ImportSummary, import_files
from archive.records import RecordKind
from archive.sql.store import SqlStore
from tests.archive.csv_files import Load
from tests.archive.places import BACKENDS, Place, PostgresPlace, SqlitePlace
from tests.archive.places import NOW as NOW
from tests.archive.places import now as now
from tests.archive.postgres.server import CleanDatabase, PrivateServer
from tests.postgres import server as server

OpenStore = Callable[..., SqlStore]
SEED = 7


@pytest.fixture(scope="session")
def clean_database(server: PrivateServer) -> CleanDatabase:
    return CleanDatabase(server)


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """Each test that has a store runs on both kinds."""
    kind: str = request.param
    return kind


@pytest.fixture
def place(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Place:
    """Where the store of this test is; nobody has used it."""
    if backend == "sqlite":
        return SqlitePlace(tmp_path / "archive.db")
    clean: CleanDatabase = request.getfixturevalue("clean_database")
    return clean.place(tmp_path / "archive.audit-key")


@pytest.fixture
def new_place(
    backend: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Callable[[str], Place]:
    """More places for the same test, where nothing has been made yet."""

    def make(name: str) -> Place:
        if backend == "sqlite":
            return SqlitePlace(tmp_path / f"{name}.db")
        server: PrivateServer = request.getfixturevalue("server")
        return PostgresPlace(server.new_schema(), tmp_path / f"{name}.audit-key")

    return make


@pytest.fixture
def open_store(place: Place) -> Iterator[OpenStore]:
    """Opens the store of this test, as often as it likes; all are closed at the end."""
    opened: list[SqlStore] = []

    def open_one(at: Place = place, **options: Any) -> SqlStore:
        opened.append(at.open(**options))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: OpenStore) -> SqlStore:
    return open_store()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoSummary:
    return write_demo_data(tmp_path_factory.mktemp("demo"), persons=40, seed=SEED)


@pytest.fixture(scope="session", params=BACKENDS)
def demo_store(
    demo: DemoSummary, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[SqlStore]:
    folder = tmp_path_factory.mktemp("store")
    place: Place = SqlitePlace(folder / "archive.db")
    if request.param == "postgres":
        server: PrivateServer = request.getfixturevalue("server")
        place = PostgresPlace(server.new_schema(), folder / "archive.audit-key")
    with place.open() as loaded:
        summary = import_files(loaded, demo.files, rejects=folder / "rejects.csv")
        assert not summary.rejected
        assert not summary.failed
        yield loaded


@pytest.fixture
def load(store: SqlStore, tmp_path: Path) -> Load:
    """Writes files and imports them into a store that knows the date of its data."""
    store.load(RecordKind.META, [("",), (20261031,), (None,)])

    def load_files(*contents: str | bytes, full: bool = False) -> ImportSummary:
        files = []
        for place, content in enumerate(contents):
            files.append(tmp_path / f"{place}.csv")
            data = content.encode() if isinstance(content, str) else content
            files[-1].write_bytes(data)
        return import_files(store, files, rejects=tmp_path / "rejects.csv", full=full)

    return load_files
