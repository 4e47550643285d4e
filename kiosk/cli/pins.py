"""Where commands get a PIN from: standard input or a prompt, never an argument."""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from devices.card.pin import Pin


def pin_from_stdin() -> "Pin":
    """The first line of standard input; `PinFormatError` when it cannot be a PIN."""
    from devices.card.pin import Pin

    return Pin.from_text(sys.stdin.readline().strip())


def pin_from_prompt(what: str = "社会保障卡密码 PIN") -> "Pin":
    """Ask at the terminal without showing what is typed; no terminal: `PinNeededError`."""
    return _pin(what)


def new_pin_from_prompt() -> "Pin":
    """Ask for a new PIN twice; `PinMismatchError` when the two differ."""
    from kiosk.errors import PinMismatchError

    first, second = _pin("新密码 New PIN"), _pin("再输一次新密码 New PIN again")
    same = first.packed() == second.packed()
    second.clear()
    if not same:
        first.clear()
        raise PinMismatchError
    return first


def _pin(what: str) -> "Pin":
    import getpass

    from devices.card.pin import Pin
    from kiosk.errors import PinNeededError

    if not sys.stdin.isatty():
        raise PinNeededError
    return Pin.from_text(getpass.getpass(f"{what}: "))
