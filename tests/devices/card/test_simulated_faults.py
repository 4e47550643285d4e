"""What each fault of a profile does at the contacts."""

import pytest

from devices.card.apdu import StatusWord
from devices.card.simulated.card import SimulatedCard
from devices.card.simulated.chip import CardSeizedError
from tests.devices.card.cards import FCI_DES, SELECT_SSSE, ask, card, faulty, profile

SELECT = SELECT_SSSE.hex()
SELECT_ROOT_EF05 = "00A4020002EF05"


def test_a_slow_card_answers_later_and_the_same() -> None:
    slept: list[float] = []
    slow = SimulatedCard(profile(faults=faulty(slow_ms=250)), sleep=slept.append)
    slow.power_on()
    assert ask(slow, SELECT, "00B2032806") == "0304322E30309000"
    assert slept == [0.25, 0.25]
    assert slow.wire_seconds == 0


@pytest.mark.parametrize(
    ("extra", "answer"),
    [(2, "0304322E303000009000"), (-3, "0304329000"), (-20, "9000")],
)
def test_answers_with_data_have_the_wrong_length_and_others_have_none(
    extra: int, answer: str
) -> None:
    odd = card(faults=faulty(wrong_length=extra))
    assert ask(odd, SELECT) == "611E"
    assert ask(odd, "00B2032806") == answer
    assert ask(odd, "00A4020002EF0B") == "6A82"


def test_a_status_word_comes_at_the_command_that_was_named_after_each_reset() -> None:
    broken = card(faults=faulty(sw_at_apdu=(2, 0x6F00)))
    for _ in range(2):
        broken.power_on()
        assert ask(broken, SELECT) == "611E"
        assert ask(broken, "00B2032806") == "6F00"
        assert ask(broken, "00B2032806") == "0304322E30309000"


def test_a_card_is_reset_by_somebody_else_once() -> None:
    seized = card(faults=faulty(reset_at_apdu=2))
    assert ask(seized, SELECT) == "611E"
    with pytest.raises(CardSeizedError):
        ask(seized, "00B2032806")
    seized.power_on()
    assert ask(seized, SELECT, "00B2032806") == "0304322E30309000"


def test_truncated_records_and_fci_name_more_than_there_is() -> None:
    cut = card(faults=faulty(truncate_tlv=True))
    assert ask(cut, SELECT) == "6110"
    assert ask(cut, "00C0000010") == FCI_DES[:16].hex().upper() + "9000"
    assert ask(cut, "00B2032806") == "6C04"
    assert ask(cut, "00B2032804") == "0304322E9000"


def test_hostile_records_lie_and_the_fci_nests_without_an_end() -> None:
    hostile = card(faults=faulty(hostile_tlv=True))
    fci = bytes.fromhex(ask(hostile, SELECT + "00"))[:-2]
    assert fci.startswith(bytes.fromhex("6F7C6F7A6F78"))
    length = ask(hostile, "00B2032800")
    assert length.startswith("6C")
    assert ask(hostile, "00B20328" + length[2:]).startswith("03FE")


def test_an_invalid_name_is_no_gb18030() -> None:
    name = bytes.fromhex(ask(card(faults=faulty(invalid_name=True)), SELECT, "00B2093020"))
    with pytest.raises(UnicodeDecodeError):
        name[2:-2].rstrip(b"\0").decode("gb18030")


@pytest.mark.parametrize(
    ("worn", "application", "command"),
    [("EF06", SELECT, "00B2083014"), ("DF03/EF07", "00A4040C06D15600000502", "00B2703805")],
)
def test_a_worn_file_has_a_memory_error_and_the_others_read(
    worn: str, application: str, command: str
) -> None:
    simulated = card(pin=None, faults=faulty(worn_file=worn))
    assert ask(simulated, application, command) == "6581"
    assert ask(simulated, SELECT, "00B2032806") == "0304322E30309000"


def test_a_blocked_card_supports_nothing_and_a_blocked_application_is_not_entered() -> None:
    assert ask(card(faults=faulty(blocked="card")), SELECT) == "6A81"
    assert ask(card(faults=faulty(blocked="card")), "0084000008") == "6A81"
    application = card(faults=faulty(blocked="application"))
    assert ask(application, SELECT) == f"{StatusWord.APPLICATION_LOCKED:04X}"
    assert ask(application, "00A4040C06D15600000500") == "9000"


def test_a_card_with_its_files_at_the_root_does_not_know_the_environment() -> None:
    rooted = card(root=True)
    assert ask(rooted, SELECT) == "6A82"
    assert ask(rooted, SELECT_ROOT_EF05, "00B207040B") == "07095830303030303031399000"
    assert ask(rooted, "00A40000023F00", "00B2032806") == "0304322E30309000"


def test_some_cards_refuse_all_records_at_once() -> None:
    simple = card(read_all=False)
    assert ask(simple, SELECT, "00B2012D40") == "6A86"
    assert ask(simple, "00A4020002EF05", "00B2010540") == "6A86"
    assert ask(simple, "00B2032806") == "0304322E30309000"


def test_some_cards_refuse_short_file_identifiers() -> None:
    simple = card(sfi=False)
    assert ask(simple, SELECT, "00B2032806") == "6A82"
    assert ask(simple, "00B0850004") == "6A82"
    assert ask(simple, "00A4020002EF05", "00B2030006") == "0304322E30309000"
    assert ask(simple, "00B2010540").endswith("9000")
