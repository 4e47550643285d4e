"""Who may see a page of the console, and which call may change something."""

from typing import Annotated, Final, cast

from fastapi import Depends, Header, HTTPException, Request, Response, Security
from fastapi.security import APIKeyCookie

from kiosk.console.console import Console
from kiosk.console.sessions import Session, same
from kiosk.faults import fault
from kiosk.web.guard import own_origin

COOKIE: Final = "kiosk_technician"
PLACE: Final = "/technician"


def console_of(request: Request) -> Console:
    """The console behind this application."""
    return cast("Console", request.app.state.console)


def identifier(request: Request) -> str:
    """The session's id as the browser brought it."""
    return request.cookies.get(COOKIE, "")


def give_cookie(request: Request, response: Response, session: str) -> None:
    """Hand a session's id to the browser: not to its scripts, not to other sites' calls."""
    response.set_cookie(
        COOKIE,
        session,
        path=PLACE,
        httponly=True,
        samesite="strict",
        # On plain loopback a browser may refuse to bring a `Secure` cookie back.
        secure=request.url.scheme == "https",
    )


_SESSION: Final = APIKeyCookie(name=COOKIE, scheme_name="technician", auto_error=False)


def signed_in(request: Request, _: Annotated[str | None, Security(_SESSION)] = None) -> Session:
    """The session of a page that looks by itself, which does not keep it alive; else 401."""
    session = console_of(request).sessions.find(identifier(request), act=False)
    if session is None:
        raise HTTPException(401, fault("technician.session").to_json())
    return session


def acting(
    request: Request,
    x_console: Annotated[str, Header()] = "",
    origin: Annotated[str, Header()] = "",
) -> Session:
    """The session of a call that a hand made on the session's own page; else 401 or 403."""
    session = signed_in(request)
    if not same(x_console, session.csrf) or not own_origin(request, origin):
        raise HTTPException(403, fault("technician.session").to_json())
    found = console_of(request).sessions.find(identifier(request), act=True)
    return found or session


Watching = Annotated[Session, Depends(signed_in)]
Acting = Annotated[Session, Depends(acting)]
