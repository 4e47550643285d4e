"""A folder of reports for `make crash`: a file counts as paper, as a print service takes it."""

import os
from collections.abc import Callable
from pathlib import Path, PosixPath
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

from pytest_mock import MockerFixture

from devices.printer.report import FolderPrinter
from kiosk.leftover import REPORT
from kiosk.machine import Machine
from printing.job import PrintedJob, Ticket, names_left, print_report
from printing.journal import Journal
from tests.faults.bench import Bench, Mortal, Row, machine_with, rows_of_all, rows_on
from tests.faults.bench_queue import pages_of, texts_of

_CALLS = ("open", "fchmod", "fsync")


class Disk(Mortal):
    """What the driver asks the system for; each call can be struck, before it is done."""

    def __init__(self, mocker: MockerFixture) -> None:
        self.now = 0.0
        self.count = 0
        self.at_count: list[tuple[int, Callable[[], object]]] = []
        self.at: list[tuple[float, Callable[[], object]]] = []
        self.refuses: int | None = None
        """The errno of whatever is written."""
        self.files: list[Path] = []
        """In the order in which they got their names."""
        calls = {name: self._struck(getattr(os, name)) for name in _CALLS}
        mocker.patch("devices.printer.report.os", SimpleNamespace(**{**vars(os), **calls}))

    def folder(self, path: Path) -> Path:
        """The same, of which links and names can be struck too."""
        disk = self

        class Folder(PosixPath):
            def hardlink_to(self, target: Any) -> None:
                disk.passes()
                super().hardlink_to(target)
                disk.files.append(self)

            def unlink(self, missing_ok: bool = False) -> None:
                disk.passes()
                super().unlink(missing_ok)

        return Folder(path)

    def passes(self) -> None:
        self.live()
        self.now += 0.01
        self.count += 1
        due = [entry for entry in self.at if entry[0] <= self.now]
        for entry in due:
            self.at.remove(entry)
        reached = [entry for entry in self.at_count if entry[0] <= self.count]
        for count in reached:
            self.at_count.remove(count)
        for _, act in (*due, *reached):
            act()
        self.live()
        if self.refuses is not None:
            raise OSError(self.refuses, os.strerror(self.refuses))

    def _struck(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def struck(*arguments: Any, **named: Any) -> Any:
            self.passes()
            return call(*arguments, **named)

        return struck


class FolderBench(Bench):
    """Files that a print service picks up."""

    printer = REPORT
    good = "sent"
    keeps = "anything"
    limit = 10.0

    def __init__(self, mocker: MockerFixture) -> None:
        self.port = self.disk = Disk(mocker)
        self._kept = TemporaryDirectory()
        self._path = Path(self._kept.name)
        self._folder = FolderPrinter(self.disk.folder(self._path))

    def clock(self) -> float:
        return self.disk.now

    def print(
        self, journal: Journal, job: str, ticket: Ticket, cancelled: Callable[[], bool]
    ) -> PrintedJob:
        return print_report(journal, self._folder, pages_of(job), ticket, cancelled=cancelled)

    def at_byte(self, count: int, act: Callable[[], None]) -> None:
        self.disk.at_count.append((self.disk.count + count, act))

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        self.disk.at.append((self.disk.now + seconds, act))

    def soon(self, seconds: float, act: Callable[[], object]) -> None:
        self.disk.at.append((self.disk.now + seconds, act))

    def wait(self, seconds: float) -> None:
        self.disk.now += seconds

    def start_again(self, journal: Journal) -> None:
        self._folder = FolderPrinter(self.disk.folder(self._path))
        self._folder.expect(names_left(journal, REPORT))
        assert self.disk.refuses or not [*self._path.glob(".*")], "a person's half file is left"

    def unschedule(self) -> None:
        self.disk.at.clear()
        self.disk.at_count.clear()

    def repair(self) -> None:
        self.disk.refuses = None

    def block_rows(self, job: str, block: int) -> list[str]:
        """A document is one block."""
        return [*rows_of_all(job)]

    def paper(self) -> list[Row]:
        return rows_on([page for file in self.disk.files for page in texts_of(file.read_bytes())])

    def machine(self, journal: Journal) -> Machine:
        return machine_with(journal, report=self._folder)

    def bytes_sent(self) -> int:
        return self.disk.count

    def tear_off(self) -> None:
        """Nothing hangs at a folder."""

    def finish(self) -> None:
        """A file is there at once."""

    def close(self) -> None:
        self._kept.cleanup()
