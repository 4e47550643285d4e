"""Simulated printers that other programs can reach."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devices.printer.models import load_model, page_model_names, receipt_model_names
from devices.printer.models.page import EscpkModel, IppModel, PclModel, load_page_model
from devices.printer.simulated.pages.escpk import SimulatedEscpk
from devices.printer.simulated.pages.ipp import SimulatedIppPrinter
from devices.printer.simulated.pages.laser import SimulatedLaser
from devices.printer.simulated.pages.pty import PtyPagePrinter
from devices.printer.simulated.pages.server import IppServer
from devices.printer.simulated.pages.tcp import TcpPrinter
from devices.printer.simulated.printer import SimulatedPrinter
from devices.printer.simulated.pty import PtyPrinter
from kiosk.errors import OptionError

SIMULATED = "a receipt printer, escpk-24pin, escpk-24pin-xonxoff, pcl-network or ipp-queue"


@contextmanager
def simulated_printer(model: str, link: str, out: Path, real_time: bool) -> Iterator[str]:
    """Run a simulated printer of that model; the name of its port as `kiosk printer` takes it."""
    if model not in (*receipt_model_names(), *page_model_names()):
        raise OptionError("MODEL", model, SIMULATED)
    out.mkdir(parents=True, exist_ok=True)
    path = Path(link) if link else None
    if model in receipt_model_names():
        receipt = SimulatedPrinter(load_model(model), baud_timing=real_time, print_timing=real_time)
        with PtyPrinter(receipt, link=path, out=out) as line:
            yield line.path
        return
    page = load_page_model(model)
    match page:
        case EscpkModel() if page.flow != "none":
            pins = SimulatedEscpk(page, baud_timing=real_time, print_timing=real_time)
            with PtyPagePrinter(pins, link=path, out=out) as port:
                yield port.path
        case PclModel() if "-network" in model:
            with TcpPrinter(_laser(page), number=_number(link), out=out) as laser:
                yield laser.port
        case IppModel():
            queue = SimulatedIppPrinter(page_seconds=1.0)
            with IppServer(queue, number=_number(link)) as server:
                yield server.uri
            _save(queue, out)
        case _:
            raise OptionError("MODEL", model, SIMULATED)


def _laser(model: PclModel) -> SimulatedLaser:
    return SimulatedLaser(model, network=True)


def _number(link: str) -> int:
    """The TCP port, 0 for any that is free."""
    if link and not (link.isdigit() and int(link) < 65536):
        raise OptionError("--link", link, "a number of a TCP port for this model")
    return int(link or 0)


def _save(queue: SimulatedIppPrinter, out: Path) -> None:
    """The queue's sheets, at its end: they are drawn from what it was sent."""
    for number, picture in enumerate(queue.pictures(), 1):
        picture.save(out / f"page-{number:04}.png")
