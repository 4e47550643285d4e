"""The few ESC/POS commands that the driver itself sends.

Source: Epson's ESC/POS reference; the makers' manuals agree on all of them.
"""

from devices.printer.models import Echo

STATUS = {n: bytes((0x10, 0x04, n)) for n in (1, 2, 3, 4)}
"""DLE EOT n: real-time status; one byte comes back, at once, whatever the buffer holds."""

CLEAR_BUFFER = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
"""DLE DC4 8: clear receive and print buffer; `37 25 00` comes back when it is done."""

RETRY_AFTER_ERROR = b"\x10\x05\x01"
"""DLE ENQ 1: go on from the line where a recoverable error (the cutter's) stopped."""

CLEAR_AFTER_ERROR = b"\x10\x05\x02"
"""DLE ENQ 2: leave a recoverable error behind, with empty buffers."""

ECHO: dict[Echo, bytes] = {"gs-r": b"\x1d\x72\x01", "esc-v": b"\x1b\x76"}
"""GS r 1 or the older ESC v: one byte comes back when everything before was read from the buffer.
"""

AUTO_STATUS_ON = b"\x1d\x61\x0e"
"""GS a: four bytes at once, and at every change of online/offline, errors and paper."""


def marker(number: int) -> bytes:
    """Return GS ( H function 48: the identifier comes back when all before it is on paper."""
    return b"\x1d\x28\x48\x06\x00\x30\x30" + marker_id(number)


def marker_id(number: int) -> bytes:
    """Return a marker's four digits; they go round after 9999."""
    return b"%04d" % (number % 10_000)


def identity(n: int) -> bytes:
    """Return GS I n: what the printer is."""
    return b"\x1d\x49" + bytes((n,))


BAND_ROWS = 48
"""Rows of dots in the longest picture that is sent to a printer at once."""


NO_SIZE = bytes(8)
"""Ends a command that was broken off within its size: none is longer, and this one is nothing."""


def end_picture(dots: int) -> bytes:
    """What ends the longest picture that is sent to a printer of so many dots across."""
    return bytes(dots // 8 * BAND_ROWS)
