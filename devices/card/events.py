"""What happens at the readers, as values."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class CardInserted:
    """A card is in the reader; `atr` is empty when it does not answer its reset."""

    reader: str
    atr: bytes = field(repr=False)
    """The answer to reset holds the card's own serial number: not for logs."""
    generation: int
    """Rises with every insertion at any reader of the source, and is never used again."""
    again: int = 0
    """Generation of the card with the same `atr` that was in this reader when the service went,
    where nobody has seen the reader empty since: most likely the same card, that never moved."""


@dataclass(frozen=True, slots=True)
class CardRemoved:
    """The card of that generation is no longer there, or can no longer be seen."""

    reader: str
    generation: int


@dataclass(frozen=True, slots=True)
class ReadersChanged:
    """These are the readers now."""

    readers: tuple[str, ...]
    occupied: frozenset[str] = frozenset()
    """Those with a card in them, which is told next: nobody takes them for empty meanwhile."""


@dataclass(frozen=True, slots=True)
class ServiceLost:
    """The smart-card service is gone; `code` is the code of the error that told so.

    No reader is known any more; the cards that were in are told as removed after this.
    """

    code: str


@dataclass(frozen=True, slots=True)
class ServiceRestored:
    """The smart-card service is back; readers and cards are told after this."""


CardEvent = CardInserted | CardRemoved | ReadersChanged | ServiceLost | ServiceRestored
