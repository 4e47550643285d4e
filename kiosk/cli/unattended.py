"""`kiosk install`, `update`, `browser` and `backup`: a kiosk that runs without a visit."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk.cli.options import ConfigOption, login, settings

if TYPE_CHECKING:
    from kiosk.backup import Kept
    from kiosk.config import Settings

_GRACE_SECONDS = 60.0
"""A paper that comes out when maintenance begins is waited for so long more."""
backup = typer.Typer(
    help="Copies of records and journal, and their way back.", no_args_is_help=True
)


def install(
    prefix: Annotated[
        Path, typer.Option(help="Root of the file system, or of a package that is being built.")
    ] = Path("/"),
) -> None:
    """Lay out units, users, folders and rules for systemd, udev and polkit."""
    from kiosk.install import lay_out

    for place in lay_out(prefix):
        typer.echo(place)
    if prefix == Path("/"):
        typer.echo(
            "next: systemd-sysusers && systemd-tmpfiles --create && udevadm control --reload"
            " && systemctl daemon-reload && systemctl try-restart pcscd.socket systemd-journald"
            " && systemctl enable kiosk-update-resume"
            " && systemctl enable --now kiosk kiosk-browser kiosk-backup.timer"
        )


def update(
    package: Annotated[
        Path | None, typer.Argument(help="The newer hall-kiosk_VERSION_ARCH.deb.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Undo an update that was cut off, as by the power.")
    ] = False,
    seconds: Annotated[
        float, typer.Option(min=5, max=3600, help="How long the new release may take to serve.")
    ] = 120.0,
    config: ConfigOption = None,
) -> None:
    """Install a package between two visits; without success the old release and its data return."""
    import logging

    from kiosk import logs
    from kiosk.maintenance import MaintenanceSign
    from kiosk.update import Update

    if resume == (package is not None):
        raise typer.BadParameter("a package, or --resume")
    chosen = settings(config)
    logs.start(logging.getLevelName(logging.INFO))
    kiosk = Update(
        address=_address(chosen),
        sign=MaintenanceSign.of(chosen),
        visit_seconds=chosen.visit.maintenance_seconds + _GRACE_SECONDS,
        ready_seconds=seconds,
        say=lambda line: typer.echo(f"· {line}"),
    )
    done = kiosk.install(package) if package else kiosk.resume()
    if not done:
        typer.echo("没有中断的更新。No update was cut off.")
        return
    typer.echo(f"{done} 版已投入使用。{done} is in service.")


def staff(
    arguments: Annotated[list[str], typer.Argument(help="As behind `kiosk`: jobs list")],
) -> None:
    """Run another command as the daemon's user with the daemon's keys; root may."""
    from kiosk.errors import NoServiceManagerError
    from kiosk.service_user import run_as_service

    try:
        run_as_service(arguments)
    except OSError:
        raise NoServiceManagerError from None


def browser(config: ConfigOption = None) -> None:
    """Show the page on this machine's screen (cage and chromium), until one of them ends."""
    import time

    from kiosk.browser import run
    from kiosk.daemon import notify
    from kiosk.errors import KioskError

    def address() -> str:
        try:
            return f"{_address(settings(config))}/"
        except KioskError:  # the daemon says what is wrong with it; the screen must not stay dark
            return ""

    run(address, notify, time.monotonic)


def _address(chosen: "Settings") -> str:
    """Where the daemon's page is."""
    web = chosen.web
    return f"http://{f'[{web.host}]' if ':' in web.host else web.host}:{web.port}"


@backup.command()
def make(
    folder: Annotated[Path, typer.Argument(help="Where backups lie, best on another disk.")],
    keep: Annotated[int, typer.Option(min=1, max=1000, help="So many are kept.")] = 14,
    config: ConfigOption = None,
) -> None:
    """Copy records' file, journal, audit key and technicians' accounts while the kiosk serves.

    The key of sealed columns is not in it; records in PostgreSQL are backed up there.
    """
    from kiosk.backup import make as make_backup
    from kiosk.backup import stamp
    from kiosk.composition import utc_now

    chosen, now = settings(config), utc_now()
    typer.echo(make_backup(_kept(chosen), folder, now, keep=keep))
    stamp(chosen, now)


@backup.command()
def restore(
    folder: Annotated[Path, typer.Argument(help="One backup: kiosk-YYYYMMDDTHHMMSSZ.")],
    operator: Annotated[str, typer.Option("--by", callback=login, help="Login of who restores.")],
    config: ConfigOption = None,
) -> None:
    """Put a backup back; the kiosk must be stopped. The present files stay beside the new ones.

    Backups lie in /var/backups/kiosk, the last one is the newest:
    kiosk staff backup restore /var/backups/kiosk/kiosk-20261122T183000Z --by li.wei
    """
    from archive.model import AuditEvent, AuditKind
    from kiosk.backup import restore as restore_backup
    from kiosk.composition import only_one, open_records, utc_now

    chosen = settings(config)
    with only_one(chosen.store.journal):
        count, reference = _trail_end(chosen)
        for place in restore_backup(_kept(chosen), folder, utc_now()):
            typer.echo(f"已恢复 restored: {place}")
        with open_records(chosen, create=False) as store:
            store.append_audit(
                AuditEvent(
                    kind=AuditKind.STAFF_ACTION,
                    kiosk=chosen.kiosk.id,
                    count=count,
                    result="backup.restored",
                    operator=operator,
                    reference=reference,
                )
            )
    typer.echo("下一步 next: systemctl start kiosk；kiosk diag")


def _trail_end(chosen: "Settings") -> tuple[int, str]:
    """Rows and last hash of the trail that is replaced: they are kept in the one that returns.

    Without them rows could be made to vanish by a restore; (0, "") where it cannot be read.
    """
    from archive.errors import ArchiveError
    from kiosk.composition import open_records
    from kiosk.errors import KioskError

    try:
        with open_records(chosen, create=False) as store:
            check = store.verify_audit()
    except (ArchiveError, KioskError):
        return 0, ""
    return check.rows, check.head[:32]


def _kept(chosen: "Settings") -> "tuple[Kept, ...]":
    from kiosk.backup import kept
    from kiosk.composition import audit_key_of

    return kept(chosen, audit_key_of(chosen.store))
