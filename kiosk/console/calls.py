"""What a technician changes: log in and out, and the acts at the devices."""

from typing import Annotated

from fastapi import APIRouter, Header, HTTPException, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from kiosk.console.errors import LoginRefusedError, LoginThrottledError
from kiosk.console.guard import (
    COOKIE,
    PLACE,
    Acting,
    console_of,
    give_cookie,
    identifier,
    own_origin,
)
from kiosk.console.pages import part
from kiosk.diag.papers import PART_NAMES
from kiosk.diag.run import ranked
from kiosk.faults import fault, fault_of

router = APIRouter(prefix=PLACE, default_response_class=HTMLResponse)


class LoginBody(BaseModel):
    """Who wants to enter."""

    login: str = Field(max_length=64, repr=False)
    password: str = Field(max_length=256, repr=False)


@router.post("/login")
def log_in(request: Request, body: LoginBody, origin: Annotated[str, Header()] = "") -> Response:
    """Begin a session under a new id; the one that the browser brought ends."""
    if not own_origin(request, origin):
        raise HTTPException(403, fault("technician.session").to_json())
    console = console_of(request)
    try:
        account = console.door.enter(body.login, body.password)
    except (LoginRefusedError, LoginThrottledError) as refusal:
        status = 429 if isinstance(refusal, LoginThrottledError) else 403
        return HTMLResponse(part("message", fault=fault_of(refusal)), status)
    console.sessions.end(identifier(request))
    response = Response(status_code=204)
    give_cookie(request, response, console.sessions.begin(account))
    return response


@router.post("/logout", status_code=204)
def log_out(request: Request, session: Acting) -> Response:
    """End the session here and on the server."""
    console = console_of(request)
    console.sessions.end(identifier(request))
    console.door.leave(session.account)
    response = Response(status_code=204)
    response.delete_cookie(COOKIE, path=PLACE, httponly=True, samesite="strict")
    return response


@router.post("/examine")
def examine(request: Request, _: Acting) -> str:
    """Look at every part now: the findings, the likeliest cause first."""
    results = console_of(request).examine()
    return part("findings", findings=ranked(results), results=results, names=PART_NAMES)
