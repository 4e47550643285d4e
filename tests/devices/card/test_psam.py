"""The driver of a PSAM: byte by byte, beside a simulated one, in a slot that comes and goes."""

from collections.abc import Callable
from contextlib import nullcontext as nothing
from dataclasses import replace

import pytest

from devices.card.authentication import prove_genuine, unlock_holder_file
from devices.card.connection import CardConnection
from devices.card.crypto import Factors
from devices.card.errors import (
    CardBusyError,
    CardError,
    CardRemovedError,
    CardResetError,
    ReaderAbsentError,
    SamAbsentError,
    SamAlgorithmError,
    SamDataError,
    SamKeyMissingError,
    SamLevelsError,
    SamRefusedError,
    SamWrongKeyError,
    ServiceDownError,
)
from devices.card.fci import Algorithm
from devices.card.keys import MasterKeys
from devices.card.psam import Psam, PsamProfile, PsamSlot
from devices.card.sam import KeyUse
from devices.card.simulated.card import SimulatedCard
from devices.card.simulated.psam import SimulatedPsam
from devices.card.simulated.psam_profile import SM4_ENVIRONMENT, parse_sam_profile
from devices.card.simulated.source import SimulatedSource
from devices.card.software_sam import SoftwareSam
from devices.card.ssc import SSSE_AID, SocialSecurityCard
from tests.devices.card.answering import AnsweringConnection
from tests.devices.card.cards import KEYS, PSAM, PSAM_LAYOUT, CardConnectionTo, card, psam

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


def hall() -> SimulatedSource:
    """Two slots: a 3.0 card with its keys, a module with its own."""
    source = SimulatedSource((HOLDER, SLOT))
    source.insert(HOLDER, card("3.00", keys=KEYS))
    source.insert(SLOT, psam())
    return source


def slot(source: SimulatedSource) -> PsamSlot:
    return PsamSlot(source, lambda readers: SLOT if SLOT in readers else None, WITH_SM4)


def ask_slot(sam: PsamSlot) -> bytes:
    return sam.authentication_data(KeyUse.IRK, Algorithm.DES, FACTORS, CHALLENGE, ORIGINAL)


def zeros(length: int) -> bytes:
    return bytes(length)


def test_a_card_in_one_slot_and_the_module_in_the_other_do_the_whole_read() -> None:
    source = hall()
    sam = slot(source)
    reader = SocialSecurityCard(source.connect(HOLDER))
    prove_genuine(reader, sam, zeros)
    unlock_holder_file(reader, sam, zeros)
    assert reader.read_identity().name == "张三"
    assert sam.terminal_number() == "639900000001"


def test_the_module_is_connected_when_it_is_first_needed_and_kept() -> None:
    source = hall()
    sam = slot(source)
    source.connect(SLOT).close()
    first = ask_slot(sam)
    with pytest.raises(CardBusyError):
        source.connect(SLOT)
    assert ask_slot(sam) == first
    sam.close()
    source.connect(SLOT).close()
    assert ask_slot(sam) == first


def test_a_module_pulled_and_put_back_is_found_again() -> None:
    source = hall()
    sam = slot(source)
    first = ask_slot(sam)
    source.remove(SLOT)
    with pytest.raises(SamAbsentError) as caught:
        ask_slot(sam)
    assert (caught.value.code, caught.value.cause) == ("sam.absent", "card.absent")
    source.insert(SLOT, psam())
    assert ask_slot(sam) == first


def test_a_module_swapped_between_two_cards_is_not_even_noticed() -> None:
    source = hall()
    sam = slot(source)
    first = ask_slot(sam)
    source.remove(SLOT)
    source.insert(SLOT, psam())
    assert ask_slot(sam) == first


def test_a_reader_that_is_not_there_is_no_module() -> None:
    source = hall()
    sam = slot(source)
    source.unplug(SLOT)
    with pytest.raises(SamAbsentError) as caught:
        ask_slot(sam)
    assert caught.value.cause == "reader.absent"


def test_a_service_that_stops_is_told_as_such_and_comes_back() -> None:
    source = hall()
    sam = slot(source)
    first = ask_slot(sam)
    source.stop_service()
    with pytest.raises(ServiceDownError):
        ask_slot(sam)
    source.start_service()
    assert ask_slot(sam) == first


def test_a_module_that_another_program_holds_is_not_the_holder_s_busy_card() -> None:
    source = hall()
    source.connect(SLOT)
    with pytest.raises(SamAbsentError) as caught:
        ask_slot(slot(source))
    assert caught.value.cause == CardBusyError.code


@pytest.mark.parametrize("loss", [CardResetError, CardRemovedError])
def test_a_loss_at_any_command_is_answered_by_connecting_once_more(
    loss: type[CardResetError] | type[CardRemovedError],
) -> None:
    for at in range(1, 7):
        source = Losing(at, loss)
        assert ask_slot(PsamSlot(source, lambda readers: readers[0])) == b"\1\2\3\4\5\6\7\x08"
        assert source.connected == 2


def test_a_module_that_is_lost_again_and_again_is_absent() -> None:
    source = Losing(1, CardResetError, times=99)
    with pytest.raises(SamAbsentError) as caught:
        ask_slot(PsamSlot(source, lambda readers: readers[0]))
    assert (caught.value.cause, source.connected) == ("card.reset", 2)


class Losing(SimulatedSource):
    """Connections that end at a command, as often as said."""

    def __init__(self, at: int, loss: type[CardError], times: int = 1) -> None:
        super().__init__((SLOT,))
        self._left, self._loss, self._times = at, loss, times
        self.connected = 0

    def connect(self, reader: str) -> CardConnection:  # type: ignore[override]
        assert reader == SLOT
        self.connected += 1
        at = self._left if self.connected <= self._times else 99
        return LosingConnection(at, self._loss)


class LosingConnection(AnsweringConnection):
    def __init__(self, at: int, loss: type[CardError]) -> None:
        super().__init__(TAKES_ALL)
        self._at, self._error = at, loss

    def transmit(self, command: bytes) -> bytes:
        answer = super().transmit(command)
        if len(self.sent) == self._at:
            raise self._error
        return answer


# a key that is another one than its number says

OTHER_KEYS = MasterKeys(KEYS.irk, KEYS.irk)
"""IRK lies where RKSSSE should be: every card refuses its proof."""
OTHER_TERMINAL = PSAM.replace("639900000001", "639900000002")
OTHER_ATR = PSAM.replace("00900000000000000000000001", "00900000000000000000000002")


def read_with(sam: PsamSlot, source: SimulatedSource, card: SimulatedCard) -> str:
    """A visit's reading of a card: the holder's name, or the code of the error and its answer."""
    source.insert(HOLDER, card)
    connection = source.connect(HOLDER)
    try:
        reader = SocialSecurityCard(connection)
        prove_genuine(reader, sam, zeros)
        unlock_holder_file(reader, sam, zeros)
        return reader.read_identity().name or ""
    except SamWrongKeyError as error:
        return f"{error.code} {error.usage} {error.sw:04X}"
    finally:
        connection.close()


def key_tries(made: SimulatedCard) -> int:
    return made._security._key_tries_left


def mixed_up(document: str = PSAM) -> SimulatedPsam:
    return SimulatedPsam(parse_sam_profile(document), OTHER_KEYS)


def mixed_hall() -> tuple[SimulatedSource, PsamSlot]:
    source = hall()
    source.insert(SLOT, mixed_up())
    return source, slot(source)


def test_a_wrong_key_costs_the_first_card_one_try_and_the_next_ones_none() -> None:
    source, sam = mixed_hall()
    cards = [card("3.00", keys=KEYS) for _ in range(3)]
    ends = [read_with(sam, source, made) for made in (*cards, cards[0])]
    assert ends == ["sam.wrong_key RKSSSE 63C2"] * 4
    assert [key_tries(made) for made in cards] == [2, 3, 3]


def test_cards_whose_file_is_open_are_served_beside_a_wrong_key() -> None:
    source, sam = mixed_hall()
    assert read_with(sam, source, card("3.00", keys=KEYS)).startswith("sam.wrong_key")
    assert read_with(sam, source, card("2.00", keys=KEYS)) == "张三"


def put_back(source: SimulatedSource) -> None:
    source.remove(SLOT)
    source.insert(SLOT, mixed_up())


def restart(source: SimulatedSource) -> None:
    source.stop_service()
    source.start_service()


@pytest.mark.parametrize(
    "happening",
    [lambda source: source.seize(SLOT), put_back, restart],
    ids=["reset", "pulled and put back", "service restarted"],
)
def test_the_same_module_over_a_new_connection_is_not_trusted_again(
    happening: Callable[[SimulatedSource], None],
) -> None:
    source, sam = mixed_hall()
    read_with(sam, source, card("3.00", keys=KEYS))
    second = card("3.00", keys=KEYS)
    happening(source)
    assert read_with(sam, source, second) == "sam.wrong_key RKSSSE 63C2"
    assert key_tries(second) == 3


@pytest.mark.parametrize("document", [OTHER_TERMINAL, OTHER_ATR], ids=["terminal", "ATR"])
def test_another_module_is_trusted_anew(document: str) -> None:
    source, sam = mixed_hall()
    read_with(sam, source, card("3.00", keys=KEYS))
    source.insert(SLOT, psam(document))
    assert read_with(sam, source, card("3.00", keys=KEYS)) == "张三"


def test_a_choice_without_a_reader_is_told() -> None:
    with pytest.raises(SamAbsentError) as caught:
        ask_slot(PsamSlot(hall(), lambda _: None))
    assert caught.value.cause == ReaderAbsentError.code
