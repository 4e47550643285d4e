"""`kiosk jobs`: what became of the paper."""

from enum import StrEnum
from typing import Annotated

import typer

from kiosk.cli.options import ConfigOption, login, settings

NO_JOB = "还没有打印任务。No job yet."


class Verdict(StrEnum):
    """What a person may find about a job of unknown fate."""

    CONFIRMED = "confirmed"
    FAILED = "failed"
    CANCELLED = "cancelled"


app = typer.Typer(help="Print jobs and what is known about their paper.", no_args_is_help=True)


@app.command("list")
def list_jobs(
    unknown: Annotated[bool, typer.Option(help="Only jobs that a person has to settle.")] = False,
    config: ConfigOption = None,
) -> None:
    """List print jobs, the latest last; no names, no numbers of persons."""
    from archive.values import told_time
    from kiosk.composition import utc_now
    from kiosk.errors import usable
    from printing.journal import Journal

    path = settings(config).store.journal
    with usable(path):
        known = path.exists()
    if not known:  # the daemon's first start makes it
        typer.echo(NO_JOB)
        return
    with Journal(path, utc_now, create=False) as journal:
        jobs = journal.unknown_jobs() if unknown else tuple(reversed(journal.jobs()))
        for job in jobs:
            typer.echo(
                f"{job.id:>6}  {told_time(job.at)}  {job.order.serial:22} "
                f"{job.order.medium:8} {job.state:10} {job.observed.reason or ''}"
            )
        if not jobs and not unknown:
            typer.echo(NO_JOB)


@app.command()
def show(
    job_id: Annotated[int, typer.Argument(help="Number of the job.")],
    config: ConfigOption = None,
) -> None:
    """Show what is known of each part of a job; nothing of what stands on it."""
    from archive.values import told_time
    from kiosk.composition import utc_now
    from printing.journal import Journal

    with Journal(settings(config).store.journal, utc_now, create=False) as journal:
        job = journal.job(job_id)
        typer.echo(f"{job.order.serial}  {job.order.statement}  {job.state}")
        for block in journal.blocks(job_id):
            typer.echo(
                f"{block.number:>4}  {block.label:16} {block.state:10} {block.evidence:8} "
                f"{told_time(block.at)}"
            )


@app.command()
def settle(
    job_id: Annotated[int, typer.Argument(help="Number of the job.")],
    outcome: Annotated[
        Verdict,
        typer.Argument(help="What the paper shows: all there, not there, or voided or torn up."),
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
        settle_job(journal, store, chosen.kiosk.id, job_id, operator, outcome.value)
    typer.echo(f"Job {job_id}: {outcome.value}")
