"""The verify page: a stranger types the code of a paper and reads what is known of it.

The code comes in the body of a POST, so that no log and no history keeps it; a QR symbol brings it
behind the address's `#`, which browsers do not send.
"""

from typing import Annotated, Final

from fastapi import APIRouter, Header, HTTPException, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from kiosk.errors import SealThrottledError
from kiosk.faults import fault, fault_of
from kiosk.verifying import REFUSALS
from kiosk.web.answers import VERIFIED
from kiosk.web.guard import own_origin
from kiosk.web.screens import environment, spoken
from printing.errors import (
    SealCodeError,
    SealExpiredError,
    SealRevokedError,
    SealUnknownError,
    SealVoidError,
)

router = APIRouter(prefix="/verify", default_response_class=HTMLResponse)

_STATUS: Final[dict[type[Exception], int]] = {
    SealCodeError: 422,
    SealUnknownError: 404,
    SealExpiredError: 410,
    SealRevokedError: 410,
    SealVoidError: 410,
    SealThrottledError: 429,
}
"""For each of `REFUSALS`."""


class CodeBody(BaseModel):
    """The code as it was typed."""

    code: str = Field(max_length=64, repr=False)


@router.get("")
def page(request: Request) -> str:
    """The page with its field."""
    place = request.app.state.behind.settings.kiosk
    return environment().get_template("verify.html").render(place=place, **spoken())


@router.post("", responses=VERIFIED)
def verify(request: Request, body: CodeBody, origin: Annotated[str, Header()] = "") -> HTMLResponse:
    """The answer about one code, as a part of the page."""
    if not own_origin(request, origin):
        raise HTTPException(409, fault("visit.stale").to_json())
    place = request.client.host if request.client else ""
    template = environment().get_template("verify_answer.html")
    try:
        paper = request.app.state.behind.verifier.verify(body.code, place)
    except REFUSALS as error:
        answer = template.render(paper=None, fault=fault_of(error), **spoken())
        return HTMLResponse(answer, _STATUS[type(error)])
    return HTMLResponse(template.render(paper=paper, fault=None, **spoken()))
