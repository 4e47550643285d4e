"""Where systemd, udev, polkit and Chromium look for what lies in the folder `systemd/`."""

import shutil
from pathlib import Path
from typing import Final

import kiosk
from kiosk.errors import InstallError, usable

UNITS: Final = Path(kiosk.__file__).parents[1] / "systemd"
PLACES: Final = {
    "kiosk.service": "usr/lib/systemd/system/kiosk.service",
    "kiosk-browser.service": "usr/lib/systemd/system/kiosk-browser.service",
    "kiosk-browser.json": "etc/chromium/policies/managed/hall-kiosk.json",
    "kiosk-backup.service": "usr/lib/systemd/system/kiosk-backup.service",
    "kiosk-backup.timer": "usr/lib/systemd/system/kiosk-backup.timer",
    "kiosk-update-resume.service": "usr/lib/systemd/system/kiosk-update-resume.service",
    "kiosk.sysusers": "usr/lib/sysusers.d/kiosk.conf",
    "kiosk.tmpfiles": "usr/lib/tmpfiles.d/kiosk.conf",
    "kiosk-pcscd.conf": "usr/lib/systemd/system/pcscd.socket.d/kiosk.conf",
    "kiosk-pcscd-service.conf": "usr/lib/systemd/system/pcscd.service.d/kiosk.conf",
    "kiosk.udev": "usr/lib/udev/rules.d/93-kiosk.rules",
    "kiosk.polkit": "usr/share/polkit-1/rules.d/50-kiosk.rules",
    "kiosk.journald": "usr/lib/systemd/journald.conf.d/kiosk.conf",
}
"""From a file of the folder to its place below the root."""


def lay_out(prefix: Path) -> tuple[Path, ...]:
    """Copy every file to its place below `prefix`, over that of an older release."""
    if not UNITS.is_dir():
        raise InstallError(UNITS)
    done = []
    for name, place in PLACES.items():
        target = prefix / place
        with usable(target.parent):
            target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
            shutil.copyfile(UNITS / name, target)
            target.chmod(0o644)
        done.append(target)
    return tuple(done)
