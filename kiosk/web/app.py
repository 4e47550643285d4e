"""The page for the browser of this very machine.

The browser holds no authority: `/screen` shows what the visit says, `/events` tells that it
changed, and a call of the API (`calls`) needs the present visit's token and this page's origin.
"""

import logging
from importlib.resources import files
from typing import Annotated, cast

from fastapi import APIRouter, FastAPI, Header, Request
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import HTMLResponse, JSONResponse, Response, StreamingResponse

from kiosk.faults import UNEXPECTED, fault
from kiosk.logs import event, where
from kiosk.web import aloud, calls, monitor, verify
from kiosk.web.answers import CALLED, GUARDED, SHOWN
from kiosk.web.guard import Guard
from kiosk.web.lean import LeanFiles
from kiosk.web.screens import environment, spoken
from kiosk.web.showing import Behind, IssuedKey, PageKey, drawn, shown_to
from kiosk.web.streams import Streams

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "frame-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=()",
}
"""With every answer: nothing is stored, framed, guessed, or loaded by or from elsewhere."""
BODY_LIMIT = 4096

pages = APIRouter()


def build(behind: Behind) -> FastAPI:
    """The application around a running visit."""
    app = FastAPI(
        title="hall-kiosk",
        summary="The page of a self-service kiosk",
        docs_url=None,
        redoc_url=None,
        responses=GUARDED,
    )
    app.state.behind = behind
    app.state.monitor = behind.monitor
    app.state.streams = Streams(behind.service, behind.page.owner)
    app.add_middleware(Guard, headers=HEADERS, body_bytes=BODY_LIMIT)
    app.add_exception_handler(Exception, _bug)
    app.add_exception_handler(RequestValidationError, _refused)
    app.include_router(pages)
    app.include_router(calls.router)
    app.include_router(aloud.router)
    app.include_router(verify.router)
    app.include_router(monitor.router)
    static = LeanFiles(directory=str(files("kiosk.web").joinpath("static")))
    # Files only: the length of a packed screen could tell what else stands beside its token.
    app.mount("/static", GZipMiddleware(static))
    return app


async def _bug(request: Request, error: Exception) -> JSONResponse:
    """A bug answers without its text: a traceback may hold a record."""
    event(logging.ERROR, "page.bug", error=type(error).__name__, where=where(error))
    # It is sent outside of the guard.
    return JSONResponse({"error": fault(UNEXPECTED).to_json()}, 500, HEADERS)


async def _refused(request: Request, error: Exception) -> JSONResponse:
    """Name what is wrong and never repeat it: the refused value may be a PIN."""
    assert isinstance(error, RequestValidationError)
    detail = [{"loc": item["loc"], "msg": item["msg"]} for item in error.errors()]
    return JSONResponse({"detail": detail}, 422)


def _behind(request: Request) -> Behind:
    return cast("Behind", request.app.state.behind)


@pages.get("/", response_class=HTMLResponse, include_in_schema=False)
def page(request: Request) -> str:
    """The page itself, with a key of its own; all it shows comes from `/screen`, once it may."""
    key = _behind(request).page.owner.load()
    return environment().get_template("kiosk.html").render(key=key, **spoken())


@pages.post("/own", status_code=204, responses=SHOWN)
async def own(
    request: Request, key: IssuedKey, x_screen: Annotated[str, Header(max_length=64)] = ""
) -> None:
    """Make the page the newest, if it brings the screen's secret; else nothing changes."""
    _behind(request).page.owner.claim(key, x_screen)


@pages.get("/alive", status_code=204, responses={422: CALLED[422]})
async def alive(request: Request, x_page: PageKey = "") -> None:
    """The page has drawn a frame; of any other than the kiosk's own that says nothing."""
    behind = _behind(request)
    if behind.page.owner.knows(x_page):
        behind.monitor.drawn()


@pages.get("/screen", response_class=HTMLResponse, responses=SHOWN)
def screen(request: Request, key: IssuedKey, x_held: Annotated[str, Header()] = "") -> Response:
    """The present screen as HTML, for the page that shows the visit; any other gets nothing.

    `X-Held` names the long part that the page shows: where it still stands, it is left out.
    """
    behind = _behind(request)
    shown = shown_to(behind, key)
    if shown is None:
        return Response(status_code=204)
    return HTMLResponse(drawn(behind, shown, x_held))


@pages.get("/events", response_class=StreamingResponse, responses=SHOWN)
async def events(request: Request, key: IssuedKey) -> Response:
    """A server-sent event whenever the screen has changed; nothing for a page that was replaced."""
    if not _behind(request).page.owner.knows(key):
        return Response(status_code=204)
    return StreamingResponse(request.app.state.streams.changes(key), media_type="text/event-stream")
