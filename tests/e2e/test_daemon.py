"""`kiosk run`: the daemon on configured devices, told to systemd, ended in order."""

import json
import os
import shutil
import signal
import socket
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest

from devices.card.simulated.card import SimulatedCard
from devices.card.simulated.pcscd import PrivatePcscd
from devices.card.simulated.vpcd import VpcdCard
from kiosk.demo.data import DemoCard
from tests.e2e.conftest import KIOSK, genuine
from tests.e2e.printer import ReceiptPrinter
from tests.leaks import note

pytestmark = [pytest.mark.pcscd, pytest.mark.slow]


JOURNAL_UNAVAILABLE = 36


class Daemon:
    """A running daemon, what it told systemd, and its log."""

    def __init__(self, process: subprocess.Popen[str], systemd: socket.socket, log: Path) -> None:
        self.process = process
        self._systemd = systemd
        self._log = log

    def told(self) -> str:
        return self._systemd.recv(1000).decode()

    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self._log.read_text("utf-8").splitlines()]

    @property
    def address(self) -> str:
        port = next(line["port"] for line in self.lines() if line["event"] == "kiosk.ready")
        return f"http://127.0.0.1:{port}"


@pytest.fixture
def daemon(config: Path, pcscd: PrivatePcscd, tmp_path: Path) -> Iterator[Daemon]:
    config.write_text(config.read_text("utf-8") + "[web]\nport = 0\n", "utf-8")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(20)
        environment = {**os.environ, **pcscd.environment, "NOTIFY_SOCKET": str(tmp_path / "notify")}
        with (tmp_path / "log").open("w") as log:
            process = subprocess.Popen(
                [KIOSK, "run", "--config", config], env=environment, stderr=log, text=True
            )
        yield Daemon(process, systemd, tmp_path / "log")
        if process.poll() is None:
            process.kill()
            process.wait()
        note("log of kiosk run", (tmp_path / "log").read_text("utf-8"))


def test_the_daemon_is_ready_serves_a_visit_and_ends_in_order(
    daemon: Daemon,
    put_in: Callable[[SimulatedCard], VpcdCard],
    cards: tuple[DemoCard, ...],
    printer: ReceiptPrinter,
) -> None:
    assert daemon.told() == "READY=1"
    put_in(genuine(cards[0].profile))
    with httpx2.Client(base_url=daemon.address) as client:
        token = screen(client, "enter_pin")
        call(client, token, "pin", digits=cards[0].pin)
        call(client, screen(client, "menu"), "choose", statement="contributions")
        call(client, screen(client, "preview", "print"), "print", medium="receipt")
        screen(client, "printed")
    assert printer.wait_for_receipts(1, 10)
    assert cards[0].holder in printer.receipts()[0].transcript
    daemon.process.send_signal(signal.SIGTERM)
    assert daemon.process.wait(timeout=15) == 0
    assert daemon.told() == "STOPPING=1"
    assert daemon.lines()[-1]["event"] == "kiosk.stopped"
    # Nothing of the visit is in the log.
    text = json.dumps(daemon.lines(), ensure_ascii=False)
    profile = cards[0].profile
    assert profile.holder is not None
    for secret in (cards[0].holder, cards[0].pin, profile.card_number):
        assert secret not in text
    assert profile.holder.social_security_number not in text


def test_commands_ask_the_running_daemon_for_all_that_it_finds(
    daemon: Daemon, config: Path, tmp_path: Path
) -> None:
    assert daemon.told() == "READY=1"

    def run(*words: str | Path) -> str:
        command = [KIOSK, *words, "--config", config]
        return subprocess.run(command, capture_output=True, text=True, timeout=60).stdout

    told = json.loads(run("diag", "--json"))
    asked = {part["part"] for part in told["parts"] if part["asked"]}
    assert asked >= {"kiosk", "reader", "module", "card", "receipt", "store", "journal"}
    place = tmp_path / "bundle.zip"
    run("support-bundle", place)
    with zipfile.ZipFile(place) as file:
        assert "kiosk.ready" in file.read("events.jsonl").decode()
        assert "kiosk_visits_total" in file.read("metrics.txt").decode()


def test_a_file_that_is_replaced_under_the_daemon_is_opened_by_a_new_one(
    daemon: Daemon, tmp_path: Path
) -> None:
    assert daemon.told() == "READY=1"
    journal = tmp_path / "journal.db"
    shutil.copy(journal, tmp_path / "copy")
    (tmp_path / "copy").replace(journal)
    assert daemon.process.wait(timeout=20) == JOURNAL_UNAVAILABLE
    assert daemon.told() == "STOPPING=1"


def test_the_dev_dock_is_no_part_of_the_daemon(daemon: Daemon) -> None:
    assert daemon.told() == "READY=1"
    assert httpx2.get(f"{daemon.address}/dock").status_code == 404


def screen(client: httpx2.Client, name: str, button: str = "") -> str:
    """Wait by the page's own events until that screen, with that button, is shown; its token."""
    if "X-Page" not in client.headers:
        page = client.get("/").text
        client.headers["X-Page"] = page.split('data-page="')[1].split('"')[0]
        client.post("/own")
    with client.stream("GET", "/events", timeout=20) as events:
        for line in events.iter_lines():
            if line.startswith("data:"):
                html = client.get("/screen").text
                if f'data-screen="{name}"' in html and f'data-call="{button}' in html:
                    return html.split('data-token="')[1].split('"')[0]
    raise AssertionError(name)


def call(client: httpx2.Client, token: str, name: str, **body: str) -> None:
    headers = {"X-Visit": token, "Origin": str(client.base_url).rstrip("/")}
    answer = client.post(f"/api/visit/{name}", json=body, headers=headers)
    assert answer.status_code == 202, answer.text
