"""The probes: each looks at one part of a machine and yields what is wrong, and what it saw.

A text is something seen that is well. What a probe raises is the finding of that error. No probe
spends a try of a PIN, prints, or changes a record.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path
from typing import Final

from archive.sql.store import SqlStore
from archive.values import told_time
from devices.card.errors import CardAbsentError, PinLockedError, SamAbsentError
from devices.card.pin import PinLocked
from devices.card.psam import PsamSlot
from devices.printer.ports import changing_name
from devices.printer.report import FolderPrinter
from devices.printer.state import (
    Absent,
    Busy,
    NeedsAttention,
    Offline,
    PrinterState,
    Ready,
    TellsNothing,
    Unknown,
)
from kiosk.backup import last_made
from kiosk.diag.finding import Finding, Part, Weight
from kiosk.identify import check_in_use, check_usable, holder_reader, open_card, today
from kiosk.leftover import RECEIPT, REPORT, rows_may_lie, sheet_may_lie
from kiosk.machine import Machine, PinPrinter
from kiosk.printers import AnyPrinter, settled
from kiosk.speech.voice import PROGRAM, installed
from kiosk.start import check_clock, check_store
from printing.fonts import FontChain

Seen = Iterator[Finding | str]
Probe = Callable[[Machine], Seen]

LOW_BYTES: Final = 200_000_000
"""Some months of journal and trail; a report needs a few hundred kilobytes."""
FULL_BYTES: Final = 1_000_000
NOT_FETCHED_SECONDS: Final = 600
"""A holder waits for a paper that a print service has not taken for so long in vain."""
ENDS_DAYS: Final = 30
"""An authority takes some days to give a new certificate."""
SAMPLE: Final = "社会保障 养老保险 缴费基数 ¥0123456789.00 镕喆堃"
"""No font that lacks one of these is of use."""


def reader(machine: Machine) -> Seen:
    """The card service, and a reader for the holder's card."""
    names = machine.source.readers()
    chosen = holder_reader(machine.source, machine.roles)
    for name in names:
        yield f"{machine.roles.role_of(name).value}: {name}"
    for name in machine.roles.findings(names):
        yield Finding.named("reader.virtual", "reader", "note", f"{name}, beside {chosen}")


def module(machine: Machine) -> Seen:
    """The security module answers."""
    sam = machine.proof.sam
    if sam is None:
        if machine.proof.required:
            raise SamAbsentError("none")
        yield "none, and no card has to prove that it is genuine"
    elif isinstance(sam, PsamSlot):
        try:
            yield f"terminal {sam.terminal_number()}"
        finally:
            machine.proof.release()
    else:
        yield "test keys in software"


def card(machine: Machine) -> Seen:
    """The card that is in, if one is: read without a PIN, and let go again."""
    try:
        name = holder_reader(machine.source, machine.roles)
        session = open_card(machine.source, name, machine.proof)
    except CardAbsentError:
        yield "no card is in"
        return
    with closing(session):
        check_usable(session.identity, machine.now(), machine.store.latest())
        check_in_use(machine.store, session.identity)
        if isinstance(session.pin, PinLocked):
            raise PinLockedError
        yield f"version {session.identity.version}, genuine and valid"


def receipt(machine: Machine) -> Seen:
    """The receipt printer: its state, what it is, and the name of its port."""
    printer, port = machine.receipt, machine.settings.receipt.port
    state = settled(printer)
    if rows_may_lie(machine, state):
        yield _rows_left(machine, "receipt", RECEIPT, state)
    yield from _state(state, "receipt", "stops", port)
    for found in printer.disagreements:
        evidence = f"profile {found.profile}, printer {found.printer}"
        yield Finding.named(found.code, "receipt", "hinders", evidence, property=found.property)
    if (name := changing_name(port)) is not None:
        stable = name.stable or "/dev/serial/by-id/…"
        yield Finding.named(name.code, "receipt", "note", port, port=port, stable=stable)


def report(machine: Machine) -> Seen:
    """The report printer, or the folder from which the print service takes reports."""
    report = machine.report
    printer = report.printer if isinstance(report, PinPrinter) else report
    if isinstance(printer, AnyPrinter):
        state = settled(printer)
        stops = machine.settings.report.place == "kiosk" and sheet_may_lie(machine)
        waits = state == NeedsAttention("job_waits")  # itself the cause
        if stops and not waits and not isinstance(state, Ready | TellsNothing):
            yield _rows_left(machine, "report", REPORT, state)
        weight: Weight = "stops" if stops and waits else "hinders"
        yield from _state(state, "report", weight, machine.settings.report.port)
    elif isinstance(printer, FolderPrinter):
        yield from _folder(machine, machine.settings.report.folder)
    else:
        yield Finding.named(TellsNothing.code, "report", "note", machine.settings.report.port)
    yield from signature(machine)


def _rows_left(machine: Machine, part: Part, printer: str, state: PrinterState) -> Finding:
    """Why nobody is served: of which job, and what the printer says."""
    last = machine.journal.last_on_paper(printer)
    job = f"job {last.id}, {last.order.serial}" if last else "no job"
    return Finding.named("printer.rows_left", part, "stops", f"{job}; {state.code}")


def _folder(machine: Machine, folder: Path) -> Seen:
    if not os.access(folder, os.W_OK | os.X_OK):
        yield Finding.named("printer.folder", "report", "hinders", str(folder))
        return
    before = machine.now().timestamp() - NOT_FETCHED_SECONDS
    waiting = 0
    for file in folder.glob("*.pdf"):
        with suppress(FileNotFoundError):  # it was fetched just now
            waiting += file.stat().st_mtime < before
    if waiting and not machine.settings.card.virtual_readers:  # of a demo nobody fetches them
        evidence = f"{waiting} PDF files in {folder}"
        yield Finding.named("printer.folder_waits", "report", "hinders", evidence, path=folder)
    else:
        yield f"folder {folder}"


def signature(machine: Machine) -> Seen:
    """The certificate that signs reports is valid, and for some time yet."""
    if machine.signer is None:
        yield "reports are not signed"
        return
    ends = machine.signer.ends()
    left = (ends - machine.now()).days
    if left < ENDS_DAYS:
        yield Finding.named("sign.ends", "report", "note", f"{left} days left", day=ends.date())
    else:
        yield f"signs until {ends:%Y-%m-%d}"


def _state(state: PrinterState, part: Part, weight: Weight, port: str) -> Seen:
    match state:
        case Ready("near_end"):
            yield Finding.named(state.code, part, "note", port)
        case Ready():
            yield f"ready at {port}"
        case TellsNothing():
            yield Finding.named(state.code, part, "note", port)
        case _:
            yield Finding.named(state.code, part, weight, f"{port}: {evidence_of(state)}")


def evidence_of(state: PrinterState) -> str:
    """What shows a printer's state, beside its code."""
    match state:
        case Busy(detail) | Absent(detail):
            return detail
        case Unknown(noise) | Offline(noise):
            return f"{noise} bytes that fit no reply" if noise else "no answer"
        case _:
            return "the printer answered with this state"


def store(machine: Machine) -> Seen:
    """The records: whole pages, and how old the data are."""
    place, records = machine.settings.store, machine.store
    if isinstance(records, SqlStore):
        check_store(records, place.check_seconds, machine.monotonic)
    as_of = records.as_of()
    if as_of.stale(today(machine.now()), place.stale_days):
        days = (today(machine.now()) - as_of.day).days
        evidence = f"data of {as_of.day.isoformat()}"
        yield Finding.named("store.stale", "store", "note", evidence, days=days)
    yield f"data of {as_of.day.isoformat()}"


def journal(machine: Machine) -> Seen:
    """Jobs whose paper somebody has to look at."""
    jobs = machine.journal.unknown_jobs()
    for job in jobs:
        evidence = f"job {job.id}, {job.order.serial}, {told_time(job.at)}"
        yield Finding.named(
            "print.not_confirmed", "journal", "note", evidence, job_id=job.id, outcome=job.state
        )
    if not jobs:
        yield "no job of unknown end"


def clock(machine: Machine) -> Seen:
    """The clock is not behind what was recorded before."""
    now = machine.now()
    if late := check_clock(machine.store, now):
        evidence = f"{late} s behind at {told_time(now)}"
        yield Finding.named("clock.back", "clock", "hinders", evidence, seconds=late)
    else:
        yield f"{told_time(now)}, not behind the trail"


def disk(machine: Machine) -> Seen:
    """Room beside the journal, the records and the reports."""
    for folder in folders(machine):
        free = shutil.disk_usage(folder).free
        evidence = f"{free // 1_000_000} MB free in {folder}"
        if free < FULL_BYTES:
            yield Finding.named("store.full", "disk", "stops", evidence, path=folder)
        elif free < LOW_BYTES:
            yield Finding.named("disk.low", "disk", "hinders", evidence, path=folder)
        else:
            yield evidence


def backup(machine: Machine) -> Seen:
    """What would be lost with the disk was copied a short time ago."""
    days = machine.settings.store.backup_days
    last = last_made(machine.settings)
    told = "no backup was made" if last is None else f"last backup {told_time(last)}"
    if not days:
        yield f"{told}, and none is expected: [store] backup_days = 0"
    elif last is not None and machine.now() - last <= timedelta(days=days):
        yield told
    else:
        yield Finding.named("backup.late", "backup", "note", told, days=days)


def folders(machine: Machine) -> tuple[Path, ...]:
    """Those that the kiosk writes into, one of each file system."""
    place = machine.settings.store
    folders = [place.journal.parent]
    if isinstance(place.records, Path):
        folders.append(place.records.parent)
    if isinstance(machine.report, FolderPrinter):
        folders.append(machine.settings.report.folder)
    return tuple({folder.stat().st_dev: folder for folder in reversed(folders)}.values())


def fonts(machine: Machine) -> Seen:
    """The fonts can be read and draw what every statement needs."""
    paths = machine.settings.statement.fonts
    FontChain.of(paths).require(SAMPLE)
    yield f"{len(paths)} files"


def speech(machine: Machine) -> Seen:
    """Screens can be read aloud, where that is wanted."""
    use = machine.settings.speech.use
    program = installed()
    if program is None and use == "on":
        yield Finding.named("speech.absent", "speech", "hinders", f"no {PROGRAM} in PATH")
    else:
        yield f"{use}: {program or f'no {PROGRAM}'}"


PROBES: Final[tuple[tuple[Part, Probe], ...]] = (
    ("reader", reader),
    ("module", module),
    ("card", card),
    ("receipt", receipt),
    ("report", report),
    ("store", store),
    ("journal", journal),
    ("clock", clock),
    ("disk", disk),
    ("backup", backup),
    ("fonts", fonts),
    ("speech", speech),
)
"""Upstream first: what fails there is the likelier cause of what fails further down."""
NEEDS: Final[dict[Part, tuple[Part, ...]]] = {"module": ("reader",), "card": ("reader", "module")}
"""Parts that are not looked at while one of these stops the kiosk: they would say the same."""
