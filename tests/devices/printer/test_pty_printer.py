"""The shipped driver on a real pseudo-terminal, with real threads and real pyserial."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import serial
from escpos.printer import Serial
from PIL import Image

from devices.printer.errors import PrinterConfigError
from devices.printer.models import PrinterModel
from devices.printer.printer import SerialPrinter
from devices.printer.result import Progress
from devices.printer.simulated.faults import FAULTS
from devices.printer.simulated.printer import SimulatedPrinter
from devices.printer.simulated.pty import PtyPrinter
from devices.printer.state import Absent, Busy, Offline, Ready, Unknown
from tests.devices.printer.desk import VOID, model, rows_job

MakePty = Callable[..., PtyPrinter]


@pytest.fixture
def make_pty(tmp_path: Path) -> Iterator[MakePty]:
    made: list[PtyPrinter] = []

    def make(printer_model: PrinterModel | None = None, **options: bool) -> PtyPrinter:
        simulated = SimulatedPrinter(printer_model or model(), **options)  # type: ignore[arg-type]
        pty = PtyPrinter(simulated, link=tmp_path / "port", out=tmp_path / "out")
        pty.start()
        made.append(pty)
        return pty

    yield make
    for pty in made:
        pty.close()


def driver(pty: PtyPrinter) -> SerialPrinter:
    return SerialPrinter(pty.path, pty.simulated.model, monotonic=time.monotonic)


def test_a_job_comes_out_as_files(make_pty: MakePty, tmp_path: Path) -> None:
    pty = make_pty()
    with driver(pty) as printer:
        assert printer.status() == Ready("ok")
        result = printer.print_blocks(rows_job(4), void=VOID)
    assert result.outcome == "confirmed"
    assert pty.wait_for_receipts(1, 10)
    text = (tmp_path / "out/receipt-0001.txt").read_text("utf-8")
    assert text == "".join(f"ROW {row} 行\n" for row in range(12))
    with Image.open(tmp_path / "out/receipt-0001.png") as picture:
        assert picture.width == 640
    raw = (tmp_path / "out/receipt-0001.bin").read_bytes()
    assert all(block.data in raw for block in rows_job(4))


@pytest.mark.parametrize("name", ["escpos-80mm", "escpos-58mm"])
def test_both_models_print_on_the_pseudo_terminal(make_pty: MakePty, name: str) -> None:
    pty = make_pty(model(name, settle_seconds=0.01, baud=115200))
    with driver(pty) as printer:
        cut = b"\x1dVB\x00" if pty.simulated.model.cut else b""
        result = printer.print_blocks(rows_job(4, cut=cut), void=VOID)
    assert result.outcome == ("confirmed" if pty.simulated.model.marker else "sent")
    pty.close()
    lines = pty.receipts[0].transcript.splitlines()
    assert [int(line.split()[1]) for line in lines] == list(range(12))
    assert pty.simulated.errors == []


def test_paper_out_in_the_middle_then_a_new_roll_prints_each_row_once(make_pty: MakePty) -> None:
    pty = make_pty()
    pty.simulated.take_paper(after_lines=5)
    held: list[str] = []

    def load_when_held(step: Progress) -> None:
        if step.hold is not None:
            held.append(step.hold)
            pty.simulated.load_paper()

    with driver(pty) as printer:
        result = printer.print_blocks(
            rows_job(4, cut=b"\x1dVB\x00"), void=VOID, on_progress=load_when_held
        )
    assert result.outcome == "confirmed"
    assert held == ["printer.paper_out"]
    assert pty.wait_for_receipts(1, 10)
    lines = pty.receipts[0].transcript.splitlines()
    assert [int(line.split()[1]) for line in lines] == list(range(12))


@pytest.mark.slow
def test_a_printer_that_is_off_is_silent_and_closing_does_not_hang(make_pty: MakePty) -> None:
    pty = make_pty()
    pty.simulated.switch_off()
    printer = driver(pty)
    assert printer.status() == Unknown()
    assert printer.status() == Offline()
    result = printer.print_blocks(rows_job(1), void=VOID)
    assert (result.outcome, result.reason) == ("failed", "printer.offline")
    started = time.monotonic()
    printer.close()
    assert time.monotonic() - started < 1


def test_a_cable_that_is_pulled_and_put_back_needs_no_restart(make_pty: MakePty) -> None:
    pty = make_pty()
    with driver(pty) as printer:
        assert printer.status() == Ready("ok")
        pty.unplug()
        assert isinstance(printer.status(), Absent)
        assert isinstance(printer.status(), Absent)
        pty.plug()
        assert printer.status() == Ready("ok")


def test_a_cable_that_is_pulled_in_a_job_leaves_it_unknown(make_pty: MakePty) -> None:
    pty = make_pty(baud_timing=True)
    pulled = threading.Event()

    def pull(step: Progress) -> None:
        if step.blocks_confirmed and not pulled.is_set():
            pulled.set()
            pty.unplug()

    with driver(pty) as printer:
        result = printer.print_blocks(rows_job(8, rows=60), void=VOID, on_progress=pull)
    assert (result.outcome, result.reason) == ("unknown", "printer.absent")
    assert result.blocks_confirmed < 8


def test_a_file_that_has_the_links_name_is_neither_replaced_nor_removed(tmp_path: Path) -> None:
    taken = tmp_path / "notes.txt"
    taken.write_text("mine")
    threads = threading.active_count()
    pty = PtyPrinter(SimulatedPrinter(model()), link=taken, out=tmp_path / "out")
    with pytest.raises(PrinterConfigError) as caught:
        pty.start()
    assert caught.value.place == str(taken)
    assert "something else has this name" in caught.value.detail
    pty.close()
    assert not taken.is_symlink()
    assert taken.read_text() == "mine"
    assert threading.active_count() == threads


def test_a_link_into_nowhere_is_refused_by_name(tmp_path: Path) -> None:
    pty = PtyPrinter(SimulatedPrinter(model()), link=tmp_path / "missing" / "port")
    with pytest.raises(PrinterConfigError, match="No such file or directory"):
        pty.start()


def test_a_link_that_a_killed_simulation_left_makes_way_and_any_other_stays(
    tmp_path: Path,
) -> None:
    left = tmp_path / "port"
    left.symlink_to("/dev/pts/99999")
    with PtyPrinter(SimulatedPrinter(model()), link=left) as pty, driver(pty) as printer:
        assert printer.status() == Ready("ok")
    assert not left.is_symlink()
    left.symlink_to("elsewhere")
    with pytest.raises(PrinterConfigError):
        PtyPrinter(SimulatedPrinter(model()), link=left).start()
    assert left.readlink() == Path("elsewhere")


def test_a_link_that_is_no_longer_ours_stays_when_the_cable_is_pulled(make_pty: MakePty) -> None:
    pty = make_pty()
    link = Path(pty.path)
    link.unlink()
    link.write_text("another program's")
    pty.unplug()
    assert link.read_text() == "another program's"
    link.unlink()
    pty.plug()


def test_two_programs_cannot_hold_one_port(make_pty: MakePty) -> None:
    pty = make_pty()
    with driver(pty) as first, driver(pty) as second:
        assert first.status() == Ready("ok")
        assert isinstance(second.status(), Busy)
        first.close()
        assert second.status() == Ready("ok")


def test_status_during_a_job_does_not_disturb_it(make_pty: MakePty) -> None:
    pty = make_pty()
    with driver(pty) as printer:
        states: list[object] = []
        printer.status()
        result = printer.print_blocks(
            rows_job(3), void=VOID, on_progress=lambda _: states.append(printer.status())
        )
    assert result.outcome == "confirmed"
    assert set(states) == {Ready("ok")}


def test_a_callback_that_fails_leaves_the_port_closed_and_usable(make_pty: MakePty) -> None:
    pty = make_pty()

    def fail(_: Progress) -> None:
        raise RuntimeError("a bug in the caller")

    with driver(pty) as printer:
        with pytest.raises(RuntimeError):
            printer.print_blocks(rows_job(3), void=VOID, on_progress=fail)
        assert printer.status() == Ready("ok")


def test_a_cable_can_be_pulled_and_put_back_by_a_script(make_pty: MakePty) -> None:
    pty = make_pty()
    with driver(pty) as printer:
        assert printer.status() == Ready("ok")
        pty.simulated.schedule("byte", 400, lambda: FAULTS["hang_up"].strike(pty.simulated))
        result = printer.print_blocks(rows_job(4, rows=30), void=VOID)
        assert (result.outcome, result.reason) == ("unknown", "printer.absent")
        pty.simulated.schedule("second", 0, lambda: FAULTS["hang_up"].cure(pty.simulated))
        pty.wait_until_done()
        assert printer.status() == Ready("ok")


def test_a_port_that_another_program_took_is_busy_until_it_lets_go(make_pty: MakePty) -> None:
    pty = make_pty()
    with driver(pty) as printer:
        assert printer.status() == Ready("ok")
        FAULTS["port_taken"].strike(pty.simulated)
        pty.wait_until_done()
        assert isinstance(printer.status(), Absent)  # the port that it had is gone
        assert isinstance(printer.status(), Busy)
        FAULTS["port_taken"].cure(pty.simulated)
        pty.wait_until_done()
        assert printer.print_blocks(rows_job(1), void=VOID).outcome == "confirmed"


@pytest.mark.parametrize("flow", ["rtscts", "xonxoff", "none"])
def test_the_simulation_sees_the_flow_control_that_the_host_chose(
    make_pty: MakePty, flow: str
) -> None:
    pty = make_pty(model(flow=flow))
    other = serial.Serial(pty.path, 9600, xonxoff=flow == "xonxoff", rtscts=flow == "rtscts")
    pty.wait_until_done()
    assert pty.simulated.host_flow == flow
    other.close()


def test_a_driver_that_waits_for_the_simulation_counts_no_silence_of_its_own(
    make_pty: MakePty,
) -> None:
    pty = make_pty()
    done, advance, its_turn = pty.wait_until_done, pty.simulated.advance, threading.Event()

    def starved() -> float | None:
        its_turn.wait()
        return advance()

    def let_it_go_on() -> None:
        its_turn.set()
        done()

    with SerialPrinter(
        pty.path, pty.simulated.model, monotonic=time.monotonic, wait=pty.wait
    ) as printer:
        assert printer.status() == Ready("ok")
        pty.simulated.advance = starved  # type: ignore[method-assign]
        pty.wait_until_done = let_it_go_on  # type: ignore[method-assign]
        assert printer.status() == Ready("ok")


def test_no_descriptor_and_no_thread_is_left_behind(make_pty: MakePty) -> None:
    def descriptors() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    pty = make_pty()
    before = (descriptors(), threading.active_count())
    for _ in range(5):
        with driver(pty) as printer:
            printer.status()
            pty.unplug()
            printer.status()
            pty.plug()
    assert (descriptors(), threading.active_count()) == before


@pytest.mark.filterwarnings("ignore::DeprecationWarning:escpos")
def test_python_escpos_prints_text_qr_and_cut_without_stream_errors(make_pty: MakePty) -> None:
    pty = make_pty()
    other = Serial(devfile=pty.path, baudrate=115200, timeout=1)
    other.set(align="center", bold=True, double_width=True, double_height=True)
    other.text("Receipt\n")
    other.set_with_default()
    other.text("社会保险缴费明细 123.45\n")
    other.qr("https://verify.example/s/K7QD", native=True, size=6)
    other.cut()
    other.close()
    assert pty.wait_for_receipts(1, 10)
    (receipt,) = pty.receipts
    assert pty.simulated.errors == []
    assert "Receipt" in receipt.transcript
    assert "社会保险缴费明细 123.45" in receipt.transcript
    assert "[QR https://verify.example/s/K7QD]" in receipt.transcript


def test_xon_and_xoff_of_the_kernel_hold_a_job_that_overfills_the_buffer(
    make_pty: MakePty,
) -> None:
    pty = make_pty(
        model("escpos-58mm", settle_seconds=0.01, baud=115200, buffer_bytes=300, speed_mm_s=2000),
        print_timing=True,
    )
    with driver(pty) as printer:
        result = printer.print_blocks(rows_job(2, rows=60, cut=b""), void=VOID)
    assert result.outcome == "sent"
    pty.close()
    lines = pty.receipts[0].transcript.splitlines()
    assert [int(line.split()[1]) for line in lines] == list(range(120))
    assert (pty.simulated.overrun_bytes, pty.simulated.errors) == (0, [])
