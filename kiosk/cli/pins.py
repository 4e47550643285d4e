"""Where commands get a PIN from: standard input or a prompt, never an argument."""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from devices.card.pin import Pin


def pin_from_stdin() -> "Pin":
    """The first line of standard input; `PinFormatError` when it cannot be a PIN."""
    from devices.card.pin import Pin

    return Pin.from_text(sys.stdin.readline().strip())


def pin_from_prompt() -> "Pin":
    """Ask at the terminal without showing what is typed; no terminal: `PinNeededError`."""
    import getpass

    from devices.card.pin import Pin
    from kiosk.errors import PinNeededError

    if not sys.stdin.isatty():
        raise PinNeededError
    return Pin.from_text(getpass.getpass("社会保障卡密码 PIN: "))
