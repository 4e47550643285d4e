"""The API of the visit: what the holder touches, as events for the present visit.

Nothing here waits for anything, so calls are answered by the loop itself: a thread for each part of
a call made a touch wait for three turns of the interpreter.
"""

from hmac import compare_digest
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, HTTPException, Request
from pydantic import BaseModel, Field

from archive.errors import InvalidValueError
from archive.values import Month
from devices.card.errors import PinFormatError
from devices.card.pin import Pin
from kiosk.faults import fault
from kiosk.visit.events import (
    Back,
    CancelAsked,
    CaseEntered,
    Chosen,
    CodeEntered,
    EndAsked,
    Event,
    GuideChosen,
    LanguageAsked,
    MonthsAsked,
    MonthsChosen,
    PinEntered,
    PrintAsked,
    Searched,
    SizeAsked,
    Touched,
)
from kiosk.visit.look import Language, LookAsked
from kiosk.visit.state import Resting, State, Wish
from kiosk.web.answers import CALLED
from kiosk.web.guard import own_origin
from kiosk.web.showing import PageKey, shown_to
from printing.statements.issue import Window
from printing.statements.registry import NAME
from printing.statements.spans import LONGEST

router = APIRouter(prefix="/api/visit", responses=CALLED)


class PinBody(BaseModel):
    """The digits that the holder typed; they become a `Pin` and are not kept."""

    digits: str = Field(max_length=64, repr=False)


class ChooseBody(BaseModel):
    """The statement that the holder chose."""

    statement: str = Field(max_length=40, pattern=f"^{NAME}$")


class SizeBody(BaseModel):
    """The size of print that the holder wants."""

    size: Literal["normal", "large"]


class PaperLanguageBody(BaseModel):
    """The language of paper that the holder wants."""

    language: Language


class QuestionBody(BaseModel):
    """Which question about the months comes next, as in `ChooseMonths`."""

    first_year: int | None = Field(default=None, ge=0, le=2099, strict=True)


class MonthsBody(BaseModel):
    """The months that the holder chose, both included."""

    first: str = Field(pattern=r"^[0-9]{6}$")
    last: str = Field(pattern=r"^[0-9]{6}$")


class GuestBody(BaseModel):
    """What somebody without a card wants."""

    wish: Wish


class SearchBody(BaseModel):
    """A topic, or letters: pinyin in full or its first ones."""

    query: str = Field(max_length=16)


class GuideBody(BaseModel):
    """The service whose guide is opened."""

    task_code: str = Field(max_length=40, pattern=r"^[0-9A-Za-z-]+$")


class CaseBody(BaseModel):
    """The number as it was typed; it is not kept."""

    number: str = Field(max_length=32, pattern=r"^[0-9A-Za-z-]*$", repr=False)


class SealBody(BaseModel):
    """The code of a paper as it was typed or scanned; it is not kept."""

    code: str = Field(max_length=40, pattern=r"^[0-9A-Za-z-]*$", repr=False)


class LookBody(BaseModel):
    """How the screen shall look; what is left out stays as it is."""

    language: Language | None = None
    size: Literal["normal", "elder"] | None = None
    contrast: Literal["normal", "high"] | None = None
    reach: Literal["normal", "low"] | None = None


class PrintBody(BaseModel):
    """The paper that the holder chose."""

    medium: Literal["receipt", "report"]


async def _present_screen(
    request: Request,
    x_page: PageKey = "",
    x_visit: Annotated[str, Header()] = "",
    origin: Annotated[str, Header()] = "",
) -> State:
    """What is shown, for a call with its token from the page that shows it; else 409."""
    shown = shown_to(request.app.state.behind, x_page)
    if shown is None:
        raise HTTPException(409, fault("visit.elsewhere").to_json())
    known = compare_digest(x_visit.encode(), shown.token.encode())
    if not known or not own_origin(request, origin):
        raise HTTPException(409, fault("visit.stale").to_json())
    return shown.state


async def _present_visit(state: Annotated[State, Depends(_present_screen)]) -> int:
    """The present visit's generation; 409 where there is none."""
    if isinstance(state, Resting):
        raise HTTPException(409, fault("visit.stale").to_json())
    return state.generation


Screen = Annotated[State, Depends(_present_screen)]
Visit = Annotated[int, Depends(_present_visit)]


def _post(request: Request, event: Event) -> None:
    request.app.state.behind.service.post(event)


@router.post("/pin", status_code=202)
async def enter_pin(request: Request, visit: Visit, body: PinBody) -> None:
    """Send the typed PIN to the card, once."""
    try:
        pin = Pin.from_text(body.digits)
    except PinFormatError:
        pin = None
    request.app.state.behind.page.pad.used()
    _post(request, PinEntered(visit, pin))


@router.post("/choose", status_code=202)
async def choose(request: Request, visit: Visit, body: ChooseBody) -> None:
    """Show a statement."""
    _post(request, Chosen(visit, body.statement))


@router.post("/size", status_code=202)
async def change_size(request: Request, visit: Visit, body: SizeBody) -> None:
    """Show the statement in the other size of print."""
    _post(request, SizeAsked(visit, body.size))


@router.post("/paper-language", status_code=202)
def change_paper_language(request: Request, visit: Visit, body: PaperLanguageBody) -> None:
    """Show the statement in the other language."""
    _post(request, LanguageAsked(visit, body.language))


@router.post("/months/ask", status_code=202)
async def ask_months(request: Request, visit: Visit, body: QuestionBody) -> None:
    """Show the next question about the months of the statement."""
    _post(request, MonthsAsked(visit, body.first_year))


@router.post("/months", status_code=202)
async def choose_months(request: Request, visit: Visit, body: MonthsBody) -> None:
    """Show the statement again, of these months."""
    try:
        window = Window(Month.parse(body.first), Month.parse(body.last))
    except InvalidValueError:
        raise HTTPException(422, "a month is YYYYMM") from None
    if not 1 <= window.months <= LONGEST:
        raise HTTPException(422, f"1 to {LONGEST} months")
    _post(request, MonthsChosen(visit, window))


@router.post("/look", status_code=202)
async def change_look(request: Request, screen: Screen, body: LookBody) -> None:
    """Show every screen in another language, size, contrast or reach."""
    asked = LookAsked(body.language, body.size, body.contrast, body.reach)
    request.app.state.behind.service.show_as(asked)


@router.post("/guest", status_code=202)
async def guest(request: Request, screen: Screen, body: GuestBody) -> None:
    """Begin without a card."""
    request.app.state.behind.service.welcome(body.wish)


@router.post("/guides", status_code=202)
async def search(request: Request, visit: Visit, body: SearchBody) -> None:
    """Look for guides."""
    _post(request, Searched(visit, body.query))


@router.post("/guide", status_code=202)
async def open_guide(request: Request, visit: Visit, body: GuideBody) -> None:
    """Show a guide."""
    _post(request, GuideChosen(visit, body.task_code))


@router.post("/case", status_code=202)
async def find_case(request: Request, visit: Visit, body: CaseBody) -> None:
    """Look for a case by its number."""
    _post(request, CaseEntered(visit, body.number))


@router.post("/verify", status_code=202)
async def verify_paper(request: Request, visit: Visit, body: SealBody) -> None:
    """Look for the paper of a code."""
    _post(request, CodeEntered(visit, body.code))


@router.post("/print", status_code=202)
async def print_statement(request: Request, visit: Visit, body: PrintBody) -> None:
    """Print the statement that is shown."""
    _post(request, PrintAsked(visit, body.medium))


@router.post("/back", status_code=202)
async def back(request: Request, visit: Visit) -> None:
    """Go one step back."""
    _post(request, Back(visit))


@router.post("/cancel", status_code=202)
async def cancel(request: Request, visit: Visit) -> None:
    """Cancel the print job."""
    _post(request, CancelAsked(visit))


@router.post("/end", status_code=202)
async def end(request: Request, visit: Visit) -> None:
    """End the visit."""
    _post(request, EndAsked(visit))


@router.post("/touch", status_code=202)
async def touch(request: Request, visit: Visit) -> None:
    """The holder is still there."""
    _post(request, Touched(visit))
