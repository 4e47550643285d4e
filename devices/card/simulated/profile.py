"""The description of a simulated card: a TOML file, checked, as values."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from devices.card.errors import CardError, ProfileError
from devices.card.fci import Algorithm
from devices.card.pin import Pin
from devices.card.simulated.contents import Contents, read_contents
from devices.card.simulated.faults import NO_FAULTS, card_faults
from devices.card.simulated.faults import Faults as Faults  # part of a profile
from devices.card.simulated.table import (
    Table,
    ascii_of,
    day,
    digits_of,
    flag,
    hex_of,
    hex_up_to,
    one_of,
    parse_toml,
    read_text,
    text,
    whole,
)
from devices.card.ssc import CARD_NUMBER, NAME, NAME_EXTENSION, SOCIAL_SECURITY_NUMBER

_MOST_TRIES = 15
_MOST_BAUD = 1_000_000


@dataclass(frozen=True, slots=True)
class HolderProfile:
    """What EF06 says of the holder."""

    social_security_number: str = field(repr=False)
    name: str = field(repr=False)
    sex: str = field(repr=False)
    ethnicity: str = field(repr=False)
    birth_place: str = field(repr=False)
    birth_date: date = field(repr=False)

    @property
    def name_bytes(self) -> bytes:
        """The name as the card stores it: GB18030, which is GBK with more characters."""
        return self.name.encode("gb18030")


@dataclass(frozen=True, slots=True)
class PinProfile:
    """The PIN of the card and the tries it begins with."""

    packed: bytes = field(repr=False)
    tries: int
    tries_left: int


@dataclass(frozen=True, slots=True)
class CardProfile:
    """A whole simulated card; `holder` is `None` for a blank one, `pin` where none is set."""

    version: str
    algorithm: Algorithm
    historical_bytes: bytes = field(repr=False)
    identification_code: bytes = field(repr=False)
    card_class: str
    initialiser: bytes
    issued: date
    expires: date
    card_number: str = field(repr=False)
    foreign: bool = False
    """No social-security environment on it."""
    root: bool = False
    """Its files lie at the root: it does not know the name of the environment."""
    read_all: bool = True
    """Whether READ RECORD may ask for all records of a file."""
    sfi: bool = True
    """Whether a file may be read by its short identifier, without selecting it."""
    holder: HolderProfile | None = None
    pin: PinProfile | None = None
    baud: int = 0
    """Speed of the contacts; 0 answers at once."""
    contents: Contents = field(default_factory=dict, repr=False)
    """Application files that are not fresh."""
    faults: Faults = NO_FAULTS

    @property
    def area(self) -> str:
        """The issuing area: the first six digits of the identification code."""
        return self.identification_code[:3].hex()

    @property
    def atr(self) -> bytes:
        """The usual form: T=0, direct, TB1 and TC1, historical bytes, no check byte."""
        return bytes((0x3B, 0x60 | len(self.historical_bytes), 0, 0)) + self.historical_bytes


def load_profile(path: Path) -> CardProfile:
    """Read a card's description from a file; `ProfileError` names the file or the key."""
    return parse_profile(read_text(path))


def parse_profile(document: str) -> CardProfile:
    """Read a card's description; `ProfileError` names the key, not its value."""
    root = parse_toml(document)
    card = root.table("card")
    if card is None:
        raise ProfileError("card: missing")
    profile = _card(card, root)
    root.finish()
    _check_name(profile)
    return profile


def _card(card: Table, root: Table) -> CardProfile:
    aid = card.get("aid", one_of("ssse", "root", "foreign"), "ssse")
    profile = CardProfile(
        version=card.get("version", one_of("1.00", "2.00", "3.00")),
        algorithm=card.get("algorithm", read_algorithm, "des"),
        historical_bytes=card.get("historical_bytes", hex_up_to(15)),
        identification_code=card.get("identification_code", hex_of(16)),
        card_class=card.get("card_class", ascii_of(1), "3"),
        initialiser=card.get("initialiser", hex_of(12)),
        issued=card.get("issued", day),
        expires=card.get("expires", day),
        card_number=card.get("card_number", ascii_of(CARD_NUMBER.length)),
        foreign=aid == "foreign",
        root=aid == "root",
        read_all=card.get("read_all", flag, True),
        sfi=card.get("sfi", flag, True),
        holder=_holder(root.table("holder")),
        pin=_pin(root.table("pin")),
        baud=read_baud(root.table("timing")),
        contents=read_contents(root.table("files")),
        faults=card_faults(root.table("faults")),
    )
    card.finish()
    return profile


def _holder(table: Table | None) -> HolderProfile | None:
    if table is None:
        return None
    number = table.get("social_security_number", text)
    if not (number.isascii() and 0 < len(number) <= SOCIAL_SECURITY_NUMBER.length):
        raise ProfileError("holder.social_security_number: not 1 to 18 ASCII characters")
    holder = HolderProfile(
        social_security_number=number,
        name=table.get("name", text),
        sex=table.get("sex", ascii_of(1), "9"),
        ethnicity=table.get("ethnicity", digits_of(2), "01"),
        birth_place=table.get("birth_place", digits_of(6)),
        birth_date=table.get("birth_date", day),
    )
    table.finish()
    return holder


def _pin(table: Table | None) -> PinProfile | None:
    if table is None:
        return None
    try:
        packed = Pin.from_text(table.get("digits", text)).packed()
    except CardError:
        raise ProfileError("pin.digits: not 4 to 12 digits") from None
    tries = table.get("tries", whole(1, _MOST_TRIES), 6)
    left = table.get("tries_left", whole(0, tries), tries)
    table.finish()
    return PinProfile(packed, tries, left)


def read_baud(table: Table | None) -> int:
    """The speed of the contacts from `[timing]`; 0 where none is given."""
    if table is None:
        return 0
    baud = table.get("baud", whole(0, _MOST_BAUD), 0)
    table.finish()
    return baud


def _check_name(profile: CardProfile) -> None:
    if profile.holder is None:
        return
    extension = 0 if profile.version.startswith("1.") else NAME_EXTENSION.length
    if not 0 < len(profile.holder.name_bytes) <= NAME.length + extension:
        raise ProfileError(f"holder.name: not 1 to {NAME.length + extension} bytes of GB18030")


def read_algorithm(value: object) -> Algorithm:
    """An algorithm by its name."""
    return Algorithm[one_of("des", "ssf33", "sm4")(value).upper()]
