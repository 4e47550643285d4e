"""An update on real dpkg in a root of its own, with a small program in the kiosk's place."""

import os
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pytest_mock import MockerFixture
from typer.testing import CliRunner

from kiosk.cli import app
from kiosk.errors import (
    NoServiceManagerError,
    UpdatePackageError,
    UpdateStepError,
    UpdateUndoneError,
)
from kiosk.maintenance import MaintenanceSign
from kiosk.service_user import as_service
from kiosk.under_way import UnderWay
from kiosk.update import KEPT, Readiness, Update, installed_version

pytestmark = pytest.mark.slow

SCRIPTS = Path(__file__).parents[2] / "scripts/deb"
PROGRAM = """
import http.server, json, pathlib, shutil, sys

root = pathlib.Path(__file__).parents[2]
home, records = root / "var/lib/kiosk", root / "var/lib/kiosk/records"
sys.path.insert(0, str(root / "opt/hall-kiosk/lib"))
import release


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        maintained = (home / "maintenance").exists()
        fault = "kiosk.maintenance" if maintained else release.FAULT
        self.send_response(503 if fault else 200)
        self.end_headers()
        self.wfile.write(json.dumps({"ready": not fault, "fault": fault}).encode())

    def log_message(self, *_):
        pass


match sys.argv[1:]:
    case ["run"]:
        # As the store: no release opens what another one has made.
        if not release.STARTS or records.read_text() != release.DATA:
            sys.exit("it does not start")
        port = int((home / "port").read_text())
        http.server.HTTPServer(("127.0.0.1", port), Page).serve_forever()
    case ["store", "migrate"]:
        records.write_text(release.DATA if release.MIGRATES else "half")
        if not release.MIGRATES:
            sys.exit("the migration failed")
    case ["backup", "make", folder]:
        made = pathlib.Path(folder) / "kiosk-1"
        made.mkdir(parents=True, exist_ok=True)
        shutil.copy(records, made)
        print(made)
    case ["backup", "restore", folder, "--by", "update"]:
        shutil.copy(pathlib.Path(folder) / "records", records)
    case other:
        sys.exit(f"unknown: {other}")
"""
HANDS = {
    "dpkg": 'exec /usr/bin/dpkg --root="$ROOT" --log=/dev/null --force-depends'
    ' --force-script-chrootless --force-not-root "$@"',
    "dpkg-query": 'exec /usr/bin/dpkg-query --admindir="$ROOT/var/lib/dpkg" "$@"',
    "systemd-run": 'while [ "$1" != kiosk ]; do shift; done; shift\n'
    'exec "$PYTHON" "$ROOT/usr/bin/kiosk" "$@"',
    "systemctl": 'case "$1" in\n'
    'show) cat "$ROOT/states";;\n'
    'start) echo "$*" >>"$ROOT/started"; kill -0 "$(cat "$ROOT/pid")" 2>/dev/null && exit 0\n'
    'setsid "$PYTHON" "$ROOT/usr/bin/kiosk" run >/dev/null 2>&1 & echo $! >"$ROOT/pid";;\n'
    'stop) [ ! -f "$ROOT/pid" ] || kill "$(cat "$ROOT/pid")" 2>/dev/null; rm -f "$ROOT/pid";;\n'
    "esac\nexit 0",
}
"""The system's programs, turned to the root of the test."""


@dataclass
class Kiosk:
    """A root with a kiosk in it, and what the update says."""

    root: Path
    port: int
    said: list[str] = field(default_factory=list)

    @property
    def sign(self) -> MaintenanceSign:
        return MaintenanceSign(self.root / "var/lib/kiosk/maintenance")

    @property
    def records(self) -> str:
        return (self.root / "var/lib/kiosk/records").read_text()

    @property
    def started(self) -> list[str]:
        """The units of the last start."""
        return (self.root / "started").read_text().splitlines()[-1].split()[1:]

    def update(self, seconds: float = 10.0) -> Update:
        address = f"http://127.0.0.1:{self.port}"
        return Update(address, self.sign, 0.2, seconds, self.said.append, self.root)

    def package(self, version: str, **release: object) -> Path:
        """A release of the stand-in; `release` says what is wrong with it."""
        tree = self.root / "build" / version
        (tree / "usr/bin").mkdir(parents=True)
        (tree / "opt/hall-kiosk/lib").mkdir(parents=True)
        (tree / "usr/bin/kiosk").write_text(PROGRAM)
        habits = {"DATA": version, "STARTS": True, "MIGRATES": True, "FAULT": None, **release}
        lines = "".join(f"{name} = {value!r}\n" for name, value in habits.items())
        (tree / "opt/hall-kiosk/lib/release.py").write_text(lines)
        (tree / f"opt/hall-kiosk/lib/only_{version.replace('.', '_')}").touch()
        (tree / "DEBIAN").mkdir()
        control = (SCRIPTS / "control.in").read_text().replace("@VERSION@", version)
        control = control.replace("@ARCHITECTURE@", "all").replace("@PYTHON@", "3.11")
        (tree / "DEBIAN/control").write_text(control.replace("@NEXT_PYTHON@", "3.12"))
        for script in ("preinst", "postinst", "prerm", "postrm"):
            shutil.copy(SCRIPTS / script, tree / "DEBIAN" / script)
        target = self.root / f"hall-kiosk_{version}.deb"
        subprocess.run(
            ["dpkg-deb", "--root-owner-group", "--build", tree, target],
            check=True,
            capture_output=True,
        )
        return target


@pytest.fixture
def kiosk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Release 1.0 in service."""
    for folder in ("var/lib/dpkg/updates", "var/lib/dpkg/info", "var/lib/kiosk", "hands"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "var/lib/dpkg/status").touch()
    for name, script in HANDS.items():
        hand = tmp_path / "hands" / name
        hand.write_text(f"#!/bin/sh\n{script}\n")
        hand.chmod(0o755)
    monkeypatch.setenv("ROOT", str(tmp_path))
    monkeypatch.setenv("PYTHON", sys.executable)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("PATH", f"{tmp_path / 'hands'}:{os.environ['PATH']}")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (tmp_path / "var/lib/kiosk/port").write_text(str(port))
    (tmp_path / "var/lib/kiosk/records").write_text("1.0")
    (tmp_path / "states").write_text("active\n\nactive\n")
    kiosk = Kiosk(tmp_path, port)
    first = kiosk.package("1.0")
    subprocess.run(["dpkg", "--install", first], check=True, capture_output=True)
    first.unlink()  # a hall need not have kept it
    subprocess.run(["systemctl", "start"], check=True)
    kiosk.update()._wait_until_ready(Readiness(answers=False, fault=None), 20.0)
    yield kiosk
    subprocess.run(["systemctl", "stop"], check=True)


def runs(kiosk: Kiosk, version: str) -> None:
    """That release is installed, whole, and serves its own data."""
    assert installed_version() == version
    marks = [path.name for path in (kiosk.root / "opt/hall-kiosk/lib").glob("only_*")]
    assert marks == [f"only_{version.replace('.', '_')}"]
    assert kiosk.records == version
    assert kiosk.update().readiness().ready
    assert not kiosk.sign.on


def test_a_new_release_comes_into_service_on_migrated_data(kiosk: Kiosk) -> None:
    assert kiosk.update().install(kiosk.package("2.0")) == "2.0"
    runs(kiosk, "2.0")
    kiosk.update().install(kiosk.package("3.0"))
    kept = [path.name for path in (kiosk.root / KEPT).iterdir()]
    assert kept == ["hall-kiosk_2.0.deb"], "the disk holds one release to go back to"


def test_a_proxy_of_the_hall_is_not_asked_whether_the_kiosk_serves(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("urllib.request._opener", None)  # made before, it knows no proxy
    monkeypatch.setenv("no_proxy", "")
    with socket.create_server(("127.0.0.1", 0)) as gone:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{gone.getsockname()[1]}")
    assert kiosk.update().readiness().ready
    kiosk.sign.set(True)
    assert kiosk.update().readiness().fault == "kiosk.maintenance"
    kiosk.sign.set(False)


@pytest.mark.parametrize(
    ("wrong", "step"),
    [
        ({"STARTS": False}, "wait for /readyz"),
        ({"FAULT": "internal"}, "wait for /readyz"),
        ({"MIGRATES": False}, "kiosk store migrate"),
    ],
    ids=["does not start", "is not ready", "cannot migrate"],
)
def test_a_release_that_does_not_serve_makes_way_for_the_old_one_on_the_old_data(
    kiosk: Kiosk, wrong: dict[str, object], step: str, caplog: pytest.LogCaptureFixture
) -> None:
    package = kiosk.package("2.0", **wrong)
    with caplog.at_level("INFO", "kiosk"), pytest.raises(UpdateUndoneError) as undone:
        kiosk.update(seconds=1.5).install(package)
    assert (undone.value.failed, undone.value.version) == (step, "1.0")
    runs(kiosk, "1.0")
    assert "going back to 1.0" in kiosk.said[-2]
    events = [record.msg for record in caplog.records]
    assert events == ["update.begun", "update.failed", "update.undone"]


def test_where_not_even_the_backup_can_be_put_back_the_old_release_is_started_all_the_same(
    kiosk: Kiosk, mocker: MockerFixture
) -> None:
    package = kiosk.package("2.0", MIGRATES=False)
    program = kiosk.root / "build/2.0/usr/bin/kiosk"
    broken = program.read_text().replace('"restore"', '"rest"')
    for place in (program, kiosk.root / "usr/bin/kiosk"):
        place.write_text(broken)
    started = mocker.spy(Update, "_start")
    with pytest.raises(UpdateStepError) as failed:
        kiosk.update(seconds=1.5).install(package)
    assert failed.value.step == "kiosk backup restore"
    assert started.call_count == 1
    assert installed_version() == "1.0"
    assert not kiosk.sign.on


def test_a_disk_that_has_become_full_does_not_keep_the_old_release_away(
    kiosk: Kiosk, mocker: MockerFixture
) -> None:
    full = OSError("the disk is full")
    mocker.patch.object(UnderWay, "write", side_effect=[None, None, full, full], autospec=True)
    with pytest.raises(UpdateUndoneError):
        kiosk.update().install(kiosk.package("2.0", MIGRATES=False))
    runs(kiosk, "1.0")


def test_a_command_of_the_service_gets_what_its_unit_gets() -> None:
    unit = (Path(__file__).parents[2] / "systemd/kiosk.service").read_text("utf-8").splitlines()
    command = as_service()
    for line in unit:
        if line.startswith(("LoadCredentialEncrypted=", "UMask=", "LimitCORE=")):
            assert f"--property={line}" in command
        if line.startswith("Environment=PATH="):
            assert f"--setenv={line.removeprefix('Environment=')}" in command
    assert "User=kiosk" in unit
    assert "--uid=kiosk" in command


def test_a_device_that_was_out_of_order_before_is_not_held_against_the_release(
    kiosk: Kiosk,
) -> None:
    module = kiosk.root / "opt/hall-kiosk/lib/release.py"
    module.write_text(module.read_text().replace("FAULT = None", "FAULT = 'sam.absent'"))
    for verb in ("stop", "start"):
        subprocess.run(["systemctl", verb], check=True)
    update = kiosk.update()
    update._wait_until_ready(Readiness(answers=True, fault="sam.absent"), 20.0)
    assert update.install(kiosk.package("2.0", FAULT="sam.absent")) == "2.0"
    assert kiosk.records == "2.0"


@pytest.mark.parametrize(
    ("states", "screen"),
    [
        ("active\n\nactive\n", True),
        ("active\n\nactivating\n", True),  # it is being started anew
        ("active\n\ninactive\n", False),
        ("active\n\nfailed\n", False),
    ],
)
def test_a_screen_that_was_not_shown_is_not_shown_by_an_update(
    kiosk: Kiosk, states: str, screen: bool
) -> None:
    (kiosk.root / "states").write_text(states)
    units = ["kiosk.service", "kiosk-browser.service"][: 1 + screen]
    kiosk.update().install(kiosk.package("2.0"))
    assert kiosk.started == units
    with pytest.raises(UpdateUndoneError):
        kiosk.update().install(kiosk.package("3.0", MIGRATES=False))
    assert kiosk.started == units
    runs(kiosk, "2.0")


def test_an_update_that_never_began_starts_nothing_that_was_stopped(
    kiosk: Kiosk, mocker: MockerFixture
) -> None:
    subprocess.run(["systemctl", "stop"], check=True)
    (kiosk.root / "states").write_text("inactive\n\ninactive\n")
    mocker.patch("kiosk.update.pack", side_effect=OSError("the disk is full"))
    package = kiosk.package("2.0")
    before = (kiosk.root / "started").read_text()
    with pytest.raises(UpdateStepError) as refused:
        kiosk.update().install(package)
    assert refused.value.step == "keep the old release"
    assert (kiosk.root / "started").read_text() == before
    assert not kiosk.sign.on


def test_a_visit_that_does_not_end_and_a_wrong_file_change_nothing(kiosk: Kiosk) -> None:
    wrong = kiosk.root / "wrong.deb"
    wrong.write_bytes(b"no package")
    with pytest.raises(UpdatePackageError):
        kiosk.update().install(wrong)
    package = kiosk.package("2.0")
    busy = kiosk.update()
    busy.sign._path = kiosk.root / "elsewhere"  # the daemon never hears of maintenance
    with pytest.raises(UpdateStepError) as refused:
        busy.install(package)
    assert refused.value.step == "end the visit that runs"
    runs(kiosk, "1.0")


def test_a_command_of_the_staff_says_what_to_do_where_no_systemd_runs(
    tmp_path: Path, mocker: MockerFixture
) -> None:
    mocker.patch("kiosk.service_user.RUNNING", tmp_path / "systemd")
    refused = CliRunner().invoke(app, ["staff", "jobs", "list", "--help"])
    assert isinstance(refused.exception, NoServiceManagerError)
    assert "daemon's user" in CliRunner().invoke(app, ["staff", "--help"]).stdout
    (tmp_path / "systemd").mkdir()
    become = mocker.patch("os.execvp")
    CliRunner().invoke(app, ["staff", "jobs", "list", "--help"])
    assert become.call_args.args[1][-4:] == ("kiosk", "jobs", "list", "--help")
