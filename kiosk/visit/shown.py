"""What the screen shows of a visit."""

from dataclasses import dataclass, field

from kiosk.visit.look import USUAL_LOOK, Look
from kiosk.visit.state import State


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown, and the token that a page must have been given with it.

    One value, swapped at once: a page never gets an old screen with a new token.
    """

    state: State
    token: str = field(repr=False)
    look: Look = USUAL_LOOK
