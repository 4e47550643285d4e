import errno
import socket
import time
from pathlib import Path
from unittest.mock import MagicMock

import pytest
from PIL import Image

from devices.printer.descriptor import Lost
from devices.printer.factory import open_printer
from devices.printer.pages.pjl_printer import PjlPrinter
from devices.printer.pages.socket_link import SocketLink
from devices.printer.pages.test_page import test_blocks as page_of_test
from devices.printer.simulated.pages.laser import SimulatedLaser
from devices.printer.simulated.pages.tcp import TcpPrinter
from devices.printer.state import Absent, NeedsAttention, Ready
from tests.devices.printer.pages.documents import pdf
from tests.devices.printer.pages.laser import VOID, document, pcl


@pytest.mark.slow
def test_pages_go_over_a_real_connection_and_lie_in_the_folder(tmp_path: Path) -> None:
    model = pcl()
    simulated = SimulatedLaser(model, network=True, page_seconds=0.05)
    with (
        TcpPrinter(simulated, out=tmp_path) as tcp,
        open_printer(tcp.port, "pcl-network", monotonic=time.monotonic) as printer,
    ):
        assert isinstance(printer, PjlPrinter)
        assert printer.status() == Ready("ok")
        result = printer.print_blocks(page_of_test(model, "2026-11-22"), void=VOID)
        assert (result.outcome, result.evidence) == ("confirmed", "pages")
        assert document(printer, pdf(2)).outcome == "confirmed"
        simulated.open_cover()
        assert printer.status() == NeedsAttention("cover_open")
        assert document(printer, b"no pdf").reason == "printer.no_pdf"
    assert isinstance(printer.status(), Absent)
    assert simulated.errors == []
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f"page-000{number}.{kind}" for number in (1, 2, 3) for kind in ("png", "txt")
    ]
    with Image.open(tmp_path / "page-0002.png") as picture:
        assert picture.size == (2481, 3507)


def _close_after(*steps: str) -> bool:
    """Whether the printer sees an orderly end, and no reset, after these steps."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        link = SocketLink(f"tcp://127.0.0.1:{server.getsockname()[1]}", time.monotonic)
        assert link.open() is None
        printer, _ = server.accept()
        with printer:
            printer.settimeout(5.0)
            for step in steps:
                if step == "drop":
                    link.drop_queued()
                else:
                    link.queue(step.encode(), job=True)
                    link.turn(1.0)
            link.close()
            try:
                while printer.recv(4096):
                    pass
            except ConnectionResetError:
                return False
            return True


def test_a_job_behind_a_dropped_one_ends_its_connection_in_order() -> None:
    assert _close_after("job")
    assert _close_after("drop", "job")
    assert not _close_after("job", "drop")


def test_a_connection_that_is_reset_while_it_is_set_up_is_closed() -> None:
    made = MagicMock(family=socket.AF_INET)
    made.setsockopt.side_effect = OSError(errno.EINVAL, "reset")
    link = SocketLink("tcp://127.0.0.1", time.monotonic, connect=lambda *_: made)
    lost = link.open()
    assert isinstance(lost, Lost)
    assert isinstance(lost.state, Absent)
    made.close.assert_called_once_with()
