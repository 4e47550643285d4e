"""Who holds a port, as far as /proc shows it to us."""

import os
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Holder:
    """Another process that has the port open."""

    pid: int
    program: str
    """Its name in the process table, such as `minicom`."""


def holder_of(port: str, proc: Path = _PROC) -> Holder | None:
    """Return the first other process with the port open; None when none is seen.

    Processes of other users show their descriptors to root only.
    """
    device = os.path.realpath(port)
    try:
        processes = sorted(int(entry.name) for entry in proc.iterdir() if entry.name.isdigit())
    except OSError:
        return None
    for pid in processes:
        if pid != os.getpid() and _has_open(proc / str(pid), device):
            return Holder(pid, _program(proc / str(pid)))
    return None


def _has_open(process: Path, device: str) -> bool:
    try:
        return any(_target(link) == device for link in (process / "fd").iterdir())
    except OSError:  # another user's, or it ended
        return False


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:  # closed meanwhile
        return ""


def _program(process: Path) -> str:
    try:
        return (process / "comm").read_text("utf-8", "replace").strip()
    except OSError:
        return "?"
