"""A plugin of every run: the demo's records, which take seconds to make, are made once."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.demo.data import prepare

CopyDemo = Callable[[str], Path]


@pytest.fixture(scope="session")
def copy_demo(tmp_path_factory: pytest.TempPathFactory) -> CopyDemo:
    """Makes a new folder of this name with the demo's records in it, as if made there."""
    made = tmp_path_factory.mktemp("prepared")
    prepare(made, lambda _: None)

    def copy(name: str) -> Path:
        return Path(shutil.copytree(made, tmp_path_factory.mktemp(name), dirs_exist_ok=True))

    return copy
