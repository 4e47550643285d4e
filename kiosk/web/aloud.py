"""What can be heard: the present screen read aloud, and signals."""

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Header, HTTPException, Request, Response

from kiosk.faults import fault
from kiosk.speech.tones import SOUNDS, sound
from kiosk.web.answers import HEARD
from kiosk.web.showing import PageKey, drawn, shown_to

router = APIRouter()
WAV: Final = "audio/wav"


@router.get("/speech", response_class=Response, responses=HEARD)
def speech(
    request: Request,
    x_page: PageKey = "",
    x_visit: Annotated[str, Header(max_length=64)] = "",
    part: Annotated[str, Header(max_length=40, alias="X-Part")] = "",
) -> Response:
    """The present screen, or the part of it that is open on it, as sound."""
    behind = request.app.state.behind
    shown = shown_to(behind, x_page)
    if shown is None or x_visit != shown.token:
        raise HTTPException(409, fault("visit.stale").to_json())
    html, language = drawn(behind, shown), shown.look.language
    wav = behind.page.aloud.wav(html, token=shown.token, language=language, part=part)
    if wav is None:
        raise HTTPException(404, fault("speech.absent").to_json())
    return Response(wav, media_type=WAV)


@router.get("/sounds/{name}", response_class=Response, responses=HEARD)
def signal(name: Literal["take-card", "card-forgotten", "paper-ready"]) -> Response:
    """A short signal; nothing of any visit."""
    assert name in SOUNDS
    return Response(sound(name), media_type=WAV)
