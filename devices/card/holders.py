"""Which other programs may hold a card: found in /proc, as far as this user may look."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PROC: Final = Path("/proc")

_CLIENT_LIBRARY: Final = "libpcsclite.so"
_SERVICE: Final = "pcscd"
_FIRST: Final = "1"
"""A process that always runs: a unit with ProtectProc=invisible does not see it, nor any other."""
_SOCKET: Final = "socket:["
_USB_DEVICE: Final = "/dev/bus/usb/"
_READER_DRIVERS: Final = ("scdaemon", "openct-control", "ifdhandler")
"""Programs that open a reader's USB device themselves; others there are no business of ours."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A program that is connected to the smart-card service, or that has a reader to itself."""

    pid: int
    name: str

    def __str__(self) -> str:
        return f"{self.name} ({self.pid})"


@dataclass(frozen=True, slots=True)
class Holders:
    """Who was found."""

    found: tuple[Holder, ...]
    """By process id."""
    whole: bool
    """Whether every process could be looked into; if not, there may be more."""


def find_holders(proc: Path = PROC, own: int | None = None) -> Holders:
    """Every other program that could hold the card.

    That is who has PC/SC's client library loaded with a socket open, and who drives a reader
    without PC/SC. Processes that this user may not look into are not found; none is ever ended.
    """
    mine = os.getpid() if own is None else own
    found: list[Holder] = []
    whole = proc.joinpath(_FIRST).exists()
    for folder in proc.iterdir():
        if not folder.name.isdigit() or int(folder.name) == mine:
            continue
        try:
            holder = _holder(folder)
        except PermissionError:
            whole = False
            continue
        if holder is not None:
            found.append(holder)
    return Holders(tuple(sorted(found, key=lambda holder: holder.pid)), whole)


def _holder(folder: Path) -> Holder | None:
    try:
        name = folder.joinpath("comm").read_text("utf-8", "replace").strip()
        if name == _SERVICE:
            return None
        files = tuple(_open_files(folder))
        if not (_drives_a_reader(name, files) or _is_client(folder, files)):
            return None
    except PermissionError:
        raise
    except OSError:
        return None  # it has ended
    return Holder(int(folder.name), name)


def _open_files(folder: Path) -> Iterator[str]:
    for entry in folder.joinpath("fd").iterdir():
        try:
            yield str(entry.readlink())
        except FileNotFoundError:
            continue  # closed between two looks


def _drives_a_reader(name: str, files: tuple[str, ...]) -> bool:
    return name in _READER_DRIVERS and any(file.startswith(_USB_DEVICE) for file in files)


def _is_client(folder: Path, files: tuple[str, ...]) -> bool:
    if not any(file.startswith(_SOCKET) for file in files):
        return False
    return _CLIENT_LIBRARY in folder.joinpath("maps").read_text("utf-8", "replace")
