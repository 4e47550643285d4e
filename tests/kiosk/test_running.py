"""Commands that need a printer's port, beside the kiosk that has it."""

import os
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from pytest_mock import MockerFixture

from kiosk.composition import only_one
from kiosk.config import Settings
from kiosk.errors import AlreadyRunningError
from kiosk.faults import fault
from kiosk.running import refuse_beside_kiosk, runs
from tests.kiosk.test_staff_commands import Kiosk, kiosk

__all__ = ["kiosk"]


@pytest.mark.parametrize("command", ["status", "trace", "handshake"])
def test_beside_a_running_kiosk_its_printer_is_left_to_it_and_no_stranger_is_blamed(
    kiosk: Kiosk, tmp_path: Path, command: str
) -> None:
    with only_one(tmp_path / "journal.db"):
        code, out, err = kiosk("printer", command)
    words = fault("kiosk.running")
    assert (code, out) == (words.exit_code, "")
    assert err.splitlines() == words.for_staff()
    for step in (words.zh_step, words.step):
        assert "kiosk diag" in step
        assert "systemctl stop kiosk" in step
    assert "console" in words.step
    assert "控制台" in words.zh_step
    assert kiosk("printer", command)[0] != code


def test_a_busy_port_sends_nobody_to_the_command_that_told_of_it() -> None:
    busy = fault("printer.busy")
    assert "printer status" not in busy.step + busy.zh_step


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    port = tmp_path / "ttyS0"
    port.touch()
    (tmp_path / "by-id").symlink_to(port)
    return Settings.model_validate(
        {"store": {"journal": tmp_path / "journal.db"}, "receipt": {"port": str(port)}}
    )


def test_only_a_running_kiosks_own_port_is_refused_by_whatever_name(
    settings: Settings, tmp_path: Path
) -> None:
    refuse_beside_kiosk(settings, "")
    with only_one(settings.store.journal):
        for own in ("", settings.receipt.port, str(tmp_path / "by-id")):
            with pytest.raises(AlreadyRunningError):
                refuse_beside_kiosk(settings, own)
        for other in (str(tmp_path / "ttyS1"), "tcp://10.0.0.9:9100"):
            refuse_beside_kiosk(settings, other)
    refuse_beside_kiosk(settings, "")


class Ill(BaseHTTPRequestHandler):
    """A kiosk that is not well."""

    def do_GET(self) -> None:
        self.send_error(503)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def page() -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), Ill) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_where_the_lock_is_hidden_from_this_user_the_page_is_asked(
    settings: Settings, page: int, mocker: MockerFixture
) -> None:
    mocker.patch.object(os, "open", side_effect=PermissionError)
    web = settings.web.model_copy(update={"port": page})
    assert runs(settings.model_copy(update={"web": web}))
    assert not runs(settings.model_copy(update={"web": web.model_copy(update={"port": 1})}))
