from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import pytest
from pytest_mock import MockerFixture

from devices.printer.blocks import Block
from devices.printer.link import LineSettings, SerialLink
from devices.printer.models.page import EscpkModel, load_page_model
from devices.printer.pages.escpk import EscpkPrinter
from devices.printer.pages.readiness import LineReadiness, PortReadiness
from devices.printer.pages.void_mark import void_rest
from devices.printer.result import PrintResult, Progress
from devices.printer.simulated.pages.escpk import SimulatedEscpk
from devices.printer.state import Absent, NeedsAttention, Offline, Ready, TellsNothing
from tests.devices.printer.pages.conftest import MakeCable, MakeSerial
from tests.devices.printer.pages.desk import Clock

START = b"\x1b@\x1c&\x1cS\x00\x00\x1cT\x00\x00\x1b3\x1e\x1bC\x42"
VOID = START + "作废 VOID\r\n\f".encode("gb18030")
HOLD = 30.0


def page(number: int, rows: int = 4) -> Block:
    return page_of([f"P{number} ROW {row} 养老保险" for row in range(rows)], number)


def page_of(rows: Sequence[str], number: int) -> Block:
    text = "".join(f"{row}\r\n" for row in rows)
    return Block(START + text.encode("gb18030") + b"\f", f"page {number}")


def escpk(name: str = "escpk-24pin", **changes: object) -> EscpkModel:
    model = load_page_model(name)
    assert isinstance(model, EscpkModel)
    return replace(model, **changes)  # type: ignore[arg-type]


class Desk:
    def __init__(
        self,
        make_cable: MakeCable,
        serial_link: MakeSerial | None,
        model: EscpkModel,
        hold_seconds: float = HOLD,
    ) -> None:
        self.clock = Clock()
        self.hold_seconds = hold_seconds
        self.model = model
        self.sim = SimulatedEscpk(model, monotonic=self.clock, usb=serial_link is None)
        self.cable = make_cable(self.clock, self.sim)
        if serial_link is None:
            usb = self.cable.usb()
            self.printer = EscpkPrinter(
                usb, PortReadiness(usb), model, monotonic=self.clock, hold_seconds=hold_seconds
            )
        else:
            link = serial_link(self.cable, LineSettings(model.baud, model.flow))
            self.printer = EscpkPrinter(
                link,
                LineReadiness(link, model),
                model,
                monotonic=self.clock,
                hold_seconds=hold_seconds,
            )

    def print(
        self,
        pages: int = 2,
        rows: int = 4,
        cancelled: Callable[[], bool] = lambda: False,
        on_progress: Callable[[Progress], None] = lambda _: None,
    ) -> PrintResult:
        blocks = [page(number, rows) for number in range(1, pages + 1)]
        return self.printer.print_blocks(
            blocks, void=VOID, cancelled=cancelled, on_progress=on_progress
        )

    def rows(self, pages: int = 2) -> list[str]:
        """Wait until all is on paper; return the rows."""
        self.cable.run(120)
        return self.sim.rows


def expected(pages: int = 2, rows: int = 4) -> list[str]:
    return [f"P{n} ROW {row} 养老保险" for n in range(1, pages + 1) for row in range(rows)]


@pytest.fixture(params=["serial", "usb"])
def desk(
    request: pytest.FixtureRequest, make_cable: MakeCable, serial_link: MakeSerial
) -> Iterator[Desk]:
    made = (
        Desk(make_cable, serial_link, escpk())
        if request.param == "serial"
        else Desk(make_cable, None, escpk("escpk-24pin-usb"))
    )
    yield made
    made.printer.close()


@pytest.fixture
def serial(make_cable: MakeCable, serial_link: MakeSerial) -> Iterator[Desk]:
    made = Desk(make_cable, serial_link, escpk())
    yield made
    made.printer.close()


@pytest.fixture
def usb(make_cable: MakeCable) -> Iterator[Desk]:
    made = Desk(make_cable, None, escpk("escpk-24pin-usb"))
    yield made
    made.printer.close()


def test_pages_taken_while_ready_and_ready_since_are_sent_and_drained(desk: Desk) -> None:
    result = desk.print()
    assert (result.outcome, result.evidence, result.reason) == ("sent", "drained", None)
    assert (result.blocks_sent, result.blocks_confirmed) == (2, 0)
    assert desk.rows() == expected()
    assert desk.sim.errors == []
    assert len(desk.sim.tray) == 2


def test_on_a_slow_line_what_goes_before_the_first_page_is_progress_and_no_full_buffer(
    make_cable: MakeCable, serial_link: MakeSerial, mocker: MockerFixture
) -> None:
    """The bytes that end an earlier process' command take over a minute at 1,200 baud; and a port
    that does not tell what it still holds shows nothing of them.
    """
    mocker.patch.object(SerialLink, "unsent", return_value=0)
    made = Desk(make_cable, serial_link, escpk(baud=1200))
    held: list[str | None] = []
    with made.printer:
        result = made.print(1, rows=1, on_progress=lambda step: held.append(step.hold))
    assert (result.outcome, result.reason) == ("sent", None)
    assert set(held) == {None}


def test_a_stop_before_the_first_byte_sends_nothing(serial: Desk, usb: Desk) -> None:
    serial.sim.take_paper()
    usb.sim.take_paper()
    assert serial.printer.status() == NeedsAttention("buffer")  # its lines do not say why
    assert usb.printer.status() == NeedsAttention("paper_out")
    for made in (serial, usb):
        result = made.print()
        assert (result.outcome, result.bytes_sent) == ("failed", 0)
        assert result.reason == made.printer.status().code


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (0x18, Ready("ok")),  # what most USB printers always answer
        (0xDF, Ready("ok")),
        (0x38, NeedsAttention("paper_out")),
        (0x10, NeedsAttention("error")),
        (0x08, Offline()),
    ],
)
def test_the_status_byte_of_the_port_is_read_bit_by_bit(
    usb: Desk, status: int, state: object
) -> None:
    usb.sim.port_status = lambda: status  # type: ignore[method-assign]
    assert usb.printer.status() == state


def test_of_the_paper_of_a_printer_without_a_sensor_nothing_is_claimed(serial: Desk) -> None:
    assert serial.printer.status() == Ready("unknown")


def test_a_printer_without_power_is_offline(serial: Desk) -> None:
    serial.sim.switch_off()
    assert serial.printer.status() == Offline()
    assert serial.print().reason == "printer.offline"


def test_a_port_that_is_missing_is_absent(desk: Desk) -> None:
    desk.cable.reachable = False
    assert isinstance(desk.printer.status(), Absent)
    result = desk.print()
    assert (result.outcome, result.reason) == ("failed", "printer.absent")
    desk.cable.reachable = True
    assert desk.print().outcome == "sent"


def test_paper_that_ends_in_the_middle_of_a_page_is_waited_for(desk: Desk) -> None:
    holds: list[str | None] = []
    desk.cable.when_job_byte(60, desk.sim.take_paper)
    desk.cable.after(20, desk.sim.load_paper)
    result = desk.print(on_progress=lambda progress: holds.append(progress.hold))
    assert (result.outcome, result.evidence) == ("sent", "drained")
    assert desk.rows() == expected()
    assert {hold for hold in holds if hold} <= {"printer.paper_out", "printer.buffer"}
    assert any(holds)


def test_paper_that_nobody_loads_ends_as_unknown_within_the_time_limit(desk: Desk) -> None:
    desk.cable.when_job_byte(60, desk.sim.take_paper)
    started = desk.clock.now
    result = desk.print()
    assert result.outcome == "unknown"
    assert result.reason in ("printer.paper_out", "printer.buffer")
    assert desk.clock.now - started < HOLD + desk.model.stall_seconds + 10


def test_a_job_that_was_broken_off_is_closed_and_voided_before_the_next(serial: Desk) -> None:
    image = b"\x1b*\x27" + bytes((200, 0)) + b"\xff" * 600
    blocks = [Block(START + image + b"\r\nEND OF A\r\n\f", "page")]
    serial.cable.when_job_byte(300, serial.sim.take_paper)
    assert serial.printer.print_blocks(blocks, void=VOID).outcome == "unknown"
    serial.sim.load_paper()
    assert serial.print().outcome == "sent"
    assert serial.rows() == ["作废 VOID", *expected()]
    assert [len(sheet.transcript.splitlines()) for sheet in serial.sim.tray] == [1, 4, 4]


@pytest.mark.parametrize("seconds", [0.5, 3.0])
def test_a_power_cut_in_the_middle_is_unknown(serial: Desk, seconds: float) -> None:
    def cut() -> None:
        serial.sim.switch_off()
        serial.cable.after(seconds, serial.sim.switch_on)

    serial.cable.when_job_byte(60, cut)
    result = serial.print()
    assert (result.outcome, result.reason) == ("unknown", "printer.data_lost")


def test_a_usb_printer_that_is_switched_off_is_gone_and_the_job_unknown(usb: Desk) -> None:
    usb.cable.when_job_byte(60, usb.cable.unplug)
    result = usb.print()
    assert (result.outcome, result.reason) == ("unknown", "printer.absent")
    assert not usb.printer._link.is_open


@pytest.mark.parametrize("on", [True, False])
def test_without_any_line_nothing_is_known_of_a_printer_and_of_its_jobs(
    make_cable: MakeCable, serial_link: MakeSerial, on: bool
) -> None:
    made = Desk(make_cable, serial_link, escpk("escpk-24pin-xonxoff"))
    if not on:
        made.sim.switch_off()
    for _ in range(2):
        assert made.printer.status() == TellsNothing()
        result = made.print()
        assert (result.outcome, result.reason) == ("unknown", "printer.tells_nothing")
        assert (result.evidence, result.blocks_sent) == ("none", 2)
    assert made.rows() == (expected() * 2 if on else [])
    made.printer.close()


def test_a_port_without_a_status_byte_tells_nothing(make_cable: MakeCable) -> None:
    made = Desk(make_cable, None, escpk("escpk-24pin-usb"))
    with made.printer as printer:
        made.sim.port_status = lambda: 1000  # type: ignore[method-assign] # no byte: an error
        assert printer.status() == TellsNothing()
        assert made.print().outcome == "unknown"


@pytest.mark.parametrize("columns", [200, 900])
def test_an_image_that_a_killed_process_broke_off_does_not_swallow_the_next_job(
    desk: Desk, columns: int
) -> None:
    left = START + b"\x1b*\x27" + columns.to_bytes(2, "little") + b"\xff" * 50
    desk.sim.receive(left)
    desk.cable.run(5)
    assert desk.print().outcome == "sent"
    assert desk.rows() == expected()


@pytest.mark.parametrize("during_a_job", [True, False])
def test_a_usb_printer_that_was_unplugged_prints_again_when_it_is_back(
    usb: Desk, during_a_job: bool
) -> None:
    if during_a_job:
        usb.cable.when_job_byte(1, usb.cable.unplug)
        assert usb.print().reason == "printer.absent"
    else:
        assert usb.print().outcome == "sent"
        usb.cable.unplug()
    assert usb.print().outcome == "sent"


def test_a_usb_printer_that_stays_away_is_absent_and_nothing_was_sent(usb: Desk) -> None:
    assert usb.print().outcome == "sent"
    usb.cable.unplug()
    usb.cable.reachable = False
    for _ in range(2):
        result = usb.print()
        assert (result.outcome, result.reason) == ("failed", "printer.absent")
    usb.cable.reachable = True
    assert usb.print().outcome == "sent"


def test_a_cancel_before_the_first_byte_sends_nothing(desk: Desk) -> None:
    assert desk.print(cancelled=lambda: True).outcome == "cancelled"
    assert desk.sim.wire_bytes == 0


def test_a_cancel_later_ends_the_page_and_voids_it(desk: Desk) -> None:
    ended: list[bool] = []
    desk.cable.when_job_byte(60, lambda: ended.append(True))
    result = desk.print(pages=9, rows=60, cancelled=lambda: bool(ended))
    assert result.outcome == "cancelled"
    desk.cable.run(600)
    rows = desk.sim.rows
    assert rows[-1] == "作废 VOID"
    assert rows[:-1] == expected(9, 60)[: len(rows) - 1]
    assert len(rows) < len(expected(9, 60))
    assert desk.sim.errors == []


def test_a_line_held_for_ever_ends_as_unknown(desk: Desk) -> None:
    desk.cable.when_job_byte(100, desk.sim.hold)
    result = desk.print()
    assert (result.outcome, result.reason) == ("unknown", "printer.buffer")


def test_a_slow_printer_is_no_fault(make_cable: MakeCable, serial_link: MakeSerial) -> None:
    made = Desk(make_cable, serial_link, escpk(cps=50, buffer_bytes=1024))
    blocks = [page(1, rows=60)]
    holds: list[str | None] = []
    result = made.printer.print_blocks(
        blocks, void=VOID, on_progress=lambda progress: holds.append(progress.hold)
    )
    assert result.outcome == "sent"
    assert not any(holds)
    made.cable.run(200)
    assert made.sim.rows == [f"P1 ROW {row} 养老保险" for row in range(60)]
    assert made.sim.overrun_bytes == 0
    made.printer.close()


def void_alone(desk: Desk, cancelled: Callable[[], bool] = lambda: False) -> PrintResult:
    return desk.printer.print_blocks((), void=VOID, leftover=void_rest(), cancelled=cancelled)


@pytest.mark.parametrize("flow", ["serial", "usb"])
def test_what_the_printer_held_is_on_paper_before_it_is_said_to_be_void(
    make_cable: MakeCable, serial_link: MakeSerial, flow: str
) -> None:
    name = "escpk-24pin" if flow == "serial" else "escpk-24pin-usb"
    link = serial_link if flow == "serial" else None
    made = Desk(make_cable, link, escpk(name, cps=100, buffer_bytes=4096))
    made.cable.when_job_byte(3000, made.sim.take_paper)
    long, short = page(1, 120), page(2, 30)
    with made.printer:
        assert made.printer.print_blocks([long, short], void=VOID).outcome == "unknown"
        held = made.sim.rows[:]
        made.sim.load_paper()
        assert void_alone(made).outcome == "sent"
        rows = made.sim.rows[:]
        made.cable.run(120)
    assert len(rows) > len(held) + 50, "it held many rows"
    assert rows[-1] == "作废 VOID"
    assert made.sim.rows == rows, "nothing follows"


def test_whoever_comes_does_not_wait_for_the_empty_bytes_before_a_mark(serial: Desk) -> None:
    came: list[bool] = []
    serial.cable.after(2, lambda: came.append(True))
    started = serial.clock.now
    result = void_alone(serial, lambda: bool(came))
    assert (result.outcome, result.bytes_sent) == ("cancelled", 0)
    assert serial.clock.now - started < 2.5
    assert void_alone(serial).outcome == "sent"
    assert serial.rows() == ["作废 VOID"]


def test_a_job_with_nothing_to_print_and_nothing_to_void_does_not_claim_paper(desk: Desk) -> None:
    assert desk.print().outcome == "sent"
    before = desk.sim.wire_bytes
    result = desk.printer.print_blocks((), void=VOID)
    assert (result.outcome, result.bytes_sent, result.evidence) == ("failed", 0, "none")
    desk.cable.run(60)
    assert desk.sim.wire_bytes == before
