"""The simulated card at its contacts, against the bytes of the facts sheet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.card.fci import Algorithm
from devices.card.simulated.card import SimulatedCard
from devices.card.simulated.chip import CardPulledError
from devices.card.ssc import SSSE_AID
from tests.devices.card.cards import (
    ATR,
    FCI_DES,
    SELECT_SSSE,
    ask,
    card,
    faulty,
    profile,
)

SELECT = SELECT_SSSE.hex()
GET_FCI = "00C000001E"
EF05_ALL = (
    "0110639900D15600000500BF7C7A48FB49660201330304{version}040C915600000263990063990001"
    "05042010100106042020100107095830303030303031399000"
)
EF06_ALL = (
    "0812313131313131313938313031303131313130091ED5C5C8FD"
    + "00" * 26
    + "4E14"
    + "00" * 20
    + "0A01310B01010C031111110D04198101019000"
)


def application(number: int) -> str:
    return f"00A4040C06D156000005{number:02X}"


def test_the_answer_to_reset_is_the_one_built_from_the_ministry_sample() -> None:
    assert card().atr == ATR


@pytest.mark.parametrize("algorithm", Algorithm)
def test_select_leaves_the_fci_for_get_response(algorithm: Algorithm) -> None:
    simulated = card(algorithm=algorithm)
    assert ask(simulated, SELECT) == "611E"
    fci = FCI_DES[:-1] + bytes((algorithm,))
    assert ask(simulated, GET_FCI) == fci.hex().upper() + "9000"
    assert ask(simulated, GET_FCI) == "6985"


def test_select_with_le_answers_at_once_and_a_short_le_leaves_the_rest() -> None:
    assert ask(card(), SELECT + "00") == FCI_DES.hex().upper() + "9000"
    assert ask(card(), SELECT + "1A") == FCI_DES[:26].hex().upper() + "6104"
    assert ask(card(), SELECT + "1A", "00C0000004") == FCI_DES[26:].hex().upper() + "9000"


def test_get_response_names_the_right_length() -> None:
    assert ask(card(), SELECT, "00C0000000") == "6C1E"
    assert ask(card(), SELECT, "00C0000000", GET_FCI).endswith("9000")


@pytest.mark.parametrize("version", ["1.00", "2.00", "3.00"])
def test_the_issuer_file_reads_whole(version: str) -> None:
    expected = EF05_ALL.format(version=version.encode().hex().upper())
    assert ask(card(version), SELECT, "00A4020002EF05", "00B2010540") == expected


def test_the_holder_file_reads_whole() -> None:
    assert ask(card(), SELECT, "00A4020002EF06", "00B201055B") == EF06_ALL
    without_extension = EF06_ALL.replace("4E14" + "00" * 20, "")
    assert ask(card("1.00"), SELECT, "00A4000002EF06", "00B2010545") == without_extension


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("00B2022803", "0201339000"),
        ("00B2032806", "0304322E30309000"),
        ("00B2022C03", "0201339000"),
        ("00B2052806", "0504201010019000"),
        ("00B207280B", "07095830303030303031399000"),
        ("00B20A3003", "0A01319000"),
        ("00B20B3003", "0B01019000"),
        ("00B2093020", "091ED5C5C8FD" + "00" * 26 + "9000"),
        ("00B2032800", "6C06"),
        ("00B20328", "6C06"),
        ("00B2032807", "6C06"),
        ("00B2012D00", "6C40"),
        ("00B2992803", "6A83"),
        ("00B2082C03", "6A83"),
        ("00B2024803", "6A82"),
        ("00B2010403", "6986"),
        ("00B2023803", "6981"),
        ("00B2022E03", "6A86"),
        ("00B0830004", "6A82"),
        ("00B0850004", "6981"),
        ("00B0000004", "6986"),
        ("00B0870004", "6982"),
        ("00B0E50004", "6A86"),
        ("00840000", "6700"),
        ("0084000005", "6700"),
        ("0084010008", "6A86"),
        ("0088000010" + "00" * 16, "6A88"),
        ("0082000A10" + "00" * 16, "6984"),
        ("0082000A04" + "00" * 4, "6700"),
        ("00DC050406050420301231", "6982"),
        ("00A4040005A000000003", "6A82"),
        ("00A4020002EF0B", "6A82"),
        ("00A4020001EF", "6700"),
        ("00A4030002EF05", "6A86"),
        ("00A4040102D156", "6A86"),
        ("0020000000", "63C6"),
        ("00200000", "63C6"),
        ("0020000100", "6A86"),
        ("0020000001FF", "6700"),
        ("80CA000000", "6E00"),
        ("00CA000000", "6D00"),
        ("00A404", "6700"),
        ("00A4040010AA", "6700"),
    ],
)
def test_each_command_gets_the_answer_of_the_facts_sheet(command: str, answer: str) -> None:
    assert ask(card(), SELECT, command) == answer


def test_next_previous_and_last_walk_through_records_with_one_tag() -> None:
    simulated = card(pin=None)
    assert ask(simulated, application(0), "00A4020002EF15") == "9000"
    walk = ["00B2400036", "00B2400236", "00B2400236"]
    for command in walk:
        assert ask(simulated, command).endswith("9000")
    assert ask(simulated, "00B2400236") == "6A83"
    assert ask(simulated, "00B2400336").startswith("4034")
    assert ask(simulated, "00B2400136").startswith("4034")
    assert ask(simulated, "00B2400236") == "6A83"


def test_a_free_transparent_file_reads_by_offset() -> None:
    simulated = card()
    assert ask(simulated, application(0), "00B0960010") == "00" * 16 + "9000"
    assert ask(simulated, "00B0012000") == "6C08"
    assert ask(simulated, "00B0012800") == "6B00"
    assert ask(simulated, "00B0000000") == "00" * 256 + "9000"


@pytest.mark.parametrize(
    ("number", "read"),
    [(0, "00B2293803"), (1, "00B2013C55"), (2, "00B2703805"), (3, "00B201441C"), (3, "00B2812800")],
)
def test_the_applications_want_the_pin_first(number: int, read: str) -> None:
    simulated = card()
    assert ask(simulated, application(number), read) == "6982"
    assert ask(simulated, "0020000003246810") == "9000"
    assert ask(simulated, read)[-4:-2] in ("90", "6C")
    simulated.power_off()
    simulated.power_on()
    assert ask(simulated, application(number), read) == "6982"


@pytest.mark.parametrize(("number", "read"), [(3, "00B2903003"), (4, "00B2F02803")])
def test_files_behind_a_key_stay_shut(number: int, read: str) -> None:
    assert ask(card(), application(number), "0020000003246810", read) == "6982"


def test_a_wrong_pin_after_a_right_one_shuts_the_files_again() -> None:
    simulated = card()
    ask(simulated, application(0), "0020000003246810")
    assert ask(simulated, "0020000003135790") == "63C5"
    assert ask(simulated, "00B2293803") == "6982"


def test_the_holder_of_a_3_0_card_is_behind_a_key() -> None:
    assert ask(card("3.00"), SELECT, "00B2083014") == "6982"
    assert ask(card("3.00"), SELECT, "00B2032806") == "0304332E30309000"


def test_a_card_without_a_pin_says_so_and_has_nothing_to_verify() -> None:
    assert ask(card(pin=None), SELECT, "0020000000") == "9000"
    assert ask(card(pin=None), SELECT, "0020000003246810") == "6A88"


def test_no_try_is_left_after_the_last_and_the_next_is_locked() -> None:
    simulated = card()
    answers = [ask(simulated, SELECT, "0020000003135790") for _ in range(7)]
    assert answers == ["63C5", "63C4", "63C3", "63C2", "63C1", "63C0", "6983"]
    assert ask(simulated, "0020000003246810") == "6983"
    assert ask(simulated, "0020000000") == "6983"


def test_a_challenge_is_good_for_one_authentication() -> None:
    simulated = SimulatedCard(profile(), random_bytes=lambda length: bytes(range(length)))
    simulated.power_on()
    assert ask(simulated, SELECT, "0084000008") == "00010203040506079000"
    authenticate = "0082000A10" + "00" * 16
    assert [ask(simulated, authenticate) for _ in range(2)] == ["6A88", "6984"]


def test_a_foreign_card_knows_no_social_security() -> None:
    foreign = card(foreign=True)
    assert ask(foreign, SELECT) == "6A82"
    assert ask(foreign, application(3)) == "6A82"
    assert ask(foreign, "00A4020002EF05") == "6A82"


def test_the_files_are_not_at_the_root() -> None:
    assert ask(card(), "00A4020002EF05") == "6A82"
    assert ask(card(), SELECT, "00A40000023F00", "00B2032806") == "6A82"


def test_a_fault_answers_any_command_with_any_status_word() -> None:
    broken = card(faults=faulty(answers=((bytes.fromhex("00B20B"), 0x6581),)))
    assert ask(broken, SELECT, "00B20B3003") == "6581"
    assert ask(broken, "00B20A3003") == "0A01319000"


def test_a_mute_card_says_nothing_at_all() -> None:
    mute = SimulatedCard(profile(faults=faulty(mute=True)))
    assert mute.power_on() == b""
    assert mute.process(SELECT_SSSE) == b""


def test_a_card_without_power_says_nothing() -> None:
    simulated = card()
    simulated.power_off()
    assert simulated.process(SELECT_SSSE) == b""


def test_a_card_is_pulled_at_the_command_that_was_named_after_each_reset() -> None:
    simulated = card(faults=faulty(remove_at_apdu=2))
    for _ in range(2):
        simulated.power_on()
        assert ask(simulated, SELECT) == "611E"
        with pytest.raises(CardPulledError):
            ask(simulated, GET_FCI)


def test_characters_take_their_time_on_the_contacts() -> None:
    """T=0 at 9,600 baud: 12 etu for each character, one procedure byte before data."""
    slept: list[float] = []
    simulated = SimulatedCard(profile(baud=9600), sleep=slept.append)
    simulated.power_on()
    for command in (SELECT, GET_FCI, "0020000000", "00B2032800", SELECT + "00"):
        ask(simulated, command)
    characters = [17, 5 + 1 + 15 + 2, 5 + 1 + 30 + 2, 7, 7, 23 + 38]
    assert slept == pytest.approx([count * 12 / 9600 for count in characters])
    assert simulated.wire_seconds == pytest.approx(sum(slept))


def test_without_a_baud_rate_no_time_is_taken() -> None:
    simulated = SimulatedCard(profile(), sleep=lambda _: pytest.fail("the card slept"))
    simulated.power_on()
    ask(simulated, SELECT)
    assert simulated.wire_seconds == 0


COMMANDS = st.builds(
    lambda head, tail: head + tail,
    st.sampled_from(
        [b"", b"\x00", SELECT_SSSE, b"\x00\xa4", b"\x00\xb2", b"\x00\xb0", b"\x00\x20"]
    ),
    st.binary(max_size=24),
)


@given(st.sampled_from(["1.00", "2.00", "3.00"]), st.lists(COMMANDS, max_size=12))
def test_whatever_is_sent_the_card_answers_with_a_status_word(
    version: str, commands: list[bytes]
) -> None:
    simulated = card(version)
    for command in (SELECT_SSSE, *commands):
        answer = simulated.process(command)
        assert 2 <= len(answer) <= 258


@given(st.lists(st.binary(min_size=4, max_size=30), max_size=20))
def test_no_sequence_of_commands_gives_more_tries_than_the_card_has(commands: list[bytes]) -> None:
    simulated = card()
    for command in commands:
        simulated.process(b"\x00\x20\x00\x00" + command[3:])
        assert 0 <= simulated.tries_left <= 6


def test_the_name_of_the_environment_is_sx1_sh_social_security() -> None:
    assert SSSE_AID.decode("gbk") == "sx1.sh.社会保障"
