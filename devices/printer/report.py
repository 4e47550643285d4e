"""A4 reports leave as PDF files: to a folder that the hall's print service picks up."""

import itertools
import os
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol

from devices.printer.result import PrintResult
from devices.printer.state import PrinterState, Ready

_MODE = 0o640
"""The kiosk writes, the print service's group reads: it is a person's record."""

_FOLDER = "printer.folder"
NOT_FETCHED: Final = "printer.folder_waits"
"""The fault of a folder whose reports nobody takes."""
NOT_FETCHED_SECONDS: Final = 600
"""A holder waits for a paper that a print service has not taken for so long in vain."""


def _never() -> bool:
    return False


class ReportPrinter(Protocol):
    """Whatever takes a whole PDF."""

    def print_pdf(
        self, pdf: bytes, name: str, *, cancelled: Callable[[], bool] = ...
    ) -> PrintResult:
        """Hand over one document; `name` is a plain file name without personal data.

        `cancelled` is asked again and again: once true, no further page is begun.
        """
        ...

    def status(self) -> PrinterState:
        """How it is: milliseconds, or some seconds when it is silent."""
        ...


class FolderPrinter:
    """Write each report into a folder, whole or not at all.

    How long one waits is counted by `monotonic`: a clock that is put right makes none older. Only
    of what an earlier process has left the file's own time (`now`: seconds since 1970) tells.
    """

    def __init__(
        self,
        directory: Path,
        *,
        now: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._directory = directory
        self._now = now
        self._monotonic = monotonic
        self._since: dict[str, float] = {}
        """Since when each file waits, in seconds of `monotonic`."""
        self._withdrawn: set[str] = set()

    def expect(self, names: Collection[str]) -> None:
        """Remove what an earlier process, which was killed, left half written of these names.

        Where that is not possible now it is at the next start.
        """
        for name in names:
            with suppress(OSError):
                self._part(name).unlink(missing_ok=True)

    def status(self) -> PrinterState:
        """A folder takes files; whether there is paper, who prints them knows."""
        return Ready("unknown")

    def not_fetched(self) -> int:
        """How many reports have waited too long for whoever prints them.

        Raises OSError where the folder cannot be read.
        """
        return len(self._waiting())

    def records_left(self) -> tuple[str, ...]:
        """Those of them that are not withdrawn yet, by name."""
        return tuple(name for name in self._waiting() if name not in self._withdrawn)

    def withdraw(self, name: str, instead: bytes) -> None:
        """Destroy a report that nobody took; another PDF waits in its place, and as long already.

        So whoever looks still finds that nobody fetches, and a print service that comes back
        prints no holder's records in front of somebody else. Raises OSError.
        """
        target = self._directory / name
        try:
            waited = target.stat()
            target.rename(self._part(name))  # no service takes it any more
        except FileNotFoundError:  # it was fetched just now
            return
        self._write(instead, Path(name))
        self._withdrawn.add(name)
        with suppress(FileNotFoundError):
            os.utime(target, ns=(waited.st_atime_ns, waited.st_mtime_ns))

    def _waiting(self) -> list[str]:
        now, known = self._monotonic(), self._since
        there: dict[str, float] = {}  # two threads may look at once
        for file in self._directory.iterdir():
            with suppress(FileNotFoundError):  # it was fetched just now
                if file.suffix == ".pdf":
                    since = known.get(file.name)
                    there[file.name] = now - self._age(file) if since is None else since
        self._since = there
        return [name for name, since in there.items() if since < now - NOT_FETCHED_SECONDS]

    def _age(self, file: Path) -> float:
        return max(0.0, self._now() - file.stat().st_mtime)

    def print_pdf(
        self, pdf: bytes, name: str, *, cancelled: Callable[[], bool] = _never
    ) -> PrintResult:
        """Write the report; the outcome is `sent`: nobody has seen its paper.

        Where it got its name and the disk did not say that it keeps it, it is `unknown`. A name
        that is taken gets a number: an earlier report is never replaced.
        """
        if not name or Path(name).name != name:
            raise ValueError("a report's name is a plain file name")
        if cancelled():
            return PrintResult("cancelled", 0, 0, 0, None, "none")
        try:
            self._write(pdf, Path(name))
        except OSError:
            return PrintResult("failed", 0, 0, 0, _FOLDER, "none")
        try:
            _sync_directory(self._directory)
        except OSError:
            return PrintResult("unknown", len(pdf), 1, 0, _FOLDER, "none")
        return PrintResult("sent", len(pdf), 1, 0, None, "none")

    def _part(self, name: str) -> Path:
        return self._directory / f".{name}.part"

    def _write(self, pdf: bytes, name: Path) -> None:
        part = self._part(name.name)
        try:
            part.unlink(missing_ok=True)
            # The print service's group may write here: nothing that lies there already is opened.
            with os.fdopen(
                os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
            ) as file:
                os.fchmod(file.fileno(), _MODE)
                file.write(pdf)
                file.flush()
                os.fsync(file.fileno())
            self._publish(part, name)
        finally:
            with suppress(OSError):  # `expect` tries again
                part.unlink(missing_ok=True)

    def _publish(self, part: Path, name: Path) -> None:
        """Give the finished file its name; a link fails where a rename would replace."""
        target = self._directory / name
        for number in itertools.count(2):
            try:
                target.hardlink_to(part)
            except FileExistsError:
                target = self._directory / f"{name.stem}-{number}{name.suffix}"
            else:
                self._since.setdefault(target.name, self._monotonic())
                return


def _sync_directory(directory: Path) -> None:
    """Make the new name survive a power cut, not only the contents."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
