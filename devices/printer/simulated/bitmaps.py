"""Image data of the several commands, turned into plain bitmaps."""

from functools import lru_cache

import segno

from devices.printer.simulated.paper import Bitmap


def from_columns(data: bytes, width: int, bytes_per_column: int) -> Bitmap:
    """Turn column-wise data (ESC *, FS 2: top dot in the highest bit) into rows."""
    height = 8 * bytes_per_column
    stride = (width + 7) // 8
    rows = bytearray(stride * height)
    for x in range(width):
        column = int.from_bytes(data[x * bytes_per_column : (x + 1) * bytes_per_column], "big")
        bit = 0x80 >> (x & 7)
        for y in range(height):
            if column >> (height - 1 - y) & 1:
                rows[y * stride + (x >> 3)] |= bit
    return Bitmap(width, height, bytes(rows))


@lru_cache(maxsize=4)
def qr_code(content: bytes, level: str) -> Bitmap:
    """Return a QR code of one dot per module, without quiet zone; raise ValueError if too long."""
    try:
        code = segno.make_qr(content, error=level, boost_error=False)
    except segno.DataOverflowError as error:
        raise ValueError("too long for a QR code") from error
    matrix = code.matrix
    size = len(matrix)
    stride = (size + 7) // 8
    rows = bytearray(stride * size)
    for y, row in enumerate(matrix):
        for x, module in enumerate(row):
            if module:
                rows[y * stride + (x >> 3)] |= 0x80 >> (x & 7)
    return Bitmap(size, size, bytes(rows))
