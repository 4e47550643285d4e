"""The trials as calls: each during maintenance only, each written down with who did it."""

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, Field

from archive.errors import ArchiveError
from devices.errors import DeviceError
from kiosk.console.console import Console
from kiosk.console.errors import REFUSALS, MaintenanceNeededError
from kiosk.console.guard import PLACE, Acting, console_of
from kiosk.console.pages import part
from kiosk.diag.printing import PAPERS
from kiosk.errors import KioskError
from kiosk.faults import fault_of, known_codes, printer_fault
from kiosk.leftover import GOOD
from kiosk.settling import witness as settle_by_witness
from kiosk.web.answers import ACTED
from printing.errors import PrintingError

router = APIRouter(
    prefix=f"{PLACE}/trials",
    default_response_class=HTMLResponse,
    responses=ACTED,
    tags=["console"],
)

FAULTS: Final = (KioskError, DeviceError, PrintingError, ArchiveError)
"""What is no bug: a device, the journal or the trail cannot be used."""


class PrintBody(BaseModel):
    """Which paper, and where."""

    paper: Literal["startup", "self-test", "readiness"]
    medium: Literal["receipt", "report"]


class WitnessBody(BaseModel):
    """What somebody saw of the paper of a test."""

    job: int = Field(ge=1, le=2**53)
    complete: bool = Field(strict=True)


def _in_maintenance(request: Request) -> Console:
    """The console, while the kiosk serves nobody; else MaintenanceNeededError."""
    console = console_of(request)
    if not console.maintained:
        raise MaintenanceNeededError
    return console


Free = Annotated[Console, Depends(_in_maintenance)]


@router.post("/card")
def read_card(session: Acting, console: Free) -> HTMLResponse:
    """Read the card that is in, masked, without a try of its PIN."""
    console.did(session, "card.tried")
    try:
        return HTMLResponse(part("card", values=console.trials.read_card()))
    except FAULTS as error:
        return _told(error)


@router.post("/print")
def print_paper(session: Acting, console: Free, body: PrintBody) -> HTMLResponse:
    """Print one of the technicians' papers, and ask what came out."""
    try:
        printed = console.trials.print(body.paper, body.medium, session.account.login)
    except FAULTS as error:
        return _told(error)
    job = console.machine.journal.job(printed.job_id)
    why = job.observed.reason or ""
    port = getattr(console.machine.settings, body.medium).port
    words = printer_fault(why, f"{body.medium}.port", port) if why in known_codes() else None
    good = job.state in GOOD
    return HTMLResponse(part("printed", job=job, title=PAPERS[body.paper], good=good, fault=words))


@router.post("/witness")
def witness(session: Acting, console: Free, body: WitnessBody) -> HTMLResponse:
    """Keep what somebody saw of the paper: the journal's truth, and the trail's."""
    machine = console.machine
    try:
        job = settle_by_witness(
            machine.journal,
            machine.store,
            machine.settings.kiosk.id,
            body.job,
            session.account.login,
            complete=body.complete,
        )
    except FAULTS as error:
        return _told(error)
    return HTMLResponse(part("witnessed", job=job, complete=body.complete))


@router.post("/handshake", status_code=204)
def begin_handshake(session: Acting, console: Free) -> Response:
    """Begin the handshake test of the receipt printer's line."""
    console.did(session, "handshake.tried")
    console.trials.begin_handshake()
    return Response(status_code=204)


@router.post("/cover", status_code=204)
def cover_opened(_: Acting, console: Free) -> Response:
    """The printer's cover is open: the handshake test goes on."""
    console.trials.cover_opened()
    return Response(status_code=204)


def _told(error: Exception) -> HTMLResponse:
    """What a device or a file has is the trial's answer; what the console refuses is none."""
    if isinstance(error, REFUSALS):
        raise error
    return HTMLResponse(part("trouble", fault=fault_of(error)))
