"""The page for the browser of this very machine.

The browser holds no authority: `/screen` shows what the visit says, `/events` tells that it
changed, and a call of the API (`calls`) needs the present visit's token and this page's origin.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from importlib.resources import files
from typing import cast

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from fastapi.staticfiles import StaticFiles

from kiosk.faults import fault
from kiosk.visit.service import VisitService
from kiosk.web import aloud, calls, monitor, verify
from kiosk.web.screens import environment, spoken
from kiosk.web.showing import Behind, PageKey, drawn, shown_to

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "frame-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
)
LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
HEARTBEAT_SECONDS = 15.0
BODY_LIMIT = 4096

pages = APIRouter()


def build(behind: Behind) -> FastAPI:
    """The application around a running visit."""
    app = FastAPI(title="hall-kiosk", summary="The page of a self-service kiosk", docs_url=None)
    app.state.behind = behind
    app.state.monitor = behind.monitor
    app.middleware("http")(_guard)
    app.add_exception_handler(Exception, _bug)
    app.add_exception_handler(RequestValidationError, _refused)
    app.include_router(pages)
    app.include_router(calls.router)
    app.include_router(aloud.router)
    app.include_router(verify.router)
    app.include_router(monitor.router)
    app.mount("/static", StaticFiles(directory=str(files("kiosk.web").joinpath("static"))))
    return app


async def _guard(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Refuse foreign names (DNS rebinding) and large bodies; let nothing be stored or framed."""
    if request.url.hostname not in LOOPBACK_NAMES:
        return JSONResponse({"detail": "unknown host"}, 421)
    length = request.headers.get("content-length", "")
    if request.method == "POST" and not (length.isdigit() and int(length) <= BODY_LIMIT):
        # Without a length a body could go on for ever.
        return JSONResponse({"detail": "a short body with its length is expected"}, 413)
    response = await call_next(request)
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


async def _bug(request: Request, error: Exception) -> JSONResponse:
    """A bug answers without its text: a traceback may hold a record."""
    return JSONResponse({"error": fault("internal").to_json()}, 500)


async def _refused(request: Request, error: Exception) -> JSONResponse:
    """Name what is wrong and never repeat it: the refused value may be a PIN."""
    assert isinstance(error, RequestValidationError)
    detail = [{"loc": item["loc"], "msg": item["msg"]} for item in error.errors()]
    return JSONResponse({"detail": detail}, 422)


def _behind(request: Request) -> Behind:
    return cast("Behind", request.app.state.behind)


@pages.get("/", response_class=HTMLResponse, include_in_schema=False)
def page(request: Request) -> str:
    """The page itself, with a key of its own; all it shows comes from `/screen`."""
    key = _behind(request).page.owner.load()
    return environment().get_template("kiosk.html").render(key=key, **spoken())


@pages.get("/screen", response_class=HTMLResponse)
def screen(request: Request, x_page: PageKey = "") -> Response:
    """The present screen as HTML, for the page that shows the visit; any other gets nothing."""
    behind = _behind(request)
    shown = shown_to(behind, x_page)
    return HTMLResponse(drawn(behind, shown)) if shown else Response(status_code=204)


@pages.get("/events", response_class=StreamingResponse)
async def events(request: Request, x_page: PageKey = "") -> Response:
    """A server-sent event whenever the screen has changed; nothing for a page that was replaced."""
    if not _behind(request).page.owner.knows(x_page):
        return Response(status_code=204)
    return StreamingResponse(_changes(_behind(request).service), media_type="text/event-stream")


async def _changes(service: VisitService) -> AsyncIterator[str]:
    loop = asyncio.get_running_loop()
    changed = asyncio.Event()
    unsubscribe = service.subscribe(lambda: _tell(loop, changed))
    try:
        yield "data: hello\n\n"
        while True:
            try:
                await asyncio.wait_for(changed.wait(), HEARTBEAT_SECONDS)
            except TimeoutError:
                yield ": still here\n\n"
            else:
                changed.clear()
                yield "data: changed\n\n"
    finally:
        unsubscribe()


def _tell(loop: asyncio.AbstractEventLoop, changed: asyncio.Event) -> None:
    """Wake the stream from the visit's thread; a loop that has ended needs no waking."""
    try:
        loop.call_soon_threadsafe(changed.set)
    except RuntimeError:
        return
