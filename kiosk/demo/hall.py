"""The physical world of the demo: card slots, a security module, a receipt printer.

The slots are the virtual readers of a real pcscd of our own where that can run, else readers in
this process. Everything above the wire is the code that ships.
"""

import tempfile
from contextlib import ExitStack
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Protocol

from devices.card.connection import CardSource
from devices.card.errors import ServiceDownError
from devices.card.keys import MasterKeys
from devices.card.pcsc import PcscSource
from devices.card.roles import VIRTUAL_READER
from devices.card.simulated.card import SimulatedCard
from devices.card.simulated.chip import SimulatedChip
from devices.card.simulated.pcscd import PrivatePcscd
from devices.card.simulated.profile import CardProfile
from devices.card.simulated.psam import SimulatedPsam
from devices.card.simulated.psam_profile import parse_sam_profile
from devices.card.simulated.source import SimulatedSource
from devices.card.simulated.vpcd import VpcdCard
from devices.printer.models import PrinterModel
from devices.printer.simulated.fonts import GlyphMemory
from devices.printer.simulated.printer import SimulatedPrinter
from devices.printer.simulated.pty import PtyPrinter
from printing.fonts import FontChain
from printing.glyphs import Glyphs

IN_PROCESS = ("Simulated Reader 00 00", "Simulated SAM Reader 00 00")
CONTACT_BAUD = 9600
"""Speed of a card's contacts after its reset (ISO 7816-3, default clock)."""


class Slot(Protocol):
    """A slot as a hand meets it, and the service behind it."""

    @property
    def reader(self) -> str:
        """The name by which PC/SC knows it."""
        ...

    def insert(self, card: SimulatedChip) -> None:
        """Push a card in; one that is in comes out first."""
        ...

    def remove(self) -> None:
        """Pull the card out."""
        ...

    @property
    def occupied(self) -> bool:
        """Whether a card is in."""
        ...

    def stop_service(self) -> None:
        """Kill the card service."""
        ...

    def start_service(self) -> None:
        """Bring the card service back."""
        ...


class PcscdSlot:
    """One of the two slots of a private pcscd's virtual reader."""

    def __init__(self, pcscd: PrivatePcscd, number: int) -> None:
        self._pcscd = pcscd
        self._number = number
        self._inside: VpcdCard | None = None

    @property
    def reader(self) -> str:
        """The name that pcscd gives it."""
        return f"{VIRTUAL_READER} 00 {self._number:02}"

    @property
    def service(self) -> str:
        """The socket of its pcscd, where other programs find it."""
        return str(self._pcscd.socket_path)

    def insert(self, card: SimulatedChip) -> None:
        """Push a card in; pcscd notices within half a second."""
        self.remove()
        self._inside = VpcdCard(card, port=self._pcscd.port + self._number)
        self._inside.insert()

    def remove(self) -> None:
        """Pull the card out."""
        if self._inside is not None:
            self._inside.remove()
            self._inside = None

    @property
    def occupied(self) -> bool:
        """Whether a card is in; a card with the fault may have left by itself."""
        return self._inside is not None and self._inside.inserted

    def stop_service(self) -> None:
        """Kill pcscd, as a crash would."""
        self._pcscd.kill()

    def start_service(self) -> None:
        """Start pcscd again at the same place."""
        if self._pcscd.pid is None:
            self._pcscd.start()


class InProcessSlot:
    """A slot without any pcscd."""

    def __init__(self, source: SimulatedSource, reader: str) -> None:
        self._source = source
        self._reader = reader

    @property
    def reader(self) -> str:
        """Its name."""
        return self._reader

    def insert(self, card: SimulatedChip) -> None:
        """Push a card in."""
        self._source.insert(self._reader, card)

    def remove(self) -> None:
        """Pull the card out."""
        self._source.remove(self._reader)

    @property
    def occupied(self) -> bool:
        """Whether a card is in."""
        return self._source.holds(self._reader)

    def stop_service(self) -> None:
        """Let the service go down."""
        self._source.stop_service()

    def start_service(self) -> None:
        """Bring the service back."""
        self._source.start_service()


class SimulatedHall:
    """All simulated devices, for as long as the context of `parts` lasts."""

    def __init__(
        self,
        parts: ExitStack,
        folder: Path,
        model: PrinterModel,
        fonts: tuple[Path, ...],
        known_characters: str,
        keys: MasterKeys,
        *,
        real_time: bool,
        paper_time: bool = False,
        in_process: bool = False,
    ) -> None:
        self.real_time = real_time
        self.keys = keys
        self.source, self.slot, self.sam_slot, self.stack = _card_side(parts, in_process=in_process)
        self.service = self.slot.service if isinstance(self.slot, PcscdSlot) else ""
        parts.callback(self.slot.remove)
        parts.callback(self.sam_slot.remove)
        sam = parse_sam_profile(files("kiosk.demo").joinpath("sam.toml").read_text("utf-8"))
        self.sam = SimulatedPsam(replace(sam, baud=CONTACT_BAUD if real_time else 0), keys)
        assert sam.rkssse is not None
        self.read_key = f"{sam.rkssse.kid:02X}"
        self.sam_slot.insert(self.sam)
        self.paper = folder / "paper"
        self.paper.mkdir(parents=True, exist_ok=True)
        self.printer = SimulatedPrinter(
            model,
            baud_timing=real_time,
            print_timing=paper_time,
            known_glyphs=_pictures(known_characters, fonts),
        )
        self.line = parts.enter_context(
            PtyPrinter(self.printer, out=self.paper, memory=GlyphMemory(fonts))
        )

    def card(self, profile: CardProfile) -> SimulatedCard:
        """A genuine card of that description, unless it is described as a clone.

        It works at the contacts' speed when the demo runs in real time.
        """
        timed = replace(profile, baud=CONTACT_BAUD) if self.real_time else profile
        return SimulatedCard(timed, keys=self.keys)


def _pictures(characters: str, fonts: tuple[Path, ...]) -> dict[bytes, str]:
    """The 24x24 pictures of characters that may not be in the printer's memory."""
    glyphs = Glyphs(FontChain.of(fonts))
    return {glyphs.columns(character): character for character in sorted(set(characters))}


def _card_side(parts: ExitStack, *, in_process: bool) -> tuple[CardSource, Slot, Slot, str]:
    """A real pcscd if one can be had, else the same cards in this process; and which it is."""
    reason = "as asked" if in_process else PrivatePcscd.available()
    if reason is None:
        try:
            pcscd = _private_pcscd(parts)
        except (ServiceDownError, OSError) as error:
            reason = f"pcscd did not start: {type(error).__name__}"
        else:
            return PcscSource(), PcscdSlot(pcscd, 0), PcscdSlot(pcscd, 1), "pcscd + vpcd"
    source = SimulatedSource(IN_PROCESS)
    holder, sam = (InProcessSlot(source, reader) for reader in IN_PROCESS)
    return source, holder, sam, f"in process ({reason})"


def _private_pcscd(parts: ExitStack) -> PrivatePcscd:
    # A socket's path may have some 100 characters: the demo's own folder may lie too deep.
    directory = parts.enter_context(tempfile.TemporaryDirectory(prefix="kiosk-"))
    pcscd = parts.enter_context(PrivatePcscd(Path(directory)))
    pcscd.use()
    return pcscd
