"""The API of the visit: what the holder touches, as events for the present visit."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, HTTPException, Request
from pydantic import BaseModel, Field

from devices.card.errors import PinFormatError
from devices.card.pin import Pin
from kiosk.faults import fault
from kiosk.visit.events import (
    Back,
    CancelAsked,
    Chosen,
    EndAsked,
    Event,
    PinEntered,
    PrintAsked,
    SizeAsked,
    Touched,
)

router = APIRouter(prefix="/api/visit")


class PinBody(BaseModel):
    """The digits that the holder typed; they become a `Pin` and are not kept."""

    digits: str = Field(max_length=64, repr=False)


class ChooseBody(BaseModel):
    """The statement that the holder chose."""

    statement: str = Field(max_length=40, pattern=r"^[a-z_]+$")


class SizeBody(BaseModel):
    """The size of print that the holder wants."""

    size: Literal["normal", "large"]


class PrintBody(BaseModel):
    """The paper that the holder chose."""

    medium: Literal["receipt", "report"]


def _present_visit(
    request: Request,
    x_visit: Annotated[str, Header()] = "",
    origin: Annotated[str, Header()] = "",
) -> int:
    """The present visit's generation, for a call with its token from this page; else 409."""
    shown = request.app.state.behind.service.shown
    generation = getattr(shown.state, "generation", None)
    own = f"{request.url.scheme}://{request.headers['host']}"
    if generation is None or x_visit != shown.token or origin != own:
        raise HTTPException(409, fault("visit.stale").to_json())
    return int(generation)


Visit = Annotated[int, Depends(_present_visit)]


def _post(request: Request, event: Event) -> None:
    request.app.state.behind.service.post(event)


@router.post("/pin", status_code=202)
def enter_pin(request: Request, visit: Visit, body: PinBody) -> None:
    """Send the typed PIN to the card, once."""
    try:
        pin = Pin.from_text(body.digits)
    except PinFormatError:
        pin = None
    _post(request, PinEntered(visit, pin))


@router.post("/choose", status_code=202)
def choose(request: Request, visit: Visit, body: ChooseBody) -> None:
    """Show a statement."""
    _post(request, Chosen(visit, body.statement))


@router.post("/size", status_code=202)
def change_size(request: Request, visit: Visit, body: SizeBody) -> None:
    """Show the statement in the other size of print."""
    _post(request, SizeAsked(visit, body.size))


@router.post("/print", status_code=202)
def print_statement(request: Request, visit: Visit, body: PrintBody) -> None:
    """Print the statement that is shown."""
    _post(request, PrintAsked(visit, body.medium))


@router.post("/back", status_code=202)
def back(request: Request, visit: Visit) -> None:
    """Go one step back."""
    _post(request, Back(visit))


@router.post("/cancel", status_code=202)
def cancel(request: Request, visit: Visit) -> None:
    """Cancel the print job."""
    _post(request, CancelAsked(visit))


@router.post("/end", status_code=202)
def end(request: Request, visit: Visit) -> None:
    """End the visit."""
    _post(request, EndAsked(visit))


@router.post("/touch", status_code=202)
def touch(request: Request, visit: Visit) -> None:
    """The holder is still there."""
    _post(request, Touched(visit))
