"""What a printer without a voice shows: its modem lines, or the status byte of its port."""

from typing import Protocol

from devices.printer.link import SerialLink
from devices.printer.models.page import EscpkModel
from devices.printer.pages.usb_lp import NO_ERROR, PAPER_OUT, SELECTED, UsbLpLink
from devices.printer.state import NeedsAttention, Offline, PrinterState, Ready, TellsNothing


class Readiness(Protocol):
    """Looks at a printer without sending it anything."""

    def state(self) -> PrinterState:
        """Return what can be seen now."""
        ...

    def power_seen(self) -> bool | None:
        """Whether the printer has power; None when nothing shows it."""
        ...

    def tells(self) -> bool:
        """Whether a stop and a loss of power both show, so that "ready all the time" means it."""
        ...


class LineReadiness:
    """A serial port: which line says what is in the model. A port without lines tells nothing."""

    def __init__(self, link: SerialLink, model: EscpkModel) -> None:
        self._link = link
        self._model = model

    def state(self) -> PrinterState:
        """Return ready, `buffer` or offline; without lines nothing. The paper never shows."""
        power, ready = self.power_seen(), self._ready_line()
        if power is False:
            return Offline()
        if ready is False:
            return NeedsAttention("buffer")
        return TellsNothing() if power is ready is None else Ready("unknown")

    def power_seen(self) -> bool | None:
        """Look at the model's power line."""
        lines = self._link.lines()
        match self._model.power_line:
            case "dsr":
                return lines.dsr
            case "dcd":
                return lines.dcd
            case "none":
                return None

    def tells(self) -> bool:
        """Whether both lines are there."""
        return self._ready_line() is not None and self.power_seen() is not None

    def _ready_line(self) -> bool | None:
        lines = self._link.lines()
        match self._model.ready_line:
            case "cts":
                return lines.cts
            case "dsr":
                return lines.dsr
            case "none":
                return None


class PortReadiness:
    """A USB or parallel port with LPGETSTATUS."""

    def __init__(self, link: UsbLpLink) -> None:
        self._link = link

    def state(self) -> PrinterState:
        """Return what the status byte says."""
        status = self._link.port_status()
        if status is None:
            return TellsNothing()
        if status & PAPER_OUT:
            return NeedsAttention("paper_out")
        if not status & NO_ERROR:
            return NeedsAttention("error")
        return Ready("ok") if status & SELECTED else Offline()

    def power_seen(self) -> bool | None:
        """Doubt it when the printer is not selected and has paper.

        It may be the panel's online key; on a parallel port a loss of power looks the same, while
        a USB port is gone then.
        """
        status = self._link.port_status()
        return None if status is None else bool(status & (SELECTED | PAPER_OUT))

    def tells(self) -> bool:
        """Whether there is a status byte."""
        return self._link.port_status() is not None
