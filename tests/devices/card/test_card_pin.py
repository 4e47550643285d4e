"""The PIN on the card: its state, proving it, changing it, and that it is seen nowhere."""

import logging
import traceback

import pytest

from devices.card.errors import (
    CardBlockedError,
    CardError,
    CardRefusedError,
    CardRemovedError,
    PinLockedError,
    WrongPinError,
)
from devices.card.pin import NoPin, Pin, PinLocked, PinReady
from devices.card.simulated.card import SimulatedCard
from devices.card.ssc import SocialSecurityCard
from tests.devices.card.cards import CardConnectionTo, ScriptedConnection, card

RIGHT = "246810"
WRONG = "135790"
NEW = "8642013"


def driver(simulated: SimulatedCard) -> SocialSecurityCard:
    return SocialSecurityCard(CardConnectionTo(simulated))


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ("9000", NoPin()),
        ("63C6", PinReady(6)),
        ("63C1", PinReady(1)),
        ("63C0", PinLocked()),
        ("6983", PinLocked()),
    ],
)
def test_the_state_of_the_pin_is_asked_without_a_pin(answer: str, state: object) -> None:
    connection = ScriptedConnection("9000", answer)
    assert SocialSecurityCard(connection).pin_state() == state
    assert connection.sent[-1] == "0020000000"


def test_the_question_for_the_state_is_never_repeated_with_another_length() -> None:
    """`00200000 03` would tell a card of T=0 that three bytes of a PIN follow."""
    connection = ScriptedConnection("9000", "6C03", "63C5")
    with pytest.raises(CardRefusedError) as caught:
        SocialSecurityCard(connection).pin_state()
    assert caught.value.sw == 0x6C03
    assert connection.sent[1:] == ["0020000000"]


def test_asking_for_the_state_uses_up_no_try() -> None:
    simulated = card()
    reader = driver(simulated)
    for _ in range(20):
        assert reader.pin_state() == PinReady(6)
    assert simulated.tries_left == 6


def test_wrong_pins_are_counted_down_to_the_lock_and_a_right_one_comes_too_late() -> None:
    reader = driver(card())
    for left in (5, 4, 3, 2, 1):
        with pytest.raises(WrongPinError) as caught:
            reader.verify_pin(Pin.from_text(WRONG))
        assert caught.value.tries_left == left
    with pytest.raises(PinLockedError):
        reader.verify_pin(Pin.from_text(WRONG))
    assert reader.pin_state() == PinLocked()
    with pytest.raises(PinLockedError):
        reader.verify_pin(Pin.from_text(RIGHT))


def test_the_right_pin_opens_the_files_behind_it_and_restores_the_tries() -> None:
    simulated = card()
    reader = driver(simulated)
    with pytest.raises(WrongPinError):
        reader.verify_pin(Pin.from_text(WRONG))
    reader.verify_pin(Pin.from_text(RIGHT))
    assert simulated.tries_left == 6
    assert simulated.process(bytes.fromhex("00A4040C06D15600000500")) == b"\x90\x00"
    assert simulated.process(bytes.fromhex("00B2293803")).hex() == "2901009000"


def test_a_pin_is_sent_exactly_once_and_only_when_asked() -> None:
    connection = ScriptedConnection("9000", "6C00")
    reader = SocialSecurityCard(connection)
    with pytest.raises(CardRefusedError) as caught:
        reader.verify_pin(Pin.from_text(RIGHT))
    assert connection.sent[1:] == ["0020000003246810"]
    assert caught.value.command == "00200000"
    assert RIGHT not in str(caught.value)


def test_a_pin_is_changed_with_old_and_new_in_one_command() -> None:
    connection = ScriptedConnection("9000", "9000")
    SocialSecurityCard(connection).change_pin(Pin.from_text(RIGHT), Pin.from_text(NEW))
    assert connection.sent[1:] == ["805E010008" + "246810" + "FF" + "8642013F"]


def test_after_a_change_only_the_new_pin_is_right() -> None:
    simulated = card()
    driver(simulated).change_pin(Pin.from_text(RIGHT), Pin.from_text(NEW))
    simulated.power_on()
    reader = driver(simulated)
    with pytest.raises(WrongPinError):
        reader.verify_pin(Pin.from_text(RIGHT))
    reader.verify_pin(Pin.from_text(NEW))
    assert reader.pin_state() == PinReady(6)


def test_a_wrong_old_pin_changes_nothing_and_uses_up_a_try() -> None:
    simulated = card()
    reader = driver(simulated)
    with pytest.raises(WrongPinError) as caught:
        reader.change_pin(Pin.from_text(WRONG), Pin.from_text(NEW))
    assert caught.value.tries_left == 5
    reader.verify_pin(Pin.from_text(RIGHT))


def test_wrong_old_pins_lock_the_card_as_wrong_pins_do() -> None:
    reader = driver(card())
    for _ in range(5):
        with pytest.raises(WrongPinError):
            reader.change_pin(Pin.from_text(WRONG), Pin.from_text(NEW))
    for _ in range(2):
        with pytest.raises(PinLockedError):
            reader.change_pin(Pin.from_text(WRONG), Pin.from_text(NEW))
    assert reader.pin_state() == PinLocked()


@pytest.mark.parametrize(
    ("sw", "error"),
    [("6A80", CardRefusedError), ("6985", CardRefusedError), ("9303", CardBlockedError)],
)
def test_another_refusal_of_a_change_is_told_by_its_header(sw: str, error: type[CardError]) -> None:
    connection = ScriptedConnection("9000", sw)
    with pytest.raises(error) as caught:
        SocialSecurityCard(connection).change_pin(Pin.from_text(RIGHT), Pin.from_text(NEW))
    assert NEW not in str(caught.value)


def test_a_pin_that_was_forgotten_is_not_sent() -> None:
    connection = ScriptedConnection("9000", "9000")
    old = Pin.from_text(RIGHT)
    old.clear()
    with pytest.raises(CardError):
        SocialSecurityCard(connection).change_pin(old, Pin.from_text(NEW))
    assert connection.sent == []


class Pulled(ScriptedConnection):
    """The card leaves when the PIN arrives."""

    def transmit(self, command: bytes) -> bytes:
        if command[1] in (0x20, 0x5E):
            raise CardRemovedError
        return super().transmit(command)


@pytest.mark.parametrize("digits", ["86420135", "975310864", "918273645500"])
@pytest.mark.parametrize("sw", ["63C1", "6983", "6700", ""])
def test_no_pin_is_in_a_log_an_error_a_repr_or_a_traceback(digits: str, sw: str) -> None:
    """Not as digits, not as the bytes that went over the wire."""
    records: list[str] = []
    handler = logging.Handler(logging.DEBUG)
    handler.emit = lambda record: records.append(f"{record.getMessage()} {record.__dict__}")  # type: ignore[method-assign]
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    pin = Pin.from_text(digits)
    reader = SocialSecurityCard(ScriptedConnection("9000", sw, sw) if sw else Pulled("9000"))
    try:
        for change in (False, True):
            with pytest.raises(CardError) as caught:
                reader.change_pin(pin, pin) if change else reader.verify_pin(pin)
            seen = [*records, str(caught.value), repr(caught.value), repr(vars(caught.value))]
            seen += [repr(pin), repr(reader), *traceback.format_exception(caught.value)]
            for text in seen:
                assert digits not in text
                assert pin.packed().hex() not in text.lower()
                assert str(pin.packed()) not in text
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
