"""What can be wrong with a printer's settings. A fault of the device is a value: see `state`."""

from typing import ClassVar

from devices.errors import DeviceError


class PrinterConfigError(DeviceError):
    """A printer model or a printer's settings make no sense."""

    code: ClassVar[str] = "printer.config"

    def __init__(self, place: str, detail: str) -> None:
        super().__init__(f"{place}: {detail}")
        self.place = place
        """Where: a file and key, or the name that was asked for."""
        self.detail = detail
        """What is wrong there."""
