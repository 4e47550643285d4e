"""What the printer says of itself, byte for byte. Pure.

Source: Epson's ESC/POS reference for DLE EOT, GS a, GS r, GS I and ESC v. Which bit means what
differs between makers, and so does what is answered at all: both come from the model.
"""

from devices.printer.models import Meaning, PrinterModel
from devices.printer.simulated.body import Body

_DRAWER, _RECOVERING, _FEED_BUTTON, _FED_BY_BUTTON = 0x04, 0x20, 0x40, 0x08
_UNRECOVERABLE = 0x20
_NEAR_END, _END = 0x03, 0x0C
_FONTS = {"gb2312": b"GB2312", "gbk": b"GBK", "gb18030-2byte": b"GB18030"}
FIRMWARE, MAKER, SERIAL_NUMBER = b"1.00", b"SIMULATED", b"0"


def status_byte(model: PrinterModel, body: Body, n: int) -> bytes:
    """Return the answer to DLE EOT n."""
    bits = 0x12
    said = _conditions(body, error=body.broken if n == 3 else body.failing)
    if n == 4 and body.cover_open:
        said.add("paper_out")  # no paper before the sensor: the roll may be full nevertheless
    for row in model.status_bits:
        if row.query == n and row.means in said:
            # A row for several errors: the one that is simulated has this bit.
            one = row.mask & _UNRECOVERABLE if (n, row.means) == (3, "error") else 0
            bits |= one or row.mask
    if n == 1:
        bits |= _DRAWER if body.drawer_open else 0
        bits |= _RECOVERING if body.cutter_stopped else 0
        bits |= _FEED_BUTTON if body.feeding else 0
    if n == 2 and body.feeding:
        bits |= _FED_BY_BUTTON
    return bytes((bits,))


def _conditions(body: Body, *, error: bool) -> set[Meaning]:
    holds: dict[Meaning, bool] = {
        "offline": body.stopped,
        "cover_open": body.cover_open,
        "paper_out": not body.paper_in,
        "paper_low": body.paper_low or not body.paper_in,
        "cutter": body.cutter_stopped,
        "head": body.head_hot,
        "error": error,
    }
    return {meaning for meaning, true in holds.items() if true}


def auto_status(model: PrinterModel, body: Body) -> bytes:
    """Return the four bytes of automatic status back; none if the model has none."""
    if not model.auto_bits:
        return b""
    out = bytearray((0x10, 0, 0, 0))
    said = _conditions(body, error=body.broken)
    for row in model.auto_bits:
        if row.means in said:
            one = row.mask & _UNRECOVERABLE if (row.byte, row.means) == (2, "error") else 0
            out[row.byte - 1] |= one or row.mask
    out[0] |= _DRAWER if body.drawer_open else 0
    out[0] |= _FEED_BUTTON if body.feeding else 0
    return bytes(out)


def auto_status_differs(before: bytes, now: bytes, enabled: int) -> bool:
    """Tell whether something changed of the kinds that GS a `enabled` switched on."""
    changed = [old ^ new for old, new in zip(before, now, strict=True)]
    kinds = (
        (0x01, changed[0] & _DRAWER),
        (0x02, changed[0] & ~_DRAWER),
        (0x04, changed[1]),
        (0x08, changed[2]),
    )
    return any(enabled & kind and bits for kind, bits in kinds)


def register(model: PrinterModel, body: Body, n: int) -> bytes:
    """Return the answer to GS r n, and for n = 1 to ESC v; 4 is ink, which a roll printer lacks."""
    match n:
        case 1 | 49:
            return bytes((_roll(model, body),))
        case 2 | 50:
            return b"\x01" if body.drawer_open else b"\x00"
        case _:
            return b"\x00"


def _roll(model: PrinterModel, body: Body) -> int:
    near_end = any(row.means == "paper_low" for row in model.status_bits) and body.paper_low
    return (_NEAR_END if near_end else 0) | (0 if body.paper_in else _END)


def identity(model: PrinterModel, n: int) -> bytes:
    """Return the answer to GS I n; nothing if the model does not answer that one."""
    if n not in model.identify:
        return b""
    texts = {
        65: FIRMWARE,
        66: MAKER,
        67: model.name.encode(),
        68: SERIAL_NUMBER,
        69: _FONTS[model.rom],
    }
    if n in texts:
        return b"\x5f" + texts[n] + b"\x00"
    return bytes(({1: 0x20, 2: 0x01 | (0x02 if model.cut else 0), 3: 0x01}[n],))
