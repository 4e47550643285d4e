import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from archive.demo_data import DemoSummary, write_demo_data
from archive.importer import ImportSummary, import_files
from archive.records import RecordKind
from archive.sqlite.store import SqliteStore
from tests.archive.csv_files import Load

NOW = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC)
SEED = 7


def now() -> dt.datetime:
    return NOW


@pytest.fixture
def open_store(tmp_path: Path) -> Iterator[Callable[..., SqliteStore]]:
    """Opens the store of this test, as often as it likes; all are closed at the end."""
    opened: list[SqliteStore] = []

    def open_one(
        path: Path = tmp_path / "archive.db", busy_seconds: float = 0.05, *, create: bool = True
    ) -> SqliteStore:
        opened.append(SqliteStore(path, now, busy_seconds=busy_seconds, create=create))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: Callable[..., SqliteStore]) -> SqliteStore:
    return open_store()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoSummary:
    return write_demo_data(tmp_path_factory.mktemp("demo"), persons=40, seed=SEED)


@pytest.fixture(scope="session")
def demo_store(
    demo: DemoSummary, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SqliteStore]:
    folder = tmp_path_factory.mktemp("store")
    with SqliteStore(folder / "archive.db", now) as loaded:
        summary = import_files(loaded, demo.files, rejects=folder / "rejects.csv")
        assert not summary.rejected
        assert not summary.failed
        yield loaded


@pytest.fixture
def load(store: SqliteStore, tmp_path: Path) -> Load:
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
