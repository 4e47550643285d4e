import pytest

from devices.printer.errors import PrinterConfigError
from devices.printer.models import (
    load_model,
    page_model_names,
    parse_model,
    receipt_model_names,
)
from devices.printer.models.table import shipped_names

GOOD = """
title = "A printer"
language = "escpos"
columns = 48
dots = 576
paper_dots = 640
rom = "gbk"
baud = 9600
flow = "none"
buffer_bytes = 4096
marker = true
clear = true
enquiry = true
echo = "gs-r"
identify = [1, 66]
cut = true
qr = true
speed_mm_s = 100
blade_dots = 100
settle_ms = 0
queries = [1, 2, 4]
auto = [{ byte = 1, mask = 8, means = "offline" }]
status = [{ query = 1, mask = 8, means = "offline" }]
"""


def test_every_model_that_ships_fits_its_own_paper() -> None:
    names = receipt_model_names()
    assert names == (
        "escpos-58mm",
        "escpos-58mm-raster",
        "escpos-80mm",
        "escpos-80mm-plain",
        "escpos-sprt",
    )
    assert sorted((*names, *page_model_names())) == sorted(shipped_names())
    for name in names:
        model = load_model(name)
        assert model.columns * 12 == model.dots < model.paper_dots
        assert model.name == name


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('rom = "gbk"', 'rom = "big5"', "m: rom"),
        ("columns = 48", "columns = 0", "m: columns"),
        ("columns = 48", "columns = true", "m: columns"),
        ("marker = true", "marker = 1", "m: marker"),
        ('title = "A printer"', "", "m: title"),
        ("settle_ms = 0", "settle_ms = 0\nspeed = 3", "m: speed"),
        ("mask = 8", "mask = 0", "m: status[0]: mask"),
        ("query = 1", "query = 5", "m: status[0]: query"),
        ("status = [", "status = 3 #", "m: status"),
        ("baud = 9600", "baud = ", "m"),
        ("identify = [1, 66]", "identify = [1, 70]", "m: identify"),
        ("identify = [1, 66]", "identify = true", "m: identify"),
        ("queries = [1, 2, 4]", "queries = [true]", "m: queries"),
        ("byte = 1", "byte = 5", "m: auto[0]: byte"),
        ('echo = "gs-r"', 'echo = "loud"', "m: echo"),
    ],
)
def test_a_wrong_setting_is_named_by_its_place(old: str, new: str, place: str) -> None:
    parse_model(GOOD, "m")
    with pytest.raises(PrinterConfigError) as caught:
        parse_model(GOOD.replace(old, new), "m")
    assert caught.value.place == place
    assert caught.value.code == "printer.config"


def test_an_unknown_model_says_which_are_known() -> None:
    with pytest.raises(PrinterConfigError, match="escpos-58mm, escpos-58mm-raster, "):
        load_model("lq-9999")
