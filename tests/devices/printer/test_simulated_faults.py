"""What the simulated printer says and does when something is wrong with it, byte for byte."""

from collections.abc import Callable

import pytest

from devices.printer.models import PrinterModel
from devices.printer.simulated.faults import FAULTS, Fault
from devices.printer.simulated.printer import BOOT_SECONDS, SimulatedPrinter
from tests.devices.printer.desk import Clock, model

AUTO_STATUS = b"\x1da\x0e"  # online, errors, paper
Hands = Callable[[SimulatedPrinter], object]


def printer(printer_model: PrinterModel | None = None, **options: bool) -> SimulatedPrinter:
    return SimulatedPrinter(printer_model or model(), monotonic=Clock(), **options)  # type: ignore[arg-type]


def said(sim: SimulatedPrinter, data: bytes = b"") -> bytes:
    sim.receive(data)
    sim.advance()
    return sim.take_output()


def asked(sim: SimulatedPrinter, *queries: int) -> str:
    return said(sim, b"".join(bytes((0x10, 0x04, n)) for n in queries)).hex(" ").upper()


def jam(sim: SimulatedPrinter) -> None:
    sim.jam_cutter()
    sim.receive(b"\x1dVB\x00")
    sim.advance()


@pytest.mark.parametrize(
    ("hands", "answers"),
    [
        (SimulatedPrinter.low_paper, "12 12 12 1E"),
        (SimulatedPrinter.take_paper, "1A 32 12 7E"),
        (SimulatedPrinter.open_cover, "1A 16 12 72"),  # no paper at the sensor, as it seems
        (SimulatedPrinter.press_feed, "5A 1A 12 12"),
        (SimulatedPrinter.heat_head, "1A 52 52 12"),
        (SimulatedPrinter.break_down, "1A 52 32 12"),
        (SimulatedPrinter.open_drawer, "16 12 12 12"),
        (jam, "3A 52 1A 12"),
    ],
)
def test_the_real_time_status_of_each_state(hands: Hands, answers: str) -> None:
    sim = printer()
    hands(sim)
    assert asked(sim, 1, 2, 3, 4) == answers


def test_a_clones_bits_are_its_own() -> None:
    sim = printer(model("escpos-sprt"))
    sim.low_paper()
    sim.heat_head()
    assert asked(sim, 1, 2, 3, 4) == "1A 52 52 12", "no sensor for a roll that comes to its end"


def test_the_long_forms_are_answered_once_and_do_not_disturb_what_follows() -> None:
    sim = printer()
    assert said(sim, b"\x10\x04\x07\x01\x10\x04\x07\x02\x10\x04\x08\x03") == b"\x12" * 3
    for byte in b"\x10\x04\x07":
        assert said(sim, bytes((byte,))) == b""
    assert said(sim, b"\x01") == b"\x12"
    assert sim.errors == []


@pytest.mark.parametrize(
    ("hands", "status"),
    [
        (SimulatedPrinter.take_paper, "18 00 0F 00"),
        (SimulatedPrinter.low_paper, "10 00 03 00"),
        (SimulatedPrinter.open_cover, "38 00 00 00"),
        (SimulatedPrinter.heat_head, "18 40 00 00"),
        (SimulatedPrinter.break_down, "18 20 00 00"),
        (SimulatedPrinter.press_feed, "58 00 00 00"),
        (jam, "18 08 00 00"),
    ],
)
def test_automatic_status_comes_at_once_and_at_each_change(hands: Hands, status: str) -> None:
    sim = printer()
    assert said(sim, AUTO_STATUS) == b"\x10\x00\x00\x00"
    hands(sim)
    assert said(sim).hex(" ").upper() == status
    assert said(sim) == b""


def test_automatic_status_is_quiet_about_what_was_not_asked_for() -> None:
    sim = printer()
    said(sim, AUTO_STATUS)
    sim.open_drawer()
    assert said(sim) == b""
    said(sim, b"\x1da\x01")
    sim.open_drawer(is_open=False)
    assert said(sim) == b"\x10\x00\x00\x00"
    sim.take_paper()
    assert said(sim) == b""
    said(sim, b"\x1da\x00")


def test_automatic_status_ends_with_the_power() -> None:
    sim = printer()
    said(sim, AUTO_STATUS)
    sim.switch_off()
    sim.switch_on()
    sim.open_cover()
    assert said(sim) == b""


def test_an_xoff_may_fall_between_the_bytes_of_the_automatic_status() -> None:
    sim = printer(model(flow="xonxoff"), offline_drops_line=True)
    said(sim, AUTO_STATUS)
    sim.open_cover()
    assert said(sim) == b"\x38\x13\x00\x00\x00"
    sim.close_cover()
    assert said(sim) == b"\x10\x00\x00\x00\x11"


def test_registers_tell_the_paper_and_wait_for_their_turn() -> None:
    sim = printer()
    assert said(sim, b"\x1dr\x01\x1bv\x1dr\x02\x1dr\x04") == b"\x00" * 4
    sim.low_paper()
    assert said(sim, b"\x1dr\x01\x1bv") == b"\x03\x03"
    sim.take_paper()
    assert said(sim, b"\x1dr\x01") == b"", "paper out is never seen: nothing is carried out then"
    sim.load_paper()
    assert said(sim) == b"\x00"


def test_a_printer_without_gs_r_answers_esc_v() -> None:
    sim = printer(model("escpos-sprt"))
    assert said(sim, b"\x1dr\x01") == b""
    assert len(sim.errors) == 1
    assert said(sim, b"\x1bv") == b"\x00"


@pytest.mark.parametrize(("n", "rows"), [(1, ["a", "b"]), (2, ["a"])])
def test_enquiry_goes_on_or_clears_after_the_jam_is_gone(n: int, rows: list[str]) -> None:
    sim = printer()
    sim.jam_cutter()
    said(sim, b"a\n\n\n\n\n\x1dV\x00b\n")
    said(sim, bytes((0x10, 0x05, n)))
    assert asked(sim, 3) == "1A", "still jammed"
    sim.free_cutter()
    said(sim, bytes((0x10, 0x05, n)))
    assert asked(sim, 1, 3) == "12 12"
    assert [row.text for row in sim.ledger()] == rows


def test_a_small_buffer_has_marks_of_its_own() -> None:
    sim = printer(model(flow="xonxoff", buffer_bytes=45))
    sim.open_cover()
    assert said(sim, b"x" * 28) == b""
    assert said(sim, b"x") == b"\x13", "16 bytes left"
    sim.close_cover()
    assert said(sim) == b"\x11"


def test_the_lines_show_a_full_buffer_and_a_printer_without_power() -> None:
    sim = printer(model(flow="dsr-poll", buffer_bytes=45))
    assert (sim.lines().cts, sim.lines().dsr) == (True, True)
    sim.open_cover()
    said(sim, b"x" * 29)
    assert (sim.lines().cts, sim.lines().dsr) == (False, False)
    sim.close_cover()
    said(sim)
    assert sim.lines().dsr
    sim.switch_off()
    assert not sim.lines().dsr


def test_the_memory_switch_decides_whether_being_offline_holds_the_line() -> None:
    for drops in (False, True):
        sim = printer(offline_drops_line=drops)
        sim.open_cover()
        sim.advance()
        assert sim.lines().cts is not drops


def test_a_lost_xon_leaves_the_host_stopped() -> None:
    sim = printer(model(flow="xonxoff"))
    FAULTS["lost_xon"].strike(sim)
    assert said(sim) == b"\x13"
    assert said(sim, b"row\n") == b""
    assert sim.ledger() == ()
    FAULTS["lost_xon"].cure(sim)
    said(sim)
    said(sim)
    assert [row.text for row in sim.ledger()] == ["row"]


@pytest.mark.parametrize(
    ("fault", "printed"),
    [
        (Fault.FLIP_TO_PRINTER, "ebc"),
        (Fault.DROP_TO_PRINTER, "bc"),
        (Fault.GARBAGE_TO_PRINTER, '_7"abc'),
    ],
)
def test_noise_spoils_the_next_bytes_and_no_others(fault: Fault, printed: str) -> None:
    sim = printer()
    sim.schedule("byte", 4, lambda: fault.strike(sim))
    said(sim, b"old\nabc\nnew\n")
    assert [row.text for row in sim.ledger()] == ["old", printed, "new"]


def test_noise_towards_the_host() -> None:
    sim = printer()
    sim.to_host.flip(0x08)
    sim.to_host.drop(1)
    sim.to_host.insert(b"\xff")
    assert said(sim, b"\x10\x04\x01" * 4) == b"\x1a\xff\x12\x12"


def test_at_the_wrong_speed_nothing_arrives_as_it_was_sent() -> None:
    sim = printer()
    FAULTS["wrong_speed"].strike(sim)
    assert said(sim, b"\x10\x04\x01") == b""
    FAULTS["wrong_speed"].cure(sim)
    assert said(sim, b"\x10\x04\x01") == b"\x12"


def test_a_step_is_done_at_its_byte_its_line_its_marker_and_its_second() -> None:
    clock = Clock(0.0)
    sim = SimulatedPrinter(model(), monotonic=clock)
    done: list[str] = []
    sim.schedule("byte", 3, lambda: done.append(f"byte {sim.wire_bytes}"))
    sim.schedule("line", 2, lambda: done.append(f"line {len(sim.ledger())}"))
    sim.schedule("marker", 1, lambda: done.append("marker"))
    sim.schedule("second", 5, lambda: done.append(f"second {clock.now}"))
    assert said(sim, b"ab\ncd\nef\n\x1d(H\x06\x00000001") == b"\x37\x220001\x00"
    assert done == ["byte 3", "line 2", "marker"]
    assert sim.advance() == 5.0
    clock.now = 5.0
    sim.advance()
    assert done[-1] == "second 5.0"


def test_a_power_cycle_loses_the_buffer_and_takes_its_time() -> None:
    clock = Clock(0.0)
    sim = SimulatedPrinter(model(), monotonic=clock)
    sim.open_cover()
    said(sim, b"lost\n")
    FAULTS["power_cycle"].strike(sim)
    sim.close_cover()
    assert said(sim, b"\x10\x04\x01") == b"", "RTS/CTS holds the line of a printer without power"
    clock.now = BOOT_SECONDS
    assert said(sim) == b"\x12"
    assert sim.ledger() == ()


def test_the_ledger_says_whose_each_row_is_however_late_it_comes_out() -> None:
    sim = printer()
    sim.begin_job("one")
    said(sim, b"first\n")
    sim.take_paper()
    said(sim, b"late\n")
    sim.begin_job("two")
    said(sim, b"second\n")
    sim.load_paper()
    said(sim)
    assert [(row.job, row.text) for row in sim.ledger()] == [
        ("one", "first"),
        ("one", "late"),
        ("two", "second"),
    ]


def test_a_void_mark_voids_its_own_piece_of_paper_and_no_other() -> None:
    sim = printer()
    said(sim, b"good\n\n\n\n\n\x1dV\x00bad\nVOID\n\n\n\n\n\x1dV\x00fine\n")
    voids = {row.text: row.void for row in sim.ledger()}
    assert voids == {"good": False, "bad": True, "VOID": True, "fine": False}


@pytest.mark.parametrize("fault", Fault)
def test_each_fault_can_be_cured(fault: Fault) -> None:
    clock = Clock()
    sim = SimulatedPrinter(model(), monotonic=clock)
    fault.strike(sim)
    said(sim, b"x\n\x10\x04\x01")
    fault.cure(sim)
    clock.now += 1
    said(sim)
    clock.now += 1
    sim.take_output()
    said(sim, b"\x1b@\x10\x05\x02")
    clock.now += 1
    sim.take_output()
    assert said(sim, b"\x10\x04\x01") == b"\x12"
    assert FAULTS[fault.name.lower()] is fault
    assert fault.value.about
