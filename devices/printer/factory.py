"""From a port's name and a model's name to the printer that fits."""

from collections.abc import Callable

from devices.printer.descriptor import DescriptorLink, OnTraffic
from devices.printer.errors import PrinterConfigError
from devices.printer.link import LineSettings, SerialLink
from devices.printer.models import load_model, receipt_model_names
from devices.printer.models.page import EscpkModel, IppModel, PclModel, load_page_model
from devices.printer.pages.escpk import EscpkPrinter
from devices.printer.pages.ipp import IppPrinter
from devices.printer.pages.pjl_printer import PjlPrinter
from devices.printer.pages.readiness import LineReadiness, PortReadiness
from devices.printer.pages.socket_link import SocketLink
from devices.printer.pages.usb_lp import UsbLpLink
from devices.printer.pages.xl import Ghostscript
from devices.printer.printer import SerialPrinter

_LP_PREFIXES = ("/dev/usb/lp", "/dev/lp")
_TCP, _IPP = "tcp://", "ipp://"


def open_printer(
    port: str,
    model_name: str,
    *,
    monotonic: Callable[[], float],
    hold_seconds: float = 60.0,
    on_traffic: OnTraffic | None = None,
    ghostscript: Ghostscript | None = None,
) -> SerialPrinter | EscpkPrinter | PjlPrinter | IppPrinter:
    """Return the printer; its port is opened when first needed.

    A port is a path of a serial port, `/dev/usb/lp0`, `tcp://host:9100` or `ipp://host/path`.
    `ghostscript` makes the pages of a model that speaks PCL XL.
    Raise PrinterConfigError for a model that is not known or does not go with the port.
    """
    if model_name in receipt_model_names():
        _expect_serial(port, model_name)
        return SerialPrinter(
            port,
            load_model(model_name),
            monotonic=monotonic,
            hold_seconds=hold_seconds,
            on_traffic=on_traffic,
        )
    match load_page_model(model_name):
        case IppModel() as queue:
            return IppPrinter(port, queue, monotonic=monotonic, hold_seconds=hold_seconds)
        case EscpkModel() as pins:
            return _open_escpk(port, pins, monotonic, hold_seconds, on_traffic)
        case PclModel() as laser:
            link = _link(port, laser, monotonic, on_traffic)
            return PjlPrinter(
                link,
                laser,
                monotonic=monotonic,
                hold_seconds=hold_seconds,
                ghostscript=ghostscript if laser.pcl_xl else None,
            )


def _open_escpk(
    port: str,
    model: EscpkModel,
    monotonic: Callable[[], float],
    hold_seconds: float,
    on_traffic: OnTraffic | None,
) -> EscpkPrinter:
    readiness: LineReadiness | PortReadiness
    link: SerialLink | UsbLpLink
    if port.startswith(_LP_PREFIXES):
        link = UsbLpLink(port, monotonic, on_traffic=on_traffic)
        readiness = PortReadiness(link)
    else:
        _expect_serial(port, model.name)
        settings = LineSettings(model.baud, model.flow)
        link = SerialLink(port, settings, monotonic, on_traffic=on_traffic)
        readiness = LineReadiness(link, model)
    return EscpkPrinter(link, readiness, model, monotonic=monotonic, hold_seconds=hold_seconds)


def _link(
    port: str, model: PclModel, monotonic: Callable[[], float], on_traffic: OnTraffic | None
) -> DescriptorLink:
    if port.startswith(_TCP):
        return SocketLink(port, monotonic, on_traffic=on_traffic)
    if port.startswith(_LP_PREFIXES):
        return UsbLpLink(port, monotonic, on_traffic=on_traffic)
    _expect_serial(port, model.name)
    settings = LineSettings(model.baud, model.flow)
    return SerialLink(port, settings, monotonic, on_traffic=on_traffic)


def _expect_serial(port: str, model_name: str) -> None:
    if port.startswith((*_LP_PREFIXES, _TCP, _IPP)):
        raise PrinterConfigError(port, f"model {model_name} needs a serial port")
