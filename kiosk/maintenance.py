"""The sign that a technician has the kiosk: an empty file beside the journal, so that it outlives
a restart and a command of another process can set it.
"""

from pathlib import Path
from typing import Self

from kiosk.config import Settings
from kiosk.errors import MaintenanceSignError

NAME = "maintenance"


class MaintenanceSign:
    """Whether maintenance is wanted. Any process and thread may ask and set it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The sign of this kiosk."""
        return cls(settings.store.journal.parent / NAME)

    @property
    def on(self) -> bool:
        """Whether it is set."""
        return self._path.exists()

    def set(self, on: bool) -> None:
        """Set it or take it away; `MaintenanceSignError` where the folder cannot be written."""
        try:
            if on:
                self._path.touch()
            else:
                self._path.unlink(missing_ok=True)
        except OSError as error:
            raise MaintenanceSignError(self._path, error.strerror or "") from None
