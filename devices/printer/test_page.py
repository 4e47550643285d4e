"""The self-test page: what the technician must see come out right. No personal data."""

from devices.printer.blocks import Block
from devices.printer.models import PrinterModel, ReceiptRom

_START = b"\x1b@\x1c&"
"""ESC @, and FS &: after it some models read bytes from 80h as single characters."""
_STATE = b"\x1c&\x1ba\x00\x1d!\x00\x1bE\x00"
_FEED_AND_CUT = b"\n\n\n\x1dVB\x00"
_FEED_TO_TEAR = b"\n" * 6
_SAMPLES: dict[ReceiptRom, tuple[str, ...]] = {
    "none": (),
    "gb2312": ("一级：啊阿埃挨社会保障", "二级：亍丌兀丐廿囝鬟黪"),
    "gbk": ("一级：啊阿埃挨社会保障", "二级：亍丌兀丐廿囝鬟黪", "扩展：镕喆堃玥珺祎垚犇"),
    "gb18030-2byte": ("一级：啊阿埃挨社会保障", "二级：亍丌兀丐廿囝鬟黪", "扩展：镕喆堃玥珺祎垚犇"),
}
_PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))
_QR_TEXT = b"TEST 0123456789"


def test_blocks(model: PrinterModel, *below: str) -> tuple[Block, ...]:
    """Return the test page; `below` the title: which it is and when it was made, line by line."""
    parts = [
        ("head", _head(model, below)),
        ("width", _width(model)),
        ("characters", _characters(model)),
        ("styles", _styles(model)),
    ]
    if model.qr:
        parts.append(("qr", _qr()))
    parts.append(("cut", _FEED_AND_CUT if model.cut else _FEED_TO_TEAR))
    first, *others = parts
    start = Block(_START + _STATE + first[1], first[0])
    return (start, *(Block(_STATE + data, label) for label, data in others))


def _encode(*lines: str) -> bytes:
    return b"".join(line.encode("gb18030") + b"\n" for line in lines)


def _head(model: PrinterModel, lines: tuple[str, ...]) -> bytes:
    """As on a statement: the title centred and double, then what this is and when it was made."""
    title = _encode(_hanzi(model, "打印机自检页") or "PRINTER TEST")
    double = b"\x1ba\x01\x1d!\x11" + title + b"\x1d!\x00"
    below = _encode("PRINTER TEST") if model.rom != "none" else b""
    profile = f"{model.name} {model.baud} {model.flow}"[: model.columns]
    facts = _encode(profile, *lines)
    return double + b"\n" + below + b"\x1ba\x00" + facts + _encode("-" * model.columns)


def _width(model: PrinterModel) -> bytes:
    """A ruler whose last column must stand at the edge, on one line; a line of hanzi as wide."""
    ruler = "".join(str(column % 10) for column in range(1, model.columns + 1))
    tens = "".join(f"{column:>10}" for column in range(10, model.columns + 1, 10))
    wide = ("国" * (model.columns // 2), "─" * (model.columns // 2))
    return _encode(tens, ruler, *(wide if model.rom != "none" else ()))


def _characters(model: PrinterModel) -> bytes:
    width = model.columns
    ascii_rows = [_PRINTABLE[at : at + width] for at in range(0, len(_PRINTABLE), width)]
    money = f"{_hanzi(model, '￥')}1,234.56{_hanzi(model, '　（人民币）')}"
    return _encode(*ascii_rows, *_SAMPLES[model.rom], money)


def _styles(model: PrinterModel) -> bytes:
    bold = b"\x1bE\x01" + _encode(f"{_hanzi(model, '粗体 ')}BOLD") + b"\x1bE\x00"
    large = b"\x1d!\x11" + _encode(f"{_hanzi(model, '大字 ')}LARGE") + b"\x1d!\x00"
    centred = b"\x1ba\x01" + _encode(f"{_hanzi(model, '居中 ')}CENTRE") + b"\x1ba\x00"
    return bold + large + centred


def _hanzi(model: PrinterModel, text: str) -> str:
    """The text, where the printer has the characters."""
    return text if model.rom != "none" else ""


def _qr() -> bytes:
    def command(function: int, data: bytes) -> bytes:
        size = len(data) + 2
        return b"\x1d(k" + bytes((size & 0xFF, size >> 8, 49, function)) + data

    setup = command(65, b"2\0") + command(67, b"\x06") + command(69, b"1")
    return setup + command(80, b"0" + _QR_TEXT) + command(81, b"0")
