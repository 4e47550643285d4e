"""The door of the page: who may ask at all, and what no answer goes out without."""

import re
from collections.abc import Mapping
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_OWN_NAME: Final = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?", re.ASCII | re.I)
"""This machine's names for itself; a port may be another, as behind a technician's tunnel."""
_OWN_SITES: Final = frozenset({"same-origin", "none"})
"""What a browser says of a request by this page, or by somebody who typed the address."""


class Guard:
    """Refuses foreign names (DNS rebinding), foreign pages and bodies that are large or odd."""

    def __init__(self, app: ASGIApp, headers: Mapping[str, str], body_bytes: int) -> None:
        """`headers` go with every answer; a body may have `body_bytes`."""
        self.app = app
        self._headers = headers
        self._body_bytes = body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request that is refused; let the others through."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        refusal = self._refusal(scope["path"], Headers(scope=scope))
        await (refusal or self.app)(scope, receive, send_with_headers)

    def _refusal(self, path: str, headers: Headers) -> JSONResponse | None:
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not _OWN_NAME.fullmatch(hosts[0]):
            return _refused(421, "unknown host")
        own = headers.get("sec-fetch-site", "none") in _OWN_SITES
        if not own and not _opens(path, headers):
            return _refused(403, "another page asks")
        if "transfer-encoding" in headers:  # without a length a body could go on for ever
            return _refused(413, "a short body with its length is expected")
        length = headers.get("content-length", "0")
        # Not int() of anything longer: it would take its time with a number of 50,000 digits.
        if not (length.isascii() and length.isdigit() and len(length) < 10):
            return _refused(413, "a short body with its length is expected")
        if int(length) > self._body_bytes:
            return _refused(413, "a short body with its length is expected")
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        if int(length) and (kind != "application/json" or "content-encoding" in headers):
            return _refused(415, "JSON is expected")
        return None


def _opens(path: str, headers: Headers) -> bool:
    """Whether a browser's window goes to the page from elsewhere, as from `kiosk browser`'s file.

    That shows nobody anything: the page still has to prove that it is the screen's.
    """
    return path == "/" and headers.get("sec-fetch-dest") == "document"


def own_origin(request: Request, origin: str) -> bool:
    """Whether a call comes from a page of this very address, by the browser's word (`Origin`)."""
    return origin == f"{request.url.scheme}://{request.headers['host']}"


def _refused(status: int, detail: str) -> JSONResponse:
    return JSONResponse({"detail": detail}, status)
