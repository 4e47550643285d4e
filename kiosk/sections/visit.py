"""One citizen at the kiosk: how long each screen waits, and what is done at the end of a wait."""

from typing import Literal, Self

from pydantic import Field, model_validator

from kiosk.sections import Section


class Wait(Section):
    """One wait for a touch, in seconds."""

    end: int = Field(180, ge=5, le=900, description="so long without a touch ends it")
    warn: int = Field(30, ge=0, le=120, description="the warning comes so long before the end")

    @model_validator(mode="after")
    def _warn_before_end(self) -> Self:
        if self.warn >= self.end:
            message = "warn must be below end"
            raise ValueError(message)
        return self


_USUAL = Wait(end=180, warn=30)
"""Practice at self-service terminals; no law names a number. WCAG 2.2, 2.2.1: warn and extend."""


class Visit(Section):
    """One citizen at the kiosk. A wait ends after `end` seconds and warns `warn` seconds before."""

    identify: Wait = Field(_USUAL, description="for the PIN")
    menu: Wait = Field(_USUAL, description="for the choice of a statement")
    preview: Wait = Field(_USUAL, description="while a statement is read, before paper is chosen")
    months: Wait = Field(_USUAL, description="for the choice of months")
    guest: Wait = Field(_USUAL, description="on each screen of who has no card")
    take_paper: Wait = Field(
        Wait(end=30, warn=10),
        description="after printing: the paper is taken, or more is wanted; added to the time "
        "that pages take which were only handed over",
    )
    extend_seconds: int = Field(
        0, ge=0, le=7200, description="touches alone keep a screen so much longer; 0: no limit"
    )
    work_seconds: int = Field(
        60, ge=10, le=600, description="what the card or the records did not answer by then ends"
    )
    notice_seconds: int = Field(
        20, ge=5, le=120, description="how long the first screen says how the last visit ended"
    )
    take_card_seconds: int = Field(
        30, ge=5, le=300, description="a card still in so long after the end is forgotten: a sound"
    )
    forgotten_seconds: int = Field(60, ge=5, le=900, description="how long that sound is repeated")
    forgotten: Literal["stay", "staff"] = Field(
        "staff",
        description="then, as no PC/SC reader keeps a card in; stay: the screen goes on asking; "
        "staff: it calls for staff and nothing else. Nobody is served until the card is out",
    )
    look_seconds: int = Field(
        60,
        ge=10,
        le=600,
        description="how long the first screen keeps a language, size or contrast that was chosen",
    )
    pin_pad: Literal["plain", "shuffled"] = Field(
        "plain", description="digits of the pad on the screen; shuffled: in another order each try"
    )
    double_strike_seconds: float = Field(
        0.5,
        ge=0,
        le=2,
        description="on the large screen a second touch of the same key or button so soon is not "
        "taken, for hands that tremble (EN 301 549, 5.8); 0: every touch is. Keys of a hardware "
        "pad always are",
    )
    maintenance_seconds: int = Field(
        60, ge=0, le=900, description="how long a running visit may go on when maintenance begins"
    )
