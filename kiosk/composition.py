"""The composition root: the only place that chooses a real device or a simulated one."""

import fcntl
import logging
import os
import random
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from archive.sqlite.store import SqliteStore
from devices.card.connection import CardSource
from devices.card.pcsc import PcscSource
from devices.printer.models import load_model
from devices.printer.printer import SerialPrinter
from devices.printer.report import FolderPrinter
from kiosk.checks import check
from kiosk.config import Settings
from kiosk.errors import AlreadyRunningError, usable
from kiosk.logs import event
from kiosk.machine import Machine
from kiosk.trail import Trail
from printing.fonts import FontChain
from printing.journal import Journal

if TYPE_CHECKING:
    from kiosk.demo.hall import SimulatedHall


def utc_now() -> datetime:
    """The time of day, aware."""
    return datetime.now(UTC)


def real(settings: Settings) -> Machine:
    """A machine of the devices that the configuration names."""
    check(settings)
    return _assemble(settings, ExitStack(), PcscSource())


def simulated(
    settings: Settings,
    folder: Path,
    *,
    real_time: bool,
    in_process: bool = False,
    known_characters: str = "",
) -> tuple[Machine, "SimulatedHall"]:
    """A machine on simulated devices, and the hands that work them.

    `known_characters` are read back as text from the pictures that stand for them on the paper.
    """
    from kiosk.demo.hall import SimulatedHall

    parts = ExitStack()
    try:
        hall = SimulatedHall(
            parts,
            folder,
            load_model(settings.receipt.model),
            settings.statement.fonts,
            known_characters,
            real_time=real_time,
            in_process=in_process,
        )
        wired = settings.model_copy(
            update={
                "receipt": settings.receipt.model_copy(update={"port": hall.line.path}),
                "card": settings.card.model_copy(update={"virtual_readers": True}),
            }
        )
        return _assemble(wired, parts, hall.source), hall
    except BaseException:
        parts.close()
        raise


@contextmanager
def _only_one(journal: Path) -> Iterator[None]:
    """One process at a time prints from a journal: what another is sending must not be settled."""
    lock = journal.with_name(journal.name + ".lock")
    with usable(lock):
        descriptor = os.open(lock, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunningError from None
        yield
    finally:
        os.close(descriptor)


def _assemble(settings: Settings, parts: ExitStack, source: CardSource) -> Machine:
    """Open the files and give every part its clock and its chance."""
    try:
        with usable(settings.report.folder):
            settings.report.folder.mkdir(mode=0o750, parents=True, exist_ok=True)
        fonts = FontChain.of(settings.statement.fonts)  # an unreadable font is found at the start
        parts.enter_context(_only_one(settings.store.journal))
        store = parts.enter_context(SqliteStore(settings.store.records, utc_now, create=False))
        journal = parts.enter_context(Journal(settings.store.journal, utc_now))
        for left in journal.recover():  # safe, since nobody else is printing from this journal
            event(logging.WARNING, "job.left_open", job=left.id, state=left.state)
        receipt = SerialPrinter(
            settings.receipt.port,
            load_model(settings.receipt.model),
            monotonic=time.monotonic,
            hold_seconds=settings.receipt.hold_seconds,
        )
        parts.enter_context(receipt)
    except BaseException:
        parts.close()
        raise
    return Machine(
        settings=settings,
        source=source,
        store=store,
        trail=Trail(store, settings.kiosk.id),
        journal=journal,
        receipt=receipt,
        report=FolderPrinter(settings.report.folder),
        fonts=fonts,
        now=utc_now,
        monotonic=time.monotonic,
        rng=random.SystemRandom(),
        parts=parts,
    )
