"""Jobs of unknown end: a technician looks at the paper, and the journal keeps what they saw."""

import csv
import io
from datetime import timedelta
from html import unescape

from archive.values import told_time
from kiosk.cli.jobs import _line
from kiosk.diag.bundle import jobs_table
from kiosk.diag.finding import Finding
from kiosk.diag.probes import journal as journal_probe
from kiosk.settling import mark_of, witness
from printing.journal import Observed, Order, State
from tests.kiosk.console.conftest import LOGIN, Technician
from tests.kiosk.console.test_acts import inside, page

__all__ = ["inside"]


def _unknown_job(technician: Technician) -> int:
    journal = technician.console.machine.journal
    job = journal.queue(
        Order("contributions", "20261126-01-000001", "receipt", "r", "0" * 64, 1, 2)
    )
    journal.record(job, "sending")
    journal.record(job, "unknown", Observed(reason="printer.offline", bytes_sent=10))
    return job


def test_a_job_of_unknown_end_is_settled_with_the_technicians_name(inside: Technician) -> None:
    job = _unknown_job(inside)
    assert "1 个任务的结果不明" in page(inside, "jobs")
    assert "结果不明 1" in page(inside, "live")
    assert page(inside, "jobs").count("data-sure=") == 4  # each verdict is final
    text = inside.act("jobs/settle", job=job, verdict="cancelled").text
    assert "结果不明" not in text
    assert "有人看过纸" in text
    settled = inside.console.machine.journal.job(job)
    assert (settled.state, settled.decided_by) == ("cancelled", LOGIN)
    again = inside.act("jobs/settle", job=job, verdict="confirmed")
    assert again.status_code == 409
    assert inside.console.machine.journal.job(job).state == "cancelled"
    assert inside.act("jobs/settle", job=999, verdict="confirmed").status_code == 409
    assert inside.act("jobs/settle", job=job, verdict="lost").status_code == 422


def test_a_settled_job_goes_on_telling_when_it_was_printed_and_how_much_of_it_went_out(
    inside: Technician,
) -> None:
    machine = inside.console.machine
    order = Order("contributions", "20261126-01-000001", "receipt", "r", "0" * 64, 1, 27)
    printed, asked = machine.journal.queue(order), machine.journal.queue(order)
    ends: tuple[tuple[int, State], ...] = ((printed, "unknown"), (asked, "sent"))
    for number, state in ends:
        machine.journal.record(number, "sending")
        machine.journal.record(number, state, Observed("drained", None, 900, 5, 3))
    before = {job.id: job for job in machine.journal.jobs()}
    inside.wall.ahead += timedelta(seconds=57)
    text = inside.act("jobs/settle", job=printed, verdict="confirmed").text
    witness(machine.journal, machine.store, machine.settings.kiosk.id, asked, LOGIN, complete=True)
    for job in machine.journal.jobs():
        old = before[job.id]
        assert (job.state, job.observed.evidence) == ("confirmed", "person")
        assert (job.at, job.settled_at is not None) == (old.at, old.settled_at is None)
        seen = job.observed
        assert (seen.bytes_sent, seen.blocks_sent, seen.blocks_confirmed) == (900, 5, 3)
    job = machine.journal.job(printed)
    assert job.settled_at is not None
    assert job.settled_at > job.at
    (row, _) = csv.DictReader(io.StringIO(jobs_table(machine.journal.jobs()[::-1])))
    assert (row["at"], row["blocks_sent"]) == (job.at.isoformat(), "5")
    assert row["settled_at"] == job.settled_at.isoformat()
    for shown in (unescape(text), _line(job)):
        assert told_time(job.at) in shown
        assert told_time(job.settled_at) in shown
    assert "3/5/27" in text


def _print(technician: Technician, statement: str, state: State) -> int:
    journal = technician.console.machine.journal
    job = journal.queue(Order(statement, "20261126-01-000002", "receipt", "r", "0" * 64, 0, 2))
    journal.record(job, "sending")
    journal.record(job, state, Observed("marker", None, 90, 2, 2))
    return job


def test_a_void_mark_that_came_out_is_told_beside_the_job_that_it_names(
    inside: Technician,
) -> None:
    machine = inside.console.machine
    job = _unknown_job(inside)
    assert mark_of(machine.journal, machine.journal.job(job)) is None
    _print(inside, "void", "unknown")  # one that is not proven is none
    assert mark_of(machine.journal, machine.journal.job(job)) is None
    mark = _print(inside, "void", "confirmed")
    told = f"作废标记：任务 {mark} void mark: job {mark}"
    assert told in unescape(page(inside, "jobs"))
    unknown = machine.journal.job(job)
    assert told in _line(unknown, mark_of(machine.journal, unknown))
    (found, _) = (one for one in journal_probe(machine) if isinstance(one, Finding))
    assert f"作废标记已由任务 {mark} 打出" in found.evidence.zh
    assert f"kiosk jobs settle {job} FOUND" in found.words.step


def test_a_paper_that_never_began_does_not_part_a_mark_from_its_job(inside: Technician) -> None:
    journal = inside.console.machine.journal
    job = _unknown_job(inside)
    failed = journal.queue(Order("rights", "20261126-01-000003", "receipt", "r", "0" * 64, 1, 2))
    journal.record(failed, "failed", Observed(reason="printer.offline"))
    mark = _print(inside, "void", "confirmed")
    found = mark_of(journal, journal.job(job))
    assert found is not None
    assert found.id == mark


def test_a_mark_behind_another_paper_is_that_papers(inside: Technician) -> None:
    machine = inside.console.machine
    job = _unknown_job(inside)
    _print(inside, "insured", "unknown")
    _print(inside, "void", "confirmed")
    assert mark_of(machine.journal, machine.journal.job(job)) is None


def test_a_slip_of_which_a_part_came_out_has_failed_and_says_what_was_seen(
    inside: Technician,
) -> None:
    job = _unknown_job(inside)
    text = inside.act("jobs/settle", job=job, verdict="partial").text
    assert "只出了一部分，已收回销毁" in text
    settled = inside.console.machine.journal.job(job)
    assert (settled.state, settled.observed.reason) == ("failed", "person.partial")
    assert "取消或作废" not in text
