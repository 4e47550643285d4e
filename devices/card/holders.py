"""Which other programs may hold a card: found in /proc, as far as this user may look."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from devices.card.clients import clients_of, service_socket

PROC: Final = Path("/proc")

_FIRST: Final = "1"
"""A process that always runs: a unit with ProtectProc=invisible does not see it, nor any other."""
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
    """Whether all could be looked at, connections and processes; if not, there may be more."""


def _clients() -> frozenset[int] | None:
    return clients_of(service_socket())


def find_holders(
    proc: Path = PROC,
    own: int | None = None,
    clients: Callable[[], frozenset[int] | None] = _clients,
) -> Holders:
    """Every other program that could hold the card.

    That is who is connected to the card service that this process uses, and who drives a reader
    without PC/SC; who uses another pcscd is no matter of ours. Processes that this user may not
    look into are not found; none is ever ended. `clients` are their ends of the connections, as
    inode numbers; None: nobody tells.
    """
    mine = os.getpid() if own is None else own
    ends = clients()
    sockets = {f"socket:[{end}]" for end in ends or ()}
    found: list[Holder] = []
    whole = ends is not None and proc.joinpath(_FIRST).exists()
    for folder in proc.iterdir():
        if not folder.name.isdigit() or int(folder.name) == mine:
            continue
        try:
            holder = _holder(folder, sockets)
        except PermissionError:
            whole = False
            continue
        if holder is not None:
            found.append(holder)
    return Holders(tuple(sorted(found, key=lambda holder: holder.pid)), whole)


def _holder(folder: Path, sockets: set[str]) -> Holder | None:
    try:
        name = folder.joinpath("comm").read_text("utf-8", "replace").strip()
        files = tuple(_open_files(folder))
    except PermissionError:
        raise
    except OSError:
        return None  # it has ended
    holds = _drives_a_reader(name, files) or not sockets.isdisjoint(files)
    return Holder(int(folder.name), name) if holds else None


def _open_files(folder: Path) -> Iterator[str]:
    for entry in folder.joinpath("fd").iterdir():
        try:
            yield str(entry.readlink())
        except FileNotFoundError:
            continue  # closed between two looks


def _drives_a_reader(name: str, files: tuple[str, ...]) -> bool:
    return name in _READER_DRIVERS and any(file.startswith(_USB_DEVICE) for file in files)
