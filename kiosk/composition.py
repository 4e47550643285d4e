"""The composition root: the only place that chooses a real device or a simulated one."""

import fcntl
import os
import random
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from archive.region_http import HttpRegion
from archive.regions import Region, Regions, StoreRegion
from archive.sql.store import SqlStore
from archive.sqlite.store import SqliteStore
from archive.store import Store
from archive.tables.shelf import load_tables
from archive.vault import PlainVault, SealedVault, Vault
from devices.card.clients import SOCKET_VARIABLE
from devices.card.connection import CardSource
from devices.card.fci import Algorithm
from devices.card.keys import MasterKeys
from devices.card.pcsc import PcscSource
from devices.card.psam import PsamProfile, PsamSlot
from devices.card.roles import ReaderRoles
from devices.card.sam import KeyUse, Sam
from devices.card.software_sam import SoftwareSam
from devices.card.tap import TappedSource
from devices.printer.factory import open_printer
from devices.printer.link import Wait
from devices.printer.models import PrinterModel, load_model
from devices.printer.pages.escpk import EscpkPrinter
from devices.printer.pages.pjl_printer import PjlPrinter
from devices.printer.pages.xl import Ghostscript
from devices.printer.printer import SerialPrinter
from devices.printer.report import FolderPrinter, ReportPrinter
from kiosk.checks import check
from kiosk.config import Settings
from kiosk.errors import AlreadyRunningError, SettingError, usable
from kiosk.leftover import expect_left
from kiosk.machine import SYNCHRONISED, Machine, PinPrinter, Proof
from kiosk.progress import Progress
from kiosk.sections.devices import Report, SecurityModule
from kiosk.sections.records import StorePlace
from kiosk.service_user import refuse_another_user
from kiosk.start import check_clock, check_store, trace_left_open
from kiosk.trail import Trail
from kiosk.wire import Wire
from printing.fonts import FontChain
from printing.journal import Journal
from printing.signing.keys import FileKey, Key, TokenKey
from printing.signing.pades import PdfSigner, timestamps_of

if TYPE_CHECKING:
    from kiosk.demo.hall import SimulatedHall


def reader_roles(settings: Settings) -> ReaderRoles:
    """Which reader is for what, by the configured patterns."""
    return ReaderRoles(
        holder=settings.card.reader,
        sam=settings.sam.reader,
        contactless=settings.card.contactless_reader,
        virtual=settings.card.virtual_readers,
    )


def proof(settings: Settings, source: CardSource, rng: random.Random) -> Proof:
    """How cards prove that they are genuine; the module itself is met when first needed."""
    sam: Sam | None
    match settings.sam.kind:
        case "psam":
            sam = PsamSlot(source, reader_roles(settings).sam, _psam_profile(settings.sam))
        case "software":
            sam = SoftwareSam(MasterKeys.load(settings.sam.keys))
        case "none":
            sam = None
    return Proof(sam, settings.card.require_genuine, rng.randbytes)


def _psam_profile(module: SecurityModule) -> PsamProfile:
    """How the issuer has laid the module out."""
    profile = PsamProfile()
    environments = dict(profile.environments)
    if module.sm4_environment:
        environments[Algorithm.SM4] = bytes.fromhex(module.sm4_environment)
    return replace(
        profile,
        environments=environments,
        key_numbers={
            use: int(number, 16)
            for use, number in (
                (KeyUse.IRK, module.irk_key),
                (KeyUse.READ_SSSE, module.read_key),
            )
            if number
        },
    )


def open_records(settings: Settings, *, create: bool, patient: bool = False) -> SqlStore:
    """The store of the records, in a file or in PostgreSQL; `patient` for who reads all of it."""
    place = settings.store
    audit_key = audit_key_of(place)
    refuse_another_user(audit_key)
    vault = _vault(place)
    if isinstance(place.records, Path):
        return SqliteStore(place.records, utc_now, audit_key=audit_key, vault=vault, create=create)
    try:
        from archive.postgres.store import STATEMENT_SECONDS, PostgresStore
    except ImportError:
        allowed = "a file, as the extra `postgres` (psycopg) is not installed"
        raise SettingError("store.records", repr("postgresql://…"), allowed) from None
    return PostgresStore(
        place.records,
        utc_now,
        audit_key=audit_key,
        vault=vault,
        password=_secret("records-password"),
        create=create,
        statement_seconds=0 if patient else STATEMENT_SECONDS,
    )


def audit_key_of(place: StorePlace) -> Path:
    """The file of the key that the audit trail is chained with."""
    return Path(place.audit_key) if place.audit_key else place.beside("audit-key")


def _vault(place: StorePlace) -> Vault:
    key = Path(place.key) if place.key else _credential("records-key")
    return SealedVault.load(key) if key else PlainVault()


def _secret(name: str) -> str:
    """A password from the credential store; empty where there is none."""
    path = _credential(name)
    if path is None:
        return ""
    with usable(path):
        return path.read_text("utf-8").strip("\n")


def _credential(name: str) -> Path | None:
    """A credential that the service manager hands to this process, if it does (systemd.exec)."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    path = Path(folder, name) if folder else None
    return path if path is not None and path.exists() else None


def signer(settings: Settings) -> PdfSigner | None:
    """What signs reports, if a key is configured; a wrong key file is found at the start."""
    sign = settings.sign
    if not (sign.key or sign.module):
        return None
    if find_spec("pyhanko") is None:
        name, found = ("key", sign.key) if sign.key else ("module", sign.module)
        allowed = "empty, as the extra `sign` (pyhanko) is not installed"
        raise SettingError(f"sign.{name}", repr(found), allowed)
    password = _secret("sign-password")
    key: Key
    if sign.key:
        key = FileKey(Path(sign.key), password)
    else:
        key = TokenKey(Path(sign.module), sign.token, sign.label, password)
    return PdfSigner(
        key,
        timestamps_of(sign.timestamp_url, sign.timestamp_seconds) if sign.timestamp_url else None,
        utc_now,
        reason=sign.reason,
        location=sign.location or settings.kiosk.hall,
    )


def receipt_model(settings: Settings) -> PrinterModel:
    """The configured model, with the port's own speed and flow control where they are set."""
    model = load_model(settings.receipt.model)
    return replace(
        model,
        flow=settings.receipt.flow or model.flow,
        baud=settings.receipt.baud or model.baud,
    )


def regions(settings: Settings, own: Store, parts: ExitStack) -> Regions:
    """This region and the configured ones, to be asked at once."""
    lookup, names = settings.lookup, settings.kiosk.area_names
    all_regions: list[Region] = [
        StoreRegion(names.get(lookup.own_code, lookup.own_code), lookup.own_code, lambda: own)
    ]
    for place in settings.regions:
        if place.url:
            ca = Path(place.ca) if place.ca else None
            token = Path(place.token)
            all_regions.append(HttpRegion(place.name, place.code, place.url, token, ca))
        else:
            copy = partial(_neighbours_copy, parts.enter_context(ExitStack()), Path(place.records))
            all_regions.append(StoreRegion(place.name, place.code, copy))
    asked = Regions(all_regions, lookup.seconds, time.monotonic)
    parts.callback(asked.close)
    return asked


def _neighbours_copy(opened: ExitStack, records: Path) -> Store:
    """Open it in the place of the one that was open before: its file may have been replaced."""
    opened.close()
    return opened.enter_context(SqliteStore(records, utc_now, create=False))


def utc_now() -> datetime:
    """The time of day, aware."""
    return datetime.now(UTC)


def use_card_service(settings: Settings) -> None:
    """Talk to the configured pcscd; libpcsclite reads the variable once, at its first call."""
    if settings.card.service:
        os.environ[SOCKET_VARIABLE] = settings.card.service


def real(settings: Settings) -> Machine:
    """A machine of the devices that the configuration names."""
    check(settings)
    refuse_another_user(settings.store.journal)  # before anything, as a folder, is made
    progress = Progress(time.monotonic)
    use_card_service(settings)
    source = PcscSource(beat=partial(progress.expect, "readers"))
    machine = _assemble(settings, ExitStack(), source, progress)
    return replace(machine, synchronised=SYNCHRONISED.exists)


def simulated(
    settings: Settings,
    folder: Path,
    *,
    real_time: bool,
    paper_time: bool = False,
    in_process: bool = False,
    known_characters: str = "",
) -> tuple[Machine, "SimulatedHall"]:
    """A machine on simulated devices, and the hands that work them.

    `real_time`: lines take the time of real ones; `paper_time`: so does the printing.
    `known_characters` are read back as text from the pictures that stand for them on the paper.
    """
    from kiosk.demo.hall import SimulatedHall

    parts = ExitStack()
    try:
        hall = SimulatedHall(
            parts,
            folder,
            receipt_model(settings),
            settings.statement.fonts,
            known_characters,
            MasterKeys.load(settings.sam.keys),
            real_time=real_time,
            paper_time=paper_time,
            in_process=in_process,
        )
        wired = settings.model_copy(
            update={
                "receipt": settings.receipt.model_copy(update={"port": hall.line.path}),
                "card": settings.card.model_copy(
                    update={
                        "virtual_readers": True,
                        "reader": hall.slot.reader,
                        "service": hall.service,
                    }
                ),
                "sam": settings.sam.model_copy(
                    update={
                        "reader": hall.sam_slot.reader,
                        "sm4_environment": hall.sam.profile.sm4_environment.hex().upper(),
                        "read_key": hall.read_key,
                    }
                ),
            }
        )
        # A simulator in this process may be starved by it: its own wait counts no such silence.
        progress = Progress(time.monotonic)
        return _assemble(wired, parts, hall.source, progress, hall.line.wait), hall
    except BaseException:
        parts.close()
        raise


@contextmanager
def only_one(journal: Path) -> Iterator[None]:
    """One process at a time prints from a journal: what another is sending must not be settled."""
    lock = journal.with_name(journal.name + ".lock")
    refuse_another_user(lock)
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


def ghostscript(report: Report) -> Ghostscript | None:
    """What makes pages in PCL XL, where it is wanted and installed."""
    program = None if report.pcl == "raster" else shutil.which("gs")
    return Ghostscript(program) if program else None


def _report(
    settings: Settings, parts: ExitStack, wire: Wire
) -> ReportPrinter | PjlPrinter | PinPrinter:
    """The printer at the configured port, else the folder."""
    report = settings.report
    if report.port:
        printer = open_printer(
            report.port,
            report.model,
            monotonic=time.monotonic,
            hold_seconds=report.hold_seconds,
            on_traffic=wire.line_of("report", words=True),
            ghostscript=ghostscript(report),
        )
        if isinstance(printer, SerialPrinter):
            raise SettingError("report.model", repr(report.model), "a printer of pages")
        parts.callback(printer.close)
        if isinstance(printer, EscpkPrinter):
            return PinPrinter(printer, printer.model)
        return printer
    with usable(report.folder):
        report.folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    return FolderPrinter(report.folder)


def _assemble(
    settings: Settings,
    parts: ExitStack,
    source: CardSource,
    progress: Progress,
    wait: Wait | None = None,
) -> Machine:
    """Open the files and give every part its clock and its chance."""
    rng, wire = random.SystemRandom(), Wire(time.monotonic)
    source = TappedSource(source, time.monotonic, wire.exchanged, lambda: wire.on)
    try:
        report = _report(settings, parts, wire)
        fonts = FontChain.of(settings.statement.fonts)  # an unreadable font is found at the start
        signs = signer(settings)
        tables = load_tables(settings.rules.replaced())  # and so is a wrong table
        parts.enter_context(only_one(settings.store.journal))
        store = parts.enter_context(open_records(settings, create=False))
        check_store(store, settings.store.check_seconds, time.monotonic)
        check_clock(store, utc_now())
        journal = parts.enter_context(Journal(settings.store.journal, utc_now))
        for left in journal.recover():  # safe, since nobody else is printing from this journal
            trace_left_open(store, settings.kiosk.id, left)
        expect_left(report, journal)
        receipt = SerialPrinter(
            settings.receipt.port,
            receipt_model(settings),
            monotonic=time.monotonic,
            hold_seconds=settings.receipt.hold_seconds,
            wait=wait,
            on_traffic=wire.line_of("receipt"),
        )
        parts.enter_context(receipt)
    except BaseException:
        parts.close()
        raise
    proving = proof(settings, source, rng)
    parts.callback(proving.release)
    return Machine(
        settings=settings,
        source=source,
        roles=reader_roles(settings),
        proof=proving,
        store=store,
        trail=Trail(store, settings.kiosk.id),
        journal=journal,
        receipt=receipt,
        receipt_model=receipt_model(settings),
        report=report,
        signer=signs,
        fonts=fonts,
        tables=tables,
        now=utc_now,
        monotonic=time.monotonic,
        regions=cache(partial(regions, settings, store, parts)),
        progress=progress,
        wire=wire,
        rng=rng,
        parts=parts,
    )
