"""The console as a part of the page's application."""

from typing import Final

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

from kiosk.console import calls, local, pages, trial_calls
from kiosk.console.console import Console
from kiosk.console.errors import REFUSALS, LoginRefusedError, LoginThrottledError
from kiosk.errors import MaintenanceSignError
from kiosk.faults import fault_of

_STATUS: Final[dict[type[Exception], int]] = {LoginRefusedError: 403, LoginThrottledError: 429}
_CONFLICT: Final = 409


def mount(app: FastAPI, console: Console, credential: str) -> None:
    """Add the console; `credential` is what commands on this machine bring."""
    app.state.console = console
    app.state.credential = credential
    for refusal in (*REFUSALS, MaintenanceSignError):
        app.add_exception_handler(refusal, _told)
    for part in (pages, calls, trial_calls, local):
        app.include_router(part.router)


async def _told(_: Request, error: Exception) -> HTMLResponse:
    """What is no bug but an answer, as a part of the page."""
    status = _STATUS.get(type(error), _CONFLICT)
    return HTMLResponse(pages.part("message", fault=fault_of(error)), status)
