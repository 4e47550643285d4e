"""The self-test pages of page printers: what must come out right. No personal data."""

from typing import TYPE_CHECKING

from devices.printer.blocks import Block
from devices.printer.models import Rom
from devices.printer.models.page import EscpkModel, PclModel
from devices.printer.pages import pcl
from devices.printer.pages.escpk_commands import (
    LINE_DOTS,
    columns_of_dots,
    gaps,
    page_start,
    spacing,
    to_dot,
)

if TYPE_CHECKING:
    from PIL import Image

_QR_TEXT = "TEST 0123456789"
_PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))
_LARGE, _SMALL = "\x1cW\x01", "\x1cW\x00"
_BAND = 24
_MARGIN = 3
"""Lines left blank above: no pin strikes on a perforation or a sheet's edge."""
_SAMPLES: dict[Rom, tuple[str, ...]] = {
    "gb2312": ("一级：啊阿埃挨社会保障", "二级：亍丌兀丐廿囝鬟黪"),
    "gbk": ("一级：啊阿埃挨社会保障", "二级：亍丌兀丐廿囝鬟黪", "扩展：镕喆堃玥珺祎垚犇"),
    "gb18030-2byte": ("一级：啊阿埃挨社会保障", "二级：亍丌兀丐廿囝鬟黪", "扩展：镕喆堃玥珺祎垚犇"),
}


def test_blocks(model: EscpkModel | PclModel, *below: str) -> tuple[Block, ...]:
    """Return the test page, one block; `below` the title: which it is and when it was made."""
    data = _escpk(model, below) if isinstance(model, EscpkModel) else _pcl(model, below)
    return (Block(data, "test page"),)


# 24-pin


def _escpk(model: EscpkModel, below: tuple[str, ...]) -> bytes:
    rows = [
        *[""] * _MARGIN,
        f"{_LARGE}打印机自检页{_SMALL}",
        "",
        "PRINTER TEST",
        model.name,
        *below,
        "-" * model.columns,
        *_ruler(model.columns),
        "国" * (model.columns // 2),
        "",
        *(_PRINTABLE[at : at + model.columns] for at in range(0, 95, model.columns)),
        *_SAMPLES[model.rom],
        "￥1,234.56　（人民币）",
        "",
    ]
    text = b"".join(row.encode("gb18030") + b"\r\n" for row in rows)
    start = page_start(model.page_lines, model.column_dots)
    return start + text + _table() + _columns() + _escpk_qr() + b"\f"


def _ruler(columns: int) -> tuple[str, str]:
    """A ruler whose last column must stand at the edge, on one line."""
    tens = "".join(f"{column:>10}" for column in range(10, columns + 1, 10))
    return tens, "".join(str(column % 10) for column in range(1, columns + 1))


def _table() -> bytes:
    """Rules must join without a gap: lines as high as a cell."""
    rows = (
        "┌────┬────┐",
        "│基本养老│6,420.00│",
        "├────┼────┤",
        "│失业保险│  513.60│",
        "└────┴────┘",
    )
    text = b"".join(row.encode("gb18030") + b"\r\n" for row in rows)
    return gaps(0) + spacing(_BAND) + text + spacing(LINE_DOTS) + b"\r\n"


def _columns() -> bytes:
    """Cells placed with ESC $ must stand under each other."""
    rows = (("序号", "月份", "基数"), ("1", "2026年10月", "6,420.00"), ("22", "10", "513.60"))
    out = b""
    for row in rows:
        for place, cell in zip((0, 180, 540), row, strict=True):
            out += to_dot(place) + cell.encode("gb18030")
        out += b"\r\n"
    return out + b"\r\n"


def _escpk_qr() -> bytes:
    """A QR code of 24-pin columns, ESC * 39: 180 dots an inch both ways."""
    image = qr_image(6)
    columns = image.width
    out = spacing(_BAND)
    for top in range(0, image.height, _BAND):
        band = image.crop((0, top, columns, top + _BAND))  # beyond the image: 0, which is ink
        if top + _BAND > image.height:
            band.paste(1, (0, image.height - top, columns, _BAND))
        data = b"".join(_column(band, x) for x in range(columns))
        out += columns_of_dots(data) + b"\r\n"
    return out + spacing(LINE_DOTS)


def _column(band: "Image.Image", x: int) -> bytes:
    bits = 0
    for y in range(_BAND):
        bits = bits << 1 | (0 if band.getpixel((x, y)) else 1)
    return bits.to_bytes(3, "big")


def qr_image(module: int) -> "Image.Image":
    """Return a QR code in mode 1, ink 0, so many dots to a module, with its quiet zone."""
    import segno
    from PIL import Image

    matrix = [list(row) for row in segno.make_qr(_QR_TEXT, error="m").matrix]
    size = len(matrix) + 8
    image = Image.new("1", (size, size), 1)
    for y, row in enumerate(matrix):
        for x, dark in enumerate(row):
            if dark:
                image.putpixel((x + 4, y + 4), 0)
    return image.resize((size * module, size * module), Image.Resampling.NEAREST)


# Laser


def _pcl(model: PclModel, below: tuple[str, ...]) -> bytes:
    """No hanzi: such a printer has none in its memory, statements reach it as raster."""
    rows = [
        "PRINTER TEST",
        model.name,
        *(line.encode("ascii", "replace").decode() for line in below),
        "",
        *_ruler(70),
        "",
        _PRINTABLE[:64],
        _PRINTABLE[64:],
    ]
    text = "".join(f"{row}\r\n" for row in rows).encode()
    inch = model.dpi
    start = pcl.RESET + pcl.A4_NO_MARGIN + f"\x1b*p0x{inch}Y".encode()
    code = pcl.raster(qr_image(inch // 30), inch, 0, 3 * inch)
    greys = pcl.raster(_fine_lines(inch), inch, 3 * inch, 3 * inch)
    return start + text + code + greys + pcl.END_OF_PAGE


def _fine_lines(size: int) -> "Image.Image":
    """Lines one to eight dots wide: none may be missing or run into the next."""
    from PIL import Image

    image = Image.new("1", (size, size), 1)
    x = 0
    for width in range(1, 9):
        for _ in range(3):
            image.paste(0, (x, 0, min(size, x + width), size))
            x += 2 * width
    return image
