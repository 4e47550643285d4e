"""`kiosk support-bundle`: one file for whoever helps from far away."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk.cli.options import ConfigOption, settings

if TYPE_CHECKING:
    from kiosk.config import Settings


def support_bundle(
    file: Annotated[Path, typer.Argument(help="The zip file to write.")],
    config: ConfigOption = None,
) -> None:
    """Write versions, settings, findings, events, metrics, jobs and trace; nothing of anybody.

    The running daemon makes it; of one that does not run, events, metrics and trace are not known.
    """
    from kiosk.diag.asking import ask
    from kiosk.errors import usable

    chosen = settings(config)
    content = ask(chosen, "support-bundle") or _made_here(chosen)
    with usable(file):
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(content)
    typer.echo(file)


def _made_here(chosen: "Settings") -> bytes:
    from kiosk.composition import utc_now
    from kiosk.diag.bundle import JOBS, bundle, common_parts, jobs_table
    from kiosk.diag.kiosk import examine_kiosk
    from printing.journal import Journal

    def jobs() -> str:
        with Journal(chosen.store.journal, utc_now, create=False) as journal:
            return jobs_table(journal.jobs(JOBS))

    parts = common_parts(chosen, lambda: examine_kiosk(lambda: chosen))
    return bundle({**parts, "jobs.csv": jobs}, utc_now())
