"""How full pages of A4 and of a 24-pin printer get: where the next one begins, and which way of
placing a paper leaves the least white.
"""

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


Pages = TypeVar("Pages", bound=Filled, covariant=True)


def stands(flow: Filled, height: float, below: float) -> bool:
    """Whether what is so high stands on this page, with as much below it as should follow.

    In loose pages what should follow gives way where the page would be left too white.
    """
    if flow.room(height + below):
        return True
    return flow.loose and flow.white > _WHITE and flow.room(height)


Closeness = Literal["usual", "closer", "closest", "tightest"]


class Placing(Protocol[Pages]):
    """Places a paper on pages; a trial needs to fill none, only to tell how full they are."""

    def __call__(self, close: Closeness, *, loose: bool = False, trial: bool = False) -> Pages:
        """How close, and whether what belongs together may be parted."""
        ...


def fullest(placed: Placing[Pages]) -> Pages:
    """A paper, placed closer where that saves a page, and loose where a page would be left white:
    its notes parted, its rows together only where that leaves little white. All closer than
    that is only for what is then a single page.
    """
    close: Closeness = "usual"
    usual = best = placed(close)
    tighter: tuple[Closeness, ...] = ("closer", "closest", "tightest")
    for step in tighter:
        if best.count == 2 or (best.count > 2 and step == "closer"):
            tight = placed(step, trial=True)
            if tight.count < best.count:
                close, best = step, tight
    loose = best.emptiest > _EMPTY and placed(close, loose=True, trial=True).count <= best.count
    return usual if best is usual and not loose else placed(close, loose=loose)
