"""Damaged pages, impossible values, a full disk: told at once, and never answered wrongly."""

import datetime as dt
import random
import shutil
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive.demo_data import DemoSummary
from archive.errors import ArchiveError, StoreDamagedError, StoreFullError
from archive.importer import import_files
from archive.model import ArchiveIndex, AuditEvent, AuditKind, Registration
from archive.sqlite.store import SqliteStore
from archive.store import Answer
from archive.values import Month
from tests.archive.conftest import now

OpenStore = Callable[..., SqliteStore]
PAGE = 4096
EVENT = AuditEvent(kind=AuditKind.RECORDS_READ, kiosk="hall-01")
ALWAYS = Month(1990, 1), Month(2027, 1)


@pytest.fixture(scope="module")
def whole(demo: DemoSummary, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in one file, its log written back."""
    path = tmp_path_factory.mktemp("whole") / "archive.db"
    with SqliteStore(path, now) as store:
        import_files(store, demo.files, rejects=path.with_name("rejects.csv"))
    return path


@pytest.fixture
def copy(whole: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may break."""
    for name in ("archive.db", "archive.db.audit-key"):
        shutil.copy(whole.with_name(name), tmp_path / name)
    return tmp_path / "archive.db"


def numbers(demo: DemoSummary) -> list[str]:
    return [
        card.read_text("utf-8").split('social_security_number = "')[1][:18] for card in demo.cards
    ]


def all_of(store: SqliteStore, demo: DemoSummary) -> list[object]:
    """What the store tells of the holders of the demo's cards."""
    told: list[object] = []
    for number in numbers(demo):
        person = store.person_by_number(number)
        assert person is not None
        answers: tuple[Answer[Any], ...] = (
            store.contributions(person.person_id, *ALWAYS),
            *(store.of(kind, person.person_id) for kind in (Registration, ArchiveIndex)),
        )
        told += [person, *((answer.as_of, answer.rows) for answer in answers)]
    return told


def after_start(path: Path, demo: DemoSummary) -> list[object] | str:
    """What a kiosk that starts on this file answers: rows, or an error's code."""
    try:
        with SqliteStore(path, now, create=False) as store:
            store.check(5.0, time.monotonic)
            return all_of(store, demo)
    except ArchiveError as error:
        return error.code


def test_a_page_whose_order_is_broken_is_damage_and_never_another_answer(
    whole: Path, copy: Path, demo: DemoSummary
) -> None:
    """The head of a page and where its cells lie: two bytes a cell behind the first eight."""
    with SqliteStore(whole, now, create=False) as store:
        right = all_of(store, demo)
    chance = random.Random(4)
    good = whole.read_bytes()
    pages = [page for page in range(1, len(good) // PAGE) if good[page * PAGE] in (2, 10)]
    damaged = 0
    for page in chance.sample(pages, 50):
        data = bytearray(good)
        data[page * PAGE + chance.randrange(40)] ^= 1 << chance.randrange(8)
        copy.write_bytes(data)
        answer = after_start(copy, demo)
        assert answer == right or answer == "store.damaged"
        damaged += answer == "store.damaged"
    assert damaged > 20


@pytest.mark.parametrize("page", [0, 1])
def test_a_page_overwritten_with_noise_is_damage(copy: Path, demo: DemoSummary, page: int) -> None:
    data = bytearray(copy.read_bytes())
    data[page * PAGE : (page + 1) * PAGE] = random.Random(page).randbytes(PAGE)
    copy.write_bytes(data)
    assert after_start(copy, demo) == "store.damaged"


def test_a_file_cut_short_is_damage(copy: Path, demo: DemoSummary) -> None:
    copy.write_bytes(copy.read_bytes()[: 20 * PAGE])
    assert after_start(copy, demo) == "store.damaged"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE contributions SET month = 202613",
        "UPDATE contributions SET payer = 999999",
        "UPDATE contributions SET posted_after = 9999999",
        "UPDATE registrations SET started = 20260230",
        "UPDATE persons SET birth_date = 'yesterday'",
        "UPDATE sources SET as_of = 0",
        "UPDATE persons SET name = CAST(X'E4BD' AS TEXT)",
    ],
)
def test_a_value_that_no_row_can_have_is_damage(
    copy: Path, demo: DemoSummary, statement: str
) -> None:
    with sqlite3.connect(copy) as connection:
        connection.execute(statement.replace("UPDATE", "UPDATE OR REPLACE"))
    connection.close()
    with SqliteStore(copy, now, create=False) as store, pytest.raises(StoreDamagedError):
        all_of(store, demo)


def test_the_look_at_the_start_ends_in_time_on_a_store_of_any_size(copy: Path) -> None:
    with SqliteStore(copy, now, create=False) as store:
        assert store.check(60.0, time.monotonic)
        ticks = iter(range(1000))
        assert not store.check(0.5, lambda: float(next(ticks)))
        assert store.as_of().day, "the reader is as good as before"


def pages_at_most(store: SqliteStore, more: int) -> None:
    """Let the disk be full after so many pages more."""
    with store.database.write() as session:
        count = session.execute("PRAGMA page_count").fetchone()
        assert count is not None
        session.execute(f"PRAGMA max_page_count = {count[0] + more}").fetchall()


def until_full(store: SqliteStore) -> int:
    """How many rows were written before the disk was full."""
    for count in range(1000):
        try:
            store.append_audit(EVENT)
        except StoreFullError:
            return count
    pytest.fail("the disk was never full")


def test_a_full_disk_is_told_leaves_no_half_row_and_heals(tmp_path: Path) -> None:
    with SqliteStore(tmp_path / "archive.db", now) as store:
        store.append_audit(EVENT)
        pages_at_most(store, 2)
        written = 1 + until_full(store)
        check = store.verify_audit()
        assert (check.rows, check.intact) == (written, True)
        pages_at_most(store, 1000)
        assert store.append_audit(EVENT).sequence == written + 1
        assert store.verify_audit().intact


def test_what_is_there_is_still_told_while_the_disk_is_full(copy: Path, demo: DemoSummary) -> None:
    with SqliteStore(copy, now, create=False) as store:
        right = all_of(store, demo)
        pages_at_most(store, 0)
        until_full(store)
        assert all_of(store, demo) == right


def test_a_row_that_was_written_while_the_clock_was_behind_says_by_how_much(
    tmp_path: Path,
) -> None:
    at = [dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)]
    with SqliteStore(tmp_path / "archive.db", lambda: at[-1]) as store:
        assert store.latest() is None
        for seconds in (0, -4, -3600, 0, 60):
            at.append(at[0] + dt.timedelta(seconds=seconds))
            store.append_audit(EVENT)
        rows = list(store.audit_rows())
        assert [row.behind for row in rows] == [0, 0, 3600, 0, 0]
        assert [row.at for row in rows] == at[1:], "the time is not invented"
        assert store.latest() == at[-1]
        assert store.verify_audit().intact


def test_a_schema_that_is_no_text_any_more_is_damage(copy: Path, demo: DemoSummary) -> None:
    """sqlite3 fails on its own message then, which quotes the name."""
    data = copy.read_bytes().replace(b"CREATE TABLE cards", b"CREATE TABL\xd4 cards", 1)
    copy.write_bytes(data.replace(b"cardscards", b"card\xd4cards", 1))
    assert after_start(copy, demo) == "store.damaged"
