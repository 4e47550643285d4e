"""The page for the browser of this very machine.

The browser holds no authority: `/screen` shows what the visit says, `/events` tells that it
changed, and a call of the API (`calls`) needs the present visit's token and this page's origin.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import cast

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, StreamingResponse
from fastapi.staticfiles import StaticFiles

from kiosk.config import Settings
from kiosk.faults import UNEXPECTED, fault
from kiosk.logs import event, where
from kiosk.verifying import Verifier
from kiosk.visit.desk import Desk
from kiosk.visit.service import VisitService
from kiosk.web import calls, monitor, verify
from kiosk.web.answers import GUARDED
from kiosk.web.guard import Guard
from kiosk.web.monitor import Monitor
from kiosk.web.screens import environment, render
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


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind the page: the visit that it shows and that its calls go to, the seals."""

    service: VisitService
    desk: Desk
    settings: Settings
    now: Callable[[], datetime]
    verifier: Verifier
    monitor: Monitor


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
    app.state.streams = Streams(behind.service)
    app.add_middleware(Guard, headers=HEADERS, body_bytes=BODY_LIMIT)
    app.add_exception_handler(Exception, _bug)
    app.add_exception_handler(RequestValidationError, _refused)
    app.include_router(pages)
    app.include_router(calls.router)
    app.include_router(verify.router)
    app.include_router(monitor.router)
    app.mount("/static", StaticFiles(directory=str(files("kiosk.web").joinpath("static"))))
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
def page() -> str:
    """The page itself; all it shows comes from `/screen`."""
    return environment().get_template("kiosk.html").render()


@pages.get("/screen", response_class=HTMLResponse)
def screen(request: Request) -> str:
    """The present screen as HTML."""
    behind = _behind(request)
    shown = behind.service.shown
    return render(
        shown,
        memory=behind.desk.memory,
        settings=behind.settings,
        now=behind.now(),
        seconds=behind.service.seconds_left(shown.state),
    )


@pages.get("/events", response_class=StreamingResponse)
async def events(request: Request) -> StreamingResponse:
    """A server-sent event whenever the screen has changed."""
    return StreamingResponse(request.app.state.streams.changes(), media_type="text/event-stream")
