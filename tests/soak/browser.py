"""The page as its own script uses it: told by `/events`, it draws `/screen` and calls the visit."""

import contextlib
import json
import re
import threading
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection
from urllib.parse import urlsplit

_KEY = re.compile(r'data-page="([^"]+)"')
_KEPT_BACK = re.compile(r"<template.*?</template>", re.DOTALL)
"""What the page may show later: the warning before the end of a wait is one, and no news."""
_MARK = re.compile(r'data-mark="(\w*)"')
_SCREEN = re.compile(r'data-screen="(\w+)" data-token="([^"]+)"')
SECONDS = 60.0
SOON_SECONDS = 0.02
"""What a touch changes is told so soon; a screen drawn before that would be drawn once more."""
MEASURED = 'data-call="print"'
"""In a preview that says how long its papers are."""


class StuckError(Exception):
    """A screen that was waited for did not come."""


@dataclass(frozen=True)
class Screen:
    """What is drawn now."""

    name: str
    html: str = field(repr=False)
    token: str = field(repr=False)
    mark: str = ""
    """Of the long part that it shows, which is not sent again."""

    @property
    def alarms(self) -> bool:
        """Whether it says now what is wrong."""
        return 'role="alert"' in _KEPT_BACK.sub("", self.html)


class Page:
    """One browser, and the hands at the devices, which are calls to the dev dock."""

    def __init__(self, address: str) -> None:
        place = urlsplit(address)
        self._origin = address.rstrip("/")
        self._calls = HTTPConnection(place.hostname or "", place.port, timeout=SECONDS)
        self._stream = HTTPConnection(place.hostname or "", place.port, timeout=SECONDS)
        self._key: dict[str, str] = {}
        self.html = self._ask("GET", "/")
        found = _KEY.search(self.html)
        assert found, "the page has no key"
        self._key = {"X-Page": found[1]}
        self._ask("POST", "/own", good=(204,))
        self._stream.request("GET", "/events", headers=self._key)
        self._events = self._stream.getresponse()
        self._news = threading.Event()
        self.drawn = 0
        self._touched = False
        self.screen = Screen("", "", "")
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        with contextlib.suppress(OSError, ValueError, AttributeError):  # closed while it reads
            while line := self._events.readline():
                if line.startswith(b"data:"):
                    self._news.set()

    def until(self, *names: str, alert: bool = False, has: str = "") -> Screen:
        """Draw whenever anything has changed, until one of these screens is shown.

        `alert`: until it is one that says what is wrong; `has`: one with this in its HTML.
        """
        deadline = time.monotonic() + SECONDS

        def wanted() -> bool:
            screen = self.screen
            return screen.name in names and has in screen.html and (screen.alarms or not alert)

        if self._touched:
            self._news.wait(SOON_SECONDS)
        elif wanted() and not self._news.is_set():
            return self.screen
        while True:
            self._news.clear()
            self._draw()
            if wanted():
                return self.screen
            if not self._news.wait(deadline - time.monotonic()):
                raise StuckError(f"{self.screen.name} instead of {' or '.join(names)}")

    def _draw(self) -> None:
        held = {"X-Held": self.screen.mark}
        try:
            html = self._ask("GET", "/screen", headers=held)
        except ConnectionError:
            # The server ends a line on which nothing was asked for seconds; a browser asks again.
            self._calls.close()
            html = self._ask("GET", "/screen", headers=held)
        found, mark = _SCREEN.search(html), _MARK.search(html)
        assert found, "no screen"
        self.screen = Screen(found[1], html, found[2], mark[1] if mark else "")
        self.drawn += 1
        self._touched = False

    def call(self, name: str, **body: object) -> None:
        """Touch the screen that is drawn."""
        headers = {"X-Visit": self.screen.token, "Origin": self._origin}
        self._ask("POST", f"/api/visit/{name}", body, headers, (202,))
        self._touched = True

    def hand(self, what: str, name: str = "") -> None:
        """Do something to a device."""
        self._ask("POST", "/dock/do", {"what": what, "name": name}, {}, (204,))
        self._touched = True

    def _ask(
        self,
        method: str,
        path: str,
        body: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        good: tuple[int, ...] = (200,),
    ) -> str:
        text = None if body is None else json.dumps(body)
        sent = {"Content-Type": "application/json", **self._key, **(headers or {})}
        self._calls.request(method, path, text, sent)
        answer = self._calls.getresponse()
        said = answer.read().decode()
        assert answer.status in good, f"{method} {path}: {answer.status}"
        return said

    def close(self) -> None:
        """Leave; the stream ends with its socket."""
        self._calls.close()
        self._events.close()
        self._stream.close()
