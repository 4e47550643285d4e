"""The console's pages: what they show; what they change stands in `calls`."""

from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from kiosk.console.console import Console
from kiosk.console.guard import PLACE, Watching, console_of, identifier
from kiosk.console.sessions import Session
from kiosk.web.screens import environment
from printing.statements.issue import CHINA

router = APIRouter(prefix=PLACE, include_in_schema=False, default_response_class=HTMLResponse)

TABS: Final = (("", "总览", "Overview"),)
"""Address behind `/technician`, and the name in both languages."""


@router.get("")
def overview(request: Request) -> Response:
    """Live state and findings; the log-in page where nobody is logged in."""
    console = console_of(request)
    session = console.sessions.find(identifier(request), act=True)
    if session is None:
        place = console.machine.settings.kiosk
        return HTMLResponse(part("login", place=place, message=None))
    return show(console, session, "")


@router.get("/live")
def live(request: Request, session: Watching) -> str:
    """The rows of the live state, as a part of the page."""
    console = console_of(request)
    return part(
        "live",
        rows=console.live.rows(),
        visit=console.visit_runs,
        minutes=round(console.sessions.seconds_left(session) / 60),
        time=f"{console.machine.now().astimezone(CHINA):%H:%M:%S}",
    )


def show(console: Console, session: Session, tab: str, **extra: object) -> HTMLResponse:
    """A whole page."""
    return HTMLResponse(
        part(
            tab or "overview",
            place=console.machine.settings.kiosk,
            account=session.account,
            csrf=session.csrf,
            tabs=TABS,
            tab=tab,
            **extra,
        )
    )


def open_tab(request: Request, tab: str, **extra: object) -> Response:
    """A page for who is logged in; everybody else comes to the door."""
    console = console_of(request)
    session = console.sessions.find(identifier(request), act=True)
    if session is None:
        return RedirectResponse(PLACE, 303)
    return show(console, session, tab, **extra)


def part(template: str, **values: object) -> str:
    """A template of the console, filled."""
    return environment().get_template(f"console/{template}.html").render(**values)
