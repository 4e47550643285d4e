"""A plugin of every run: the demo's records, which take seconds to make, are made once."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.demo.data import prepare

CopyDemo = Callable[[str], Path]


@pytest.fixture(scope="session")
def copy_demo(tmp_path_factory: pytest.TempPathFactory) -> CopyDemo:
    """Makes a new folder of this name with the demo's records in it, as if made there."""
    made = _made(tmp_path_factory)

    def copy(name: str) -> Path:
        return Path(shutil.copytree(made, tmp_path_factory.mktemp(name), dirs_exist_ok=True))

    return copy


def _made(factory: pytest.TempPathFactory) -> Path:
    """Where they are; the processes that share a run share them too."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return _make(factory)
    shared = factory.getbasetemp().parent / "prepared"
    with shared.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not shared.exists():
            _make(factory).rename(shared)
    return shared


def _make(factory: pytest.TempPathFactory) -> Path:
    made = factory.mktemp("prepared")
    prepare(made, lambda _: None)
    return made
