"""Technicians' papers of an invented kiosk, on every medium they have: text and picture."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from PIL import Image

from devices.printer.blocks import Block
from devices.printer.models.page import PclModel, load_page_model
from devices.printer.pages.test_page import test_blocks as page_test_blocks
from devices.printer.simulated.pages.sheet import draw
from devices.printer.simulated.paper import Receipt
from devices.printer.simulated.render import render
from devices.printer.test_page import test_blocks as receipt_test_blocks
from kiosk.diag.finding import Finding
from kiosk.diag.papers import Head, Met, head_lines, readiness, self_test, startup
from kiosk.diag.printing import drawn
from kiosk.diag.run import Examined
from kiosk.diag.told import Told
from printing.document import Document, Reveal
from printing.layout.pin_page import layout_pin_pages
from printing.layout.roll import layout_roll
from printing.preview import pdf_text
from tests.devices.printer.pages.test_paper import laser_on_paper
from tests.printing.papers import CHAIN, MEMORY, MODELS, pdf_pictures, roll_paper, roll_picture
from tests.printing.pins import PIN_PAPERS, page_text, printed, sheet_pictures
from tests.printing.samples import ISSUE, roll_text

TEXTS: Final = (
    *(f"roll-{columns}-normal.txt" for columns in (48, 42, 32)),
    "pins-80-normal.txt",
    "a4-normal.txt",
)
PICTURES: Final = tuple(f"{Path(name).stem}.png" for name in TEXTS)
LASER: Final = ("laser-300-normal.txt", "laser-300-normal.png")
"""The self-test page alone has a form of its own there."""

MET: Final = Met(
    readers=(
        ("读卡器（社保卡）", "Generic USB2.0-CRW Smart Card Reader Interface [Slot 1] 00 00"),
        ("读卡器（安全模块）", "Generic USB2.0-CRW Smart Card Reader Interface [PSAM] 01 00"),
        ("读卡器（虚拟，不使用）", "Virtual PCD 00 00"),
    ),
    printers=(
        ("小票", "ESC/POS 80 mm，/dev/serial/by-id/usb-FTDI_FT232R_USB_UART_A50285BI-if00-port0"),
        ("小票状态", "就绪，纸将用完"),
        ("小票自报", "SPRT SP-POS88V"),
        ("报表", "escpk-24pin，/dev/usb/lp0"),
        ("报表状态", "打印机缺纸。（printer.paper_out）"),
    ),
    records=(
        ("记录库", "/var/lib/kiosk/records.db"),
        ("数据截至", "2026年10月31日，示例数据（虚构人员）"),
        ("打印日志", "2 个任务结果不明"),
    ),
)
RESULTS: Final = (
    Examined(
        "reader", (), (Told("pcscd 1.9.9 answers"), Told("3 readers: 1 holder, 1 sam, 1 virtual"))
    ),
    Examined(
        "module",
        (
            Finding.named(
                "sam.absent",
                "module",
                "stops",
                Told("no card in [PSAM] 01 00: SCARD_W_REMOVED_CARD"),
            ),
        ),
    ),
    Examined("card", asked=False),
    Examined(
        "receipt",
        (
            Finding.named(
                "printer.paper_out", "receipt", "stops", Told("DLE EOT 4 -> 72h: 0111 0010")
            ),
        ),
        (Told("115200 rtscts"),),
    ),
    Examined("report", (), (Told("escpk-24pin on /dev/usb/lp0: 18h"),)),
    Examined(
        "store", (), (Told("records.db of 2026-10-31"), Told("audit chain of 18,204 rows unbroken"))
    ),
    Examined("journal"),
    Examined("clock", (), (Told("NTP synchronised, 4 ms"),)),
    Examined("disk", (), (Told("/var/lib/kiosk 31 GB free"),)),
    Examined("fonts", (), (Told("3 files"),)),
)


def head(reveal: Reveal) -> Head:
    """The kiosk of the statements' samples."""
    version = "hall-kiosk 1.0.0"
    return Head(ISSUE.agency, ISSUE.kiosk, "03", version, ISSUE.issued_at, ISSUE.serial, reveal)


def lines(columns: int, *, hanzi: bool = True) -> tuple[str, ...]:
    """Below the title of a page in a printer's own characters."""
    return head_lines(head("report"), columns, hanzi=hanzi)


MADE: Final[dict[str, Callable[[Reveal], Document]]] = {
    "startup": lambda reveal: startup(head(reveal), MET),
    "self-test": lambda reveal: self_test(head(reveal)),
    "readiness": lambda reveal: readiness(head(reveal), RESULTS),
}
FILES: Final = tuple(
    (name, file)
    for name in MADE
    for file in (*TEXTS, *PICTURES, *(LASER if name == "self-test" else ()))
)


def said(name: str, file: str) -> str:
    """What stands on a medium."""
    match name, Path(file).stem.split("-"):
        case "self-test", ["roll", columns, _]:
            return _receipt(int(columns)).transcript
        case "self-test", ["pins", columns, _]:
            model = PIN_PAPERS[columns]
            blocks = page_test_blocks(model, *lines(model.columns))
            return printed(blocks, model).tray[0].transcript
        case _, ["roll", columns, _]:
            return roll_text(layout_roll(MADE[name]("receipt"), int(columns)))
        case _, ["pins", columns, _]:
            pages = layout_pin_pages(MADE[name]("report"), PIN_PAPERS[columns])
            return "\n".join(map(page_text, pages))
        case _, ["laser", *_]:
            return laser_on_paper(_data(_laser())).tray[0].transcript
        case _:
            return pdf_text(drawn(MADE[name]("report"), CHAIN))


def pictures(name: str, file: str, dpi: int) -> Sequence[Image.Image]:
    """The pages of a medium; `dpi` is for the one that has no dots of its own."""
    match name, Path(file).stem.split("-"):
        case "self-test", ["roll", columns, _]:
            return [render(_receipt(int(columns)), MEMORY)]
        case "self-test", ["pins", columns, _]:
            model = PIN_PAPERS[columns]
            tray = printed(page_test_blocks(model, *lines(model.columns)), model).tray
            return [draw(sheet, MEMORY) for sheet in tray]
        case _, ["roll", columns, _]:
            return [roll_picture(MADE[name]("receipt"), int(columns), "normal")]
        case _, ["pins", columns, _]:
            return sheet_pictures(MADE[name]("report"), PIN_PAPERS[columns])
        case _, ["laser", *_]:
            return [draw(sheet, MEMORY) for sheet in laser_on_paper(_data(_laser())).tray]
        case _:
            return pdf_pictures(drawn(MADE[name]("report"), CHAIN), dpi)


def _receipt(columns: int) -> Receipt:
    return roll_paper(receipt_test_blocks(MODELS[columns], *lines(columns)), columns)


def _laser() -> tuple[Block, ...]:
    model = load_page_model("pcl-network")
    assert isinstance(model, PclModel)
    return page_test_blocks(model, *lines(70, hanzi=False))


def _data(blocks: Sequence[Block]) -> bytes:
    return b"".join(block.data for block in blocks)
