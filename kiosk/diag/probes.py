"""The probes: each looks at one part of a machine and yields what is wrong, and what it saw.

What is told without a finding is well. What a probe raises is the finding of that error. No probe
spends a try of a PIN, prints, or changes a record.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Final

from archive.audit import behind
from archive.sql.store import SqlStore
from archive.values import told_time
from devices.card.errors import CardAbsentError, PinLockedError, SamAbsentError
from devices.card.pin import PinLocked
from devices.card.psam import PsamSlot
from devices.printer.ports import changing_name
from devices.printer.report import NOT_FETCHED, FolderPrinter
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
from kiosk.diag.states import said_by
from kiosk.diag.told import Told, told
from kiosk.faults import printer_fault
from kiosk.identify import check_in_use, check_usable, holder_reader, open_card, today
from kiosk.leftover import RECEIPT, REPORT, rows_may_lie, sheet_may_lie
from kiosk.machine import Machine, PinPrinter
from kiosk.printers import AnyPrinter, settled
from kiosk.settling import mark_of
from kiosk.speech.voice import PROGRAM, installed
from kiosk.start import check_store, seconds_late
from printing.fonts import FontChain

Seen = Iterator[Finding | Told]
Probe = Callable[[Machine], Seen]

LOW_BYTES: Final = 200_000_000
"""Some months of journal and trail; a report needs a few hundred kilobytes."""
FULL_BYTES: Final = 1_000_000
ENDS_DAYS: Final = 30
"""An authority takes some days to give a new certificate."""
SAMPLE: Final = "社会保障 养老保险 缴费基数 ¥0123456789.00 镕喆堃"
"""No font that lacks one of these is of use."""


def reader(machine: Machine) -> Seen:
    """The card service, and a reader for the holder's card."""
    names = machine.source.readers()
    chosen = holder_reader(machine.source, machine.roles)
    for name in names:
        yield told(f"reader.{machine.roles.role_of(name).value}", name=name)
    for name in machine.roles.findings(names):
        beside = told("reader.beside", name=name, chosen=chosen)
        yield Finding.named("reader.virtual", "reader", "note", beside)


def module(machine: Machine) -> Seen:
    """The security module answers."""
    sam = machine.proof.sam
    if sam is None:
        if machine.proof.required:
            raise SamAbsentError("none")
        yield told("module.none")
    elif isinstance(sam, PsamSlot):
        try:
            yield told("module.terminal", number=sam.terminal_number())
        finally:
            machine.proof.release()
    else:
        yield told("module.software")


def card(machine: Machine) -> Seen:
    """The card that is in, if one is: read without a PIN, and let go again."""
    try:
        name = holder_reader(machine.source, machine.roles)
        session = open_card(machine.source, name, machine.proof)
    except CardAbsentError:
        yield told("card.absent")
        return
    with closing(session):
        check_usable(session.identity, machine.now(), machine.latest())
        check_in_use(machine.store, session.identity)
        if isinstance(session.pin, PinLocked):
            raise PinLockedError
        yield told("card.valid", version=session.identity.version)


def receipt(machine: Machine) -> Seen:
    """The receipt printer: its state, what it is, and the name of its port."""
    printer, port = machine.receipt, machine.settings.receipt.port
    state = settled(printer)
    if rows_may_lie(machine, state):
        yield _rows_left(machine, "receipt", RECEIPT, state)
    yield from _state(state, "receipt", "hinders", port)  # records are shown, reports printed
    for found in printer.disagreements:
        evidence = told("printer.differs", profile=found.profile, printer=found.printer)
        yield Finding.named(found.code, "receipt", "hinders", evidence, property=found.property)
    if (name := changing_name(port)) is not None:
        stable = name.stable or "/dev/serial/by-id/…"
        evidence = told("printer.port", port=port)
        yield Finding.named(name.code, "receipt", "note", evidence, port=port, stable=stable)


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
        yield from _folder(machine, printer)
    else:
        evidence = told("printer.port", port=machine.settings.report.port)
        yield Finding.named(TellsNothing.code, "report", "note", evidence)
    yield from signature(machine)


def _rows_left(machine: Machine, part: Part, printer: str, state: PrinterState) -> Finding:
    """Why nobody is served: of which job, and what the printer says."""
    last = machine.journal.last_on_paper(printer)
    now = {"zh": said_by(state), "code": state.code}
    evidence = (
        told("printer.last_job", job=last.id, serial=last.order.serial, **now)
        if last
        else told("printer.no_job", **now)
    )
    return Finding.named("printer.rows_left", part, "stops", evidence)


def _folder(machine: Machine, printer: FolderPrinter) -> Seen:
    folder = machine.settings.report.folder
    if not os.access(folder, os.W_OK | os.X_OK):
        evidence = told("report.not_writable", folder=folder)
        yield Finding.named("printer.folder", "report", "hinders", evidence)
        return
    waiting = printer.not_fetched()
    if waiting and not machine.settings.card.virtual_readers:  # of a demo nobody fetches them
        evidence = told("report.waiting", files=waiting, folder=folder)
        yield Finding.named(NOT_FETCHED, "report", "hinders", evidence, path=folder)
    else:
        yield told("report.folder", folder=folder)


def signature(machine: Machine) -> Seen:
    """The certificate that signs reports is valid, and for some time yet."""
    if machine.signer is None:
        yield told("report.unsigned")
        return
    ends = machine.signer.ends()
    left = (ends - machine.now()).days
    if left < ENDS_DAYS:
        evidence = told("report.days_left", left=left)
        yield Finding.named("sign.ends", "report", "note", evidence, day=ends.date())
    else:
        yield told("report.signs", day=ends.date())


def _state(state: PrinterState, part: Part, weight: Weight, port: str) -> Seen:
    match state:
        case Ready("near_end") | TellsNothing():
            yield Finding.named(state.code, part, "note", told("printer.port", port=port))
        case Ready():
            yield told("printer.ready", port=port)
        case _:
            seen = evidence_of(state)
            evidence = told("printer.at", port=port, zh=seen.zh, en=seen.en)
            words = printer_fault(state.code, f"{part}.port", port)
            yield Finding(words, part, weight, evidence)


def evidence_of(state: PrinterState) -> Told:
    """What shows a printer's state, beside its code."""
    match state:
        case Busy(detail) | Absent(detail):
            return told("printer.system", detail=detail)
        case Unknown(noise) | Offline(noise):
            return told("printer.noise", noise=noise) if noise else told("printer.silent")
        case _:
            return told("printer.answered")


def store(machine: Machine) -> Seen:
    """The records: whole pages, and how old the data are."""
    place, records = machine.settings.store, machine.store
    if isinstance(records, SqlStore):
        check_store(records, place.check_seconds, machine.monotonic)
    as_of = records.as_of()
    if as_of.stale(today(machine.now()), place.stale_days):
        days = (today(machine.now()) - as_of.day).days
        evidence = told("store.data", day=as_of.day)
        yield Finding.named("store.stale", "store", "note", evidence, days=days)
    yield told("store.data", day=as_of.day)


def journal(machine: Machine) -> Seen:
    """Jobs whose paper somebody has to look at."""
    jobs = machine.journal.unknown_jobs()
    for job in jobs:
        about = {"job": job.id, "serial": job.order.serial, "at": told_time(job.at)}
        mark = mark_of(machine.journal, job)
        evidence = (
            told("journal.voided", mark=mark.id, **about) if mark else told("journal.job", **about)
        )
        yield Finding.named(
            "print.not_confirmed", "journal", "note", evidence, job_id=job.id, outcome=job.state
        )
    if not jobs:
        yield told("journal.settled")


def clock(machine: Machine) -> Seen:
    """The clock is not behind what was recorded before, unless a time service vouches for it."""
    now = machine.now()
    if late := seconds_late(machine.store, now, machine.latest()):
        evidence = told("clock.behind", late=late, at=told_time(now))
        yield Finding.named("clock.back", "clock", "hinders", evidence, seconds=late)
    elif ahead := behind(now, machine.store.latest()):
        yield told("clock.ran_ahead", late=ahead, at=told_time(now))
    else:
        yield told("clock.well", at=told_time(now))


def disk(machine: Machine) -> Seen:
    """Room beside the journal, the records and the reports."""
    for folder in folders(machine):
        free = shutil.disk_usage(folder).free
        evidence = told("disk.free", free=free // 1_000_000, folder=folder)
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
    if last is None:
        seen = told("backup.none" if days else "backup.none_unasked")
    else:
        seen = told("backup.last", at=told_time(last))
    if not days or (last is not None and machine.now() - last <= timedelta(days=days)):
        yield seen
    else:
        yield Finding.named("backup.late", "backup", "note", seen, days=days)


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
    yield told("fonts.files", files=len(paths))


def speech(machine: Machine) -> Seen:
    """Screens can be read aloud, where that is wanted."""
    use = machine.settings.speech.use
    program, absent = installed(), told("speech.absent", program=PROGRAM, use=use)
    if program is None and use == "on":
        yield Finding.named("speech.absent", "speech", "hinders", absent)
    else:
        yield told("speech.present", program=program, use=use) if program else absent


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
