import fcntl
import os
import stat
from pathlib import Path

import pytest

from archive.sqlite.files import opening


def test_one_process_at_a_time_makes_a_database_in_a_folder(tmp_path: Path) -> None:
    other = os.open(tmp_path, os.O_RDONLY)
    try:
        with opening(tmp_path / "a.db", create=True), pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    finally:
        os.close(other)


def test_a_new_file_is_its_owners_and_one_that_is_there_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with opening(path, create=True):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_bytes(b"something")
    with opening(path, create=True):
        assert path.read_bytes() == b"something"


def test_closing_the_look_at_a_file_keeps_this_processs_locks_on_it(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    path.write_bytes(b"something")
    with path.open("r+b") as file:
        fcntl.lockf(file, fcntl.LOCK_EX)
        with opening(path, create=True):
            pass
        child = os.fork()
        if child == 0:
            with path.open("r+b") as theirs:
                try:
                    fcntl.lockf(theirs, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    os._exit(0)
            os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@pytest.mark.parametrize("make", [None, b""])
def test_without_leave_to_create_a_missing_or_empty_file_is_an_error(
    tmp_path: Path, make: bytes | None
) -> None:
    path = tmp_path / "a.db"
    if make is not None:
        path.write_bytes(make)
    before = list(tmp_path.iterdir())
    with pytest.raises(OSError, match=r"No such file|empty"), opening(path, create=False):
        pass
    assert list(tmp_path.iterdir()) == before
