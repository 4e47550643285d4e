"""The one root of every error that a device package raises."""

from typing import ClassVar


class DeviceError(Exception):
    """A device could not do what it was asked; `code` finds the texts for people.

    The message is a short English fact without personal data, for logs only.
    """

    code: ClassVar[str] = "device.error"
