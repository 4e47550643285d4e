"""The file of a database while it is opened: found or made, private, one process at a time."""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

REPLACED: Final = "another file is in its place, or none"


@contextmanager
def opening(path: Path, *, create: bool) -> Iterator[None]:
    """Open the database and switch it to WAL inside this; OSError where its file cannot be had.

    SQLite would make a missing file by itself, readable by everybody. Here it is made for its
    owner only (the side files get the same rights), or, with `create=False`, is an error; so is
    an empty one then, which the switch would begin to fill. The folder is locked meanwhile, since
    that switch fails at once, without waiting, when another process makes it too.
    """
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        if create:
            _make(path)
        elif path.stat().st_size == 0:
            raise OSError(errno.ENODATA, "an empty file")
        yield
    finally:
        os.close(folder)


class Opened:
    """A file as it was opened. Another may be put in its place: a restored copy, a fresh import.

    SQLite goes on in the old one, which has no name any more: what is written there, a look at
    somebody's records or paper that is out, would be gone with the process.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = _identity(path)

    @property
    def lost(self) -> bool:
        """Whether another file is in its place, or none."""
        try:
            return _identity(self._path) != self._file
        except OSError:
            return True

    def refuse_lost(self) -> None:
        """OSError where it is lost."""
        if self.lost:
            raise OSError(errno.ESTALE, REPLACED)


def _identity(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino


def _make(path: Path) -> None:
    """Never opens a file that is there: closing it would drop this process's locks on it (POSIX),
    which SQLite relies on."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
