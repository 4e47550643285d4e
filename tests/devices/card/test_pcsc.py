"""The PC/SC side with pyscard's calls replaced: each result has its error, each swap is seen."""

import pytest
from pytest_mock import MockType
from smartcard import scard

from devices.card import winscard
from devices.card.errors import (
    AccessDeniedError,
    CardAbsentError,
    CardBusyError,
    CardError,
    CardMuteError,
    CardRemovedError,
    CardResetError,
    ReaderAbsentError,
    ReaderFaultError,
    ServiceDownError,
)
from devices.card.pcsc import PcscConnection, PcscSource
from tests.devices.card.cards import ATR
from tests.devices.card.pcsc_calls import (
    EMPTY,
    HANDLE,
    IN,
    READER,
    States,
    source,
)


@pytest.mark.parametrize(
    ("result", "error"),
    [
        ("SCARD_E_NO_SERVICE", ServiceDownError),
        ("SCARD_E_SERVICE_STOPPED", ServiceDownError),
        ("SCARD_F_COMM_ERROR", ServiceDownError),
        ("SCARD_W_SECURITY_VIOLATION", AccessDeniedError),
        ("SCARD_E_NO_ACCESS", AccessDeniedError),
        ("SCARD_E_UNKNOWN_READER", ReaderAbsentError),
        ("SCARD_E_READER_UNAVAILABLE", ReaderAbsentError),
        ("SCARD_E_NO_SMARTCARD", CardAbsentError),
        ("SCARD_W_REMOVED_CARD", CardAbsentError),
        ("SCARD_W_UNRESPONSIVE_CARD", CardMuteError),
        ("SCARD_W_UNPOWERED_CARD", CardMuteError),
        ("SCARD_E_PROTO_MISMATCH", CardMuteError),
        ("SCARD_E_SHARING_VIOLATION", CardBusyError),
        ("SCARD_E_INSUFFICIENT_BUFFER", ReaderFaultError),
    ],
)
def test_each_reason_not_to_connect_has_its_error(
    pcsc: MockType, result: str, error: type[CardError]
) -> None:
    pcsc.SCardConnect.return_value = (getattr(scard, result), 0, 0)
    with pytest.raises(error):
        source().connect(READER)
    assert pcsc.SCardReleaseContext.call_count == pcsc.SCardEstablishContext.call_count


def test_an_absent_reader_is_told_with_those_that_are_there(pcsc: MockType) -> None:
    pcsc.SCardConnect.return_value = (scard.SCARD_E_UNKNOWN_READER, 0, 0)
    with pytest.raises(ReaderAbsentError) as caught:
        source().connect("Other")
    assert (caught.value.wanted, caught.value.readers) == ("Other", (READER,))


def test_an_unknown_result_is_kept_as_a_number(pcsc: MockType) -> None:
    pcsc.SCardConnect.return_value = (-0x7FEFFFC0, 0, 0)
    with pytest.raises(ReaderFaultError) as caught:
        source().connect(READER)
    assert caught.value.result == 0x80100040


def test_a_card_is_wanted_alone_then_shared_then_again(pcsc: MockType) -> None:
    busy = (scard.SCARD_E_SHARING_VIOLATION, 0, 0)
    pcsc.SCardConnect.side_effect = [busy, busy, busy, (0, HANDLE, scard.SCARD_PROTOCOL_T1)]
    waits: list[float] = []
    connection = PcscSource(sleep=waits.append).connect(READER)
    modes = [call.args[2] for call in pcsc.SCardConnect.call_args_list]
    assert modes == [scard.SCARD_SHARE_EXCLUSIVE, scard.SCARD_SHARE_SHARED] * 2
    assert waits == [0.1]
    connection.transmit(b"\x00\x84\x00\x00\x08")
    assert pcsc.SCardTransmit.call_args.args[1] == scard.SCARD_PCI_T1


def test_a_connection_passes_commands_and_unpowers_the_card_at_the_end(pcsc: MockType) -> None:
    connection = source().connect(READER)
    assert connection.atr == ATR
    assert connection.transmit(b"\x00\x20\x00\x00\x00") == b"\x90\x00"
    pcsc.SCardTransmit.assert_called_once_with(HANDLE, scard.SCARD_PCI_T0, [0, 0x20, 0, 0, 0])
    connection.close()
    connection.close()
    pcsc.SCardDisconnect.assert_called_once_with(HANDLE, scard.SCARD_UNPOWER_CARD)
    pcsc.SCardReleaseContext.assert_called_once_with(1)
    with pytest.raises(CardResetError):
        connection.transmit(b"\x00\x84\x00\x00\x08")


@pytest.mark.parametrize(
    ("result", "error"),
    [
        ("SCARD_W_REMOVED_CARD", CardRemovedError),
        ("SCARD_E_NO_SMARTCARD", CardRemovedError),
        ("SCARD_W_RESET_CARD", CardResetError),
        ("SCARD_E_INVALID_HANDLE", CardResetError),
        ("SCARD_W_UNRESPONSIVE_CARD", CardMuteError),
        ("SCARD_E_NO_SERVICE", ServiceDownError),
        ("SCARD_W_SECURITY_VIOLATION", ServiceDownError),
        ("SCARD_E_INSUFFICIENT_BUFFER", ReaderFaultError),
    ],
)
def test_each_reason_not_to_answer_has_its_error(
    pcsc: MockType, result: str, error: type[CardError]
) -> None:
    connection = source().connect(READER)
    pcsc.SCardTransmit.return_value = (getattr(scard, result), [0x90, 0x00])
    with pytest.raises(error):
        connection.transmit(b"\x00\x84\x00\x00\x08")
    assert pcsc.SCardTransmit.call_count == 1


def test_memory_that_pyscard_hands_out_with_a_failure_is_not_taken(pcsc: MockType) -> None:
    pcsc.SCardTransmit.return_value = (scard.SCARD_E_NOT_TRANSACTED, list(range(256)) * 256)
    assert winscard.transmit(HANDLE, 1, b"\x00")[1] == b""


UNANSWERED: list[tuple[int, list[int]]] = [
    (scard.SCARD_E_NOT_TRANSACTED, []),
    (scard.SCARD_S_SUCCESS, []),
]


@pytest.mark.parametrize("unanswered", UNANSWERED)
@pytest.mark.parametrize(
    ("looks", "error"),
    [
        ([(0, [(READER, EMPTY, [])])], CardRemovedError),
        ([(0, [(READER, IN | 1 << 16, [])]), (0, [(READER, EMPTY, [])])], CardRemovedError),
        ([(0, [(READER, IN | 1 << 16, [])]), (0, [(READER, IN | 3 << 16, [])])], CardRemovedError),
        ([(0, [(READER, IN, [])]), (scard.SCARD_E_TIMEOUT, [])], CardMuteError),
    ],
)
def test_no_answer_means_pulled_or_silent(
    pcsc: MockType,
    unanswered: tuple[int, list[int]],
    looks: list[tuple[int, States]],
    error: type[CardError],
) -> None:
    connection = source().connect(READER)
    pcsc.SCardTransmit.return_value = unanswered
    pcsc.SCardGetStatusChange.side_effect = looks
    with pytest.raises(error):
        connection.transmit(b"\x00\x84\x00\x00\x08")
    assert pcsc.SCardDisconnect.called == (error is CardRemovedError)


def test_no_readers_is_an_answer_and_not_an_error(pcsc: MockType) -> None:
    pcsc.SCardListReaders.return_value = (scard.SCARD_E_NO_READERS_AVAILABLE, [])
    assert source().readers() == ()


def test_a_closed_connection_is_a_card_connection_that_shows_no_serial(pcsc: MockType) -> None:
    connection = source().connect(READER)
    assert isinstance(connection, PcscConnection)
    assert "BF7C" not in repr(connection)


def test_a_context_refused_by_a_service_that_is_just_being_killed_is_no_refusal_of_the_user(
    pcsc: MockType,
) -> None:
    pcsc.SCardEstablishContext.side_effect = [
        (scard.SCARD_W_SECURITY_VIOLATION, 0),
        (scard.SCARD_E_NO_SERVICE, 0),
    ]
    with pytest.raises(ServiceDownError):
        source().readers()
