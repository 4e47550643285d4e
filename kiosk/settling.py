"""A person decides about paper of which the journal knows no end: the trail first, then it."""

from typing import Final, Literal

from archive.model import AuditEvent, AuditKind
from archive.store import Store
from printing.job import VOID
from printing.journal import Job, Journal, Observed, Verdict
from printing.journal_file import WITNESS

PARTIAL: Final = "person.partial"
"""The reason of a job that failed: a person found a part of its paper and destroyed that."""

Found = Literal["confirmed", "failed", "partial", "cancelled"]
"""What a person found: all of the paper, none, a part that they destroyed, or void marks on it.
Of a part that is no more the job has `failed`: nobody cancelled it, and no mark is on it.
"""


def mark_of(journal: Journal, job: Job) -> Job | None:
    """The void mark (作废标记) that came out behind a job of unknown end, if one did.

    It names that job's serial. What the job's own paper shows is for a person to see: the paper
    may have been torn off before. The journal's last jobs are enough, older ones were seen to.
    """
    if job.state != "unknown":
        return None
    later = (one for one in reversed(journal.jobs()) if one.id > job.id)
    for one in (one for one in later if one.order.printer == job.order.printer):
        if one.order.statement == VOID and one.state in ("sent", "confirmed"):
            return one
        if one.order.statement != VOID and one.observed.bytes_sent:
            return None  # it began behind an earlier mark, or a person decided
    return None


def settle(
    journal: Journal, store: Store, kiosk: str, job_id: int, operator: str, found: Found
) -> None:
    """Record what `operator` found. Raises JobUnknownError, JobStateError or a store's error."""
    job = journal.job(job_id)
    verdict: Verdict = "failed" if found == "partial" else found
    if job.state == "unknown":  # else the journal refuses, and there is nothing to trace
        store.append_audit(
            AuditEvent(
                kind=AuditKind.JOB_RESOLVED,
                kiosk=kiosk,
                result=verdict,
                operator=operator,
                reference=job.order.serial,
            )
        )
    journal.resolve(job_id, operator, verdict, PARTIAL if found == "partial" else None)


def witness(
    journal: Journal, store: Store, kiosk: str, job_id: int, operator: str, *, complete: bool
) -> Job:
    """Record whether `operator` saw the paper of a test, whole and in order.

    What the printer took without proof becomes a person's word. Where it gave its own proof, that
    stays in the journal, and the trail tells what the person saw.
    """
    job = journal.job(job_id)
    found: Found = "confirmed" if complete else "failed"
    if job.state == "sent":
        journal.record(job_id, "unknown", Observed(reason=WITNESS))
    if job.state in ("sent", "unknown"):
        settle(journal, store, kiosk, job_id, operator, found)
    else:
        store.append_audit(
            AuditEvent(
                kind=AuditKind.STAFF_ACTION,
                kiosk=kiosk,
                result="paper.seen" if complete else "paper.missing",
                operator=operator,
                reference=job.order.serial,
            )
        )
    return journal.job(job_id)
