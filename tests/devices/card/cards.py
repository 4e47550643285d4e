"""Cards and connections that the tests of this folder share."""

from dataclasses import replace

from devices.card.keys import Key, MasterKeys
from devices.card.psam import PsamProfile
from devices.card.sam import KeyUse
from devices.card.simulated.card import SimulatedCard
from devices.card.simulated.chip import SimulatedChip
from devices.card.simulated.faults import Faults
from devices.card.simulated.profile import CardProfile, parse_profile
from devices.card.simulated.psam import SimulatedPsam
from devices.card.simulated.psam_profile import parse_sam_profile
from devices.card.ssc import SSSE_AID

MINISTRY_SAMPLE = """
[card]
version = "2.00"
historical_bytes = "00814E43238697159900BF7C7A"
identification_code = "639900D15600000500BF7C7A48FB4966"
card_class = "3"
initialiser = "915600000263990063990001"
issued = 2010-10-01
expires = 2020-10-01
card_number = "X00000019"
[holder]
social_security_number = "111111198101011110"
name = "张三"
sex = "1"
ethnicity = "01"
birth_place = "111111"
birth_date = 1981-01-01
[pin]
digits = "246810"
tries = 6
tries_left = 6
"""
"""The ministry's sample card of the facts sheet."""

PSAM = """
[psam]
historical_bytes = "00900000000000000000000001"
serial = "63990000000000000001"
terminal = "639900000001"
area = "639900"
[psam.irk]
kid = "08"
[psam.rkssse]
kid = "09"
"""
"""A national security module with both keys."""

PSAM_LAYOUT = PsamProfile(key_numbers={KeyUse.IRK: 0x08, KeyUse.READ_SSSE: 0x09})
"""Where that module's keys are, as its issuer would tell."""

KEYS = MasterKeys(Key(bytes.fromhex("0F1E2D3C4B5A69788796A5B4C3D2E1F0")), Key(bytes(range(16))))
"""Generated test keys."""
ATR = bytes.fromhex("3B6D000000814E43238697159900BF7C7A")
SELECT_SSSE = bytes.fromhex("00A404000F") + SSSE_AID
FCI_DES = bytes.fromhex("6F1C840F7378312E73682EC9E7BBE1B1A3D5CFA5098801019F0C03860101")
OK = bytes.fromhex("9000")


def profile(version: str = "2.00", **changes: object) -> CardProfile:
    """The ministry's sample in another version or with other values."""
    return replace(parse_profile(MINISTRY_SAMPLE), version=version, **changes)  # type: ignore[arg-type]


def card(
    version: str = "2.00", *, keys: MasterKeys | None = None, **changes: object
) -> SimulatedCard:
    """A powered simulated card; without keys it is a clone."""
    made = SimulatedCard(profile(version, **changes), keys=keys, sleep=lambda _: None)
    made.power_on()
    return made


def psam(document: str = PSAM) -> SimulatedPsam:
    """A powered simulated security module."""
    made = SimulatedPsam(parse_sam_profile(document), KEYS, sleep=lambda _: None)
    made.power_on()
    return made


def ask(simulated: SimulatedChip, *commands: str) -> str:
    """Send commands in hex; the answer to the last one, in hex."""
    answer = b""
    for command in commands:
        answer = simulated.process(bytes.fromhex(command))
    return answer.hex().upper()


def faulty(**faults: object) -> Faults:
    """Faults of a card, by name."""
    return Faults(**faults)  # type: ignore[arg-type]


class ScriptedConnection:
    """A connection that answers from a list and keeps what it was sent."""

    def __init__(self, *answers: str, atr: bytes = ATR) -> None:
        self._answers = [bytes.fromhex(answer) for answer in answers]
        self.sent: list[str] = []
        self.atr = atr
        self.closed = False

    def transmit(self, command: bytes) -> bytes:
        self.sent.append(command.hex().upper())
        return self._answers.pop(0)

    def close(self) -> None:
        self.closed = True


class CardConnectionTo:
    """A connection straight to a simulated card or module."""

    def __init__(self, simulated: SimulatedChip) -> None:
        self.card = simulated
        self.atr = simulated.atr

    def transmit(self, command: bytes) -> bytes:
        return self.card.process(command)

    def close(self) -> None:
        self.card.power_off()
