"""`kiosk demo-data`, `kiosk import` and `kiosk export`: synthetic records, and files in and out."""

import random
from pathlib import Path
from typing import Annotated

import typer

from kiosk.cli.options import ConfigOption, login, settings, typed_number

StoreOption = Annotated[
    str,
    typer.Option(
        help="SQLite file or postgresql:// URL; default: store.records of the configuration."
    ),
]


def demo_data(
    out: Annotated[Path, typer.Option(help="Folder for the files.")],
    persons: Annotated[int, typer.Option(min=1, max=10_000_000, help="How many persons.")] = 1000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same files.")] = 1,
) -> None:
    """Write synthetic CSV files of every kind, some simulated cards and their test keys."""
    from archive.demo_data import write_demo_data
    from kiosk.demo.data import write_test_keys
    from kiosk.errors import usable

    with usable(out):
        write_demo_data(out, persons, seed)
        write_test_keys(out, random.SystemRandom())
    typer.echo(f"{persons} persons: {', '.join(sorted(p.name for p in out.glob('*.csv')))}")


def import_files(
    files: Annotated[
        list[Path],
        typer.Argument(
            # Looked at before the store is opened: a mistyped path makes no store.
            exists=True,
            dir_okay=False,
            readable=True,
            help="CSV (UTF-8 or GB18030), XML or JSON lines.",
        ),
    ],
    store: StoreOption = "",
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

    chosen = settings(config, store={"records": store} if store else {})
    refused = rejects or chosen.store.beside("rejects")
    if refused.resolve() in {Path(path).resolve() for path in (chosen.store.records, *files)}:
        raise PathError(refused, "it is the store or a file to import")
    summary = load_with_progress(chosen, files, refused, full=full)
    for line in lines(summary):
        typer.echo(line)
    for failed in summary.failed:
        if failed.error is not None:
            raise failed.error
    if summary.rejected:
        raise RowsRejectedError(summary.rejected, str(refused))


def _copy_name(out: Path) -> Path:
    """A name whose ending says what is made; another ending would be a folder of that name."""
    if out.suffix.lower() not in ("", ".json", ".zip"):
        raise typer.BadParameter("NAME.json, NAME.zip or a NAME without an ending is expected")
    return out


def export(
    out: Annotated[
        Path,
        typer.Option(
            callback=_copy_name,
            help="NAME.json, NAME.zip (CSV), or for a folder of CSV files a NAME without an ending;"
            " nothing may be there.",
        ),
    ],
    operator: Annotated[
        str, typer.Option("--by", callback=login, help="Login of who asks; it is in the audit.")
    ],
    store: StoreOption = "",
    config: ConfigOption = None,
) -> None:
    """Write a person's whole record, their right to a copy; the number is read, never an argument.

    The social security number comes as one line from standard input, or is asked for.
    """
    from kiosk.export import export as export_record

    chosen = settings(config, store={"records": store} if store else {})
    rows = export_record(chosen, typed_number(), out, operator)
    typer.echo(f"{out}: {rows:,} rows")
