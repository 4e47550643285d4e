"""Names of serial ports: which of them may stand for another device after a re-plug."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

_DEV = Path("/dev")
_STABLE_FOLDERS = ("serial/by-id", "serial/by-path")
_CHANGING = ("ttyUSB", "ttyACM")


@dataclass(frozen=True, slots=True)
class ChangingName:
    """The kernel may give the port another name when it is plugged in again."""

    port: str
    stable: str | None
    """A name that stays, if udev keeps one for the same device."""
    code: ClassVar[str] = "printer.port_name"


def changing_name(port: str, dev: Path = _DEV) -> ChangingName | None:
    """Return what to say of a port that is not named by `/dev/serial/by-id` or `by-path`."""
    if not Path(port).name.startswith(_CHANGING):
        return None
    device = os.path.realpath(port)
    for folder in _STABLE_FOLDERS:
        for link in sorted(_entries(dev / folder)):
            if os.path.realpath(link) == device:
                return ChangingName(port, str(link))
    return ChangingName(port, None)


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:  # udev makes the folder with the first port
        return []
