"""The Debian package: what is in it, and that it leaves nothing behind."""

import os
import subprocess
from pathlib import Path

import pytest
from pytest_mock import MockerFixture
from typer.testing import CliRunner

from kiosk.cli import app

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.slow


def dpkg(root: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """dpkg on a root of its own: no script of it changes this machine."""
    forced = ("--force-depends", "--force-script-chrootless", "--force-not-root")
    return subprocess.run(
        ["dpkg", f"--root={root}", "--log=/dev/null", *forced, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C"},
    )


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("package")
    subprocess.run([ROOT / "scripts/deb.sh", folder, "without-libraries"], check=True, cwd=ROOT)
    (built,) = folder.glob("*.deb")
    return built


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for folder in ("updates", "info"):
        (tmp_path / "var/lib/dpkg" / folder).mkdir(parents=True)
    (tmp_path / "var/lib/dpkg/status").touch()
    return tmp_path


def test_the_package_installs_runs_and_is_purged_without_a_trace(package: Path, root: Path) -> None:
    done = dpkg(root, "--install", package)
    assert done.returncode == 0, done.stderr
    command = root / "usr/bin/kiosk"
    text = command.read_text("utf-8").replace("/opt/hall-kiosk", f"{root}/opt/hall-kiosk")
    moved = root / "kiosk-moved"
    moved.write_text(text.replace("-I", ""), "utf-8")
    # The libraries of this environment stand in for those that are left out here.
    for arguments in (["statements"], ["install", "--prefix", root / "elsewhere"]):
        subprocess.run([ROOT / ".venv/bin/python", moved, *arguments], check=True)
    for name in ("var/lib/kiosk", "etc/kiosk", "var/backups/kiosk"):
        (root / name).mkdir(parents=True)
    assert dpkg(root, "--remove", "hall-kiosk").returncode == 0
    assert (root / "var/lib/kiosk").is_dir()
    assert dpkg(root, "--purge", "hall-kiosk").returncode == 0
    assert not any((root / name).exists() for name in ("opt", "usr/bin/kiosk", "var/lib/kiosk"))
    assert (root / "var/backups/kiosk").is_dir()


@pytest.mark.parametrize(
    ("old", "by_update", "goes_on"),
    [("", "", False), ("0.0.9", "", True), ("0.0.9", "1", False)],
)
def test_settings_of_services_that_run_already_are_in_force_after_the_install(
    tmp_path: Path, old: str, by_update: str, goes_on: bool
) -> None:
    """pcscd's socket and the journal were opened before; a kiosk that ran goes on last.

    An update starts it itself: its start waits for the unit that undoes an update, and that one
    for this script.
    """
    said = tmp_path / "said"
    for name in ("systemctl", "systemd-sysusers", "systemd-tmpfiles", "udevadm"):
        (tmp_path / name).write_text(f'#!/bin/sh\necho "{name} $*" >>{said}\n')
        (tmp_path / name).chmod(0o755)
    script = (ROOT / "scripts/deb/postinst").read_text("utf-8")
    subprocess.run(
        ["/bin/sh", "-c", script.replace("/run/systemd/system", "/"), "postinst", "configure", old],
        check=True,
        env={"PATH": f"{tmp_path}:/usr/bin:/bin", "KIOSK_UPDATE": by_update},
    )
    lines = said.read_text("utf-8").splitlines()
    reload = lines.index("systemctl daemon-reload")
    restart = lines.index("systemctl try-restart pcscd.socket systemd-journald.service")
    assert reload < restart
    assert lines.index("systemctl enable kiosk-update-resume.service") > reload
    assert ("systemctl try-restart kiosk.service kiosk-browser.service" in lines) == goes_on


def test_who_lays_the_files_out_by_hand_is_told_to_do_what_the_package_does(
    mocker: MockerFixture,
) -> None:
    mocker.patch("kiosk.install.lay_out", return_value=())
    told = CliRunner().invoke(app, ["install"]).stdout
    for step in (
        *("systemd-sysusers", "systemd-tmpfiles --create", "udevadm control --reload"),
        *("systemctl enable kiosk-update-resume", "systemctl enable --now kiosk kiosk-browser"),
        *("systemctl daemon-reload", "systemctl try-restart pcscd.socket systemd-journald"),
    ):
        assert step in told


def test_the_package_and_what_takes_adapters_of_printers_exclude_each_other(package: Path) -> None:
    """A rule of ours cannot keep brltty off: its own asks for it at the USB device."""
    told = subprocess.run(
        ["dpkg-deb", "--field", package, "Conflicts"], capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == ["brltty"]


def test_everything_in_the_package_belongs_to_root_and_nobody_else_may_write(package: Path) -> None:
    listed = subprocess.run(
        ["dpkg-deb", "--contents", package], capture_output=True, text=True, check=True
    )
    for line in listed.stdout.splitlines():
        rights, owner = line.split()[:2]
        assert owner == "root/root", line
        assert rights[0] == "l" or (rights[5], rights[8]) == ("-", "-"), line
