"""What a technician changes: log in and out, and the acts at the devices."""

import threading
from typing import Annotated, Final

from fastapi import APIRouter, Header, HTTPException, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from kiosk.console.guard import (
    COOKIE,
    PLACE,
    Acting,
    console_of,
    give_cookie,
    identifier,
)
from kiosk.console.pages import counters_part, jobs_part, part
from kiosk.diag.papers import PART_NAMES
from kiosk.diag.run import ranked
from kiosk.faults import fault, fault_of
from kiosk.settling import Found
from kiosk.settling import settle as settle_job
from kiosk.visit.closing import maintained
from kiosk.web.answers import ACTED, LOGGED_IN
from kiosk.web.guard import own_origin
from printing.errors import JobStateError, JobUnknownError

router = APIRouter(
    prefix=PLACE, default_response_class=HTMLResponse, responses=ACTED, tags=["console"]
)
_CHANGE_SECONDS: Final = 2.0


class LoginBody(BaseModel):
    """Who wants to enter."""

    login: str = Field(max_length=64, repr=False)
    password: str = Field(max_length=256, repr=False)


class MaintainBody(BaseModel):
    """Whether nobody shall be served."""

    on: bool = Field(strict=True)


class SettleBody(BaseModel):
    """What the paper of a job of unknown end shows."""

    job: int = Field(ge=1, le=2**53)
    verdict: Found


class TraceBody(BaseModel):
    """How long to follow what passes; 0: no more."""

    minutes: int = Field(ge=0, le=60, strict=True)


@router.post("/login", status_code=204, responses=LOGGED_IN)
def log_in(request: Request, body: LoginBody, origin: Annotated[str, Header()] = "") -> Response:
    """Begin a session under a new id; the one that the browser brought ends."""
    if not own_origin(request, origin):
        raise HTTPException(403, fault("technician.session").to_json())
    console = console_of(request)
    account = console.door.enter(body.login, body.password)
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


@router.post("/maintain", status_code=204)
def maintain(request: Request, session: Acting, body: MaintainBody) -> Response:
    """Begin or end maintenance; a visit that runs, or a trial, comes to its end first."""
    console = console_of(request)
    if not body.on:
        console.trials.give_up()
    console.did(session, "maintenance.on" if body.on else "maintenance.off")
    if maintained(console.service.state) != body.on:
        changed = threading.Event()
        unsubscribe = console.service.subscribe(changed.set)
        console.service.maintain(body.on)
        changed.wait(_CHANGE_SECONDS)  # so that the page, which comes again, shows it
        unsubscribe()
    return Response(status_code=204)


@router.post("/jobs/settle")
def settle(request: Request, session: Acting, body: SettleBody) -> HTMLResponse:
    """Decide about a job of unknown end, after a look at its paper."""
    console = console_of(request)
    machine = console.machine
    try:
        settle_job(
            machine.journal,
            machine.store,
            machine.settings.kiosk.id,
            body.job,
            session.account.login,
            body.verdict,
        )
    except (JobStateError, JobUnknownError) as error:
        return HTMLResponse(part("message", fault=fault_of(error)) + jobs_part(console), 409)
    return HTMLResponse(jobs_part(console))


@router.post("/paper/roll")
def change_roll(request: Request, session: Acting) -> HTMLResponse:
    """A new roll is in: its paper is counted from here on."""
    console = console_of(request)
    console.did(session, "roll.changed")
    console.counters.roll_changed()
    return HTMLResponse(counters_part(console))


@router.post("/trace", status_code=204)
def follow(request: Request, session: Acting, body: TraceBody) -> Response:
    """Begin a trace, or end it."""
    console = console_of(request)
    most = console.machine.settings.technician.trace_minutes
    if body.minutes:
        console.did(session, "trace.begun")
        console.machine.wire.begin(60.0 * min(body.minutes, most))
    else:
        console.did(session, "trace.ended")
        console.machine.wire.end()
    return Response(status_code=204)


@router.post("/examine")
def examine(request: Request, _: Acting) -> str:
    """Look at every part now: the findings, the likeliest cause first."""
    results = console_of(request).examine()
    return part("findings", findings=ranked(results), results=results, names=PART_NAMES)
