"""`kiosk store`: the schema, soundness, copies and the sealing key of the records."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk.cli.options import ConfigOption, login, settings

if TYPE_CHECKING:
    from kiosk.config import Settings

app = typer.Typer(help="The store of the records.", no_args_is_help=True)


@app.command()
def migrate(config: ConfigOption = None) -> None:
    """Bring the tables to this release, or make them; says from which step to which."""
    from kiosk.composition import open_records

    with open_records(settings(config), create=True) as store:
        first, last = store.migrated_from, store.dialect.steps
    typer.echo(f"{store.name}: step {first} -> {last}")


@app.command()
def check(config: ConfigOption = None) -> None:
    """Read the whole store and name what is not as it must be: tables, references, seals, trail."""
    from archive.checking import check as findings_of
    from kiosk.composition import open_records
    from kiosk.errors import StoreUnsoundError

    count = 0
    with open_records(settings(config), create=False, patient=True) as store:
        for finding in findings_of(store):
            typer.echo(f"{finding.code}  {finding.place}  {finding.count:,}")
            count += 1
    if count:
        raise StoreUnsoundError(count)
    typer.echo("记录库完好。The records are sound.")


@app.command()
def copy(
    target: Annotated[str, typer.Argument(help="SQLite file or postgresql:// URL; new or begun.")],
    operator: Annotated[
        str, typer.Option("--by", callback=login, help="Login of who copies; it is in the audit.")
    ],
    to_key: Annotated[
        str | None,
        typer.Option(help="Sealing key of the target; default: that of the configured store."),
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Copy the records and their audit trail; what broke off goes on. Ends with a comparison."""
    from archive.copying import Progress, copy_store
    from archive.model import AuditEvent, AuditKind
    from kiosk.composition import open_records

    terminal = sys.stderr.isatty()

    def say(progress: Progress) -> None:
        if terminal:  # a file would hold one endless line
            typer.echo(f"\r{progress.persons:,} / {progress.total:,} persons", nl=False, err=True)

    chosen = settings(config)
    with open_records(chosen, create=False, patient=True) as source:
        other = _other(chosen, config, target, to_key)
        with open_records(other, create=True, patient=True) as copied:
            source.append_audit(
                AuditEvent(
                    kind=AuditKind.STAFF_ACTION,
                    kiosk=chosen.kiosk.id,
                    statement="store.copy",
                    operator=operator,
                )
            )
            tallies = copy_store(source, copied, on_progress=say)
    if terminal:
        typer.echo("", err=True)
    for tally in tallies:
        if tally.rows:
            typer.echo(f"{tally.kind.value:20} {tally.rows:>12,}  {tally.checksum}")
    typer.echo("两份一致。Both are the same, row by row.")


def _other(chosen: "Settings", config: Path | None, target: str, to_key: str | None) -> "Settings":
    """The settings of the target; its trail is kept with the same key, which goes beside it."""
    from kiosk.composition import audit_key_of

    change: dict[str, object] = {"records": target}
    if to_key is not None:
        change["key"] = to_key
    other = settings(config, store=change)
    ours, theirs = audit_key_of(chosen.store), audit_key_of(other.store)
    if ours.exists() and not theirs.exists():
        _write_key(theirs, ours.read_bytes())
    return other


@app.command()
def distribute(config: ConfigOption = None) -> None:
    """Spread the tables over a Citus cluster; those that are spread already stay."""
    from archive.sqlite.store import SqliteStore
    from kiosk.composition import open_records
    from kiosk.errors import NoClusterError

    with open_records(settings(config), create=False, patient=True) as store:
        if isinstance(store, SqliteStore):
            raise NoClusterError
        from archive.postgres.citus import distribute as spread_tables
        from archive.postgres.citus import is_available

        if not is_available(store):
            raise NoClusterError
        for spread in spread_tables(store):
            typer.echo(f"{spread.table}: {f'by {spread.by}' if spread.by else 'on every node'}")


@app.command()
def key(out: Annotated[Path, typer.Option(help="File to make; nothing may be there.")]) -> None:
    """Make a key that personal columns are sealed with, readable by its owner only."""
    from archive.vault import KEY_BYTES

    _write_key(out, os.urandom(KEY_BYTES))
    typer.echo(f"{out}: keep a copy elsewhere; without it the records cannot be read")


def _write_key(path: Path, content: bytes) -> None:
    from kiosk.errors import usable

    with usable(path):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
