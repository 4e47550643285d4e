"""What a printer's state and the screen are called, the same wherever a technician reads it."""

from typing import Final

from devices.printer.state import PrinterState, Ready
from kiosk.faults import fault

_SCREENS: Final = {
    "Idle": ("待机", "idle"),
    "OutOfService": ("暂停服务", "out of service"),
    "Maintenance": ("维护中", "maintenance"),
    "Forgotten": ("有卡未取走，不再接待", "a card was forgotten, nobody is served"),
}
_VISIT: Final = ("正在为市民服务", "a visit is under way")


def screen_words(screen: str) -> tuple[str, str]:
    """The name of a visit's state in both languages; of a visit no more than that there is one."""
    return _SCREENS.get(screen, _VISIT)


def said_by(state: PrinterState) -> str:
    """The state in a few words; what is not ready has a fault of its own, and that its sentence."""
    match state:
        case Ready("near_end"):
            return "就绪，纸将用完"
        case Ready():
            return "就绪"
        case _:
            return fault(state.code).zh
