"""What can be heard at the kiosk."""

from typing import Literal

from pydantic import Field

from kiosk.sections import Section


class Speech(Section):
    """Screens read aloud by the system's espeak-ng, and signals."""

    use: Literal["auto", "on", "off"] = Field(
        "auto",
        description="auto: where espeak-ng is installed; on: the diagnosis finds it missing",
    )
    out: Literal["headphones", "speaker"] = Field(
        "speaker",
        description="speaker: names and records are never said, only what to do; "
        "headphones: all that stands on the screen (EN 301 549, 5.1.3: private listening)",
    )
    rate: int = Field(175, ge=80, le=400, description="words a minute; in Chinese, syllables")
    loudness: int = Field(100, ge=10, le=200, description="of the synthesiser; 100 is its own")
    longest: int = Field(
        900, ge=100, le=3000, description="characters of one screen; the rest is not read aloud"
    )
    signals: bool = Field(
        default=True, description="short sounds: take the card, it was forgotten, paper is ready"
    )
