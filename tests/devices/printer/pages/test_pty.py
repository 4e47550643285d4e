"""The shipped 24-pin driver and the simulated printer on a real pseudo-terminal."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import serial
from PIL import Image

from devices.printer.blocks import Block
from devices.printer.link import LineSettings, SerialLink
from devices.printer.models import Flow
from devices.printer.pages.escpk import EscpkPrinter
from devices.printer.pages.readiness import LineReadiness
from devices.printer.pages.test_page import test_blocks as page_of_test
from devices.printer.result import Progress
from devices.printer.simulated.pages.escpk import SimulatedEscpk
from devices.printer.simulated.pages.pty import PtyPagePrinter
from devices.printer.state import Absent, Busy, NeedsAttention, Ready, TellsNothing
from tests.devices.printer.pages.desk import Clock
from tests.devices.printer.pages.test_escpk import START, VOID, escpk
from tests.devices.printer.pages.test_paper import escpk_on_paper

pytestmark = pytest.mark.slow  # a port takes its time

NOW = "2026-11-22 11:00"
XON, XOFF = b"\x11", b"\x13"
FAST = {"baud": 115_200, "settle_seconds": 0.02}
FULL, RELEASE = 256, 528
"""Bytes left when an LQ stops the host, and when it lets it go on (LQ-850X, LQ-950 manuals)."""

MakePty = Callable[..., PtyPagePrinter]


@pytest.fixture
def make_pty(tmp_path: Path) -> Iterator[MakePty]:
    made: list[PtyPagePrinter] = []

    def make(name: str, *, print_timing: bool = False, **changes: object) -> PtyPagePrinter:
        simulated = SimulatedEscpk(
            escpk(name, **FAST, **changes), baud_timing=False, print_timing=print_timing
        )
        made.append(PtyPagePrinter(simulated, link=tmp_path / "port", out=tmp_path / "out"))
        made[-1].start()
        return made[-1]

    yield make
    for pty in made:
        pty.close()


def driver(pty: PtyPagePrinter) -> EscpkPrinter:
    """Where the cable has lines they are the simulated printer's: the port itself has none."""
    model = pty.simulated.model
    lines = pty.simulated.lines if model.ready_line != "none" else None
    link = SerialLink(
        pty.path, LineSettings(model.baud, model.flow), time.monotonic, pty.wait, lines=lines
    )
    return EscpkPrinter(link, LineReadiness(link, model), model, monotonic=time.monotonic)


def rows_page(rows: int) -> Block:
    text = "".join(f"ROW {row} 养老保险\r\n" for row in range(rows))
    return Block(START + text.encode("gb18030") + b"\f", "page")


def host_writes(port: serial.Serial, data: bytes) -> None:
    while data:
        data = data[port.write(data) or 0 :]


@pytest.mark.parametrize(
    ("name", "outcome", "reason"),
    [
        ("escpk-24pin-xonxoff", "unknown", "printer.tells_nothing"),  # its cable shows nothing
        ("escpk-24pin", "sent", None),
    ],
)
def test_the_self_test_page_lies_in_the_folder_as_it_was_sent(
    make_pty: MakePty, tmp_path: Path, name: str, outcome: str, reason: str | None
) -> None:
    pty = make_pty(name)
    blocks = page_of_test(pty.simulated.model, NOW)
    with driver(pty) as printer:
        result = printer.print_blocks(blocks, void=VOID)
    assert (result.outcome, result.reason) == (outcome, reason)
    assert pty.wait_for_sheets(1, 10)
    written = (tmp_path / "out/page-0001.txt").read_text("utf-8")
    assert written == escpk_on_paper(blocks[0].data).tray[0].transcript
    assert written.splitlines()[1:4] == ["PRINTER TEST", name, NOW]
    assert "国" * 60 in written
    assert "│基本养老│6,420.00│" in written
    assert (pty.simulated.errors, pty.simulated.overrun_bytes) == ([], 0)
    with Image.open(tmp_path / "out/page-0001.png") as picture:
        assert picture.size == (1440, 1980)


def test_xon_and_xoff_of_the_kernel_hold_a_page_that_overfills_the_buffer(
    make_pty: MakePty,
) -> None:
    pty = make_pty("escpk-24pin-xonxoff", print_timing=True, buffer_bytes=1024, cps=20_000)
    with driver(pty) as printer:
        result = printer.print_blocks([rows_page(60)], void=VOID)
    assert result.outcome == "unknown"
    assert pty.wait_for_sheets(1, 20)
    assert pty.simulated.rows == [f"ROW {row} 养老保险" for row in range(60)]
    assert (pty.simulated.overrun_bytes, pty.simulated.errors) == (0, [])


def test_a_host_that_heeds_no_xoff_overruns_the_buffer_and_the_loss_is_counted(
    make_pty: MakePty,
) -> None:
    pty = make_pty("escpk-24pin-xonxoff", buffer_bytes=1024)
    with serial.Serial(pty.path, 115_200, timeout=0) as host:
        pty.simulated.take_paper()
        pty.wait_until_done()
        host_writes(host, b"x" * 3000)
        while pty.simulated.wire_bytes < 3000:
            pty.wait_until_done()
        assert pty.simulated.overrun_bytes == 3000 - 1024
        assert XOFF in host.read(100)


@pytest.mark.parametrize("flow", ["rtscts", "xonxoff", "none"])
def test_the_simulation_sees_the_flow_control_that_the_host_chose(
    make_pty: MakePty, flow: Flow
) -> None:
    pty = make_pty("escpk-24pin")
    with serial.Serial(pty.path, 9600, xonxoff=flow == "xonxoff", rtscts=flow == "rtscts"):
        pty.wait_until_done()
        assert pty.simulated.host_flow == flow


def test_the_host_is_stopped_at_256_bytes_left_and_let_go_at_528() -> None:
    clock = Clock()
    model = escpk("escpk-24pin-xonxoff")
    sim = SimulatedEscpk(model, monotonic=clock, baud_timing=False)
    line = b"x" * 14 + b"\r\n"
    said = b""
    while not said:
        sim.receive(line[:1])
        line = line[1:] + line[:1]
        sim.advance()
        said = sim.take_output()
    assert (said, model.buffer_bytes - sim._level()) == (XOFF, FULL)
    said, left = b"", 0
    while not said:
        left = model.buffer_bytes - sim._level()
        clock.now += 0.01
        sim.advance()
        said = sim.take_output()
    assert said == XON
    assert left < RELEASE <= model.buffer_bytes - sim._level() < RELEASE + len(line)


def test_a_printer_that_comes_up_lets_a_host_go_on_that_it_had_stopped(make_pty: MakePty) -> None:
    pty = make_pty("escpk-24pin-xonxoff", buffer_bytes=1024)
    with driver(pty) as printer:
        assert printer.status() == TellsNothing()  # the port is open now
        pty.wait_until_done()
        pty.simulated.take_paper()
        pty.wait_until_done()
        pty.simulated.switch_off()
        pty.simulated.load_paper()
        pty.simulated.switch_on()
        printer.print_blocks([rows_page(2)], void=VOID)
    assert pty.wait_for_sheets(1, 10)


def test_a_stop_shows_on_the_lines_and_the_page_goes_on_after_it(make_pty: MakePty) -> None:
    pty = make_pty("escpk-24pin")
    held: list[str] = []
    taken: list[int] = []

    def take_paper_once(step: Progress) -> None:
        if step.hold:
            held.append(step.hold)
            pty.simulated.load_paper()
        elif step.blocks_sent == 1 and not taken:
            taken.append(step.bytes_sent)
            pty.simulated.take_paper()

    with driver(pty) as printer:
        assert printer.status() == Ready("unknown")
        pty.simulated.take_paper()
        assert printer.status() == NeedsAttention("buffer")
        pty.simulated.load_paper()
        result = printer.print_blocks([rows_page(3)] * 2, void=VOID, on_progress=take_paper_once)
    assert (result.outcome, set(held)) == ("sent", {"printer.buffer"})
    assert pty.wait_for_sheets(2, 10)
    assert len(pty.simulated.rows) == 6


def test_a_port_that_goes_and_one_that_another_program_takes_need_no_restart(
    make_pty: MakePty,
) -> None:
    pty = make_pty("escpk-24pin-xonxoff")
    with driver(pty) as printer:
        assert printer.status() == TellsNothing()
        pty.unplug()
        assert isinstance(printer.status(), Absent)
        pty.plug()
        pty.simulated.take_port()
        pty.wait_until_done()
        assert isinstance(printer.status(), Busy)
        refused = printer.print_blocks([rows_page(2)], void=VOID)
        assert (refused.outcome, refused.reason) == ("failed", "printer.busy")
        pty.simulated.give_port()
        pty.wait_until_done()
        printer.print_blocks([rows_page(2)], void=VOID)
    assert pty.wait_for_sheets(1, 10)


def test_what_hangs_in_the_printer_is_torn_off_and_written_at_the_end(
    make_pty: MakePty, tmp_path: Path
) -> None:
    pty = make_pty("escpk-24pin-xonxoff")
    descriptor = os.open(pty.path, os.O_WRONLY | os.O_NOCTTY)
    os.write(descriptor, START + b"half a page\r\n")
    pty.wait_until_done()
    pty.wait_until_done()
    os.close(descriptor)
    pty.close()
    assert (tmp_path / "out/page-0001.txt").read_text("utf-8") == "half a page\n"
