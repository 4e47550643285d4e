"""A laser printer that does not exist: PJL, PCL 5 and PCL XL in, sheets and messages out."""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from devices.printer.models.page import PclModel
from devices.printer.simulated.escpos import StreamError
from devices.printer.simulated.pages.machine import PageMachine, Port
from devices.printer.simulated.pages.pcl_grammar import (
    Char,
    Exit,
    Item,
    Order,
    PclReader,
    PjlLine,
    Skipped,
    XlHead,
    XlStep,
)
from devices.printer.simulated.pages.pcl_page import PclPage, RefusedError
from devices.printer.simulated.pages.sheet import Mark, Sheet
from devices.printer.simulated.pages.xl_page import XlPage

_PAGES_AHEAD = 2
"""Composed pages that its memory holds."""
_JOB = re.compile(r'@PJL JOB(?: NAME ?= ?"([^"]*)")?$', re.IGNORECASE)
_EOJ = re.compile(r'@PJL EOJ(?: NAME ?= ?"([^"]*)")?$', re.IGNORECASE)
_USTATUS = re.compile(r"@PJL USTATUS (DEVICE|JOB|PAGE) ?= ?(ON|OFF)$", re.IGNORECASE)
_ENTER = re.compile(r"@PJL ENTER LANGUAGE ?= ?(PCL|PCLXL)$", re.IGNORECASE)


@dataclass(slots=True)
class _Job:
    """A job as the printer sees it."""

    name: str
    landed: int = 0
    named: bool = True
    closed: bool = False


@dataclass(frozen=True, slots=True)
class _Composed:
    """A page on its way to the tray."""

    job: _Job = field(repr=False)
    marks: tuple[Mark, ...] = field(repr=False)


class SimulatedLaser(PageMachine):
    """One printer; `model` says how it is reached and whether it answers."""

    _keeps_line = True

    def __init__(
        self,
        model: PclModel,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        network: bool = False,
        page_seconds: float = 3.0,
        port_bytes: int = 1024,
    ) -> None:
        port = Port(
            0 if network else model.baud, "rtscts" if network else model.flow, model.buffer_bytes
        )
        super().__init__(port, monotonic=monotonic, port_bytes=port_bytes)
        self.model = model
        self._page_seconds = page_seconds
        self._reader = PclReader()
        self._page = PclPage(model.dpi)
        self._xl = XlPage(model.dpi)
        self.page_count = 4711
        """Sheets of its whole life; survives everything."""
        self.flush_on_hang_up = True
        """Print what there is of a page when its connection ends."""
        self._boot()

    def _boot(self) -> None:
        self._reader.offset += len(self._buffer)
        self._reader = self._reader.renewed()
        self._page.reset()
        self._xl.reset()
        self._queue: deque[_Composed] = deque()
        self._jobs: deque[_Job] = deque()
        self._told = {"DEVICE": False, "JOB": False, "PAGE": False}
        self._feeding_until: float | None = None

    @property
    def rows(self) -> list[str]:
        """Every row of text on the sheets in the tray."""
        return [row for sheet in self.tray for row in sheet.transcript.splitlines()]

    # Messages

    def _say(self, *lines: str) -> None:
        if self.model.back_channel:
            self._reply("".join(f"{line}\r\n" for line in lines).encode() + b"\x0c")

    def _status(self) -> tuple[int, str, str]:
        if not self.paper_in:
            return 41010, "LOAD A4", "FALSE"
        if self.cover_open:
            return 40021, "CLOSE COVER", "FALSE"
        if self.jammed:
            return 42202, "PAPER JAM", "FALSE"
        if not self.selected:
            return 40079, "OFFLINE", "FALSE"
        busy = self._queue or self._jobs
        return (10023, "PRINTING", "TRUE") if busy else (10001, "READY", "TRUE")

    def _status_lines(self) -> tuple[str, ...]:
        code, display, online = self._status()
        return f"CODE={code}", f'DISPLAY="{display}"', f"ONLINE={online}"

    def _changed(self) -> None:
        if self._told["DEVICE"]:
            self._say("@PJL USTATUS DEVICE", *self._status_lines())

    # The stream

    def _work(self) -> None:
        if self._held:
            return
        while True:
            self._feed_paper()
            if not self._buffer or len(self._queue) > _PAGES_AHEAD:
                return
            if self._buffer[0] == 0:
                self._reader.offset += self._drop_nuls()
                continue
            item = self._reader.read(bytes(self._buffer))
            if item is None:
                return
            self._execute(item)
            del self._buffer[: item.end - item.offset]
            self._reader.took(item)

    def _execute(self, item: Item) -> None:
        try:
            match item:
                case StreamError():
                    self.errors.append(item)
                case PjlLine():
                    self._pjl(item)
                case Exit() | Order(group="E"):
                    self._end_page(force=False)
                    self._page.reset()
                    self._end_session()
                case XlStep(operation=operation):
                    if self._xl.execute(operation) == "EndPage":
                        self._end_page(force=True)
                case XlHead() | Skipped():
                    pass
                case Order(group="FF"):
                    self._end_page(force=True)
                case Order():
                    self._page.execute(item)
                case Char():
                    self._page.put(item)
        except RefusedError as refusal:
            self.errors.append(StreamError(item.offset, b"", str(refusal), item.end))
            self._reader.refused(item)

    def _pjl(self, line: PjlLine) -> None:
        text = line.text.strip()
        if found := _JOB.match(text):
            job = _Job(found[1] or "")
            self._jobs.append(job)
            self._tell("JOB", "START", f'NAME="{job.name}"')
        elif found := _EOJ.match(text):
            self._close_job()
        elif found := _USTATUS.match(text):
            self._told[found[1].upper()] = found[2].upper() == "ON"
        elif text.upper().startswith("@PJL ECHO"):
            self._say(text)
        elif text.upper() == "@PJL INFO STATUS":
            self._say(text, *self._status_lines())
        elif text.upper() == "@PJL INFO PAGECOUNT":
            self._say(text, str(self.page_count))
        elif text.upper() == "@PJL USTATUSOFF":
            self._told = dict.fromkeys(self._told, False)
        elif text.upper() != "@PJL" and not self._knows_language(text):
            self.errors.append(StreamError(line.offset, b"", f"unknown: {text[:40]}", line.end))

    def _knows_language(self, text: str) -> bool:
        found = _ENTER.match(text)
        return found is not None and (found[1].upper() == "PCL" or self.model.pcl_xl)

    def _tell(self, kind: str, *lines: str) -> None:
        if self._told[kind]:
            self._say(f"@PJL USTATUS {kind}", *lines)

    def _close_job(self) -> None:
        """End the innermost job; the name that EOJ may carry is for the host's eyes."""
        for job in reversed(self._jobs):
            if not job.closed:
                job.closed = True
                break
        self._end_jobs()

    def _end_session(self) -> None:
        """A session that was not ended is an error, and goes no further."""
        unended = self._xl.open and not self._reader.lost
        self._xl.reset()
        if unended:
            raise RefusedError("a session that was not ended")

    def _end_page(self, *, force: bool) -> None:
        """Send a page to the mechanism, if there is anything on it."""
        marks = self._page.finish() + self._xl.finish()
        empty = not marks
        self._page.clear()
        self._xl.clear()
        if empty and not force:
            return
        job = next((job for job in self._jobs if not job.closed), None)
        if job is None:
            job = _Job("", named=False, closed=True)  # data that no job announced
        self._queue.append(_Composed(job, marks))

    # The mechanism

    def _feed_paper(self) -> None:
        """Bring sheets to the tray as time allows."""
        while self._queue and not self.stopped:
            now = self._monotonic()
            if self._feeding_until is None:
                self._feeding_until = self._free_at = now + self._page_seconds
            if now < self._feeding_until:
                return
            self._feeding_until = None
            self._land(self._queue.popleft())

    def _land(self, page: _Composed) -> None:
        number = len(self.tray) + 1
        size = (self._page.width, self._page.height)
        self.tray.append(Sheet(number, page.job.name, self.model.dpi, *size, page.marks))
        self.page_count += 1
        page.job.landed += 1
        self._tell("PAGE", str(page.job.landed))
        self._end_jobs()

    def _end_jobs(self) -> None:
        """Report the end of each job whose pages are all out."""
        while self._jobs and self._jobs[0].closed:
            job = self._jobs[0]
            if any(page.job is job for page in self._queue):
                return
            self._jobs.popleft()
            self._tell("JOB", "END", f'NAME="{job.name}"', f"PAGES={job.landed}")

    # Hands

    def hang_up(self) -> None:
        """End the connection: the job ends there, with what there is of its page.

        A network printer sees its host go; the next one finds the port there.
        """
        with self._touch():
            self._wire.clear()
            self._reader.offset += len(self._buffer)
            self._buffer.clear()
            self._output.clear()
            self._told = dict.fromkeys(self._told, False)
            if self.flush_on_hang_up:
                self._end_page(force=False)
            self._page.reset()
            self._xl.reset()
            self._reader = self._reader.renewed()
            for job in self._jobs:
                job.closed = True
            self._end_jobs()

    def tear_off(self) -> None:
        """A laser printer has nothing to tear off."""
