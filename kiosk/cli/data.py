"""`kiosk demo-data`, `kiosk import` and `kiosk export`: synthetic records, and files in and out."""

import random
import sys
from pathlib import Path
from typing import Annotated

import typer

from kiosk.cli.options import ConfigOption, settings


def demo_data(
    out: Annotated[Path, typer.Option(help="Folder for the files.")],
    persons: Annotated[int, typer.Option(min=1, max=10_000_000, help="How many persons.")] = 1000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same files.")] = 1,
) -> None:
    """Write synthetic records as CSV files, some simulated cards and their test keys."""
    from archive.demo_data import write_demo_data
    from kiosk.demo.data import write_test_keys
    from kiosk.errors import usable

    with usable(out):
        write_demo_data(out, persons, seed)
        write_test_keys(out, random.SystemRandom())
    typer.echo(f"{persons} persons: {', '.join(sorted(p.name for p in out.glob('*.csv')))}")


def import_files(
    files: Annotated[list[Path], typer.Argument(help="CSV (UTF-8 or GB18030), XML or JSON lines.")],
    store: Annotated[
        Path | None, typer.Option(help="SQLite file; default: store.records of the configuration.")
    ] = None,
    rejects: Annotated[
        Path | None,
        typer.Option(
            help="CSV for rejected rows, with line, field and reason; default: beside the store."
        ),
    ] = None,
    full: Annotated[
        bool,
        typer.Option(
            "--full",
            help="The files take the place of all there is of their kinds; default: a delta.",
        ),
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Load records; a bad row is rejected, the rest is loaded. Broken off, it goes on where it was.

    Of a delta, a row with AAE100 = 0 takes the row with the same key away.
    """
    from kiosk.errors import PathError, RowsRejectedError
    from kiosk.loading import lines, load_with_progress

    chosen = settings(config)
    target = store or chosen.store.records
    refused = rejects or target.with_name(f"{target.name}.rejects")
    if refused.resolve() in {path.resolve() for path in (target, *files)}:
        raise PathError(refused, "it is the store or a file to import")
    summary = load_with_progress(target, files, refused, chosen.kiosk.id, full=full)
    for line in lines(summary):
        typer.echo(line)
    for failed in summary.failed:
        if failed.error is not None:
            raise failed.error
    if summary.rejected:
        raise RowsRejectedError(summary.rejected, str(refused))


def export(
    out: Annotated[
        Path, typer.Option(help="NAME.json, NAME.zip (CSV) or a folder for CSV files; a new one.")
    ],
    store: Annotated[
        Path | None, typer.Option(help="SQLite file; default: store.records of the configuration.")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Write a person's whole record, their right to a copy; the number is read, never an argument.

    The social security number comes as one line from standard input, or is asked for.
    """
    from kiosk.export import export as export_record

    chosen = settings(config)
    if sys.stdin.isatty():
        number = typer.prompt("社会保障号码 social security number", hide_input=True)
    else:
        number = sys.stdin.readline()
    rows = export_record(store or chosen.store.records, number.strip(), out, chosen.kiosk.id)
    typer.echo(f"{out}: {rows:,} rows")
