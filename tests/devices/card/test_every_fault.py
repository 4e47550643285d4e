"""Each fault at each command of a whole visit: a value or the right error, and then service."""

from collections.abc import Callable
from functools import cache

import pytest

from devices.card.application_files import read_files
from devices.card.application_table import EMPLOYMENT, INSURANCE_SUMMARY
from devices.card.authentication import prove_genuine, unlock_holder_file
from devices.card.errors import CardError
from devices.card.pin import Pin
from devices.card.simulated.card import SimulatedCard
from devices.card.simulated.source import SimulatedSource
from devices.card.software_sam import SoftwareSam
from devices.card.ssc import SocialSecurityCard
from tests.devices.card.cards import KEYS, faulty, profile

pytestmark = pytest.mark.slow

READER, SECOND = "Simulated Reader 00 00", "Second Reader"
NAME = "张三"
INTERNAL_AUTHENTICATE = bytes.fromhex("0088")
MOST_APDUS = 400
"""Far more than the longest way through a card that refuses what it can."""

Blow = Callable[[SimulatedSource], None]


class CountedCard(SimulatedCard):
    """A card that counts its commands, does something at one of them, and never ends in a loop."""

    def __init__(self, *, at: int = 0, blow: Callable[[], None] | None = None, **changes: object):
        super().__init__(profile("3.00", **changes), keys=KEYS, sleep=lambda _: None)
        self.sent = 0
        self._at, self._blow = at, blow

    def process(self, apdu: bytes) -> bytes:
        self.sent += 1
        assert self.sent < MOST_APDUS, "the reading has no end"
        if self.sent == self._at and self._blow is not None:
            self._blow()
        return super().process(apdu)


def visit(source: SimulatedSource) -> str:
    """All that the kiosk does with a card, told as the holder's name or the error's code."""
    try:
        connection = source.connect(READER)
    except CardError as error:
        return error.code
    subject, sam = SocialSecurityCard(connection), SoftwareSam(KEYS)
    try:
        prove_genuine(subject, sam, bytes)
        unlock_holder_file(subject, sam, bytes)
        name = subject.read_identity().name
        subject.pin_state()
        subject.verify_pin(Pin.from_text("246810"))
        read_files(subject, (*EMPLOYMENT, *INSURANCE_SUMMARY))
    except CardError as error:
        return error.code
    finally:
        connection.close()
    return name or "nobody"


def visit_with(made: SimulatedCard, source: SimulatedSource | None = None) -> str:
    """One visit with that card, after which a good card must be served at once."""
    source = source or SimulatedSource((READER, SECOND))
    source.insert(READER, made)
    end = visit(source)
    source.start_service()
    source.plug(READER)
    source.insert(READER, CountedCard())
    assert visit(source) == NAME
    return end


@cache
def commands() -> range:
    """The commands of a visit when nothing is wrong, counted from 1."""
    good = CountedCard()
    assert visit_with(good) == NAME
    return range(1, good.sent + 1)


@cache
def proving() -> int:
    """Which of them is the one with which the card proves that it is genuine."""
    good = CountedCard()
    numbers: list[int] = []
    answer = good.process

    def process(apdu: bytes) -> bytes:
        if apdu.startswith(INTERNAL_AUTHENTICATE):
            numbers.append(good.sent + 1)
        return answer(apdu)

    good.process = process  # type: ignore[method-assign]
    assert visit_with(good) == NAME
    (number,) = numbers
    return number


def test_a_whole_visit_has_a_number_of_commands_worth_breaking() -> None:
    assert len(commands()) > 20


@pytest.mark.parametrize(
    ("fault", "code"), [("remove_at_apdu", "card.removed"), ("reset_at_apdu", "card.reset")]
)
def test_a_card_that_goes_away_at_any_command_is_told(fault: str, code: str) -> None:
    ends = {visit_with(CountedCard(faults=faulty(**{fault: at}))) for at in commands()}
    assert ends == {code}


@pytest.mark.parametrize(
    ("blow", "code"),
    [
        (lambda source: source.remove(READER), "card.removed"),
        (lambda source: source.unplug(READER), "card.removed"),
        (lambda source: source.insert(READER, CountedCard()), "card.removed"),
        (lambda source: source.seize(READER), "card.reset"),
        (lambda source: source.stop_service(), "reader.service_down"),
    ],
    ids=["pulled", "reader unplugged", "swapped", "reset", "service stopped"],
)
def test_whatever_a_hand_does_at_any_command_is_told(blow: Blow, code: str) -> None:
    for at in commands():
        source = SimulatedSource((READER, SECOND))
        made = CountedCard(at=at, blow=lambda source=source: blow(source))  # type: ignore[misc]
        assert visit_with(made, source) == code, at


def test_a_card_that_falls_silent_at_any_command_is_mute() -> None:
    for at in commands():
        made = CountedCard(at=at)
        made._blow = made.power_off
        assert visit_with(made) == "card.mute", at


VALUES = {NAME, "nobody"}
REFUSED = {"card.refused", "card.foreign", "card.malformed"}
"""A status word that makes no sense where it comes: at SELECT there is then no environment."""
FALSE = {"card.not_genuine"}
"""Where the card should prove itself, an answer that says it has no key."""


STATUS_WORDS = [
    (0x6F00, VALUES | REFUSED),
    (0x6581, VALUES | REFUSED),
    (0x6700, VALUES | REFUSED),
    (0x6982, VALUES | REFUSED),
    (0x6985, VALUES | REFUSED),
    (0x6986, VALUES | REFUSED),
    (0x6A80, VALUES | REFUSED),
    (0x6300, VALUES | REFUSED | {"sam.wrong_key"}),
    (0x6C00, VALUES | REFUSED | {"pin.wrong"}),
    (0x6CFF, VALUES | REFUSED),
    (0x6100, VALUES | REFUSED | {"pin.wrong"}),
    (0x61FF, VALUES | REFUSED),
    (0x9000, VALUES | REFUSED | FALSE),
    (0x63C3, VALUES | REFUSED | {"pin.wrong", "sam.wrong_key"}),
    (0x63C0, VALUES | REFUSED | {"pin.locked", "sam.wrong_key"}),
    (0x6983, VALUES | REFUSED | {"pin.locked", "sam.wrong_key"}),
    (0x6A81, VALUES | REFUSED | FALSE | {"card.blocked"}),
    (0x9303, VALUES | REFUSED | {"card.blocked"}),
    (0x6A82, VALUES | REFUSED | FALSE),
    (0x6A83, VALUES | REFUSED | FALSE),
    (0x6A88, VALUES | REFUSED | FALSE),
    (0x6D00, VALUES | REFUSED | FALSE),
    (0x6E00, VALUES | REFUSED | FALSE),
]


@pytest.mark.parametrize(
    ("sw", "ends"),
    STATUS_WORDS,
    ids=lambda value: f"{value:04X}" if isinstance(value, int) else "",
)
def test_any_status_word_at_any_command_ends_in_a_value_or_its_error(
    sw: int, ends: set[str]
) -> None:
    found = {visit_with(CountedCard(faults=faulty(sw_at_apdu=(at, sw)))) for at in commands()}
    assert found <= ends


@pytest.mark.parametrize("sw", [sw for sw, _ in STATUS_WORDS], ids=lambda sw: f"{sw:04X}")
def test_a_card_that_does_not_prove_itself_is_never_read(sw: int) -> None:
    end = visit_with(CountedCard(faults=faulty(sw_at_apdu=(proving(), sw))))
    assert end in (REFUSED | FALSE | {"card.blocked"})


@pytest.mark.parametrize(
    ("fault", "ends"),
    [
        ({"mute": True}, {"card.mute"}),
        ({"slow_ms": 900}, {NAME}),
        ({"truncate_tlv": True}, {"card.malformed"}),
        ({"hostile_tlv": True}, {"card.malformed"}),
        ({"invalid_name": True}, {"card.malformed"}),
        ({"wrong_length": -1}, {"card.malformed"}),
        ({"wrong_length": -200}, {"card.malformed"}),
        ({"wrong_length": 1}, {"card.malformed"}),
        ({"wrong_length": 256}, {"card.malformed"}),
        ({"worn_file": "EF05"}, {"card.refused"}),
        ({"worn_file": "EF06"}, {"card.refused"}),
        ({"blocked": "card"}, {"card.blocked"}),
        ({"blocked": "application"}, {"card.blocked"}),
        ({"clone": True}, {"card.not_genuine"}),
    ],
    ids=str,
)
def test_a_card_with_a_lasting_fault_is_told(fault: dict[str, object], ends: set[str]) -> None:
    assert {visit_with(CountedCard(faults=faulty(**fault)))} == ends


@pytest.mark.parametrize(
    "other",
    [CountedCard(root=True), CountedCard(sfi=False), CountedCard(read_all=False)],
    ids=["root", "no short identifiers", "no read-all"],
)
def test_a_card_of_another_kind_is_served(other: CountedCard) -> None:
    assert visit_with(other) == NAME


def test_every_fault_is_told_on_a_card_of_another_kind_as_well() -> None:
    """Falling back from what the card refuses must not hide what happens on the way."""
    for at in range(1, 60):
        rare = CountedCard(sfi=False, read_all=False, root=True, faults=faulty(remove_at_apdu=at))
        assert visit_with(rare) == "card.removed", at
