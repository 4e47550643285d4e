"""What can go wrong between the kiosk and a card: one class for each fact.

No message holds a PIN, a number or a value read from the card.
"""

from pathlib import Path
from typing import ClassVar

from devices.errors import DeviceError


class CardError(DeviceError):
    """Something about a reader, a card or its PIN."""

    code: ClassVar[str] = "card.error"


class ServiceDownError(CardError):
    """The smart-card service (pcscd) does not answer."""

    code: ClassVar[str] = "reader.service_down"

    def __init__(self) -> None:
        super().__init__("the smart-card service does not answer")


class AccessDeniedError(CardError):
    """The smart-card service refuses this user."""

    code: ClassVar[str] = "reader.access_denied"

    def __init__(self) -> None:
        super().__init__("the smart-card service refuses this user")


class ReaderAbsentError(CardError):
    """The reader that was asked for is not there."""

    code: ClassVar[str] = "reader.absent"

    def __init__(self, wanted: str, readers: tuple[str, ...]) -> None:
        self.wanted = wanted
        self.readers = readers
        super().__init__(f"no reader {wanted!r} among {len(readers)} readers")


class ReaderFaultError(CardError):
    """The service answered with a result that has no error of its own here."""

    code: ClassVar[str] = "reader.fault"

    def __init__(self, result: int) -> None:
        self.result = result
        super().__init__(f"the smart-card service answered 0x{result:08X}")


class CardAbsentError(CardError):
    """There is no card in the reader."""

    code: ClassVar[str] = "card.absent"

    def __init__(self, reader: str) -> None:
        self.reader = reader
        super().__init__(f"no card in reader {reader!r}")


class CardRemovedError(CardError):
    """The card was pulled while it was in use."""

    code: ClassVar[str] = "card.removed"

    def __init__(self) -> None:
        super().__init__("the card was removed while in use")


class CardResetError(CardError):
    """The card was reset by someone else: what was proven to it is lost."""

    code: ClassVar[str] = "card.reset"

    def __init__(self) -> None:
        super().__init__("the card was reset, its session is lost")


class CardMuteError(CardError):
    """The card does not answer."""

    code: ClassVar[str] = "card.mute"

    def __init__(self) -> None:
        super().__init__("the card does not answer")


class CardBusyError(CardError):
    """Another program holds the card; `holders` are those it may be, where they can be seen."""

    code: ClassVar[str] = "card.busy"

    def __init__(self, holders: tuple[str, ...] = ()) -> None:
        self.holders = holders
        names = f": {', '.join(holders)}" if holders else ""
        super().__init__(f"another program holds the card{names}")


class ForeignCardError(CardError):
    """The card has no social-security environment."""

    code: ClassVar[str] = "card.foreign"

    def __init__(self) -> None:
        super().__init__("the card is no social security card")


class CardDataError(CardError):
    """The card's data break their format at `place`."""

    code: ClassVar[str] = "card.malformed"

    def __init__(self, place: str) -> None:
        self.place = place
        super().__init__(f"malformed card data: {place}")


class CardRefusedError(CardError):
    """The card answered a command with an error; `command` is its header, without data."""

    code: ClassVar[str] = "card.refused"

    def __init__(self, command: str, sw: int) -> None:
        self.command = command
        self.sw = sw
        super().__init__(f"the card refused {command} with {sw:04X}")


class CardBlockedError(CardError):
    """The issuer has blocked the card (6A81) or its social-security environment (9303)."""

    code: ClassVar[str] = "card.blocked"

    def __init__(self, sw: int) -> None:
        self.sw = sw
        super().__init__(f"the card is blocked: {sw:04X}")


class WrongPinError(CardError):
    """The PIN was wrong; the card allows `tries_left` more tries (at least one)."""

    code: ClassVar[str] = "pin.wrong"

    def __init__(self, tries_left: int) -> None:
        self.tries_left = tries_left
        super().__init__(f"wrong PIN, {tries_left} tries left")


class PinLockedError(CardError):
    """No try is left: the PIN is locked until the issuer unlocks it."""

    code: ClassVar[str] = "pin.locked"

    def __init__(self) -> None:
        super().__init__("the PIN is locked")


class PinFormatError(CardError):
    """What was typed cannot be a PIN; it was not sent to the card."""

    code: ClassVar[str] = "pin.format"

    def __init__(self) -> None:
        super().__init__("a PIN has 4 to 12 digits")


class ScriptError(CardError):
    """A line of the technician's APDU language is wrong at `place`."""

    code: ClassVar[str] = "card.script"

    def __init__(self, place: str) -> None:
        self.place = place
        super().__init__(f"APDU line: {place}")


class ProfileError(CardError):
    """The description of a simulated card is wrong at `place`."""

    code: ClassVar[str] = "card.profile"

    def __init__(self, place: str) -> None:
        self.place = place
        super().__init__(f"card profile: {place}")


class CardNotGenuineError(CardError):
    """The card cannot prove with its key that its issuer made it."""

    code: ClassVar[str] = "card.not_genuine"

    def __init__(self) -> None:
        super().__init__("the card does not prove that it is genuine")


class CardVersionError(CardError):
    """The card follows a version of the specification that this driver does not know."""

    code: ClassVar[str] = "card.version"

    def __init__(self, version: str) -> None:
        self.version = version
        super().__init__(f"card specification {version!r} is not known")


class SamAbsentError(CardError):
    """No security module answers; `cause` is the code of what its slot met, if anything."""

    code: ClassVar[str] = "sam.absent"

    def __init__(self, cause: str) -> None:
        self.cause = cause
        super().__init__(f"no security module answers: {cause}")


class SamAlgorithmError(CardError):
    """The security module does not have the cipher of this card's keys."""

    code: ClassVar[str] = "sam.algorithm"

    def __init__(self, algorithm: str) -> None:
        self.algorithm = algorithm
        super().__init__(f"the security module has no {algorithm}")


class SamKeyMissingError(CardError):
    """The security module does not hold the key that was asked of it; `usage` names it."""

    code: ClassVar[str] = "sam.key_missing"

    def __init__(self, usage: str) -> None:
        self.usage = usage
        super().__init__(f"the security module holds no {usage}")


class SamWrongKeyError(CardError):
    """The module's proof was not what a card expects: another key lies at the number of `usage`.

    `sw` is the card's answer: 63Cx says that it cost the card a try, 6983 that none was left.
    Raised again, without a card being asked, while the module is not trusted for `usage`.
    """

    code: ClassVar[str] = "sam.wrong_key"

    def __init__(self, usage: str, sw: int) -> None:
        self.usage = usage
        self.sw = sw
        super().__init__(f"the security module's {usage} was refused by a card with {sw:04X}")


class SamLevelsError(CardError):
    """The key in the security module stands at no level from which this card's can be derived."""

    code: ClassVar[str] = "sam.levels"

    def __init__(self, usage: str) -> None:
        self.usage = usage
        super().__init__(f"the security module refuses {usage} at every level")


class SamRefusedError(CardError):
    """The security module answered a command with an error; `command` is its header."""

    code: ClassVar[str] = "sam.refused"

    def __init__(self, command: str, sw: int) -> None:
        self.command = command
        self.sw = sw
        super().__init__(f"the security module refused {command} with {sw:04X}")


class SamDataError(CardError):
    """The security module's data break their format at `place`."""

    code: ClassVar[str] = "sam.malformed"

    def __init__(self, place: str) -> None:
        self.place = place
        super().__init__(f"malformed data of the security module: {place}")


class KeyFileError(CardError):
    """The file of test keys cannot be used; `reason` says why and holds no key."""

    code: ClassVar[str] = "sam.key_file"

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"key file {path}: {reason}")
