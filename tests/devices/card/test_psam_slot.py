"""A security module in a second slot: connected, pulled, swapped, trusted anew."""

from collections.abc import Callable

import pytest

from devices.card.authentication import prove_genuine, unlock_holder_file
from devices.card.connection import CardConnection
from devices.card.errors import (
    CardBusyError,
    CardError,
    CardRemovedError,
    CardResetError,
    ReaderAbsentError,
    SamAbsentError,
    SamWrongKeyError,
    ServiceDownError,
)
from devices.card.fci import Algorithm
from devices.card.keys import MasterKeys
from devices.card.psam import PsamSlot
from devices.card.sam import KeyUse
from devices.card.simulated.card import SimulatedCard
from devices.card.simulated.psam import SimulatedPsam
from devices.card.simulated.psam_profile import parse_sam_profile
from devices.card.simulated.source import SimulatedSource
from devices.card.ssc import SocialSecurityCard
from tests.devices.card.answering import AnsweringConnection
from tests.devices.card.cards import KEYS, PSAM, card, psam
from tests.devices.card.test_psam import (
    CHALLENGE,
    FACTORS,
    HOLDER,
    ORIGINAL,
    SLOT,
    TAKES_ALL,
    WITH_SM4,
)


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


OTHER_KEYS = MasterKeys(KEYS.irk, KEYS.irk)


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
