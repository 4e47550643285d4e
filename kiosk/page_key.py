"""The secret by which the screen's own browser proves to the daemon that its page is the kiosk's.

The daemon writes it once per start of the machine into a folder that systemd makes; its group is
that of the browser's user. Nobody else on the machine can read it; it is on no command line.
"""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

from kiosk.errors import usable

FOLDER: Final = Path("/run/kiosk-page")
"""In memory, as `systemd/kiosk.tmpfiles` has it; its files get its group."""
_NAME: Final = "key"
_MODE: Final = 0o640
_BYTES: Final = 32


def key_of_boot(folder: Path) -> str:
    """The key, made where there is none yet; empty where there is no such folder.

    Raises `PathError` where the folder is there and cannot be used.
    """
    if not folder.is_dir():
        return ""
    place = folder / _NAME
    with usable(place):
        with suppress(FileNotFoundError):
            return read(folder)
        new = folder / f"{_NAME}.new"
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE), "w") as file:
            os.fchmod(file.fileno(), _MODE)  # the unit's mask takes the group's right away
            file.write(secrets.token_urlsafe(_BYTES))
        new.replace(place)  # whole, or not there
        return read(folder)


def read(folder: Path) -> str:
    """The key that is there. Raises OSError."""
    return (folder / _NAME).read_text("ascii")
