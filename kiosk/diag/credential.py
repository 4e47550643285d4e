"""How a command on this machine proves to the daemon that it may ask: it can read its file."""

import logging
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from kiosk.config import Settings
from kiosk.logs import event

RUNTIME: Final = Path("/run/kiosk")
"""systemd makes it for the daemon's user and takes it away with the daemon."""
HEADER: Final = "X-Kiosk-Credential"
_BYTES: Final = 32
_LONGEST: Final = 200


def place_of(settings: Settings) -> Path:
    """The file: in the runtime directory, or beside the journal where there is none."""
    if RUNTIME.is_dir():
        return RUNTIME / "credential"
    journal = settings.store.journal
    return journal.with_name(f"{journal.name}.credential")


@contextmanager
def offered(settings: Settings, port: int) -> Iterator[str]:
    """A fresh credential, in its file for the daemon's user and root, until the end of this.

    The port at which the daemon answers stands before it. Where the file cannot be written nobody
    can ask, and the kiosk serves all the same.
    """
    credential, place = secrets.token_urlsafe(_BYTES), place_of(settings)
    try:
        place.unlink(missing_ok=True)
        with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"{port} {credential}")
    except OSError as error:
        event(logging.WARNING, "console.no_credential", error=type(error).__name__)
    try:
        yield credential
    finally:
        with suppress(OSError):
            place.unlink(missing_ok=True)


def read(settings: Settings) -> tuple[int, str] | None:
    """The running daemon's port and credential, for whoever may read them."""
    try:
        with place_of(settings).open(encoding="ascii") as file:
            port, credential = file.read(_LONGEST).split()
            return int(port), credential
    except (OSError, ValueError):
        return None
