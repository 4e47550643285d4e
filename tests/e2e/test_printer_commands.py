"""`kiosk printer`: state, test page, trace and handshake of printers on real ports."""

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image

from devices.printer.models.page import EscpkModel, load_page_model
from devices.printer.pages.test_page import test_blocks as page_of_test
from devices.printer.simulated.pages.ipp import SimulatedIppPrinter
from devices.printer.simulated.pages.server import IppServer
from kiosk.composition import utc_now
from kiosk.demo.data import KEYS
from printing.journal import Job, Journal
from tests.devices.printer.pages.test_paper import escpk_on_paper
from tests.e2e.commands import Ended, run_command
from tests.e2e.printer import ReceiptPrinter

pytestmark = pytest.mark.slow

KIOSK = Path(sys.executable).with_name("kiosk")
PINS = "escpk-24pin-xonxoff"
Command = Callable[..., Ended]


@pytest.fixture
def bench(tmp_path: Path, demo_folder: Path) -> Path:
    """A configuration with records and a journal, and no printer of its own."""
    path = tmp_path / "kiosk.toml"
    path.write_text(
        f'[card]\nvirtual_readers = true\n[sam]\nkind = "software"\n'
        f'keys = "{demo_folder}/data/{KEYS}"\n[report]\nfolder = "{tmp_path}"\n'
        f'[store]\nrecords = "{demo_folder}/records.db"\njournal = "{tmp_path}/journal.db"\n',
        "utf-8",
    )
    return path


def print_test(kiosk: "Command", bench: Path, *arguments: str | Path) -> Ended:
    return kiosk("test", "--by", "li.wei", "--config", bench, *arguments)


def journalled(folder: Path) -> tuple[Job, tuple[str, ...]]:
    """The one job of the journal, and the states of its blocks."""
    with Journal(folder / "journal.db", utc_now, create=False) as journal:
        (job,) = journal.jobs()
        return job, tuple(block.state for block in journal.blocks(job.id))


@pytest.fixture
def kiosk(tmp_path: Path) -> Command:
    def run(*arguments: str | Path) -> Ended:
        return run_command(["printer", *map(str, arguments)], "", os.environ, tmp_path)

    return run


@contextmanager
def simulated(*arguments: str | Path) -> Iterator[str]:
    """`kiosk simulate printer` in a process of its own; what it says once it is ready."""
    process = subprocess.Popen(
        [KIOSK, "simulate", "printer", *map(str, arguments)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    yield process.stdout.readline()
    process.terminate()
    assert process.wait(timeout=10) == 0
    process.stdout.close()


def port_in(words: str) -> str:
    return next(word.rstrip(",") for word in words.split() if word.startswith("tcp://"))


@pytest.fixture
def laser(tmp_path: Path) -> Iterator[str]:
    """A laser printer's port."""
    with simulated("pcl-network", "--out", tmp_path / "paper") as words:
        yield port_in(words)


@pytest.fixture
def pins(tmp_path: Path) -> Iterator[Path]:
    """A 24-pin printer's port."""
    port = tmp_path / "pins"
    with simulated(PINS, "--link", port, "--out", tmp_path / "paper") as words:
        assert str(port) in words
        yield port
    assert not port.is_symlink()


def test_a_printer_says_how_and_what_it_is(kiosk: Command, printer: ReceiptPrinter) -> None:
    ended = kiosk("status", "--port", printer.path(), "--json")
    assert ended.code == 0, ended.err
    told = json.loads(ended.out)
    assert (told["state"], told["markers"], told["disagrees"]) == ("printer.ready", True, [])


@pytest.mark.parametrize(
    ("fault", "code", "exit_code"),
    [("paper_out", "printer.paper_out", 42), ("off", "printer.offline", 41)],
)
def test_a_fault_has_its_code_its_cause_and_an_exit_code(
    kiosk: Command, printer: ReceiptPrinter, fault: str, code: str, exit_code: int
) -> None:
    printer.strike(fault)
    ended = kiosk("status", "--port", printer.path())
    assert ended.code == exit_code
    assert code in ended.out
    assert "\n处理：" in ended.out
    assert "\nnext step: " in ended.out


def test_a_port_that_another_process_holds_names_that_process(
    kiosk: Command, printer: ReceiptPrinter
) -> None:
    import serial

    with serial.Serial(printer.path(), exclusive=True):
        ended = kiosk("status", "--port", printer.path())
        tested = kiosk("handshake", "--port", printer.path())
    assert (ended.code, tested.code) == (47, 47)
    assert "printer.busy" in ended.out
    assert "python" in ended.out
    assert "建议 advice: 能查到时程序名" in tested.out
    assert "python" in tested.out


def test_the_test_page_comes_out_and_is_confirmed(
    kiosk: Command, bench: Path, printer: ReceiptPrinter, tmp_path: Path
) -> None:
    ended = print_test(kiosk, bench, "--port", printer.path())
    assert ended.code == 0, ended.err
    assert "confirmed" in ended.out
    assert printer.wait_for_receipts(1, 20)
    assert "打印机自检页" in printer.receipts()[0].transcript
    assert printer.errors() == []
    job, blocks = journalled(tmp_path)
    assert (job.order.statement, job.order.medium, job.state) == (
        "self-test",
        "receipt",
        "confirmed",
    )
    assert job.order.printer == printer.path()
    assert set(blocks) == {"confirmed"}


def test_nobody_prints_a_test_page_unnamed(kiosk: Command, printer: ReceiptPrinter) -> None:
    for command in (("test",), ("trace", "--test-page")):
        assert kiosk(*command, "--port", printer.path()).code == 2
    assert printer.receipts() == ()


def test_the_traced_test_page_is_journalled_too(
    kiosk: Command, bench: Path, printer: ReceiptPrinter, tmp_path: Path
) -> None:
    ended = kiosk(
        "trace", "--test-page", "--by", "li.wei", "--config", bench, "--port", printer.path()
    )
    assert ended.code == 0, ended.err
    assert "printed" in ended.out
    assert journalled(tmp_path)[0].state == "confirmed"


def test_the_trace_names_what_passes(kiosk: Command, printer: ReceiptPrinter) -> None:
    ended = kiosk("trace", "--port", printer.path())
    assert ended.code == 0, ended.err
    assert "> 10 04 01  DLE EOT 1: status?" in ended.out


def test_the_handshake_finds_the_speed_without_anybody_at_the_cover(
    kiosk: Command, printer: ReceiptPrinter
) -> None:
    ended = kiosk("handshake", "--port", printer.path())
    assert ended.code == 0, ended.err
    assert "实测 found: 115200 波特，" in ended.out
    assert "盖子没有打开" in ended.out
    assert "the cover stayed closed" in ended.out
    assert "建议 advice: 再测一次" in ended.out


def test_a_laser_printer_on_the_network_prints_its_test_page(
    kiosk: Command, bench: Path, laser: str, tmp_path: Path
) -> None:
    assert kiosk("status", "--port", laser, "--model", "pcl-network").code == 0
    ended = print_test(kiosk, bench, "--port", laser, "--model", "pcl-network")
    assert ended.code == 0, ended.err
    assert "evidence: pages" in ended.out
    assert "PRINTER TEST" in (tmp_path / "paper/page-0001.txt").read_text("utf-8")


def test_a_24_pin_printer_on_a_serial_line_prints_its_test_page(
    kiosk: Command, bench: Path, pins: Path, tmp_path: Path
) -> None:
    """At its 9,600 baud; on a three-wire cable nobody can say more than that all was sent."""
    ended = print_test(kiosk, bench, "--port", pins, "--model", PINS)
    assert ended.code == 41, ended.err
    assert "unknown, evidence: none" in ended.out
    assert journalled(tmp_path)[0].state == "unknown"
    text = (tmp_path / "paper/page-0001.txt").read_text("utf-8")
    rows = text.splitlines()
    assert rows[1:3] == ["PRINTER TEST", PINS]
    model = load_page_model(PINS)
    assert isinstance(model, EscpkModel)
    (block,) = page_of_test(model, *rows[3:6])
    assert text == escpk_on_paper(block.data).tray[0].transcript


def test_a_model_that_has_no_serial_port_is_not_put_behind_one(tmp_path: Path) -> None:
    ended = subprocess.run(
        [KIOSK, "simulate", "printer", "escpk-24pin-usb", "--out", tmp_path],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 2
    assert "escpk-24pin-xonxoff" in ended.stderr


def test_a_queue_prints_its_test_page(kiosk: Command, bench: Path, tmp_path: Path) -> None:
    with IppServer(SimulatedIppPrinter(page_seconds=0.1)) as server:
        ended = print_test(kiosk, bench, "--port", server.uri, "--model", "ipp-printer")
        assert ended.code == 0, ended.err
        assert "evidence: impressions" in ended.out
        assert len(server.printer.ledger) == 1
    job, _ = journalled(tmp_path)
    assert (job.order.printer, job.state) == (server.uri, "confirmed")


def test_a_network_printer_that_is_not_there_is_absent(kiosk: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        free = taken.getsockname()[1]
    ended = kiosk("status", "--port", f"tcp://127.0.0.1:{free}", "--model", "pcl-network")
    assert (ended.code, "printer.absent" in ended.out) == (40, True)
    assert "compare --port with its address" in ended.out


def test_the_models_are_listed(kiosk: Command) -> None:
    listed = kiosk("models").out
    for model in ("escpos-80mm", "escpos-sprt", "escpk-24pin", "pcl-network", "ipp-queue"):
        assert model in listed


@pytest.mark.skipif(shutil.which("gs") is None, reason="Ghostscript is not installed")
def test_a_laser_printer_that_speaks_pcl_xl_shows_it_on_its_test_page(
    kiosk: Command, bench: Path, tmp_path: Path
) -> None:
    with simulated("pcl6-network", "--out", tmp_path / "paper") as words:
        ended = print_test(kiosk, bench, "--port", port_in(words), "--model", "pcl6-network")
    assert ended.code == 0, ended.err
    assert "页面 pages: PCL XL (Ghostscript)" in ended.out
    assert (tmp_path / "paper/page-0001.txt").read_text("utf-8") == ""  # no letter of its own
    with Image.open(tmp_path / "paper/page-0001.png") as picture:
        assert picture.convert("L").histogram()[0] > 10_000
