"""What stands beside each paper before one is chosen."""

from types import SimpleNamespace
from typing import cast

import pytest

from devices.printer.models import load_model
from kiosk.choice import paper_seconds
from kiosk.config import Settings
from kiosk.machine import Machine


def machine(model: str = "escpos-80mm") -> Machine:
    return cast("Machine", SimpleNamespace(receipt_model=load_model(model), settings=Settings()))


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
