"""An update that the power, a restart or a kill cuts off, and what undoes it."""

import os
import re
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kiosk import under_way, update
from kiosk.cli import app
from kiosk.errors import UpdateStepError, UpdateUndoneError
from kiosk.install import UNITS
from kiosk.maintenance import MaintenanceSign
from kiosk.update import KEPT, Update
from tests.kiosk.test_update import SCRIPTS, Kiosk, kiosk, runs

__all__ = ["kiosk"]

pytestmark = pytest.mark.slow

STEPS = (
    *("dpkg-query --listfiles", "dpkg-deb -Z", "systemctl stop", "kiosk backup make"),
    *("dpkg --install", "kiosk store migrate", "systemctl start"),
)
"""The commands of an update that changes something, in their order."""


def die() -> None:
    """As without power: nothing is tidied up."""
    os.kill(os.getpid(), signal.SIGKILL)


def cut_off(act: Callable[[], object]) -> None:
    """Run it in a process that does not come to its end."""
    if child := os.fork():
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
        return
    try:
        act()
    finally:
        os._exit(0)


def dying_at(step: str, instead: Callable[[], object] | None = None) -> None:
    """Let this process end behind a command, or with `instead` in that command's place."""
    run = update._run

    def until(*command: str | Path) -> str:
        words = " ".join(map(str, command))
        here = words.startswith(step) or f"/env {step}" in words
        if here and instead:
            instead()
            die()
        said = run(*command)
        if here:
            die()
        return said

    update._run = until


def half_replaced(kiosk: Kiosk, package: Path) -> None:
    """As dpkg leaves it in the midst of its renaming: a mixture; it knows the old files only."""
    subprocess.run(["dpkg-deb", "--extract", package, kiosk.root], check=True)
    (kiosk.root / "opt/hall-kiosk/lib/release.py.dpkg-new").touch()
    status = kiosk.root / "var/lib/dpkg/status"
    told = status.read_text().replace("install ok installed", "install reinstreq half-installed")
    status.write_text(told)


def back(kiosk: Kiosk) -> None:
    """The old release serves, and nothing is left to undo."""
    kiosk.update()._wait_until_ready(update.Readiness(answers=False, fault=None), 20.0)
    runs(kiosk, "1.0")
    assert not any((kiosk.root / KEPT).glob("*.json"))
    assert not any((kiosk.root / "opt").rglob("*.dpkg-*"))
    assert kiosk.update().resume() == ""


@pytest.mark.parametrize("before", [True, False], ids=["before", "behind"])
@pytest.mark.parametrize("step", STEPS)
def test_an_update_that_was_cut_off_is_undone(kiosk: Kiosk, step: str, before: bool) -> None:
    package = kiosk.package("2.0")

    def act() -> None:
        dying_at(step, die if before else None)
        kiosk.update().install(package)

    cut_off(act)
    assert kiosk.sign.on
    with pytest.raises(UpdateStepError) as refused:
        kiosk.update().install(package)
    assert "--resume" in refused.value.reason
    assert kiosk.update().resume() == "1.0"
    assert kiosk.started == ["--no-block", "kiosk.service", "kiosk-browser.service"]
    back(kiosk)
    assert kiosk.update().install(package) == "2.0"
    assert [path.name for path in (kiosk.root / KEPT).iterdir()] == ["hall-kiosk_1.0.deb"]


@pytest.mark.parametrize("step", ["dpkg --install", "kiosk backup restore", "systemctl start"])
def test_a_way_back_that_is_cut_off_too_is_gone_again(kiosk: Kiosk, step: str) -> None:
    package = kiosk.package("2.0")

    def act() -> None:
        dying_at("kiosk store migrate")
        kiosk.update().install(package)

    def again() -> None:
        dying_at(step)
        kiosk.update().resume()

    cut_off(act)
    cut_off(again)
    assert kiosk.update().resume() == "1.0"
    back(kiosk)


def test_a_release_that_is_half_there_is_replaced_before_anything_of_it_has_to_run(
    kiosk: Kiosk,
) -> None:
    """The unit brings the old one back by dpkg alone: a mixture may not even start."""
    package = kiosk.package("2.0")

    def act() -> None:
        dying_at("dpkg --install", lambda: half_replaced(kiosk, package))
        kiosk.update().install(package)

    cut_off(act)
    (kiosk.root / "usr/bin/kiosk").write_text("half a progr")
    unit = (UNITS / "kiosk-update-resume.service").read_text("utf-8").replace("\\\n", " ")
    found = re.search(r"^ExecStartPre=-/bin/sh -c '(.*)'$", unit, re.M)
    assert found is not None
    script = found[1].replace("/var/cache", f"{kiosk.root}/var/cache")
    by_update = re.search(r"^Environment=(KIOSK_UPDATE)=(.+)$", unit, re.M)
    assert by_update is not None, "else the package takes it for an install by hand"
    environment = {**os.environ, by_update[1]: by_update[2]}
    subprocess.run(["/bin/sh", "-c", script], check=True, capture_output=True, env=environment)
    assert update.installed_version() == "1.0"
    assert kiosk.update().resume() == "1.0"
    back(kiosk)


def test_before_anything_was_replaced_the_unit_installs_nothing(kiosk: Kiosk) -> None:
    def act() -> None:
        dying_at("systemctl stop")
        kiosk.update().install(kiosk.package("2.0"))

    cut_off(act)
    (note,) = (kiosk.root / KEPT).glob("*.json")
    assert "replacing" not in note.read_text()


def test_maintenance_and_a_screen_that_was_off_are_as_before_the_cut(kiosk: Kiosk) -> None:
    kiosk.sign.set(True)
    (kiosk.root / "states").write_text("active\n\ninactive\n")
    package = kiosk.package("2.0")

    def act() -> None:
        dying_at("kiosk backup make")
        kiosk.update().install(package)

    cut_off(act)
    assert kiosk.update().resume() == "1.0"
    assert kiosk.sign.on
    assert kiosk.started == ["--no-block", "kiosk.service"]


def test_where_the_backup_cannot_be_put_back_maintenance_goes_on_and_it_is_tried_again(
    kiosk: Kiosk,
) -> None:
    package = kiosk.package("2.0")

    def act() -> None:
        dying_at("kiosk store migrate")
        kiosk.update().install(package)

    cut_off(act)
    backups = kiosk.root / "var/backups"
    away = backups.rename(kiosk.root / "away")
    with pytest.raises(UpdateStepError):
        kiosk.update().resume()
    assert kiosk.started == ["--no-block", "kiosk.service", "kiosk-browser.service"]
    assert kiosk.sign.on
    away.rename(backups)
    assert kiosk.update().resume() == "1.0"
    back(kiosk)


def test_an_update_that_ended_either_way_leaves_nothing_to_undo(kiosk: Kiosk) -> None:
    for release in ({"MIGRATES": False}, {}):
        package = kiosk.package(f"2.{len(release)}", **release)
        if release:
            with pytest.raises(UpdateUndoneError):
                kiosk.update().install(package)
        else:
            kiosk.update().install(package)
        assert kiosk.update().resume() == ""


def test_nothing_is_undone_under_an_update_that_runs(kiosk: Kiosk) -> None:
    with under_way.alone(kiosk.root / KEPT), pytest.raises(UpdateStepError) as refused:
        kiosk.update().resume()
    assert "under way" in refused.value.reason


def in_service_when_cut_off(kiosk: Kiosk, package: Path) -> None:
    """Cut off while it is watched, by a kill after which the kiosk goes on for weeks."""

    def act() -> None:
        update.Update._wait_until_ready = lambda *_: die()  # type: ignore[method-assign]
        kiosk.update().install(package)

    cut_off(act)
    kiosk.update()._wait_until_ready(update.Readiness(answers=False, fault=None), 20.0)
    (kiosk.root / "var/lib/kiosk/records").write_text("weeks of rows")


def test_what_a_release_that_served_has_written_is_not_undone(
    kiosk: Kiosk, caplog: pytest.LogCaptureFixture
) -> None:
    in_service_when_cut_off(kiosk, kiosk.package("2.0"))
    with caplog.at_level("INFO", "kiosk"):
        assert kiosk.update().resume() == "2.0"
    assert [record.msg for record in caplog.records] == ["update.cut", "update.kept"]
    assert (update.installed_version(), kiosk.records) == ("2.0", "weeks of rows")
    assert not kiosk.sign.on
    assert kiosk.update().resume() == ""


def test_nor_what_the_old_release_has_written_when_it_was_back(kiosk: Kiosk) -> None:
    in_service_when_cut_off(kiosk, kiosk.package("2.0", MIGRATES=False))
    assert kiosk.update().resume() == "1.0"
    assert (update.installed_version(), kiosk.records) == ("1.0", "weeks of rows")
    assert not kiosk.sign.on


def test_of_two_builds_of_one_version_the_kept_one_comes_back(kiosk: Kiosk) -> None:
    (kiosk.root / "build/1.0").rename(kiosk.root / "build/first")
    package = kiosk.package("1.0", FAULT="printer.bug")

    def act() -> None:
        dying_at("kiosk store migrate")
        kiosk.update().install(package)

    cut_off(act)
    assert kiosk.update().resume() == "1.0"
    back(kiosk)


def test_a_package_that_is_installed_by_hand_stays(tmp_path: Path) -> None:
    note = tmp_path / "var/cache/hall-kiosk/update.json"
    note.parent.mkdir(parents=True)
    for by, left in (("1", True), ("", False)):
        note.touch()
        subprocess.run(
            ["/bin/sh", SCRIPTS / "preinst", "install"],
            check=True,
            env={"PATH": os.environ["PATH"], "DPKG_ROOT": str(tmp_path), "KIOSK_UPDATE": by},
        )
        assert note.exists() == left


def test_the_command_wants_a_package_or_what_was_cut_off() -> None:
    for arguments in (["update"], ["update", "x.deb", "--resume"]):
        done = CliRunner().invoke(app, arguments)
        assert (done.exit_code, "a package, or --resume" in done.output) == (2, True)


def test_the_sign_is_given_back_when_the_note_alone_was_written(tmp_path: Path) -> None:
    """Cut off before the first step: there is nothing to undo and nothing to start."""
    sign = MaintenanceSign(tmp_path / "maintenance")
    under_way.UnderWay("preparing", "1.0", "2.0", False, ()).write(tmp_path / KEPT)
    kiosk = Update("http://127.0.0.1:1", sign, 1, 1, lambda _: None, tmp_path)
    assert kiosk.resume() == "1.0"
    assert not sign.on


@pytest.mark.parametrize("content", ["", "[]", '{"step": "replacing"}', '{"running": []}'])
def test_a_note_that_nobody_understands_is_said_and_is_no_traceback(
    tmp_path: Path, content: str
) -> None:
    (tmp_path / "update.json").write_text(content, "utf-8")
    with pytest.raises(UpdateStepError, match=r"update\.json"):
        under_way.read(tmp_path)
