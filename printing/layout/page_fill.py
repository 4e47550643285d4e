"""How full pages of A4 and of a 24-pin printer get: where the next one begins, and which way of
placing a paper leaves the least white.
"""

from collections.abc import Callable
from typing import Final, Literal, Protocol, TypeVar

_WHITE: Final = 0.3
"""More of a page is not left white for the sake of what should stand together."""
_EMPTY: Final = 0.15
"""As much of a page as may be left white to keep together all that belongs together."""


class Filled(Protocol):
    """Pages that are filled from top to bottom."""

    @property
    def loose(self) -> bool:
        """Whether what belongs together may be parted to leave less white."""

    @property
    def count(self) -> int:
        """How many pages there are."""

    @property
    def white(self) -> float:
        """How much of the last page is still white, as a share."""

    @property
    def emptiest(self) -> float:
        """How much of a page is left white at most, as a share; of the last it is no fault."""

    def room(self, height: float) -> bool:
        """Whether so much still fits on the last page."""


Pages = TypeVar("Pages", bound=Filled)


def stands(flow: Filled, height: float, below: float) -> bool:
    """Whether what is so high stands on this page, with as much below it as should follow.

    In loose pages what should follow gives way where the page would be left too white.
    """
    if flow.room(height + below):
        return True
    return flow.loose and flow.white > _WHITE and flow.room(height)


Closeness = Literal["usual", "closer", "closest"]


def fullest(placed: Callable[[Closeness, bool], Pages]) -> Pages:
    """A paper, placed closer where that saves a page, and loose where a page would be left white:
    its notes parted, its rows together only where that leaves little white; `placed` is told
    how close and whether loose. The closest is only for what is then a single page.
    """
    close: Closeness = "usual"
    flow = placed(close, False)
    tighter: tuple[Closeness, ...] = ("closer", "closest")
    for step in tighter:
        if flow.count == 2 or (flow.count > 2 and step == "closer"):
            tight = placed(step, False)
            if tight.count < flow.count:
                close, flow = step, tight
    if flow.emptiest > _EMPTY:
        loose = placed(close, True)
        flow = loose if loose.count <= flow.count else flow
    return flow
