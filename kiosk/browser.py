"""The browser over the whole screen, started anew by systemd when its page no longer draws.

A frozen browser is a process that lives: only the page itself can tell. It tells the daemon, and
this program asks the daemon before it feeds systemd's watchdog. A daemon that does not start, for
damaged records or a wrong setting, has no page: then the screen says that the kiosk is out of
service, by a file of this program's own.
"""

import json
import logging
import os
import shutil
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from kiosk.away import away_page
from kiosk.diag.asking import opener
from kiosk.errors import ScreenError
from kiosk.logs import event
from kiosk.page_key import FOLDER, read

START_SECONDS: Final = 30.0
"""A browser on a slow machine draws its first page within so long."""
FROZEN_SECONDS: Final = 20.0
"""A page that draws is heard of every five."""
LOOK_SECONDS: Final = 5.0
_ANSWER_SECONDS: Final = 3.0
_ANSWER_BYTES: Final = 4096


def command(address: str, profile: Path) -> list[str]:
    """A compositor with one window, and in it a browser that keeps nothing and asks nobody.

    What a command line cannot forbid, Chromium's policies do (`systemd/kiosk-browser.json`).
    """
    cage, chromium = (shutil.which(name) for name in ("cage", "chromium"))
    if cage is None or chromium is None:
        raise ScreenError("cage and chromium are needed")
    return [
        cage,
        "-d",  # no window decorations
        "--",
        chromium,
        "--kiosk",
        "--incognito",
        "--ozone-platform=wayland",
        "--no-first-run",
        "--no-default-browser-check",
        "--noerrdialogs",
        "--disable-pinch",
        "--autoplay-policy=no-user-gesture-required",  # "take your card" sounds without a touch
        "--disable-sync",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-features=OverscrollHistoryNavigation",
        "--disk-cache-size=1",
        f"--user-data-dir={profile}",
        address,
    ]


def first_page(runtime: Path, target: str = "") -> str:
    """What the browser opens: a file that goes on to `target`, and without one says why it waits.

    A command line can be read by everybody on the machine, that file by its owner only.
    """
    content = f"<!doctype html><script>location.replace({json.dumps(target)})</script>"
    start, new = runtime / "start.html", runtime / "start.new"
    new.unlink(missing_ok=True)
    with os.fdopen(
        os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as file:
        file.write(content if target else away_page())
    new.replace(start)  # whole, for the browser reads it again and again
    return start.as_uri()


def with_key(address: str, folder: Path = FOLDER) -> str:
    """The page's address with the screen's key behind its `#`; as it is where none is used.

    Raises `ScreenError` where the key is not there: a daemon that answers has written it.
    """
    if not folder.is_dir():
        return address
    try:
        return f"{address}#{read(folder)}"
    except OSError:
        raise ScreenError(f"no key in {folder}") from None


class Lead:
    """The browser's way from its first page to the daemon's, once that answers."""

    def __init__(self, address: Callable[[], str], runtime: Path, folder: Path = FOLDER) -> None:
        """`address`: of the daemon's page; empty while the configuration cannot be read."""
        self._address = address
        self._runtime = runtime
        self._folder = folder
        self._there = ""
        self.first = first_page(runtime)
        self.age()

    def age(self) -> float | None:
        """Seconds since the daemon's page last drew; None: it shows the first one, or no daemon."""
        if self._there:
            return page_age(self._there)
        address = self._address()
        seconds = page_age(address) if address else None
        if seconds is not None:
            first_page(self._runtime, with_key(address, self._folder))
            self._there = address
        return seconds


def page_age(address: str) -> float | None:
    """Seconds since the page last drew, as the daemon says; None: there is no daemon to ask."""
    try:
        with opener().open(f"{address}api/status", timeout=_ANSWER_SECONDS) as answer:
            status = json.loads(answer.read(_ANSWER_BYTES))
        return float(status["page_seconds"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def watch(
    browser: "subprocess.Popen[bytes]",
    age: Callable[[], float | None],
    feed: Callable[[], None],
    monotonic: Callable[[], float],
    wait: Callable[[float], object],
) -> None:
    """Feed while the page draws, until the browser ends; then ScreenError, for a new start.

    While the daemon is away the page shows that by itself, so the browser is left alone.
    """
    started, told = monotonic(), False
    while browser.poll() is None:
        seconds = age()
        starting = monotonic() - started < START_SECONDS
        if seconds is None or seconds <= FROZEN_SECONDS or starting:
            feed()
            told = False
        elif not told:
            event(logging.CRITICAL, "screen.frozen", seconds=round(seconds))
            told = True
        wait(LOOK_SECONDS)
    raise ScreenError(f"the browser ended with {browser.returncode}")


def run(
    address: Callable[[], str], feed: Callable[[str], None], monotonic: Callable[[], float]
) -> None:
    """Start the browser and stay with it; a signal to this program ends both (systemd's cgroup)."""
    runtime = Path(os.environ.get("RUNTIME_DIRECTORY", "/run/kiosk-screen"))
    lead = Lead(address, runtime)
    # The session's own folder, below /run/user, is read-only for this unit.
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(runtime)}
    browser = subprocess.Popen(command(lead.first, runtime / "profile"), env=environment)  # noqa: S603 - found above
    feed("READY=1")
    try:
        watch(
            browser,
            lead.age,
            lambda: feed("WATCHDOG=1"),
            monotonic,
            threading.Event().wait,
        )
    finally:
        if browser.poll() is None:
            browser.terminate()
            browser.wait()
