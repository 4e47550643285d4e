"""The journal, block by block: what is known of each piece of a job, also after a kill."""

import sqlite3
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from printing.errors import JobStateError
from printing.journal import Journal, Observed, State
from tests.printing.test_journal import ORDER, START, journal, opened

__all__ = ["journal"]

BLOCKS = ("rows 1-8", "rows 9-16", "rows 17-20", "cut")

PRINTING = replace(ORDER, blocks=4)


def block_states(journal: Journal, job_id: int) -> list[str]:
    return [block.state for block in journal.blocks(job_id)]


def under_way(journal: Journal) -> int:
    """Two of four blocks proven, a third one out."""
    job_id = journal.queue(PRINTING, BLOCKS)
    journal.record(job_id, "sending")
    for sent, confirmed in ((1, 0), (2, 1), (3, 2)):
        journal.note(job_id, sent, confirmed, "marker")
    return job_id


def test_each_block_has_a_row_before_anything_is_sent_and_follows_what_is_known(
    journal: Journal,
) -> None:
    job_id = under_way(journal)
    assert [block.label for block in journal.blocks(job_id)] == list(BLOCKS)
    assert block_states(journal, job_id) == ["confirmed", "confirmed", "sent", "queued"]
    assert [block.evidence for block in journal.blocks(job_id)] == ["marker"] * 2 + ["none"] * 2
    waiting = journal.queue(PRINTING, BLOCKS)
    assert block_states(journal, waiting) == ["queued"] * 4


@pytest.mark.parametrize(
    ("state", "observed", "blocks"),
    [
        ("confirmed", Observed("marker", None, 900, 4, 4), ["confirmed"] * 4),
        ("sent", Observed("drained", None, 900, 4, 0), ["sent"] * 4),
        ("failed", Observed("none", "printer.absent"), ["unsent"] * 4),
        ("cancelled", Observed("marker", None, 700, 3, 2), ["void"] * 4),
        ("cancelled", Observed("marker", None, 300, 1, 1), ["void", "void", "unsent", "unsent"]),
        ("cancelled", Observed("none", "visit.ended"), ["unsent"] * 4),
        (
            "unknown",
            Observed("none", "printer.absent", 600, 2, 2),
            ["confirmed", "confirmed", "unknown", "unsent"],
        ),
        (
            "unknown",
            Observed(reason="bug.RuntimeError"),
            ["confirmed", "confirmed", "unknown", "unknown"],
        ),
    ],
)
def test_the_end_of_a_job_says_of_each_block_what_it_proves(
    journal: Journal, state: State, observed: Observed, blocks: list[str]
) -> None:
    job_id = under_way(journal)
    journal.record(job_id, state, observed)
    assert block_states(journal, job_id) == blocks
    proof = {block.evidence for block in journal.blocks(job_id) if block.state == "void"}
    assert proof <= {"marker"}, "void, and nothing tells why"


@pytest.mark.parametrize("state", [None, "cancelled", "unknown", "confirmed"])
def test_nothing_is_noted_of_a_job_that_is_not_being_sent(
    journal: Journal, state: State | None
) -> None:
    job_id = under_way(journal) if state else journal.queue(PRINTING, BLOCKS)
    if state:
        journal.record(job_id, state, Observed(bytes_sent=700, blocks_sent=3, blocks_confirmed=2))
    before = block_states(journal, job_id)
    with pytest.raises(JobStateError):
        journal.note(job_id, 4, 4, "marker")
    assert block_states(journal, job_id) == before


def test_after_a_restart_only_proven_blocks_count(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with opened(path) as journal:
        job_id, waiting = under_way(journal), journal.queue(PRINTING, BLOCKS)
    with opened(path) as journal:
        journal.recover()
        assert block_states(journal, job_id) == ["confirmed", "confirmed", "unknown", "unknown"]
        assert block_states(journal, waiting) == ["unsent"] * 4


KILLED = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from devices.printer.blocks import Block
from devices.printer.result import Progress
from printing.job import Ticket, print_receipt
from printing.journal import Journal

class Printer:
    def print_blocks(self, blocks, *, on_progress, **_):
        sys.stdout.write("first byte\\n")
        on_progress(Progress(1, 1, 2, 3, None))
        sys.stdout.write("first block\\n")
        sys.stdout.flush()
        sys.stdin.read()

journal = Journal(Path(sys.argv[1]), lambda: datetime.now(UTC))
blocks = (Block(b"one", "rows 1-8"), Block(b"two", "cut"))
print_receipt(journal, Printer(), blocks, Ticket("contributions", "S-1", "front", 7), void=())
"""


def test_a_process_that_is_killed_while_it_prints_leaves_the_truth_behind(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert child.stdout is not None
    with child, child.stdout:
        assert child.stdout.readline() == "first byte\n"
        assert child.stdout.readline() == "first block\n"
        child.kill()
    assert child.returncode == -9
    with opened(path) as journal:
        (job,) = journal.jobs()
        assert (job.order.serial, job.state) == ("S-1", "sending")
        assert [left.state for left in journal.recover()] == ["unknown"]
        assert block_states(journal, job.id) == ["confirmed", "unknown"]


def test_a_ledger_forgets_what_ended_long_ago_and_never_what_is_unknown(tmp_path: Path) -> None:
    moment = START
    with Journal(tmp_path / "journal.db", lambda: moment) as journal:
        ids: dict[str, int] = {}
        ends: tuple[State, ...] = ("sent", "confirmed", "failed", "cancelled", "unknown")
        for state in ends:
            ids[state] = journal.queue(PRINTING, BLOCKS)
            journal.record(ids[state], "sending")
            journal.record(ids[state], state)
        moment += timedelta(days=100)
        late = journal.queue(PRINTING, BLOCKS)
        journal.record(late, "failed")
        assert journal.purge(START - timedelta(days=1)) == 0
        assert journal.purge(START) == 4
        assert [job.id for job in journal.jobs()] == [late, ids["unknown"]]
        assert journal.blocks(ids["sent"]) == ()
        assert journal.history(ids["sent"]) == ()
        assert len(journal.blocks(ids["unknown"])) == 4
        journal.resolve(ids["unknown"], "li", "failed")
        moment += timedelta(days=100)
        assert journal.purge(moment - timedelta(days=100)) == 2


def test_no_job_and_no_row_of_one_can_be_deleted_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with opened(path) as journal:
        under_way(journal)
    database = sqlite3.connect(path)
    for table in ("jobs", "transitions", "blocks"):
        with pytest.raises(sqlite3.IntegrityError):
            database.execute(f"DELETE FROM {table}")
    database.close()
