"""What stands beside each paper before one is chosen."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
from pytest_mock import MockerFixture

from devices.printer.models import load_model
from devices.printer.pages.pjl_printer import PjlPrinter
from devices.printer.state import NeedsAttention, Ready, Unknown
from kiosk.choice import ReportWatch, paper_seconds
from kiosk.config import Settings
from kiosk.machine import Machine


def machine(model: str = "escpos-80mm", report: object = None) -> Machine:
    own = SimpleNamespace(
        receipt_model=load_model(model), settings=Settings(), report=report, seconds=0.0
    )
    own.monotonic = lambda: own.seconds
    return cast("Machine", own)


@pytest.mark.parametrize(
    ("model", "cm", "pages", "quicker"),
    [
        ("escpos-80mm", 40, 1, "receipt"),
        ("escpos-80mm", 400, 1, "report"),
        ("escpos-58mm-raster", 40, 1, "report"),
    ],
)
def test_the_quicker_paper_is_told_by_speed_of_line_and_printer(
    model: str, cm: int, pages: int, quicker: str
) -> None:
    assert paper_seconds(machine(model), cm, pages).quicker == quicker


def test_more_paper_takes_longer() -> None:
    short, long = paper_seconds(machine(), 40, 1), paper_seconds(machine(), 240, 12)
    assert (short.receipt, short.report) < (long.receipt, long.report)


def test_a_report_printer_is_asked_now_and_then_and_its_fault_is_told(
    mocker: MockerFixture,
) -> None:
    printer = mocker.create_autospec(PjlPrinter, instance=True)
    own: Any = machine(report=printer)
    watch = ReportWatch(own)
    printer.status.return_value = NeedsAttention("paper_out")
    assert watch.fault() == "printer.paper_out"
    printer.status.return_value = Ready("unknown")
    assert watch.fault() == "printer.paper_out"
    own.seconds = 30.0
    assert watch.fault() == ""
    assert printer.status.call_count == 2


def test_of_a_silence_or_of_a_folder_nothing_is_claimed(mocker: MockerFixture) -> None:
    printer = mocker.create_autospec(PjlPrinter, instance=True)
    printer.status.return_value = Unknown()
    assert ReportWatch(machine(report=printer)).fault() == ""
    assert ReportWatch(machine(report=mocker.Mock())).fault() == ""
