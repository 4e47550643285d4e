"""What a printer's state is called in Chinese, the same wherever a technician reads it."""

from devices.printer.state import PrinterState, Ready
from kiosk.faults import fault


def said_by(state: PrinterState) -> str:
    """The state in a few words; what is not ready has a fault of its own, and that its sentence."""
    match state:
        case Ready("near_end"):
            return "就绪，纸将用完"
        case Ready():
            return "就绪"
        case _:
            return fault(state.code).zh
