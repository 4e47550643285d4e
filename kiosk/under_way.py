"""What an update that is under way would leave behind, on disk before it changes anything.

A power cut ends the update and not its work: whoever comes after reads here what to undo.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal

from kiosk.backup import sync
from kiosk.errors import UpdateStepError

_NAME: Final = "update.json"
"""`systemd/kiosk-update-resume.service` looks for it, and for the word `replacing` in it."""


@dataclass(frozen=True, slots=True)
class UnderWay:
    """How far an update is and how the kiosk was before it."""

    step: Literal["preparing", "replacing", "serving"]
    """`replacing` from the moment that dpkg may have changed a file; `serving` from the moment that
    citizens may leave something in the data, the new release's or, on the way back, the old one's.
    """
    old: str
    new: str
    maintained: bool
    running: tuple[str, ...]
    kept: str = ""
    """The old release as a package, once it is being replaced; the backup too."""
    backup: str = ""

    def write(self, folder: Path) -> None:
        """Durably, in the place of what stood there. Raises OSError."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = folder / f".{_NAME}"
        with part.open("w", encoding="utf-8") as file:
            json.dump(asdict(self), file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(folder / _NAME)
        sync(folder)


def read(folder: Path) -> UnderWay | None:
    """What an update wrote that has not ended; None: there is none.

    UpdateStepError where it cannot be read, or nobody understands it.
    """
    try:
        fields = json.loads((folder / _NAME).read_text("utf-8"))
        return UnderWay(**{**fields, "running": tuple(fields["running"])})
    except FileNotFoundError:
        return None
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise UpdateStepError(f"read {_NAME}", str(error) or type(error).__name__) from None


def forget(folder: Path) -> None:
    """The update has ended. Raises OSError."""
    (folder / _NAME).unlink(missing_ok=True)
    sync(folder)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep every other update out; UpdateStepError while there is one."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise UpdateStepError("begin", str(error)) from None
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UpdateStepError("begin", "another update is under way") from None
        yield
    finally:
        os.close(lock)
