"""One thing that was found wrong, in the words of the fault catalogue."""

from dataclasses import dataclass
from typing import Final, Literal, Self

from kiosk.diag.told import NOTHING, Told, told
from kiosk.faults import UNEXPECTED, Fault, fault, fault_of
from kiosk.logs import where

Part = Literal[
    "reader",
    "module",
    "card",
    "receipt",
    "report",
    "store",
    "journal",
    "clock",
    "disk",
    "backup",
    "fonts",
    "speech",
    "settings",
    "kiosk",
]
Weight = Literal["stops", "hinders", "note"]
"""Nobody can be served; some cannot, or not with everything; staff should know."""

_PART_OF: Final[dict[str, Part]] = {
    "reader": "reader",
    "sam": "module",
    "card": "card",
    "pin": "card",
    "store": "store",
    "audit": "store",
    "journal": "journal",
    "clock": "clock",
    "font": "fonts",
    "speech": "speech",
    "sign": "report",
    "config": "settings",
    "kiosk": "kiosk",
}
"""Where a code's first word says more than the place at which it was met."""
_WEIGHT_OF: Final[dict[Part, Weight]] = {
    "card": "hinders",
    "report": "hinders",
    "clock": "hinders",
    "disk": "hinders",
    "backup": "note",
    "speech": "hinders",
}
"""What is not here stops the kiosk. A card stops nobody but its holder."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong, and what shows it; nothing of any person."""

    words: Fault
    """What it is, its cause and the next step."""
    part: Part
    weight: Weight
    evidence: Told = NOTHING
    """What was seen."""

    @property
    def code(self) -> str:
        """Of the fault catalogue."""
        return self.words.code

    @classmethod
    def named(cls, code: str, part: Part, weight: Weight, evidence: Told, **data: object) -> Self:
        """The finding of this code; `data` fill the catalogue's {names}."""
        return cls(fault(code, **data), part, weight, evidence)

    @classmethod
    def of_error(cls, error: Exception, met_at: Part) -> Self:
        """What an error stands for; `met_at` is the part that was looked at."""
        words = fault_of(error)
        part = part_of(words.code, met_at)
        if words.code == UNEXPECTED:  # a bug: its text may hold anything
            seen = told("kiosk.bug", error=type(error).__name__, where=where(error))
            return cls(words, part, "stops", seen)
        return cls(words, part, _WEIGHT_OF.get(part, "stops"), Told(str(error)))


def part_of(code: str, met_at: Part) -> Part:
    """The part that a code is about."""
    return _PART_OF.get(code.partition(".")[0], met_at)
