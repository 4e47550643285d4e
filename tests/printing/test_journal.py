import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import astuple, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from pytest_mock import MockerFixture

from printing.errors import JobStateError, JobUnknownError, JournalError, JournalVersionError
from printing.journal import RESTART, Journal, Observed, Order, State
from printing.journal_file import MIGRATIONS, JournalFile

ORDER = Order("contributions", "20261122-03-000417", "receipt", "front", "ab" * 32, 7, 24)
START = datetime(2026, 11, 22, 1, 43, tzinfo=UTC)
STATES: tuple[State, ...] = get_args(State)
FOLLOWS: dict[str, set[str]] = {
    "queued": {"sending", "failed", "cancelled"},
    "sending": {"sent", "confirmed", "unknown", "failed", "cancelled"},
    "sent": {"confirmed", "unknown"},
}


def clock() -> Iterator[datetime]:
    moment = START
    while True:
        yield moment
        moment += timedelta(seconds=1)


def opened(path: Path) -> Journal:
    ticks = clock()
    return Journal(path, lambda: next(ticks))


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with opened(tmp_path / "journal.db") as journal:
        yield journal


def test_a_job_is_on_disk_as_queued_before_anything_is_sent(tmp_path: Path) -> None:
    with opened(tmp_path / "journal.db") as journal, opened(tmp_path / "journal.db") as other:
        job_id = journal.queue(ORDER)
        assert other.job(job_id).state == "queued"
        assert other.job(job_id).order == ORDER


def test_what_was_observed_is_kept_with_the_state(journal: Journal) -> None:
    job_id = journal.queue(ORDER)
    journal.record(job_id, "sending")
    observed = Observed("marker", None, 7525, 24, 24)
    journal.record(job_id, "confirmed", observed)
    job = journal.job(job_id)
    assert (job.state, job.observed, job.decided_by) == ("confirmed", observed, None)
    assert [state for _, state in journal.history(job_id)] == ["queued", "sending", "confirmed"]
    times = [at for at, _ in journal.history(job_id)]
    assert times == sorted(times)
    assert all(at.tzinfo is not None for at in times)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("path", [[], ["sending"], ["sending", "sent"], ["sending", "unknown"]])
def test_only_transitions_that_can_happen_are_taken(
    journal: Journal, path: list[State], state: State
) -> None:
    job_id = journal.queue(ORDER)
    for step in path:
        journal.record(job_id, step)
    found = path[-1] if path else "queued"
    if state in FOLLOWS.get(found, set()):
        journal.record(job_id, state)
        assert journal.job(job_id).state == state
        return
    with pytest.raises(JobStateError) as caught:
        journal.record(job_id, state)
    assert (caught.value.found, caught.value.wanted) == (found, state)
    assert journal.job(job_id).state == found


def test_after_a_restart_nothing_is_sent_by_itself_and_what_was_sending_is_unknown(
    tmp_path: Path,
) -> None:
    path = tmp_path / "journal.db"
    with opened(path) as journal:
        queued, sending, done = (journal.queue(ORDER) for _ in range(3))
        journal.record(sending, "sending")
        journal.record(done, "sending")
        journal.record(done, "confirmed")
    with opened(path) as journal:
        assert journal.job(sending).state == "sending"  # looking changes nothing
        assert [(job.id, job.state) for job in journal.recover()] == [
            (queued, "cancelled"),
            (sending, "unknown"),
        ]
        assert journal.job(sending).observed.reason == RESTART
        assert journal.job(done).state == "confirmed"
        assert journal.recover() == ()


def test_unknown_stays_visible_until_a_person_decides(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with opened(path) as journal:
        job_id = journal.queue(ORDER)
        journal.record(job_id, "sending")
        journal.record(job_id, "unknown", Observed(reason="printer.absent", bytes_sent=900))
    with opened(path) as journal:
        journal.recover()
        assert [job.id for job in journal.unknown_jobs()] == [job_id]
        journal.resolve(job_id, "li", "confirmed")
        job = journal.job(job_id)
        assert (job.state, job.observed.evidence, job.decided_by) == ("confirmed", "person", "li")
        assert journal.unknown_jobs() == ()
        with pytest.raises(JobStateError):
            journal.resolve(job_id, "li", "failed")


def test_a_person_decides_only_about_what_is_unknown(journal: Journal) -> None:
    job_id = journal.queue(ORDER)
    with pytest.raises(JobStateError):
        journal.resolve(job_id, "li", "confirmed")


def test_a_job_that_is_not_there_is_named(journal: Journal) -> None:
    for call in (
        lambda: journal.job(99),
        lambda: journal.record(99, "sending"),
        lambda: journal.resolve(99, "li", "failed"),
    ):
        with pytest.raises(JobUnknownError) as caught:
            call()
        assert caught.value.job_id == 99


def test_the_newest_jobs_come_first(journal: Journal) -> None:
    made = [journal.queue(replace(ORDER, serial=str(n))) for n in range(5)]
    assert [job.id for job in journal.jobs(3)] == made[:1:-1]


def test_transitions_cannot_be_changed_or_removed(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with opened(path) as journal:
        journal.queue(ORDER)
    database = sqlite3.connect(path)
    for change in ("UPDATE transitions SET state = 'confirmed'", "DELETE FROM transitions"):
        with pytest.raises(sqlite3.IntegrityError, match="only added"):
            database.execute(change)
    database.close()


def test_each_change_is_written_through_to_the_disk(journal: Journal) -> None:
    assert journal._file._database.execute("PRAGMA synchronous").fetchone()[0] == 2


def test_no_more_of_the_file_is_kept_in_memory_than_is_stated(journal: Journal) -> None:
    assert journal._file._database.execute("PRAGMA cache_size").fetchone()[0] == -128  # KiB


def test_a_file_that_is_no_journal_or_cannot_be_opened_is_an_error(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(b"this is no database, whatever it may be called" * 100)
    for path in (damaged, tmp_path / "no" / "such" / "folder.db"):
        with pytest.raises(JournalError) as caught:
            opened(path)
        assert caught.value.code == "journal.unavailable"


def test_a_journal_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    opened(path).close()
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(JournalVersionError) as caught:
        opened(path)
    assert (caught.value.found, caught.value.known) == (99, len(MIGRATIONS))


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS)))
def test_a_journal_of_an_older_program_keeps_its_jobs(tmp_path: Path, version: int) -> None:
    path = tmp_path / "journal.db"
    database = sqlite3.connect(path)
    for changes in MIGRATIONS[:version]:
        for change in changes:
            database.execute(change)
    database.execute(f"PRAGMA user_version = {version}")
    order = [*astuple(ORDER), "unknown"]
    database.execute("INSERT INTO jobs VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?)", order)
    database.execute(
        "INSERT INTO transitions VALUES (1, 1, 'unknown', ?, 'none', NULL, 9, 1, 0, NULL)",
        [START.isoformat()],
    )
    database.commit()
    database.close()
    with opened(path) as journal:
        assert [job.order for job in journal.unknown_jobs()] == [ORDER]
        assert journal.job(journal.queue(ORDER)).state == "queued"


def test_only_the_owner_may_read_the_files(journal: Journal, tmp_path: Path) -> None:
    journal.queue(ORDER)
    rights = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    assert rights == dict.fromkeys(("journal.db", "journal.db-wal", "journal.db-shm"), 0o600)


def test_what_is_only_opened_is_not_made(tmp_path: Path) -> None:
    now = partial(datetime.now, UTC)
    path = tmp_path / "journal.db"
    with pytest.raises(JournalError) as caught:
        Journal(path, now, create=False)
    assert (caught.value.path, caught.value.detail) == (str(path), "No such file or directory")
    assert list(tmp_path.iterdir()) == []
    path.touch()
    with pytest.raises(JournalError, match="empty"):
        Journal(path, now, create=False)
    assert path.stat().st_size == 0
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA journal_mode = wal")
    database.close()
    with pytest.raises(JournalError, match="no journal"):
        Journal(path, now, create=False)
    assert list(tmp_path.iterdir()) == [path]
    opened(path).close()
    with Journal(path, now, create=False) as journal:
        assert journal.jobs() == ()


def test_two_programs_that_start_together_make_one_journal(
    tmp_path: Path, mocker: MockerFixture
) -> None:
    path = tmp_path / "journal.db"
    plain = JournalFile._version
    asked: list[int] = []

    def version(file: JournalFile) -> int:
        """The other program makes the journal just after this one found none."""
        found = plain(file)
        asked.append(found)
        if len(asked) == 1:
            opened(path).close()
        return found

    mocker.patch.object(JournalFile, "_version", version)
    with opened(path) as journal:
        assert journal.jobs() == ()
    assert asked[0] == 0


class JournalMachine(RuleBasedStateMachine):
    """Any jobs, any changes, restarts in between: the journal and a plain model agree."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self._path = Path(self._folder.name) / "journal.db"
        self._journal = opened(self._path)
        self._model: dict[int, list[str]] = {}

    def teardown(self) -> None:
        self._journal.close()
        self._folder.cleanup()

    @rule()
    def queue(self) -> None:
        self._model[self._journal.queue(ORDER)] = ["queued"]

    @precondition(lambda self: bool(self._model))
    @rule(data=st.data(), state=st.sampled_from(STATES))
    def record(self, data: st.DataObject, state: State) -> None:
        job_id = data.draw(st.sampled_from(sorted(self._model)))
        path = self._model[job_id]
        if state in FOLLOWS.get(path[-1], set()):
            self._journal.record(job_id, state)
            path.append(state)
        else:
            with pytest.raises(JobStateError):
                self._journal.record(job_id, state)

    @rule()
    def stop_and_start(self) -> None:
        self._journal.close()
        self._journal = opened(self._path)
        self._journal.recover()
        for path in self._model.values():
            if path[-1] in ("queued", "sending"):
                path.append("cancelled" if path[-1] == "queued" else "unknown")

    @invariant()
    def the_journal_says_what_happened(self) -> None:
        for job_id, path in self._model.items():
            assert [state for _, state in self._journal.history(job_id)] == path
        unknown = [job.id for job in self._journal.unknown_jobs()]
        assert unknown == [
            job for job, path in sorted(self._model.items()) if path[-1] == "unknown"
        ]


TestJournalMachine = JournalMachine.TestCase
TestJournalMachine.settings = settings(
    max_examples=15,
    stateful_step_count=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
