"""The driver of the Chinese social security card (LD/T 32-2015), versions 1.0 to 3.0.

Nothing is written, except a PIN by `change_pin`. A PIN is sent only when a caller gives one.
"""

from dataclasses import dataclass
from typing import Final

from devices.card.apdu import SHORT_LE, Command, Ins, Response, StatusWord, base_of
from devices.card.atr import parse_atr
from devices.card.channel import Channel, Traffic
from devices.card.connection import CardConnection
from devices.card.crypto import CHALLENGE_LENGTH, PROOF_LENGTH, Factors
from devices.card.errors import (
    CardBlockedError,
    CardDataError,
    CardRefusedError,
    CardVersionError,
    ForeignCardError,
    PinLockedError,
    WrongPinError,
)
from devices.card.fci import Algorithm, Fci, parse_fci
from devices.card.identity import CardIdentity
from devices.card.items import (
    BIRTH_DATE,
    BIRTH_PLACE,
    CARD_CLASS,
    CARD_NUMBER,
    EF05,
    EF06,
    ETHNICITY,
    EXPIRES,
    HOLDER_ITEMS,
    IDENTIFICATION_CODE,
    INITIALISER,
    ISSUED,
    ISSUER_ITEMS,
    NAME,
    NAME_EXTENSION,
    SEX,
    SOCIAL_SECURITY_NUMBER,
    SSSE_AID,
    VERSION,
    Item,
    ItemValues,
    file_of,
)
from devices.card.pin import NoPin, Pin, PinLocked, PinReady, PinState
from devices.card.records import (
    Absent,
    CyclicFile,
    CyclicRecords,
    FileRecords,
    Protected,
    RecordFile,
    RecordReader,
    Records,
    select_file,
)

__all__ = [
    "BIRTH_DATE",
    "BIRTH_PLACE",
    "CARD_CLASS",
    "CARD_NUMBER",
    "EF05",
    "EF06",
    "ETHNICITY",
    "EXPIRES",
    "IDENTIFICATION_CODE",
    "INITIALISER",
    "ISSUED",
    "NAME",
    "NAME_EXTENSION",
    "SEX",
    "SOCIAL_SECURITY_NUMBER",
    "SSSE_AID",
    "VERSION",
    "Algorithm",
    "Fci",
    "Issuer",
    "Item",
    "SocialSecurityCard",
    "parse_fci",
]

_BLOCKED: Final = (StatusWord.NOT_SUPPORTED, StatusWord.APPLICATION_LOCKED)
_VERSIONS: Final = ("1.", "2.", "3.")
_SSF33_PROVINCE: Final = "11"
"""Beijing's early cards do not name their cipher."""
_PIN_SEPARATOR: Final = b"\xff"
_ROOT: Final = b"\x3f\x00"


@dataclass(frozen=True, slots=True)
class Issuer:
    """What EF05 says of the card; it is readable without a key."""

    version: str
    values: ItemValues

    @property
    def has_free_holder(self) -> bool:
        """Up to 2.0 the holder's file is open; from 3.0 on it wants RKSSSE."""
        return self.version.startswith(("1.", "2."))

    @property
    def area(self) -> str | None:
        """发卡地区区划: the first six digits of the identification code."""
        area = (self.values.hexadecimal(IDENTIFICATION_CODE) or "")[:6]
        return area if len(area) == 6 and area.isdigit() else None


class SocialSecurityCard:
    """One card over one connection."""

    def __init__(self, connection: CardConnection) -> None:
        self._connection = connection
        self._channel = Channel(connection)
        self._reader = RecordReader(self._channel)
        self._le = self._channel.answer_le
        self._fci: Fci | None = None
        self._named = True
        self._directory = b""
        self._issuer: Issuer | None = None

    @property
    def traffic(self) -> Traffic:
        """What went over the wire for this card so far."""
        return self._channel.traffic

    # environments and applications

    def select(self) -> Fci:
        """Enter the social-security environment, or tell that the card has none."""
        command = Command(0, Ins.SELECT, 4, 0, SSSE_AID, self._le)
        response = self._channel.send(command)
        if response.ok:
            self._fci = parse_fci(response.data)
        elif response.sw in _BLOCKED:
            raise CardBlockedError(response.sw)
        elif response.sw == StatusWord.FILE_NOT_FOUND and self._has_files_at_root():
            self._fci, self._named = Fci(), False
        elif response.sw == StatusWord.MEMORY_ERROR:
            raise _refusal(command, response)
        else:
            raise ForeignCardError
        self._directory = SSSE_AID
        return self._fci

    def _has_files_at_root(self) -> bool:
        """Some Shanghai cards do not know the name yet have EF05 at the root."""
        _, selected = select_file(self._channel, EF05)
        if not selected.ok:
            return False
        by_number = Command(0, Ins.READ_RECORD, CARD_NUMBER.tag, 4, le=CARD_NUMBER.length + 2)
        response = self._channel.send(by_number)
        head = bytes((CARD_NUMBER.tag, CARD_NUMBER.length))
        return response.ok and response.data.startswith(head)

    def select_application(self, aid: bytes) -> bool:
        """Enter an application (DF01 to DF07); `False` where the card has none of that name."""
        self._ensure_selected()
        if self._directory == aid:
            return True
        command = Command(0, Ins.SELECT, 4, 0, aid)
        response = self._channel.run(command)
        if response.ok:
            self._directory = aid
        elif response.sw != StatusWord.FILE_NOT_FOUND:
            raise _refusal(command, response)
        return response.ok

    def _ensure_selected(self) -> Fci:
        return self._fci or self.select()

    def _enter_environment(self) -> None:
        """Back to EF05 and EF06 after an application; a proven key is lost, a proven PIN not."""
        self._ensure_selected()
        if self._directory == SSSE_AID:
            return
        p1, name = (4, SSSE_AID) if self._named else (0, _ROOT)
        command = Command(0, Ins.SELECT, p1, 0, name)
        response = self._channel.run(command)
        if not response.ok:
            raise _refusal(command, response)
        self._directory = SSSE_AID

    # files

    def read_records(self, file: RecordFile) -> FileRecords:
        """All records of a file of the application entered last."""
        return self._reader.read(file)

    def read_cyclic(self, file: CyclicFile) -> CyclicRecords | Absent | Protected:
        """All records of a cyclic file of the application entered last."""
        return self._reader.read_cyclic(file)

    def read_issuer(self) -> Issuer:
        """EF05, read once; `CardVersionError` for a version that this driver does not know."""
        if self._issuer is None:
            self._enter_environment()
            match self._reader.read(file_of(ISSUER_ITEMS)):
                case Records(records):
                    values = ItemValues(records)
                case Absent():
                    values = ItemValues(())
                case Protected():
                    raise CardRefusedError("EF05", StatusWord.SECURITY_NOT_SATISFIED)
            version = values.plain(VERSION)
            if not version:
                raise CardDataError(f"{VERSION.place}: no version")
            if not version.startswith(_VERSIONS):
                raise CardVersionError(version)
            self._issuer = Issuer(version, values)
        return self._issuer

    def read_identity(self) -> CardIdentity:
        """Read both files; what the card does not have or show is `None`.

        A 3.0 card shows its holder only after `authentication.unlock_holder_file`.
        """
        issuer = self.read_issuer()
        card, holder = issuer.values, self._read_holder(issuer)
        return CardIdentity(
            version=issuer.version,
            identification_code=card.hexadecimal(IDENTIFICATION_CODE),
            issuing_area=issuer.area,
            card_class=card.plain(CARD_CLASS),
            initialiser=card.hexadecimal(INITIALISER),
            issued=card.day(ISSUED),
            expires=card.day(EXPIRES),
            card_number=card.plain(CARD_NUMBER),
            atr=self._connection.atr,
            social_security_number=holder.plain(SOCIAL_SECURITY_NUMBER),
            name=holder.name(),
            sex=holder.plain(SEX),
            ethnicity=holder.digits(ETHNICITY),
            birth_place=holder.digits(BIRTH_PLACE),
            birth_date=holder.day(BIRTH_DATE),
        )

    def _read_holder(self, issuer: Issuer) -> ItemValues:
        self._enter_environment()
        first = issuer.version.startswith("1.")
        items = tuple(item for item in HOLDER_ITEMS if not (first and item is NAME_EXTENSION))
        match self._reader.read(file_of(items)):
            case Records(records):
                return ItemValues(record for record in records if _listed(record.tag, items))
            case Protected() if issuer.has_free_holder:
                raise CardRefusedError("EF06", StatusWord.SECURITY_NOT_SATISFIED)
            case _:
                return ItemValues(())

    # PIN

    def pin_state(self) -> PinState:
        """Ask for the tries left: VERIFY without data, which uses up no try.

        This card answers 9000 only when no PIN is set; after a right PIN it still says 63Cx.
        """
        self._ensure_selected()
        # Sent once: with the Le that a 6Cxx names, P3 would say that so many bytes of a PIN follow.
        response = self._channel.run(Command(0, Ins.VERIFY, 0, 0, le=SHORT_LE))
        if response.ok:
            return NoPin()
        if base_of(response.sw) == StatusWord.TRIES_LEFT and response.sw & 0x0F:
            return PinReady(response.sw & 0x0F)
        if base_of(response.sw) in (StatusWord.TRIES_LEFT, StatusWord.LOCKED):
            return PinLocked()
        raise _refusal(Command(0, Ins.VERIFY, 0, 0), response)

    def verify_pin(self, pin: Pin) -> None:
        """Send the holder's PIN once. The wrong one uses up a try."""
        self._present(Command(0, Ins.VERIFY, 0, 0, pin.packed()))

    def change_pin(self, old: Pin, new: Pin) -> None:
        """Give the card a new PIN. A wrong old one uses up a try."""
        data = old.packed() + _PIN_SEPARATOR + new.packed()
        self._present(Command(0x80, Ins.CHANGE_PIN, 1, 0, data))

    def _present(self, command: Command) -> None:
        """Send a command that carries a PIN, and read its refusal as the PIN's state."""
        self._ensure_selected()
        response = self._channel.send(command)
        if response.ok:
            return
        if base_of(response.sw) == StatusWord.TRIES_LEFT and response.sw & 0x0F:
            raise WrongPinError(response.sw & 0x0F)
        if base_of(response.sw) in (StatusWord.TRIES_LEFT, StatusWord.LOCKED):
            raise PinLockedError
        raise _refusal(command, response)

    # keys

    @property
    def algorithm(self) -> Algorithm:
        """The cipher of the card's keys; where the FCI is silent, the issuing area tells."""
        named = self._ensure_selected().algorithm
        if named is not None:
            return named
        area = self.read_issuer().area or ""
        return Algorithm.SSF33 if area.startswith(_SSF33_PROVINCE) else Algorithm.DES

    @property
    def factors(self) -> Factors:
        """What the card's keys are derived with; `CardDataError` for a card without an area."""
        area = self.read_issuer().area
        if area is None:
            raise CardDataError(f"{IDENTIFICATION_CODE.place}: no issuing area")
        return Factors.of(area, parse_atr(self._connection.atr).historical_bytes)

    def internal_authenticate(self, process_factor: bytes, original: bytes) -> bytes:
        """What the card computes with IRK over these eight and eight bytes."""
        self._enter_environment()
        data = process_factor + original
        command = Command(0, Ins.INTERNAL_AUTHENTICATE, 0, 0, data, self._le)
        response = self._channel.send(command)
        if not response.ok:
            raise _refusal(command, response)
        if len(response.data) != PROOF_LENGTH:
            raise CardDataError("INTERNAL AUTHENTICATE: not eight bytes")
        return response.data

    def challenge(self) -> bytes:
        """Eight random bytes of the card, good for the next command only."""
        self._enter_environment()
        command = Command(0, Ins.GET_CHALLENGE, 0, 0, le=CHALLENGE_LENGTH)
        response = self._channel.send(command)
        if not response.ok:
            raise _refusal(command, response)
        if len(response.data) != CHALLENGE_LENGTH:
            raise CardDataError("GET CHALLENGE: not eight bytes")
        return response.data

    def external_authenticate(self, key: int, proof: bytes, original: bytes) -> None:
        """Prove a key to the card. A wrong proof uses up a try of that key."""
        command = Command(0, Ins.EXTERNAL_AUTHENTICATE, 0, key, proof + original)
        response = self._channel.send(command)
        if not response.ok:
            raise _refusal(command, response)


def _listed(tag: int, items: tuple[Item, ...]) -> bool:
    return any(item.tag == tag for item in items)


def _refusal(command: Command, response: Response) -> CardRefusedError | CardBlockedError:
    if response.sw == StatusWord.APPLICATION_LOCKED:
        return CardBlockedError(response.sw)
    return CardRefusedError(command.label, response.sw)
