"""An update that goes back by itself: old release and old data return unless the new one serves.

The release that runs is the one that installs the next: it is known to work. It keeps itself as a
package, makes a backup, and only then lets dpkg replace it. All it needs afterwards is loaded by
then, for its own files are replaced under it. What a power cut leaves of an update is undone at
boot (`under_way`, `systemd/kiosk-update-resume.service`), unless a release served already: what
was written since is worth more than the way back.
"""

import json
import logging
import os
import shutil
import subprocess
import tempfile
import time
import urllib.error
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from kiosk import under_way
from kiosk.backup import sync
from kiosk.diag.asking import opener
from kiosk.errors import (
    MaintenanceSignError,
    UpdatePackageError,
    UpdateStepError,
    UpdateUndoneError,
)
from kiosk.logs import event
from kiosk.maintenance import MaintenanceSign
from kiosk.service_user import as_service
from kiosk.under_way import UnderWay, alone

PACKAGE: Final = "hall-kiosk"
DAEMON: Final = "kiosk.service"
UNITS: Final = (DAEMON, "kiosk-browser.service")
BACKUPS: Final = Path("var/backups/kiosk")
KEPT: Final = Path("var/cache/hall-kiosk")
"""Where the release that was replaced lies as a package."""
PROGRAM: Final = Path("opt/hall-kiosk")
_PACKING: Final = ".packing-"
_POLL_SECONDS: Final = 0.5
_BACK_SECONDS: Final = 60.0
"""The old release has served before: it may take so long at least."""
_ASK_SECONDS: Final = 3.0
_FIELDS: Final = (
    *("Package", "Version", "Architecture", "Maintainer"),
    *("Depends", "Recommends", "Description"),
)


@dataclass(frozen=True, slots=True)
class Readiness:
    """What `/readyz` says; `answers`: whether it says anything."""

    answers: bool
    fault: str | None

    @property
    def ready(self) -> bool:
        """Whether a citizen can be served."""
        return self.answers and self.fault is None


@dataclass(frozen=True, slots=True)
class Before:
    """How the kiosk was when the update began, which is how it is left."""

    readiness: Readiness
    maintained: bool
    running: tuple[str, ...]
    """A kiosk may have no screen of its own, or one that was stopped by hand."""

    @property
    def serving(self) -> tuple[str, ...]:
        """What has to start with a release: the daemon by all means, for it says what serves."""
        return tuple(unit for unit in UNITS if unit == DAEMON or unit in self.running)


@dataclass(frozen=True)
class Update:
    """The kiosk that is updated, and how long its parts may take."""

    address: str
    """Of the page: http://127.0.0.1:8080."""
    sign: MaintenanceSign
    visit_seconds: float
    """How long the visit that runs may take to its end."""
    ready_seconds: float
    say: Callable[[str], None]
    root: Path = field(default=Path("/"))

    def install(self, package: Path) -> str:
        """Bring a package into service; its version.

        Raises UpdatePackageError and UpdateStepError with nothing replaced, UpdateUndoneError when
        the release of before serves again, and UpdateStepError when not even that could be done.
        """
        new, old = version_of(package), installed_version()
        with alone(self._kept):
            if under_way.read(self._kept):
                raise UpdateStepError("begin", "an update was cut off: kiosk update --resume")
            event(logging.INFO, "update.begun", old=old, new=new)
            before = Before(self.readiness(), self.sign.on, running())
            note = UnderWay("preparing", old, new, before.maintained, before.running)
            self._write(note)
            try:
                self._bring(package, note, before)
            except (UpdateStepError, UpdateUndoneError):  # whatever else ends it is a cut
                under_way.forget(self._kept)
                raise
            under_way.forget(self._kept)
            event(logging.INFO, "update.done", old=old, new=new)
        return new

    def resume(self) -> str:
        """End an update that was cut off; the version that is in service, or "" if there is none.

        It is undone, unless the cut came when a release served already: that one and its data stay.

        Raises UpdateStepError where that cannot be done: maintenance goes on, and another try is
        as good as this one. Nothing is waited for that starts: at boot it starts after this.
        """
        with alone(self._kept):
            cut = under_way.read(self._kept)
            if cut is None:
                return ""
            event(logging.WARNING, "update.cut", old=cut.old, new=cut.new, step=cut.step)
            try:
                if cut.step == "replacing":
                    self._put_back(cut)
                self._step("begin to serve", lambda: self.sign.set(cut.maintained))
            finally:  # a screen that says what is wrong is better than a dark one
                serving = [unit for unit in UNITS if unit == DAEMON or unit in cut.running]
                units = cut.running if cut.step == "preparing" else serving
                if units:
                    _run("systemctl", "start", "--no-block", *units)
            version = installed_version() if cut.step == "serving" else cut.old
            under_way.forget(self._kept)
            if cut.step == "serving":
                event(logging.WARNING, "update.kept", version=version)
            else:
                event(logging.WARNING, "update.undone", old=cut.old, new=cut.new)
        return version

    @property
    def _kept(self) -> Path:
        return self.root / KEPT

    def _bring(self, package: Path, note: UnderWay, before: Before) -> None:
        """Put the package in the place of the old release, or that back."""
        old, new = note.old, note.new
        try:
            self._step("end the visit that runs", self._end_visit)
            kept = self._kept / f"{PACKAGE}_{old}.deb"
            self._step("keep the old release", lambda: pack(self.root, kept))
            _run("systemctl", "stop", *reversed(UNITS))
            backup = self._step("back up", self._back_up)
            note = replace(note, step="replacing", kept=str(kept), backup=backup)
            self._write(note)
        except UpdateStepError:
            self._start(before.maintained, before.running)
            raise
        try:
            self.say(f"install {new} in the place of {old}")
            _run("dpkg", "--install", package)
            _run(*as_service(), "store", "migrate")
            _run("systemctl", "start", *before.serving)  # in maintenance still: does it start?
            self._write(replace(note, step="serving"))
            self._step("begin to serve", lambda: self.sign.set(before.maintained))
            self._wait_until_ready(before.readiness, self.ready_seconds)
        except UpdateStepError as failed:
            event(logging.ERROR, "update.failed", new=new, step=failed.step)
            self.say(f"{failed.step}: {failed.reason}; going back to {old}")
            self._go_back(note, before)
            event(logging.WARNING, "update.undone", old=old, new=new)
            raise UpdateUndoneError(failed.step, failed.reason, old) from None

    def readiness(self) -> Readiness:
        """What the daemon says of itself now."""
        try:
            with opener().open(f"{self.address}/readyz", timeout=_ASK_SECONDS) as answer:
                return Readiness(answers=True, fault=json.load(answer)["fault"])
        except urllib.error.HTTPError as refusal:
            with refusal:
                return _refused(refusal)
        except (OSError, ValueError, KeyError):
            return Readiness(answers=False, fault=None)

    def _go_back(self, note: UnderWay, before: Before) -> None:
        full = suppress(UpdateStepError)  # a full disk must not keep the old release away
        try:
            with full:
                self._write(note)
            _run("systemctl", "stop", *reversed(UNITS))
            _run("dpkg", "--install", note.kept)
            _run(*as_service(), "backup", "restore", note.backup, "--by", "update")
            with full:
                self._write(replace(note, step="serving"))
        finally:  # whatever else fails: a screen that says what is wrong is better than a dark one
            self._start(before.maintained, before.serving)
        self._wait_until_ready(before.readiness, max(self.ready_seconds, _BACK_SECONDS))

    def _put_back(self, cut: UnderWay) -> None:
        self._step("begin maintenance", lambda: self.sign.set(True))
        # Only what runs: at boot a stop would take away the start that waits for this.
        if up := running():
            _run("systemctl", "stop", *reversed(up))
        self.say(f"going back to {cut.old}")
        state = _run("dpkg-query", "--show", "--showformat", "${Status} ${Version}", PACKAGE)
        # Two builds may have one version: which of them lies there it does not say.
        if cut.new == cut.old or state != f"install ok installed {cut.old}":
            _run("dpkg", "--install", cut.kept)
        self._step("sweep", lambda: sweep(self.root))
        _run(*as_service(), "backup", "restore", cut.backup, "--by", "update")

    def _write(self, note: UnderWay) -> None:
        try:
            note.write(self._kept)
        except OSError as error:
            raise UpdateStepError("write down what is being done", str(error)) from None

    def _end_visit(self) -> None:
        """Nobody's visit is cut off: maintenance begins with its end."""
        self.sign.set(True)
        deadline = time.monotonic() + self.visit_seconds
        while self.readiness() not in (_MAINTAINED, _AWAY):
            if time.monotonic() > deadline:
                raise OSError("a visit has not ended")
            time.sleep(_POLL_SECONDS)

    def _back_up(self) -> str:
        place = self.root / BACKUPS
        return _run(*as_service(), "backup", "make", place).strip().splitlines()[-1]

    def _start(self, maintained: bool, units: tuple[str, ...]) -> None:
        self._step("begin to serve", lambda: self.sign.set(maintained))
        if units:
            _run("systemctl", "start", *units)

    def _wait_until_ready(self, before: Readiness, seconds: float) -> None:
        """A fault of a device that was there before the update is none of the release."""
        deadline = time.monotonic() + seconds
        while not (now := self.readiness()).ready:
            if now.answers and now == before:
                return
            if time.monotonic() > deadline:
                raise UpdateStepError("wait for /readyz", now.fault or "no answer")
            time.sleep(_POLL_SECONDS)

    def _step(self, name: str, act: Callable[[], str | None]) -> str:
        self.say(name)
        try:
            return act() or ""
        except (OSError, MaintenanceSignError) as error:
            raise UpdateStepError(name, str(error)) from None


_MAINTAINED: Final = Readiness(answers=True, fault="kiosk.maintenance")
_AWAY: Final = Readiness(answers=False, fault=None)


def _refused(refusal: urllib.error.HTTPError) -> Readiness:
    try:
        return Readiness(answers=True, fault=json.load(refusal)["fault"])
    except (ValueError, KeyError):
        return Readiness(answers=True, fault=f"HTTP {refusal.code}")


def version_of(package: Path) -> str:
    """The version of a package of the kiosk; UpdatePackageError for any other file."""
    try:
        name, version = _run(
            "dpkg-deb", "--show", "--showformat", "${Package} ${Version}", package
        ).split()
    except (UpdateStepError, ValueError):
        raise UpdatePackageError(package) from None
    if name != PACKAGE:
        raise UpdatePackageError(package)
    return version


def running() -> tuple[str, ...]:
    """Which of the units run, or will again by themselves: one that is started anew is not down."""
    states = _run("systemctl", "show", "--property=ActiveState", "--value", *UNITS).split()
    return tuple(
        unit
        for unit, state in zip(UNITS, states, strict=True)
        if state not in ("inactive", "failed")
    )


def installed_version() -> str:
    """The version that dpkg has installed; UpdateStepError where it was not installed by dpkg."""
    return _run("dpkg-query", "--show", "--showformat", "${Version}", PACKAGE)


def pack(root: Path, target: Path) -> None:
    """Make a package of what is installed: nobody need have kept the one that it came from."""
    shape = "".join(f"{name}: ${{{name}}}\\n" for name in _FIELDS)
    control = _run("dpkg-query", "--show", "--showformat", shape, PACKAGE)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in target.parent.glob(f"{_PACKING}*"):  # by one that was cut off
        shutil.rmtree(left)
    with tempfile.TemporaryDirectory(prefix=_PACKING, dir=target.parent) as name:
        tree = Path(name)
        for line in _run("dpkg-query", "--listfiles", PACKAGE).splitlines():
            source, copy = root / line.lstrip("/"), tree / line.lstrip("/")
            if source.is_dir():
                copy.mkdir(mode=0o755, parents=True, exist_ok=True)
            else:
                shutil.copy2(source, copy, follow_symlinks=False)
        (tree / "DEBIAN").mkdir(mode=0o755)
        filled = (line for line in control.splitlines() if not line.endswith(": "))
        (tree / "DEBIAN/control").write_text("\n".join(filled) + "\n", "utf-8")
        for script in ("preinst", "postinst", "prerm", "postrm"):
            place = root / "var/lib/dpkg/info" / f"{PACKAGE}.{script}"
            if place.exists():
                shutil.copy2(place, tree / "DEBIAN" / script)
        tree.chmod(0o755)
        # Quickly: nobody is served meanwhile, and the usual way takes minutes for some MB less.
        _run("dpkg-deb", "-Zgzip", "-z1", "--root-owner-group", "--build", tree, target)
    for older in set(target.parent.glob(f"{PACKAGE}_*.deb")) - {target}:
        older.unlink()
    sync(target)  # dpkg-deb leaves that to chance, and it is the only way back
    sync(target.parent)


def sweep(root: Path) -> None:
    """Take away what no package owns: dpkg, cut off while it replaced files, forgets new ones.

    Some, as a statement's module, would be in use by being there.
    """
    owned = set(_run("dpkg-query", "--listfiles", PACKAGE).splitlines())
    for path in sorted((root / PROGRAM).rglob("*"), reverse=True):  # a folder after what is in it
        if f"/{path.relative_to(root)}" in owned:
            continue
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
        else:
            path.unlink()


def _run(*command: str | Path) -> str:
    """What a program says; UpdateStepError with the end of its complaint if it fails."""
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "KIOSK_UPDATE": "1"}
    own = as_service()
    words = ("kiosk", *command[len(own) :]) if command[: len(own)] == own else command
    name = " ".join(map(str, words[: 3 if words[0] == "kiosk" else 2]))
    try:
        done = subprocess.run(  # noqa: S603 - no word of it comes from a citizen or the network
            command, capture_output=True, text=True, check=False, env=environment
        )
    except OSError as error:
        raise UpdateStepError(name, error.strerror or type(error).__name__) from None
    if done.returncode:
        complaint = done.stderr.strip().splitlines() or [f"ended with {done.returncode}"]
        raise UpdateStepError(name, complaint[-1])
    return done.stdout
