"""The driver of a PSAM: byte by byte, beside a simulated one, in a slot that comes and goes."""

from contextlib import nullcontext as nothing
from dataclasses import replace

import pytest

from devices.card.connection import CardConnection
from devices.card.crypto import Factors
from devices.card.errors import (
    SamAlgorithmError,
    SamDataError,
    SamKeyMissingError,
    SamLevelsError,
    SamRefusedError,
)
from devices.card.fci import Algorithm
from devices.card.psam import Psam, PsamProfile
from devices.card.sam import KeyUse
from devices.card.simulated.psam_profile import SM4_ENVIRONMENT
from devices.card.software_sam import SoftwareSam
from devices.card.ssc import SSSE_AID
from tests.devices.card.answering import AnsweringConnection
from tests.devices.card.cards import KEYS, PSAM, PSAM_LAYOUT, CardConnectionTo, psam

HOLDER, SLOT = "Reader 00 00", "Reader SAM 00 01"
CHALLENGE, ORIGINAL = bytes.fromhex("1122334455667788"), bytes.fromhex("A1B2C3D4E5F60718")
CARD = "8697159900BF7C7A"
FACTORS = Factors("639900", bytes.fromhex(CARD))
CITY, PROVINCE = b"639900sx".hex().upper(), b"630000sh".hex().upper()
SELECT_DES = "00A404000F" + SSSE_AID.hex().upper()
ATR_OF_T1 = bytes.fromhex("3B8D8001" + "00900000000000000000000001" + "1D")
SELECT_DF01 = "00A4040006D15600000590"
DES = PsamProfile().environments[Algorithm.DES]
WITH_SM4 = replace(PSAM_LAYOUT, environments={Algorithm.DES: DES, Algorithm.SM4: SM4_ENVIRONMENT})

TAKES_ALL: dict[str, str | list[str]] = {
    "00A4": "6110",
    "BFEC": "9000",
    "BFDE": "9000",
    "80FA": "6108",
    "00C0000008": "0102030405060708" + "9000",
}


def asked(
    connection: CardConnection,
    usage: KeyUse = KeyUse.IRK,
    algorithm: Algorithm = Algorithm.DES,
    profile: PsamProfile = WITH_SM4,
) -> bytes:
    return Psam(connection, profile).authentication_data(
        usage, algorithm, FACTORS, CHALLENGE, ORIGINAL
    )


def answering(**changes: str | list[str]) -> AnsweringConnection:
    return AnsweringConnection({**TAKES_ALL, **changes})


def test_a_des_module_is_sent_these_bytes() -> None:
    connection = answering()
    assert asked(connection).hex() == "0102030405060708"
    assert connection.sent == [
        SELECT_DES,
        SELECT_DF01,
        "BFEC00000163",
        "BFDE670820" + CARD + CITY + PROVINCE + CHALLENGE.hex().upper(),
        "80FA000008" + ORIGINAL.hex().upper(),
        "00C0000008",
    ]


def test_a_module_that_speaks_t_1_is_asked_for_its_answers() -> None:
    """Over T=1 there is no GET RESPONSE, and a command without Le gets no data."""
    connection = AnsweringConnection({**TAKES_ALL, "80FA": "0102030405060708" + "9000"}, ATR_OF_T1)
    assert asked(connection).hex() == "0102030405060708"
    assert [connection.sent[0], connection.sent[1]] == [SELECT_DES + "00", SELECT_DF01 + "00"]
    assert connection.sent[3].endswith(CHALLENGE.hex().upper())
    assert connection.sent[4] == "80FA000008" + ORIGINAL.hex().upper() + "00"


def test_the_number_of_the_key_that_opens_the_holder_s_file_is_never_guessed() -> None:
    connection = answering()
    with pytest.raises(SamKeyMissingError) as caught:
        asked(connection, KeyUse.READ_SSSE, profile=PsamProfile())
    assert caught.value.usage == "RKSSSE"
    assert not [sent for sent in connection.sent if sent.startswith(("BFDE", "80FA"))]


def test_a_16_byte_block_module_is_sent_filled_blocks_and_its_answer_is_folded() -> None:
    whole = "0102030405060708" + "1112131415161718"
    connection = answering(**{"80FA": whole + "9000"})
    assert asked(connection, algorithm=Algorithm.SM4).hex() == "10" * 8
    assert connection.sent[3:] == [
        "BFDE670828" + CARD + CITY + PROVINCE + CHALLENGE.hex().upper() + "00" * 8,
        "80FA000010" + ORIGINAL.hex().upper() + "00" * 8,
    ]


def test_a_module_that_folds_by_itself_is_believed() -> None:
    assert asked(answering(), algorithm=Algorithm.SM4).hex() == "0102030405060708"


@pytest.mark.parametrize(
    ("algorithm", "answer"),
    [(Algorithm.DES, "00" * 16), (Algorithm.DES, ""), (Algorithm.SM4, "00" * 12)],
)
def test_a_block_of_another_length_is_malformed(algorithm: Algorithm, answer: str) -> None:
    with pytest.raises(SamDataError) as caught:
        asked(answering(**{"80FA": answer + "9000"}), algorithm=algorithm)
    assert caught.value.code == "sam.malformed"


def test_after_a_malformed_answer_the_next_card_starts_afresh() -> None:
    connection = answering(**{"80FA": ["00" * 7 + "9000", "00" * 8 + "9000"]})
    module = Psam(connection)
    with pytest.raises(SamDataError):
        module.authentication_data(KeyUse.IRK, Algorithm.DES, FACTORS, CHALLENGE, ORIGINAL)
    module.authentication_data(KeyUse.IRK, Algorithm.DES, FACTORS, CHALLENGE, ORIGINAL)
    assert connection.sent.count(SELECT_DES) == 2


def test_the_module_is_selected_once_for_many_cards() -> None:
    connection = answering()
    module = Psam(connection)
    for _ in range(3):
        module.authentication_data(KeyUse.IRK, Algorithm.DES, FACTORS, CHALLENGE, ORIGINAL)
    assert connection.sent.count(SELECT_DES) == 1


def test_a_wrong_number_of_levels_is_tried_once_and_the_right_one_is_kept() -> None:
    connection = answering(BFDE="6A80", BFDE47="9000")
    module = Psam(connection)
    for _ in range(2):
        module.authentication_data(KeyUse.IRK, Algorithm.DES, FACTORS, CHALLENGE, ORIGINAL)
    delivered = [sent[:10] for sent in connection.sent if sent.startswith("BFDE")]
    assert delivered == ["BFDE670820", "BFDE470818", "BFDE470818"]


def test_a_key_at_no_level_is_told() -> None:
    connection = answering(BFDE="6A80")
    with pytest.raises(SamLevelsError) as caught:
        asked(connection, KeyUse.READ_SSSE)
    assert (caught.value.code, caught.value.usage) == ("sam.levels", "RKSSSE")
    delivered = [sent[:8] for sent in connection.sent if sent.startswith("BFDE")]
    assert delivered == ["BFDE6709", "BFDE4709", "BFDE2709"]


@pytest.mark.parametrize("sw", ["6A88", "6A82", "6A83", "9403"])
def test_a_missing_key_is_told_by_its_name(sw: str) -> None:
    with pytest.raises(SamKeyMissingError) as caught:
        asked(answering(BFDE=sw), KeyUse.READ_SSSE)
    assert (caught.value.code, caught.value.usage) == ("sam.key_missing", "RKSSSE")


def test_a_cipher_that_no_environment_has_is_told() -> None:
    with pytest.raises(SamAlgorithmError, match="SM4"):
        asked(answering(), algorithm=Algorithm.SM4, profile=PsamProfile())
    with pytest.raises(SamAlgorithmError, match="SSF33"):
        asked(answering(**{"00A4": "6A82"}), algorithm=Algorithm.SSF33, profile=PsamProfile())


@pytest.mark.parametrize(
    ("start", "command"),
    [(SELECT_DF01, "00A40400"), ("BFEC", "BFEC0000"), ("BFDE", "BFDE6708"), ("80FA", "80FA0000")],
)
def test_any_other_refusal_names_the_command_and_the_next_card_starts_afresh(
    start: str, command: str
) -> None:
    connection = answering(**{start: ["6985", "9000"]})
    module = Psam(connection)
    with pytest.raises(SamRefusedError) as caught:
        module.authentication_data(KeyUse.IRK, Algorithm.DES, FACTORS, CHALLENGE, ORIGINAL)
    assert (caught.value.command, caught.value.sw) == (command, 0x6985)
    with pytest.raises(SamDataError) if start == "80FA" else nothing():
        module.authentication_data(KeyUse.IRK, Algorithm.DES, FACTORS, CHALLENGE, ORIGINAL)
    assert connection.sent.count(SELECT_DES) == 2


@pytest.mark.parametrize("levels", [1, 2, 3])
@pytest.mark.parametrize("algorithm", [Algorithm.DES, Algorithm.SM4])
@pytest.mark.parametrize("usage", list(KeyUse))
def test_a_module_and_the_software_agree(usage: KeyUse, algorithm: Algorithm, levels: int) -> None:
    document = PSAM.replace('kid = "08"', f'kid = "08"\nlevels = {levels}')
    document = document.replace('kid = "09"', f'kid = "09"\nlevels = {levels}')
    expected = SoftwareSam(KEYS).authentication_data(usage, algorithm, FACTORS, CHALLENGE, ORIGINAL)
    assert asked(CardConnectionTo(psam(document)), usage, algorithm) == expected


def test_the_terminal_s_number_is_read() -> None:
    module = Psam(CardConnectionTo(psam()))
    assert module.terminal_number() == "639900000001"
    module.authentication_data(KeyUse.IRK, Algorithm.DES, FACTORS, CHALLENGE, ORIGINAL)
    assert module.terminal_number() == "639900000001"


@pytest.mark.parametrize("answer", ["6A82", "63990000009000", "63990000000A9000"])
def test_a_module_without_a_terminal_number_says_so(answer: str) -> None:
    with pytest.raises((SamRefusedError, SamDataError)):
        Psam(AnsweringConnection({"00A4": "9000", "00B0": answer})).terminal_number()


# the slot


# a key that is another one than its number says

"""IRK lies where RKSSSE should be: every card refuses its proof."""
