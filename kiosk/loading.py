"""An import as a person watches it: a progress bar on a terminal, then one line a file."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from archive.importer import FileSummary, ImportProgress, ImportSummary, import_files
from archive.model import AuditEvent, AuditKind
from kiosk.composition import open_records
from kiosk.config import Settings


def load_with_progress(
    settings: Settings, files: Sequence[Path], rejects: Path, *, full: bool
) -> ImportSummary:
    """Import the files into the configured store, with a bar for each on standard error.

    A log or a pipe gets none: a bar is drawn over and over.
    """
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[rows]:>10,} 行 rows"),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    with (
        open_records(settings, create=True, patient=True) as opened,
        Progress(*columns, console=console, disable=not console.is_terminal) as bars,
    ):
        tasks: dict[Path, TaskID] = {}

        def watch(step: ImportProgress) -> None:
            if step.file not in tasks:
                tasks[step.file] = bars.add_task(step.file.name, total=1.0, rows=0)
            bars.update(tasks[step.file], completed=step.done, rows=step.rows)

        summary = import_files(opened, files, rejects=rejects, full=full, on_progress=watch)
        opened.append_audit(
            AuditEvent(
                kind=AuditKind.RECORDS_IMPORTED, kiosk=settings.kiosk.id, count=summary.changed
            )
        )
        return summary


def lines(summary: ImportSummary) -> Iterator[str]:
    """What became of each file."""
    for file in summary.files:
        yield _line(file)
    yield (
        f"合计 total: {summary.loaded:,} loaded, {summary.removed:,} removed, "
        f"{summary.rejected:,} rejected"
    )


def _line(file: FileSummary) -> str:
    if file.error is not None:
        place = "" if file.error.line is None else f"line {file.error.line}: "
        return f"{file.file.name}: {place}{file.error.detail}; nothing of it was loaded"
    kind = file.kind.value if file.kind else "?"
    parts = [
        *(kind, file.format, file.encoding, "full load" if file.full else "delta"),
        *(f"{file.rows:,} rows", f"{file.changed:,} new or changed", f"{file.removed:,} removed"),
        f"{file.rejected:,} rejected",
    ]
    if file.warned:
        parts.append(f"{file.warned:,} loaded with a warning")
    if file.resumed_at is not None:
        parts.append(f"went on behind line {file.resumed_at:,}")
    if file.ignored:
        parts.append(f"columns passed over: {', '.join(file.ignored)}")
    return f"{file.file.name}: {', '.join(parts)}"
