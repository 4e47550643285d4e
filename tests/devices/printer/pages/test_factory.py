import socket
import threading

import pytest

from devices.printer.errors import PrinterConfigError
from devices.printer.factory import open_printer
from devices.printer.models import page_model_names, receipt_model_names
from devices.printer.models.page import load_page_model, parse_page_model
from devices.printer.models.table import shipped_names
from devices.printer.pages.escpk import EscpkPrinter
from devices.printer.pages.ipp import IppPrinter
from devices.printer.pages.pjl_printer import PjlPrinter
from devices.printer.printer import SerialPrinter
from devices.printer.state import Absent, Ready


@pytest.mark.parametrize(
    ("port", "model", "kind"),
    [
        ("/dev/serial/by-id/x", "escpos-80mm", SerialPrinter),
        ("/dev/serial/by-id/x", "escpk-24pin", EscpkPrinter),
        ("/dev/usb/lp0", "escpk-24pin-usb", EscpkPrinter),
        ("/dev/serial/by-id/x", "pcl-serial", PjlPrinter),
        ("/dev/usb/lp0", "pcl-oneway", PjlPrinter),
        ("tcp://127.0.0.1:9100", "pcl-network", PjlPrinter),
        ("ipp://127.0.0.1/printers/a4", "ipp-queue", IppPrinter),
        ("ipp://127.0.0.1/ipp/print", "ipp-printer", IppPrinter),
    ],
)
def test_a_port_and_a_model_make_a_printer(port: str, model: str, kind: type) -> None:
    with open_printer(port, model, monotonic=lambda: 0.0) as printer:
        assert isinstance(printer, kind)
        assert isinstance(printer.status(), Absent)  # there is none on this machine


@pytest.mark.parametrize(
    ("port", "model"),
    [
        ("tcp://127.0.0.1", "escpos-80mm"),
        ("/dev/usb/lp0", "escpos-80mm"),
        ("tcp://127.0.0.1", "escpk-24pin"),
        ("ipp://127.0.0.1/x", "pcl-network"),
        ("/dev/ttyS0", "ipp-queue"),
        ("tcp://", "pcl-network"),
        ("tcp://127.0.0.1:123456", "pcl-network"),
        ("/dev/ttyS0", "no-such-model"),
    ],
)
def test_a_port_and_a_model_that_do_not_go_together_are_refused(port: str, model: str) -> None:
    with pytest.raises(PrinterConfigError):
        open_printer(port, model, monotonic=lambda: 0.0)


def test_every_model_that_is_shipped_can_be_loaded() -> None:
    assert set(shipped_names()) == {*receipt_model_names(), *page_model_names()}
    for name in page_model_names():
        assert load_page_model(name).name == name


IPP = 'language = "ipp"\ntitle = "x"\ncounts_sheets = true\n'


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "language"),
        ('language = "escpos"', "language"),
        ('language = "ipp"', "title"),
        (
            IPP + "poll_ms = 0\npage_ms = 1",
            "poll_ms",
        ),
        (
            IPP + "poll_ms = 1\npage_ms = 1\ndpi = 3",
            "dpi",
        ),
    ],
)
def test_a_model_that_makes_no_sense_names_the_place(text: str, place: str) -> None:
    with pytest.raises(PrinterConfigError) as raised:
        parse_page_model(text, "mine")
    assert raised.value.place == f"mine: {place}"


def test_a_real_connection_is_opened_read_and_given_up() -> None:
    """The socket itself, without the virtual clock: a printer that answers at once."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_answer_one_question, args=(server,))
        thread.start()
        port = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        seconds = iter(range(10_000))
        with open_printer(port, "pcl-network", monotonic=lambda: next(seconds) / 1000) as printer:
            assert printer.status() == Ready("ok")
        thread.join()


def _answer_one_question(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection:
        data = b""
        while b"INFO STATUS" not in data:
            data += connection.recv(4096)
        token = data.split(b"ECHO ")[1].split(b"\r\n")[0]
        status = b'CODE=10001\r\nDISPLAY="READY"\r\nONLINE=TRUE\r\n'
        connection.sendall(
            b"@PJL ECHO " + token + b"\r\n\x0c@PJL INFO STATUS\r\n" + status + b"\x0c"
        )
        while connection.recv(4096):
            pass
