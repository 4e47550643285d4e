"""How a command asks the running daemon on this machine."""

import urllib.request
from typing import Final

from kiosk.config import Settings
from kiosk.diag.credential import HEADER, read

_SECONDS: Final = 120.0
_MOST_BYTES: Final = 10_000_000


def address(settings: Settings, port: int) -> str:
    """Where the daemon's page answers."""
    host = settings.web.host
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def opener(*handlers: urllib.request.BaseHandler) -> urllib.request.OpenerDirector:
    """What asks this machine itself, whatever proxy the environment names."""
    return urllib.request.build_opener(urllib.request.ProxyHandler({}), *handlers)


def ask(settings: Settings, what: str) -> bytes | None:
    """The daemon's answer; None where none runs, or none that answers this user."""
    known = read(settings)
    if known is None:
        return None
    port, credential = known
    request = urllib.request.Request(  # noqa: S310 - loopback, see `Web.host`
        f"{address(settings, port)}/api/local/{what}", headers={HEADER: credential}
    )
    try:
        with opener().open(request, timeout=_SECONDS) as answer:
            return bytes(answer.read(_MOST_BYTES))
    except OSError:
        return None
