"""What belongs to the kiosk's one page: which page that is, its PIN pad, its voice."""

import random
from dataclasses import dataclass
from typing import Self

from kiosk.config import Settings
from kiosk.speech.aloud import ReadAloud, read_aloud
from kiosk.web.owner import Owner
from kiosk.web.pin_pad import PinPad


@dataclass(frozen=True, slots=True)
class OwnPage:
    """One of each."""

    owner: Owner
    pad: PinPad
    aloud: ReadAloud

    @classmethod
    def of(cls, settings: Settings, rng: random.Random, secret: str = "") -> Self:
        """As configured; `rng` shuffles the PIN pad, `secret` is the screen's (`Owner`)."""
        pad = PinPad(settings.visit.pin_pad, rng)
        return cls(Owner(secret), pad, read_aloud(settings.speech))
