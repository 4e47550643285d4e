"""What stands behind the page, and what of it the page of a key may see."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, HTTPException, Request

from kiosk.config import Settings
from kiosk.verifying import Verifier
from kiosk.visit.desk import Desk
from kiosk.visit.service import VisitService
from kiosk.visit.shown import Shown
from kiosk.visit.state import Resting
from kiosk.web.monitor import Monitor
from kiosk.web.own_page import OwnPage
from kiosk.web.screens import render

PageKey = Annotated[str, Header(max_length=64)]
"""The key that a page got when it was loaded."""


async def _issued(request: Request, x_page: PageKey = "") -> str:
    if not request.app.state.behind.page.owner.issued(x_page):
        raise HTTPException(410, "a page of an earlier daemon, or of none")
    return x_page


IssuedKey = Annotated[str, Depends(_issued)]
"""One that this process gave; 410 for any other: a page of before a restart is loaded anew."""


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind the page: the visit that it shows and that its calls go to, the seals."""

    service: VisitService
    desk: Desk
    settings: Settings
    verifier: Verifier
    monitor: Monitor
    page: OwnPage


def shown_to(behind: Behind, key: str) -> Shown | None:
    """What the visit shows, for the page that may show it; None for any other."""
    shown = behind.service.shown
    visiting = not isinstance(shown.state, Resting)
    return shown if behind.page.owner.shows(key, shown.token, visiting=visiting) else None


def drawn(behind: Behind, shown: Shown, held: str = "") -> str:
    """A screen as HTML, without the long part that the page holds already (`Kept`)."""
    return render(
        shown,
        memory=behind.desk.memory,
        settings=behind.settings,
        seconds=behind.service.seconds_left(shown.state),
        page=behind.page,
        held=held,
    )
