"""What a kiosk is made of, once the composition root has chosen its parts."""

import random
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from archive.regions import Regions
from archive.store import Store
from archive.tables.shelf import Tables
from devices.card.connection import CardSource
from devices.card.psam import PsamSlot
from devices.card.roles import ReaderRoles
from devices.card.sam import Sam
from devices.printer.models import PrinterModel
from devices.printer.models.page import EscpkModel
from devices.printer.pages.escpk import EscpkPrinter
from devices.printer.pages.pjl_printer import PjlPrinter
from devices.printer.printer import SerialPrinter
from devices.printer.report import ReportPrinter
from kiosk.config import Settings
from kiosk.progress import Progress
from kiosk.trail import Trail
from kiosk.wire import Wire
from printing.fonts import FontChain
from printing.journal import Journal
from printing.signing.pades import PdfSigner


@dataclass(frozen=True, slots=True)
class Proof:
    """How cards prove on this machine that they are genuine."""

    sam: Sam | None
    """None: there is no security module."""
    required: bool
    """Whether a card that has not proven it is refused."""
    random_bytes: Callable[[int], bytes]

    def release(self) -> None:
        """Give a module in a slot back: other programs of the hall may need it between visits."""
        if isinstance(self.sam, PsamSlot):
            self.sam.close()


@dataclass(frozen=True, slots=True)
class PinPrinter:
    """A 24-pin printer for reports: it takes pages of its own language, no PDF."""

    printer: EscpkPrinter
    model: EscpkModel


SYNCHRONISED: Final = Path("/run/systemd/timesync/synchronized")
"""systemd-timesyncd makes this file when it has set the clock for the first time since the boot."""


@dataclass(frozen=True, slots=True)
class Machine:
    """The parts; as a context it closes them, the last opened first."""

    settings: Settings
    source: CardSource
    roles: ReaderRoles
    proof: Proof
    store: Store
    trail: Trail
    journal: Journal
    receipt: SerialPrinter
    receipt_model: PrinterModel
    """The model of the configuration, with the port's own speed and flow control."""
    report: ReportPrinter | PjlPrinter | PinPrinter
    signer: PdfSigner | None
    """Signs reports; None: they are not signed."""
    fonts: FontChain
    tables: Tables
    """The rules that figures follow."""
    now: Callable[[], datetime]
    """Aware, UTC."""
    monotonic: Callable[[], float]
    """Seconds."""
    regions: Callable[[], Regions]
    """This region and the others, opened when they are first asked."""
    progress: Progress
    """Which loops still turn."""
    wire: Wire
    """What passes between this machine, its cards and its printers, while somebody looks."""
    rng: random.Random
    """Of the operating system on a kiosk in service, seeded in tests."""
    parts: ExitStack
    """What has to be closed."""
    synchronised: Callable[[], bool] = lambda: False
    """Whether a time service has set the clock since this machine was switched on."""

    def latest(self) -> datetime | None:
        """A time that has been, so that a clock behind it is wrong.

        None: there is none, or a time service says that the clock is right. Then a row of the trail
        is of a clock that ran ahead, and would keep cards out until that time has come.
        """
        return None if self.synchronised() else self.store.latest()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.parts.close()
