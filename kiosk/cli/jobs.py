"""`kiosk jobs`: what became of the paper."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final

import typer

from kiosk.cli.options import ConfigOption, login, settings

if TYPE_CHECKING:
    from printing.journal import Job

NO_JOB = "还没有打印任务。No job yet."
NO_SERIAL = "没有这个流水号的打印任务。No job of this serial."
NO_UNKNOWN = "没有需要人核实的打印任务。No job has to be settled."
_PARTS: Final = (
    "以上是打印机对各段的答复，人的判定不改动它。"
    "The parts are as the printer told them; what a person found changes none."
)
_MEDIUM: Final = 12
_STATE: Final = 20
_EVIDENCE: Final = 40
"""Columns on the terminal; a character of Chinese takes two."""


class Found(StrEnum):
    """What a person may find about a job of unknown fate, as `kiosk.settling` knows it."""

    CONFIRMED = "confirmed"
    FAILED = "failed"
    PARTIAL = "partial"
    CANCELLED = "cancelled"


_FOUND: Final = {
    Found.CONFIRMED: "纸已出齐",
    Found.FAILED: "没有出纸",
    Found.PARTIAL: "只出了一部分，已收回销毁",
    Found.CANCELLED: "印有作废字样",
}

app = typer.Typer(help="Print jobs and what is known about their paper.", no_args_is_help=True)


@app.command("list")
def list_jobs(
    unknown: Annotated[bool, typer.Option(help="Only jobs that a person has to settle.")] = False,
    serial: Annotated[str, typer.Option(help="Only jobs of this serial (流水号).")] = "",
    most: Annotated[int, typer.Option("--last", min=1, help="So many at most.")] = 100,
    config: ConfigOption = None,
) -> None:
    """List print jobs, the latest last; no names, no numbers of persons."""
    from kiosk.composition import utc_now
    from kiosk.errors import usable
    from kiosk.settling import mark_of
    from printing.journal import Journal

    path = settings(config).store.journal
    with usable(path):
        known = path.exists()
    if not known:  # the daemon's first start makes it
        typer.echo(NO_JOB)
        return
    with Journal(path, utc_now, create=False) as journal:
        if unknown:
            jobs, more = journal.unknown_jobs(), False
        else:
            found = journal.jobs(most + 1, serial)
            jobs, more = found[:most][::-1], len(found) > most
        if more:
            typer.echo(f"更早的任务没有列出，用 --last 多列。Older ones: --last {10 * most}")
        for job in jobs:
            typer.echo(_line(job, mark_of(journal, job)))
        if not jobs:
            typer.echo(NO_UNKNOWN if unknown else NO_SERIAL if serial else NO_JOB)


@app.command()
def show(
    job_id: Annotated[int, typer.Argument(help="Number of the job.")],
    config: ConfigOption = None,
) -> None:
    """Show what is known of each part of a job; nothing of what stands on it."""
    from archive.values import told_time
    from kiosk.composition import utc_now
    from kiosk.diag.job_words import evidence_words, state_words
    from kiosk.settling import mark_of
    from printing.journal import Journal

    with Journal(settings(config).store.journal, utc_now, create=False) as journal:
        job = journal.job(job_id)
        typer.echo(_line(job, mark_of(journal, job)))
        for block in journal.blocks(job_id):
            state = _two(state_words(block.state), _STATE)
            evidence = _two(evidence_words(block.evidence), _EVIDENCE)
            typer.echo(
                f"{block.number:>4}  {state} {evidence} {told_time(block.at)}  {block.label}"
            )
        if job.settled_at:
            typer.echo(_PARTS)


def _line(job: "Job", mark: "Job | None" = None) -> str:
    """What became of a job, in words with the codes beside them; `mark`: what voided it."""
    from archive.values import told_time
    from kiosk.diag.job_words import medium_words, reason_words, state_words
    from kiosk.diag.printing import titles_of

    title = " ".join(filter(None, titles_of(job.order.statement)))
    words = " ".join(filter(None, reason_words(job.observed.reason)))
    reason = f"  {words} [{job.observed.reason}]" if job.observed.reason else ""
    voided = f"  作废标记：任务 {mark.id} void mark: job {mark.id}" if mark else ""
    settled = (
        f"  {job.decided_by} 判定于 settled {told_time(job.settled_at)}" if job.settled_at else ""
    )
    return (
        f"{job.id:>6}  {told_time(job.at)}  {job.order.serial:22} "
        f"{_two(medium_words(job.order.medium), _MEDIUM)} {_two(state_words(job.state), _STATE)} "
        f"{title}{reason}{voided}{settled}"
    )


def _two(words: tuple[str, str], room: int) -> str:
    """Chinese and English in a column of its width."""
    from printing.text import width as columns

    both = " ".join(filter(None, words))
    return both + " " * (room - columns(both))


@app.command()
def settle(
    job_id: Annotated[int, typer.Argument(help="Number of the job.")],
    found: Annotated[
        Found,
        typer.Argument(
            help="What the paper shows: all there (confirmed), nothing (failed), only a part, taken"
            " back and torn up (partial), or marked void (cancelled)."
        ),
    ],
    operator: Annotated[
        str, typer.Option("--by", callback=login, help="Login of who looked at the paper.")
    ],
    config: ConfigOption = None,
) -> None:
    """Settle a job whose end is unknown, after looking at the paper."""
    from kiosk.composition import open_records, utc_now
    from kiosk.settling import settle as settle_job
    from printing.journal import Journal

    chosen = settings(config)
    with (
        Journal(chosen.store.journal, utc_now, create=False) as journal,
        open_records(chosen, create=False) as store,
    ):
        settle_job(journal, store, chosen.kiosk.id, job_id, operator, found.value)
    typer.echo(f"任务 job {job_id}: {_FOUND[found]} {found.value}")
