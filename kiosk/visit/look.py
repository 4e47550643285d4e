"""How the screen looks to who stands before it: language, size, contrast, reach."""

from dataclasses import dataclass, replace
from typing import Literal

from printing.layout.size import Size

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Look:
    """A choice that belongs to one visit; the server holds it, the browser only asks."""

    language: Language = "zh"
    size: Literal["normal", "elder"] = "normal"
    """`elder`: everything a third larger, and fewer words."""
    contrast: Literal["normal", "high"] = "normal"
    reach: Literal["normal", "low"] = "normal"
    """`low`: what is touched stands in the lower part of the glass."""

    @property
    def print_size(self) -> Size:
        """Who reads large print on the screen gets it on paper, unless they choose otherwise."""
        return "large" if self.size == "elder" else "normal"


USUAL_LOOK = Look()


@dataclass(frozen=True, slots=True)
class LookAsked:
    """What somebody touched; None: as it is."""

    language: Language | None = None
    size: Literal["normal", "elder"] | None = None
    contrast: Literal["normal", "high"] | None = None
    reach: Literal["normal", "low"] | None = None

    def on(self, look: Look) -> Look:
        """The look with what was asked for."""
        return replace(
            look,
            language=self.language or look.language,
            size=self.size or look.size,
            contrast=self.contrast or look.contrast,
            reach=self.reach or look.reach,
        )
