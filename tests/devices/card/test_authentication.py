"""The card proves that it is genuine, the kiosk that it may read: against simulated cards."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from devices.card.atr import reset_information
from devices.card.authentication import prove_genuine, unlock_holder_file
from devices.card.crypto import Factors
from devices.card.errors import (
    CardBlockedError,
    CardDataError,
    CardError,
    CardNotGenuineError,
    CardRefusedError,
    SamAlgorithmError,
    SamWrongKeyError,
)
from devices.card.fci import Algorithm
from devices.card.keys import MasterKeys
from devices.card.sam import KeyUse
from devices.card.simulated.card import SimulatedCard
from devices.card.software_sam import SoftwareSam
from devices.card.ssc import SSSE_AID, SocialSecurityCard
from tests.devices.card.answering import (
    EF05,
    EF05_ALL,
    FCI,
    SELECT,
    AnsweringConnection,
    whole,
)
from tests.devices.card.cards import ATR, KEYS, CardConnectionTo, card, faulty
from tests.devices.card.reference_ciphers import des_encrypt, sm4_encrypt, triple_des_encrypt

OTHER_KEYS = MasterKeys.generate(lambda length: b"\x5a" * (length - 1) + b"\x01")
BOTH = pytest.mark.parametrize("algorithm", [Algorithm.DES, Algorithm.SM4])


def counting() -> Callable[[int], bytes]:
    """Random bytes that are known: 01 x 8, then 02 x 8, ..."""
    count = 0

    def some(length: int) -> bytes:
        nonlocal count
        count += 1
        return bytes((count,)) * length

    return some


def reader(simulated: SimulatedCard) -> SocialSecurityCard:
    return SocialSecurityCard(CardConnectionTo(simulated))


def genuine(version: str, algorithm: Algorithm, **changes: object) -> SimulatedCard:
    return card(version, keys=KEYS, algorithm=algorithm, **changes)


class CountedSam(SoftwareSam):
    """A software SAM that keeps what it was asked for."""

    def __init__(self, keys: MasterKeys = KEYS) -> None:
        super().__init__(keys)
        self.asked: list[KeyUse] = []

    def authentication_data(
        self,
        usage: KeyUse,
        algorithm: Algorithm,
        factors: Factors,
        challenge: bytes,
        original: bytes,
    ) -> bytes:
        self.asked.append(usage)
        return super().authentication_data(usage, algorithm, factors, challenge, original)


@BOTH
@pytest.mark.parametrize("version", ["1.00", "2.00", "3.00"])
def test_a_genuine_card_is_taken(version: str, algorithm: Algorithm) -> None:
    prove_genuine(reader(genuine(version, algorithm)), SoftwareSam(KEYS), counting())


@BOTH
def test_a_clone_with_the_same_files_is_refused(algorithm: Algorithm) -> None:
    for clone in (
        card(algorithm=algorithm),
        genuine("2.00", algorithm, faults=faulty(clone=True)),
    ):
        with pytest.raises(CardNotGenuineError) as caught:
            prove_genuine(reader(clone), SoftwareSam(KEYS), counting())
        assert caught.value.code == "card.not_genuine"


@BOTH
def test_a_card_with_other_keys_is_refused(algorithm: Algorithm) -> None:
    with pytest.raises(CardNotGenuineError):
        prove_genuine(reader(genuine("2.00", algorithm)), SoftwareSam(OTHER_KEYS), counting())


def test_a_clone_of_another_chip_is_refused_for_its_serial() -> None:
    """The same keys behind another answer to reset: the third factor is the chip's own."""
    clone = CardConnectionTo(genuine("2.00", Algorithm.DES))
    clone.atr = clone.atr[:-1] + b"\0"
    with pytest.raises(CardNotGenuineError):
        prove_genuine(SocialSecurityCard(clone), SoftwareSam(KEYS), counting())


@pytest.mark.parametrize("sw", ["6A88", "6A82", "6A81", "6D00", "6E00", "6A86"])
def test_a_card_that_cannot_answer_is_not_genuine(sw: str) -> None:
    connection = authenticating(sw)
    with pytest.raises(CardNotGenuineError):
        prove_genuine(SocialSecurityCard(connection), SoftwareSam(KEYS), counting())


@pytest.mark.parametrize("sw", ["6581", "6982", "6983", "6F00", "63C2"])
def test_a_card_with_another_fault_is_refused_with_it(sw: str) -> None:
    with pytest.raises(CardRefusedError) as caught:
        prove_genuine(SocialSecurityCard(authenticating(sw)), SoftwareSam(KEYS), counting())
    assert (caught.value.command, caught.value.sw) == ("00880000", int(sw, 16))
    with pytest.raises(CardBlockedError):
        prove_genuine(SocialSecurityCard(authenticating("9303")), SoftwareSam(KEYS), counting())


def test_a_wrong_answer_is_refused() -> None:
    connection = authenticating("00" * 8 + "9000")
    with pytest.raises(CardNotGenuineError):
        prove_genuine(SocialSecurityCard(connection), SoftwareSam(KEYS), counting())


@pytest.mark.parametrize("length", [0, 7, 9])
def test_a_proof_of_another_length_is_malformed_and_does_not_call_the_card_a_copy(
    length: int,
) -> None:
    connection = authenticating("00" * length + "9000")
    with pytest.raises(CardDataError) as caught:
        prove_genuine(SocialSecurityCard(connection), SoftwareSam(KEYS), counting())
    assert caught.value.place == "INTERNAL AUTHENTICATE: not eight bytes"


def authenticating(answer: str, fci: str = FCI + "19000") -> AnsweringConnection:
    return AnsweringConnection({SELECT: fci, EF05_ALL: EF05 + "9000", "0088": answer})


def test_the_answer_that_is_expected_is_the_reference_s_and_the_random_bytes_are_fresh() -> None:
    """3DES over the ministry's sample card, computed here from the standard."""
    key = KEYS.irk.reveal()
    for factor in (b"630000sh", b"639900sx", bytes.fromhex("8697159900BF7C7A")):
        inverted = bytes(byte ^ 0xFF for byte in factor)
        key = triple_des_encrypt(key, factor) + triple_des_encrypt(key, inverted)
    proof = des_encrypt(triple_des_encrypt(key, b"\x01" * 8), b"\x02" * 8)
    connection = authenticating(proof.hex() + "9000")
    prove_genuine(SocialSecurityCard(connection), SoftwareSam(KEYS), counting())
    assert connection.sent[-1] == "0088000010" + "01" * 8 + "02" * 8


def test_the_same_for_a_card_with_sm4() -> None:
    key = KEYS.irk.reveal()
    for factor in (b"630000sh", b"639900sx", bytes.fromhex("8697159900BF7C7A")):
        key = sm4_encrypt(key, factor + bytes(byte ^ 0xFF for byte in factor))
    session = sm4_encrypt(key, b"\x01" * 8 + bytes(8))
    block = sm4_encrypt(session, b"\x02" * 8 + bytes(8))
    proof = bytes(a ^ b for a, b in zip(block[:8], block[8:], strict=True))
    connection = authenticating(proof.hex() + "9000", FCI + "39000")
    prove_genuine(SocialSecurityCard(connection), SoftwareSam(KEYS), counting())


@BOTH
def test_a_3_0_card_opens_its_holder_s_file_to_the_right_key(algorithm: Algorithm) -> None:
    opened = reader(genuine("3.00", algorithm))
    assert opened.read_identity().name is None
    unlock_holder_file(opened, SoftwareSam(KEYS), counting())
    assert opened.read_identity().name == "张三"


def test_the_whole_read_of_a_3_0_card_takes_eight_commands() -> None:
    opened = reader(genuine("3.00", Algorithm.DES))
    sam = CountedSam()
    prove_genuine(opened, sam, counting())
    unlock_holder_file(opened, sam, counting())
    assert opened.read_identity().name == "张三"
    assert opened.traffic.apdus == 8
    assert sam.asked == [KeyUse.IRK, KeyUse.READ_SSSE]


@pytest.mark.parametrize("version", ["1.00", "2.00"])
def test_an_older_card_is_not_asked_to_open_what_is_open(version: str) -> None:
    older, sam = reader(genuine(version, Algorithm.DES)), CountedSam()
    unlock_holder_file(older, sam, counting())
    assert sam.asked == []
    assert older.read_identity().name == "张三"


def refusing(sw: str) -> AnsweringConnection:
    """A 3.0 card that answers so to EXTERNAL AUTHENTICATE."""
    return AnsweringConnection(
        {SELECT: FCI + "19000", EF05_ALL: EF05 + "9000", "0084": "11" * 8 + "9000", "0082": sw}
    )


def proofs(connection: AnsweringConnection) -> list[str]:
    return [command for command in connection.sent if command.startswith("0082")]


@pytest.mark.parametrize("sw", ["63C2", "63C1", "63C0", "6300"])
def test_a_wrong_key_is_sent_once_and_to_no_other_card(sw: str) -> None:
    first, second, sam = refusing(sw), refusing(sw), SoftwareSam(KEYS)
    for connection in (first, second):
        with pytest.raises(SamWrongKeyError) as caught:
            unlock_holder_file(SocialSecurityCard(connection), sam, counting())
        assert (caught.value.usage, caught.value.sw) == ("RKSSSE", int(sw, 16))
    assert [command[:10] for command in proofs(first)] == ["0082000A10"]
    assert proofs(first)[0].endswith("01" * 8)
    assert proofs(second) == []


def test_a_card_whose_key_was_locked_before_does_not_stop_the_kiosk_for_all_others() -> None:
    locked, other, sam = refusing("6983"), refusing("9000"), SoftwareSam(KEYS)
    with pytest.raises(SamWrongKeyError) as caught:
        unlock_holder_file(SocialSecurityCard(locked), sam, counting())
    assert caught.value.sw == 0x6983
    unlock_holder_file(SocialSecurityCard(other), sam, counting())
    assert len(proofs(other)) == 1


def test_another_refusal_of_the_proof_is_the_card_s_own() -> None:
    refused, sam = refusing("6985"), SoftwareSam(KEYS)
    with pytest.raises(CardRefusedError) as caught:
        unlock_holder_file(SocialSecurityCard(refused), sam, counting())
    assert (caught.value.command, caught.value.sw) == ("0082000A", 0x6985)
    unlock_holder_file(SocialSecurityCard(refusing("9000")), sam, counting())


@pytest.mark.parametrize("answer", ["6D00", "9000", "11" * 4 + "9000"])
def test_a_card_without_a_challenge_is_told(answer: str) -> None:
    connection = AnsweringConnection(
        {SELECT: FCI + "19000", EF05_ALL: EF05 + "9000", "0084": answer}
    )
    with pytest.raises((CardRefusedError, CardDataError)):
        unlock_holder_file(SocialSecurityCard(connection), SoftwareSam(KEYS), counting())
    assert not [command for command in connection.sent if command.startswith("0082")]


def test_leaving_the_environment_closes_the_holder_s_file_again() -> None:
    opened = reader(genuine("3.00", Algorithm.DES))
    unlock_holder_file(opened, SoftwareSam(KEYS), counting())
    assert opened.select_application(bytes.fromhex("D15600000501"))
    assert opened.read_identity().name is None


@pytest.mark.parametrize(
    ("area", "fci", "algorithm"),
    [
        ("639900", FCI + "19000", Algorithm.DES),
        ("639900", FCI + "39000", Algorithm.SM4),
        ("639900", "9000", Algorithm.DES),
        ("110101", "9000", Algorithm.SSF33),
        ("110101", FCI + "19000", Algorithm.DES),
    ],
)
def test_a_card_that_names_no_cipher_has_that_of_its_area(
    area: str, fci: str, algorithm: Algorithm
) -> None:
    made = AnsweringConnection(
        {SELECT: fci, EF05_ALL: EF05.replace("0110639900", "0110" + area) + "9000"}
    )
    assert SocialSecurityCard(made).algorithm is algorithm


def test_a_cipher_that_the_software_does_not_have_is_told() -> None:
    with pytest.raises(SamAlgorithmError):
        prove_genuine(
            SocialSecurityCard(authenticating("", FCI + "29000")), SoftwareSam(KEYS), counting()
        )


def test_a_card_without_an_area_has_no_factors() -> None:
    reader = SocialSecurityCard(whole(ef05="0110" + "FF" * 16 + "0304322E30309000"))
    with pytest.raises(CardDataError, match="EF05 tag 01: no issuing area"):
        prove_genuine(reader, SoftwareSam(KEYS), counting())


def test_a_card_at_the_root_proves_itself_and_is_found_again_after_an_application() -> None:
    rooted = genuine("2.00", Algorithm.DES, root=True)
    opened = reader(rooted)
    prove_genuine(opened, SoftwareSam(KEYS), counting())
    opened.select_application(bytes.fromhex("D15600000501"))
    assert opened.read_identity().name == "张三"


def test_without_contacts_a_command_asks_for_its_answer() -> None:
    """The ATR of a contactless reader names T=1: there is no GET RESPONSE, and no Le no answer."""
    contactless = bytes.fromhex("3B8D8001" + "00814E43238697159900BF7C7A" + "00")
    connection = AnsweringConnection(
        {SELECT: FCI + "19000", EF05_ALL: EF05 + "9000", "0088": "00" * 8 + "9000"}, contactless
    )
    with pytest.raises(CardNotGenuineError):
        prove_genuine(SocialSecurityCard(connection), SoftwareSam(KEYS), counting())
    assert connection.sent[0] == "00A404000F" + SSSE_AID.hex().upper() + "00"
    assert connection.sent[-1] == "0088000010" + "01" * 8 + "02" * 8 + "00"


def test_the_historical_bytes_are_told_apart() -> None:
    information = reset_information(ATR)
    assert information.chip_maker == "0081"
    assert information.vendor_data == bytes.fromhex("4E4323")
    assert information.card_maker == "8697"
    assert information.serial.hex().upper() == "159900BF7C7A"
    assert information.key_factor.hex().upper() == "8697159900BF7C7A"
    assert "7C7A" not in repr(information).upper()
    with pytest.raises(CardDataError, match="not 13"):
        reset_information(bytes.fromhex("3B020000"))


@pytest.mark.parametrize("step", range(1, 9))
@pytest.mark.parametrize("sw", [0x6581, 0x6700, 0x6982, 0x6985, 0x6A88, 0x6F00, 0x9303])
def test_a_status_word_at_any_step_ends_in_an_error_or_a_read(step: int, sw: int) -> None:
    faults = replace(genuine("3.00", Algorithm.DES).profile.faults, sw_at_apdu=(step, sw))
    opened = reader(genuine("3.00", Algorithm.DES, faults=faults))
    ended = {"card.refused", "card.blocked", "card.not_genuine", "card.foreign"}
    assert how_it_ends(opened) in {"read", *ended}


def how_it_ends(opened: SocialSecurityCard) -> str:
    try:
        prove_genuine(opened, SoftwareSam(KEYS), counting())
        unlock_holder_file(opened, SoftwareSam(KEYS), counting())
        opened.read_identity()
    except CardError as error:
        return error.code
    return "read"
