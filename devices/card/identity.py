"""What a social security card says of itself and of its holder."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class CardIdentity:
    """Files EF05 and EF06 of the social-security environment; absent items are `None`."""

    version: str
    """Version of the card specification: "1.00", "2.00" or "3.00"."""
    identification_code: str | None = field(repr=False)
    """卡的识别码, 32 upper-case hex digits."""
    issuing_area: str | None
    """The first six digits of the identification code."""
    card_class: str | None
    """卡的类别: 1 pre-school, 2 student, 3 adult, 4 elderly."""
    initialiser: str | None
    """初始化机构编号, 24 upper-case hex digits."""
    issued: date | None
    expires: date | None
    card_number: str | None = field(repr=False)
    """卡号, nine characters with its check character."""
    atr: bytes = field(repr=False)
    social_security_number: str | None = field(default=None, repr=False)
    name: str | None = field(default=None, repr=False)
    sex: str | None = field(default=None, repr=False)
    """Code on the card: 1 male, 2 female, 9 not stated."""
    ethnicity: str | None = field(default=None, repr=False)
    """Two digits of GB 3304."""
    birth_place: str | None = field(default=None, repr=False)
    """Six digits of GB/T 2260."""
    birth_date: date | None = field(default=None, repr=False)

    def to_json(self) -> dict[str, str | None]:
        """The card as plain values: dates as YYYY-MM-DD, bytes in upper-case hex."""
        return {
            "version": self.version,
            "card_number": self.card_number,
            "social_security_number": self.social_security_number,
            "name": self.name,
            "sex": self.sex,
            "ethnicity": self.ethnicity,
            "birth_place": self.birth_place,
            "birth_date": _iso(self.birth_date),
            "issuing_area": self.issuing_area,
            "issued": _iso(self.issued),
            "expires": _iso(self.expires),
            "identification_code": self.identification_code,
            "atr": self.atr.hex().upper(),
        }


@dataclass(frozen=True, slots=True)
class Valid:
    """The card may be used, until that day or, where the card names none, without an end."""

    until: date | None


@dataclass(frozen=True, slots=True)
class Expired:
    """The card's last day is over."""

    since: date
    """Its last day."""


@dataclass(frozen=True, slots=True)
class NotYetValid:
    """The card is issued on a later day, or the machine's clock is wrong."""

    issued: date


Validity = Valid | Expired | NotYetValid


def validity(identity: CardIdentity, day: date) -> Validity:
    """Whether a card may be used on that day (in China)."""
    if identity.expires is not None and identity.expires < day:
        return Expired(identity.expires)
    if identity.issued is not None and identity.issued > day:
        return NotYetValid(identity.issued)
    return Valid(identity.expires)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
