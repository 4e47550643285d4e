"""A running `kiosk demo` for tests in a browser."""

import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from tests.e2e.conftest import KIOSK
from tests.leaks import note


@dataclass
class Demo:
    """A running `kiosk demo`: its address, its process, and hands for its devices."""

    address: str
    process: subprocess.Popen[str]

    def do(self, what: str, name: str = "") -> None:
        answer = httpx2.post(f"{self.address}dock/do", json={"what": what, "name": name})
        assert answer.status_code == 204, answer.text


@pytest.fixture(scope="module")
def demo(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo on a free port, with its data in a folder of its own."""
    folder = tmp_path_factory.mktemp("page")
    shutil.copytree(demo_folder, folder, dirs_exist_ok=True)
    log = (folder / "log").open("w+")
    process = subprocess.Popen(
        [KIOSK, "demo", "--port", "0", "--data", folder],
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
    )
    assert process.stdout is not None
    address = ""
    while not address:
        line = process.stdout.readline()
        assert line, "the demo ended before it was ready"
        if "screen: " in line:
            address = line.split("screen: ")[1].split()[0]
    yield Demo(address, process)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=20) in (0, 130)
    process.stdout.close()
    log.seek(0)
    said = log.read()
    log.close()
    assert not re.search("Traceback|ERROR|CRITICAL", said), said
    note("log of kiosk demo", said)
