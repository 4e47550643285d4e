"""What a laser printer's status codes mean.

Source: HP, Printer Job Language Technical Reference Manual, appendix D; Lexmark's technical
references (table "PJL Information Messages") give the same numbers for 10001 and 10006. The first
two digits are the group. A code that is listed here neither by itself nor by its group tells
nothing, whatever ONLINE says.
"""

from devices.printer.pages.pjl import DeviceStatus
from devices.printer.state import NeedsAttention, PrinterState, Ready, Reason, Unknown

_POWER_SAVE, _READY, _WARMING_UP, _TONER_LOW = 10000, 10001, 10003, 10006
_PROCESSING, _DATA_PENDING = 10023, 10024
_POWER_SAVE_ON = 35078
_IDLE = {_POWER_SAVE, _READY, _TONER_LOW, _POWER_SAVE_ON}
_BUSY = {_WARMING_UP, _PROCESSING, _DATA_PENDING}
_ANOTHER_TRAY = {11, 12}
"""Groups: one of the trays is empty or open, another one is loaded, and the printer is online."""
_COVER_OPEN = 40021
_STOPPED: dict[int, Reason] = {
    40: "error",
    41: "paper_out",
    42: "error",
    43: "error",
    44: "error",
    50: "error",
}
"""Groups: operator, paper, jam, option, jam, hardware."""


def decode_status(status: DeviceStatus) -> PrinterState:
    """Return the state that a code tells; Unknown for one that is not listed."""
    group = status.code // 1000
    if status.code == _COVER_OPEN:
        return NeedsAttention("cover_open")
    if group in _STOPPED:
        return NeedsAttention(_STOPPED[group])
    if not status.online:
        return NeedsAttention("error")
    if status.code in _IDLE | _BUSY or group in _ANOTHER_TRAY:
        return Ready("ok")
    return Unknown()


def is_idle(status: DeviceStatus) -> bool:
    """Whether it is ready and nothing is on its way to the tray."""
    return status.online and (status.code in _IDLE or status.code // 1000 in _ANOTHER_TRAY)
