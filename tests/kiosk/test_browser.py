"""The screen's browser: what it is started with, and when systemd is told that it froze."""

import json
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from pytest_mock import MockerFixture
from typer.testing import CliRunner

import kiosk
from kiosk.browser import (
    FROZEN_SECONDS,
    START_SECONDS,
    Lead,
    command,
    first_page,
    page_age,
    run,
    watch,
    with_key,
)
from kiosk.cli import app
from kiosk.errors import PathError, ScreenError
from kiosk.install import UNITS
from kiosk.page_key import key_of_boot

TEMPLATES = Path(kiosk.__file__).parent / "web" / "templates"
ADDRESS = "http://127.0.0.1:8080/"


class Screen:
    """A browser that lives for some looks, on a clock that each look moves on."""

    def __init__(self, ages: list[float | None]) -> None:
        self.ages = ages
        self.at = 0.0
        self.fed: list[float] = []
        self.returncode = 3

    def poll(self) -> int | None:
        return None if self.ages else self.returncode

    def age(self) -> float | None:
        return self.ages.pop(0)

    def wait(self, seconds: float) -> None:
        self.at += seconds

    def feed(self) -> None:
        self.fed.append(self.at)


def watched(screen: Screen) -> list[float]:
    browser: Any = screen
    with pytest.raises(ScreenError):
        watch(browser, screen.age, screen.feed, lambda: screen.at, screen.wait)
    return screen.fed


def test_a_page_that_draws_feeds_the_watchdog_and_the_end_is_told() -> None:
    assert watched(Screen([1.0, 2.0, 4.9])) == [0.0, 5.0, 10.0]


def test_a_frozen_page_is_told_and_not_fed(caplog: pytest.LogCaptureFixture) -> None:
    drawn = int(START_SECONDS / 5)
    ages = [1.0] * drawn + [FROZEN_SECONDS + 1] * 3
    assert len(watched(Screen([*ages]))) == drawn
    assert [record.msg for record in caplog.records] == ["screen.frozen"]


def test_a_browser_that_starts_gets_its_time() -> None:
    assert len(watched(Screen([100.0] * int(START_SECONDS / 5)))) == int(START_SECONDS / 5)


def test_a_daemon_that_is_away_is_not_the_browsers_fault() -> None:
    assert len(watched(Screen([None] * 20))) == 20


@contextmanager
def daemon(body: bytes) -> Iterator[str]:
    """The address of a page whose status is that."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/api/status" else 404)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_the_age_of_the_page_is_the_daemons_word() -> None:
    for body, age in (
        (b'{"screen": "Idle", "fault": null, "page_seconds": 4.5}', 4.5),
        (b"", None),
        (b"[]", None),
        (b'{"page_seconds": null}', None),
    ):
        with daemon(body) as address:
            assert page_age(address) == age
    assert page_age(address) is None, "nobody answers there any more"


def test_a_proxy_of_the_hall_is_not_asked_for_this_machines_own_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else nothing would be known of the page, and a frozen one stay on the screen."""
    monkeypatch.setattr("urllib.request._opener", None)  # made before, it knows no proxy
    monkeypatch.setenv("no_proxy", "")
    with socket.create_server(("127.0.0.1", 0)) as gone:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{gone.getsockname()[1]}")
    with daemon(b'{"page_seconds": 4.5}') as address:
        assert page_age(address) == 4.5


def test_the_browser_keeps_nothing_and_shows_one_page(mocker: MockerFixture) -> None:
    mocker.patch("shutil.which", side_effect=lambda name: f"/usr/bin/{name}")
    line = command(ADDRESS, Path("/run/kiosk-screen/profile"))
    assert line[0] == "/usr/bin/cage"
    assert line[-1] == ADDRESS
    assert {"--kiosk", "--incognito", "--user-data-dir=/run/kiosk-screen/profile"} <= set(line)
    mocker.patch("shutil.which", return_value=None)
    with pytest.raises(ScreenError):
        command(ADDRESS, Path("/run/x"))


def test_the_browser_opens_the_kiosk_only_and_offers_nothing_of_its_own() -> None:
    policies = json.loads((UNITS / "kiosk-browser.json").read_text("utf-8"))
    assert policies["URLBlocklist"] == ["*"]
    allowed = policies["URLAllowlist"]
    assert Path("/run/kiosk-screen/start.html").as_uri() in allowed
    assert {"127.0.0.1", "[::1]"} <= set(allowed)
    assert not [url for url in allowed if url.startswith("http") or "*" in url]
    assert not policies["TranslateEnabled"]
    assert not policies["PrintingEnabled"]
    for page in ("kiosk.html", "verify.html", "console/page.html"):
        assert ' translate="no">' in (TEMPLATES / page).read_text("utf-8").splitlines()[1]


def test_the_compositor_keeps_its_socket_where_the_unit_may_write(
    tmp_path: Path, mocker: MockerFixture
) -> None:
    mocker.patch("shutil.which", side_effect=lambda name: f"/usr/bin/{name}")
    mocker.patch.dict(
        os.environ, {"RUNTIME_DIRECTORY": str(tmp_path), "XDG_RUNTIME_DIR": "/run/user/991"}
    )
    started = mocker.patch("subprocess.Popen")
    started.return_value.poll.return_value = 1
    with pytest.raises(ScreenError):
        run(lambda: ADDRESS, lambda _: None, lambda: 0.0)
    assert started.call_args.kwargs["env"]["XDG_RUNTIME_DIR"] == str(tmp_path)


def test_the_unit_leaves_no_compositor_behind_that_would_keep_the_screen() -> None:
    unit = (UNITS / "kiosk-browser.service").read_text("utf-8").splitlines()
    assert "PAMName=login" in unit  # so that logind moves all of it out of the unit's own group
    assert "ExecStopPost=-+/usr/bin/loginctl kill-user --signal=KILL kiosk-screen" in unit
    assert {"ProtectSystem=strict", "PrivateTmp=yes"} <= set(unit)


def test_the_key_of_the_page_is_in_a_file_of_the_browsers_user_and_on_no_command_line(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "page"
    assert with_key(ADDRESS, folder) == ADDRESS  # a daemon that uses none
    folder.mkdir()
    with pytest.raises(ScreenError):
        with_key(ADDRESS, folder)
    key = key_of_boot(folder)
    for _ in range(2):  # a start after a start
        opened = first_page(tmp_path, with_key(ADDRESS, folder))
        assert key not in opened
        start = tmp_path / "start.html"
        assert opened == start.as_uri()
        assert f'"{ADDRESS}#{key}"' in start.read_text("utf-8")
        assert start.stat().st_mode & 0o777 == 0o600


def test_without_a_daemon_the_screen_says_so_until_there_is_one(tmp_path: Path) -> None:
    folder = tmp_path / "page"
    folder.mkdir()
    addresses = [""]  # a setting is wrong
    lead = Lead(lambda: addresses[-1], tmp_path, folder)
    start = tmp_path / "start.html"
    assert lead.first == start.as_uri()
    addresses.append(ADDRESS.replace("8080", "1"))  # it is mended, and the records are damaged
    for _ in range(2):
        assert lead.age() is None
        page = start.read_text("utf-8")
        assert "暂停服务" in page
        assert "Out of service" in page
        assert "<script" not in page
        assert 'http-equiv="refresh"' in page
        assert start.stat().st_mode & 0o777 == 0o600
    key = key_of_boot(folder)
    with daemon(b'{"page_seconds": 4.5}') as address:
        addresses.append(address)
        assert lead.age() == 4.5
        assert f'"{address}#{key}"' in start.read_text("utf-8")
    assert lead.age() is None, "the daemon's own page shows that it is gone"
    assert f'"{address}#{key}"' in start.read_text("utf-8")


def test_a_wrong_setting_keeps_no_screen_dark(tmp_path: Path, mocker: MockerFixture) -> None:
    config = tmp_path / "kiosk.toml"
    config.write_text("[web]\nport = 'none'\n")
    mocker.patch("shutil.which", side_effect=lambda name: f"/usr/bin/{name}")
    mocker.patch.dict(os.environ, {"RUNTIME_DIRECTORY": str(tmp_path)})
    started = mocker.patch("subprocess.Popen")
    started.return_value.poll.return_value = 1
    CliRunner().invoke(app, ["browser", "--config", str(config)])
    assert started.call_args.args[0][-1] == (tmp_path / "start.html").as_uri()
    assert "暂停服务" in (tmp_path / "start.html").read_text("utf-8")


def test_the_key_is_the_same_for_all_daemons_of_a_boot_and_the_group_may_read_it(
    tmp_path: Path,
) -> None:
    (tmp_path / "key.new").write_text("half of one")  # the power went
    before = os.umask(0o077)
    try:
        key = key_of_boot(tmp_path)
    finally:
        os.umask(before)
    assert len(key) > 40
    assert key_of_boot(tmp_path) == key
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_without_the_folder_there_is_no_key_and_one_that_cannot_be_used_is_said(
    tmp_path: Path,
) -> None:
    assert key_of_boot(tmp_path / "absent") == ""
    (tmp_path / "key").mkdir()
    with pytest.raises(PathError):
        key_of_boot(tmp_path)
