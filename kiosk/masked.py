"""A card's identity as staff may see it: what tells who the holder is keeps its ends only."""

from collections.abc import Callable
from typing import Final

from archive.masking import mask_card, mask_name, mask_number
from devices.card.atr import reset_information
from devices.card.errors import CardDataError
from devices.card.identity import CardIdentity

_MASKS: Final[dict[str, Callable[[str], str]]] = {
    "name": mask_name,
    "social_security_number": mask_number,
    "card_number": mask_card,
    "identification_code": mask_card,
    # Of place and day as much as leaves many people: they are what the number begins with.
    "birth_place": lambda area: area[:2] + "*" * (len(area) - 2),
    "birth_date": lambda day: f"{day[:4]}-**-**",
    "atr": lambda atr: atr[:8] + "*" * (len(atr) - 8),  # its tail is the chip's serial
}


def masked(identity: CardIdentity) -> dict[str, str | None]:
    """The same keys as of the whole identity."""
    return {
        name: _MASKS[name](value) if value is not None and name in _MASKS else value
        for name, value in identity.to_json().items()
    }


def chip_maker(atr: bytes) -> str | None:
    """Registration number of the chip's maker."""
    try:
        return reset_information(atr).chip_maker
    except CardDataError:
        return None
