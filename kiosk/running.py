"""Whether the kiosk of a configuration runs, for commands that would take a printer from it."""

import fcntl
import os
import urllib.error
from typing import Final

from kiosk.config import Settings
from kiosk.diag.asking import address, opener
from kiosk.errors import AlreadyRunningError

_ANSWER_SECONDS: Final = 3.0


def refuse_beside_kiosk(settings: Settings, port: str) -> None:
    """Leave a running kiosk its printers; `port` empty: the receipt printer's.

    Raises AlreadyRunningError. Without it the port's holder, the kiosk, would be taken for a
    stranger's program that is to be ended. A port on the network has no holder.
    """
    wanted = port or settings.receipt.port
    own = filter(None, (settings.receipt.port, settings.report.port))
    if not wanted.startswith("/"):
        return
    if os.path.realpath(wanted) in map(os.path.realpath, own) and runs(settings):
        raise AlreadyRunningError


def runs(settings: Settings) -> bool:
    """Whether a process holds the lock of `only_one`, or the page answers where it is hidden.

    Nothing is made here: who asks may be no user of the kiosk's folders.
    """
    journal = settings.store.journal
    try:
        descriptor = os.open(journal.with_name(journal.name + ".lock"), os.O_RDONLY)
    except FileNotFoundError:
        return False
    except OSError:
        return _answers(settings)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _answers(settings: Settings) -> bool:
    """Whether a page answers at the configured address; of a kiosk that is not well, too."""
    url = f"{address(settings, settings.web.port)}/healthz"
    try:
        with opener().open(url, timeout=_ANSWER_SECONDS):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
