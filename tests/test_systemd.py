"""Units, rules and their places: systemd takes them, and the daemon can do no more than it must."""

import re
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kiosk.cli import app
from kiosk.install import PLACES, UNITS
from kiosk.page_key import FOLDER
from kiosk.sections.devices import Report
from kiosk.under_way import UnderWay
from kiosk.update import BACKUPS, KEPT

pytestmark = pytest.mark.slow

UNIT_FILES = sorted(path for path in UNITS.iterdir() if path.suffix in (".service", ".timer"))
EXPOSURE = {"kiosk.service": 1.5, "kiosk-backup.service": 1.0, "kiosk-update-resume.service": 7.0}


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    assert CliRunner().invoke(app, ["install", "--prefix", str(tmp_path)]).exit_code == 0
    return tmp_path


def test_every_shipped_file_has_its_place_and_lies_there(root: Path) -> None:
    assert set(PLACES) == {path.name for path in UNITS.iterdir()}
    for name, place in PLACES.items():
        assert (root / place).read_text("utf-8") == (UNITS / name).read_text("utf-8")
        assert (root / place).stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("unit", UNIT_FILES, ids=lambda unit: unit.name)
def test_systemd_accepts_each_unit(unit: Path) -> None:
    done = run("systemd-analyze", "verify", unit)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.slow
@pytest.mark.parametrize("name", EXPOSURE)
def test_what_a_broken_service_could_reach_is_little(name: str) -> None:
    done = run("systemd-analyze", "security", "--offline=true", UNITS / name)
    found = re.search(r"Overall exposure level for \S+ ([\d.]+)", done.stdout)
    assert found is not None, done.stderr
    assert float(found[1]) <= EXPOSURE[name]


def test_the_daemon_still_reaches_serial_lines_usb_printers_and_pcscd() -> None:
    unit = (UNITS / "kiosk.service").read_text("utf-8")
    for device in ("ttyS", "ttyUSB", "ttyACM", "lp", "usb"):
        assert f"DeviceAllow=char-{device} rw" in unit
    assert "SupplementaryGroups=dialout lp" in unit
    assert re.search(r"^RestrictAddressFamilies=.*AF_UNIX", unit, re.M)
    # Behind a user namespace or private devices these would be there and not be usable.
    assert not re.search(r"^Private(Users|Devices|Network)=", unit, re.M)


@pytest.mark.parametrize(
    ("result", "said"),
    [
        ("success", ""),
        ("exit-code", ""),
        (
            "watchdog",
            "kill --signal=KILL pcscd.service\n--no-block restart pcscd.service\n",
        ),
    ],
)
def test_a_card_service_that_hangs_is_ended_with_the_daemon_that_waits_for_it(
    tmp_path: Path, result: str, said: str
) -> None:
    """Started anew alone the daemon would hang again, until somebody comes to the kiosk."""
    unit = (UNITS / "kiosk.service").read_text("utf-8").replace("\\\n", " ")
    found = re.search(r"^ExecStopPost=-\+/bin/sh -c '(.*)'$", unit, re.M)
    assert found is not None
    (tmp_path / "systemctl").write_text('#!/bin/sh\necho "$@"\nexit 1\n')
    (tmp_path / "systemctl").chmod(0o755)
    script = found[1].replace("$$", "$").replace("/usr/bin/systemctl", f"{tmp_path}/systemctl")
    done = subprocess.run(
        ["/bin/sh", "-c", script],
        capture_output=True,
        text=True,
        check=False,
        env={"SERVICE_RESULT": result},
    )
    assert (done.stdout, done.stderr) == (said, "")


def test_adapters_that_are_plugged_in_later_are_known_to_the_sandbox() -> None:
    """Kinds of devices are looked up by their drivers' names, once, when the daemon starts."""
    unit = (UNITS / "kiosk.service").read_text("utf-8")
    for order in ("Wants", "After"):
        assert f"\n{order}=modprobe@usbserial.service modprobe@cdc_acm.service\n" in unit


def test_the_readers_rule_comes_after_that_of_libccid_which_lets_them_sleep() -> None:
    assert Path(PLACES["kiosk.udev"]).name > "92-libccid.rules"


def test_only_the_daemons_group_reaches_the_socket_of_the_card_service() -> None:
    assert PLACES["kiosk-pcscd.conf"].endswith("/pcscd.socket.d/kiosk.conf")
    text = (UNITS / "kiosk-pcscd.conf").read_text("utf-8")
    assert "\n[Socket]\nSocketMode=0660\nSocketGroup=kiosk\n" in text


def test_a_card_service_that_ends_at_each_start_is_never_given_up(root: Path) -> None:
    """Nor is its socket, which systemd closes with it: nothing would knock at it any more."""
    for unit, wanted in (
        ("pcscd.service", "[Unit]\nStartLimitIntervalSec=0\n\n[Service]\nRestart=on-failure\n"),
        ("pcscd.socket", "\nTriggerLimitIntervalSec=0\n"),
    ):
        (place,) = (place for place in PLACES.values() if f"/{unit}.d/" in place)
        assert wanted in (root / place).read_text("utf-8")
        shipped = Path("/lib/systemd/system") / unit
        (root / "usr/lib/systemd/system" / unit).write_bytes(shipped.read_bytes())
    for unit in ("pcscd.service", "pcscd.socket"):
        done = run("systemd-analyze", "verify", root / "usr/lib/systemd/system" / unit)
        assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_users_and_folders_can_be_made_in_an_empty_root(root: Path) -> None:
    (root / "etc").mkdir(exist_ok=True)
    (root / "etc/group").write_text(
        "".join(f"{g}:x:{n}:\n" for g, n in (("dialout", 20), ("lp", 7)))
    )
    done = run("systemd-sysusers", f"--root={root}", root / PLACES["kiosk.sysusers"])
    assert done.returncode == 0, done.stderr
    users = (root / "etc/passwd").read_text("utf-8")
    assert {"kiosk", "kiosk-screen"} <= {line.split(":")[0] for line in users.splitlines()}
    groups = dict(line.split(":")[::3] for line in (root / "etc/group").read_text().splitlines())
    assert groups["dialout"] == groups["lp"] == "kiosk"


def test_the_screen_is_another_user_than_the_one_that_reads_records() -> None:
    users = [re.search(r"^User=(\S+)", unit.read_text("utf-8"), re.M) for unit in UNIT_FILES]
    assert {found[1] for found in users if found} == {"kiosk", "kiosk-screen"}
    assert "m kiosk-screen kiosk" not in (UNITS / "kiosk.sysusers").read_text("utf-8")
    # It reads the configuration for the page's address all the same.
    folders = re.findall(r"^d (\S+)\s+(\d+)", (UNITS / "kiosk.tmpfiles").read_text("utf-8"), re.M)
    assert dict(folders)["/etc/kiosk"] == "0755"


def test_the_print_service_of_the_hall_may_take_reports_out_of_their_folder() -> None:
    """Who cannot remove what it has printed prints it again."""
    folders = (UNITS / "kiosk.tmpfiles").read_text("utf-8")
    assert re.search(rf"^d {Report().folder} +2770 kiosk lp +1d$", folders, re.M)
    assert f"\nReadWritePaths=-{Report().folder}\n" in (UNITS / "kiosk.service").read_text("utf-8")


def test_backups_lie_where_every_command_sees_them_and_wait_for_their_disk() -> None:
    """What is bound into one unit alone is not there for who restores."""
    unit = (UNITS / "kiosk-backup.service").read_text("utf-8").splitlines()
    place = Path("/") / BACKUPS
    assert f"RequiresMountsFor={place}" in unit
    assert f"ReadWritePaths={place}" in unit
    assert not [line for line in unit if line.startswith(("Bind", "#")) and "/mnt" in line]


def test_a_backup_that_hangs_is_ended_and_leaves_no_part_of_a_copy(tmp_path: Path) -> None:
    unit = (UNITS / "kiosk-backup.service").read_text("utf-8")
    assert re.search(r"^TimeoutStartSec=\d+h$", unit, re.M), "a oneshot has no end of its own"
    found = re.search(r"^ExecStopPost=-/bin/sh -c '(.*)'$", unit, re.M)
    assert found is not None
    for name in (".kiosk-20261121T183000Z.part", "kiosk-20261120T183000Z"):
        (tmp_path / name).mkdir()
    run("/bin/sh", "-c", found[1].replace(str(Path("/") / BACKUPS), str(tmp_path)))
    assert [path.name for path in tmp_path.iterdir()] == ["kiosk-20261120T183000Z"]


def test_what_an_update_left_is_undone_before_the_kiosk_starts_and_for_nothing_else(
    tmp_path: Path,
) -> None:
    UnderWay("preparing", "1.0", "2.0", False, ()).write(tmp_path)
    (written,) = tmp_path.iterdir()
    unit = (UNITS / "kiosk-update-resume.service").read_text("utf-8").splitlines()
    assert f"ConditionPathExists={Path('/') / KEPT / written.name}" in unit
    assert "Before=kiosk.service kiosk-browser.service" in unit
    mount = run("systemd-escape", "--path", "--suffix=mount", Path("/") / BACKUPS).stdout.strip()
    assert f"After={mount}" in unit
    assert "WantedBy=multi-user.target" in unit
    # Where it fails the kiosk starts all the same, in maintenance.
    for other in ("kiosk.service", "kiosk-browser.service"):
        assert "update-resume" not in (UNITS / other).read_text("utf-8")


def test_no_unit_promises_a_filter_of_addresses_that_its_session_escapes() -> None:
    """A session is a group of processes of its own, for which the unit's filter does not hold."""
    for unit in UNIT_FILES:
        lines = unit.read_text("utf-8").splitlines()
        if any(line.startswith("PAMName=") for line in lines):
            assert not [line for line in lines if line.startswith("IPAddress")]
    assert "IPAddressDeny=any" in (UNITS / "kiosk.service").read_text("utf-8").splitlines()


def test_only_the_daemon_writes_the_key_of_the_page_and_only_the_screen_reads_it() -> None:
    folders = (UNITS / "kiosk.tmpfiles").read_text("utf-8")
    assert re.search(rf"^d {FOLDER} +2750 kiosk kiosk-screen -$", folders, re.M)
    assert f"\nReadWritePaths=-{FOLDER}\n" in (UNITS / "kiosk.service").read_text("utf-8")
