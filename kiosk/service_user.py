"""Commands that run as the daemon does: as its user, with the credentials of its unit.

A shell of root or of that user has no key of the sealed columns and no password of the database:
the service manager hands them to what it starts, and to nothing else.
"""

import os
import pwd
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from kiosk.errors import WrongUserError

USER: Final = "kiosk"
PATH: Final = "/opt/hall-kiosk/bin:/usr/bin:/bin"
RUNNING: Final = Path("/run/systemd/system")
"""There where systemd has started this machine (sd_booted)."""
CREDENTIALS: Final = ("records-key", "records-password", "sign-password")
"""As in `systemd/kiosk.service`; those that are not there are passed over."""


def as_service(*, terminal: bool = False) -> tuple[str, ...]:
    """What has to stand before the arguments of `kiosk`; `terminal`: a person types and reads."""
    return (
        "systemd-run",
        "--quiet",
        "--collect",
        "--wait",
        "--pty" if terminal else "--pipe",
        "--same-dir",
        f"--uid={USER}",
        f"--gid={USER}",
        f"--setenv=PATH={PATH}",
        "--property=UMask=0077",
        "--property=LimitCORE=0",
        *(f"--property=LoadCredentialEncrypted={name}" for name in CREDENTIALS),
        "/usr/bin/env",
        "kiosk",
    )


def run_as_service(arguments: Sequence[str]) -> None:
    """Become such a command; does not return. OSError where no systemd runs."""
    if not RUNNING.is_dir():
        raise FileNotFoundError(RUNNING)
    command = (*as_service(terminal=sys.stdin.isatty()), *arguments)
    os.execvp(command[0], command)  # noqa: S606 - no shell: each argument stays one


def become_owner_of(folder: Path) -> None:
    """Go on as the user of a folder, for good: nothing is made there that it could not open.

    For root, where no systemd runs: this process has none of the service's credentials.
    """
    of = folder.stat()
    try:
        os.initgroups(pwd.getpwuid(of.st_uid).pw_name, of.st_gid)
    except KeyError:  # a user of numbers only, as in a container
        os.setgroups([])
    os.setgid(of.st_gid)
    os.setuid(of.st_uid)


def refuse_another_user(place: Path) -> None:
    """Refuse whoever is not its user beside a file of the kiosk. Raises WrongUserError.

    To others its folder is closed. Root may do anything there, and what it makes, a lock or a
    key, the daemon could not open: the kiosk would not start any more.
    """
    folder = place.parent
    if not folder.is_dir():
        return
    mine = owner_of(folder) == 0 if os.geteuid() == 0 else os.access(folder, os.X_OK)
    if not mine:
        raise WrongUserError(folder)


def owner_of(folder: Path) -> int:
    """The user that it belongs to."""
    return folder.stat().st_uid
