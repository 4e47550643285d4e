import pytest

from devices.card.apdu import Command, Response
from devices.card.channel import Channel, Traffic
from devices.card.errors import CardDataError
from tests.devices.card.cards import ScriptedConnection


def test_what_is_waiting_is_fetched_until_all_is_there() -> None:
    connection = ScriptedConnection("AA6102", "BBCC6101", "DD9000")
    response = Channel(connection).send(Command(0, 0xA4, 4, 0, b"\x01"))
    assert response == Response(bytes.fromhex("AABBCCDD"), 0x9000)
    assert connection.sent == ["00A404000101", "00C0000002", "00C0000001"]


def test_a_wrong_le_is_corrected_once() -> None:
    connection = ScriptedConnection("6C06", "0304322E30309000")
    response = Channel(connection).send(Command(0, 0xB2, 3, 0x28, le=256))
    assert response.ok
    assert connection.sent == ["00B2032800", "00B2032806"]


def test_a_wrong_le_that_stays_wrong_is_the_answer() -> None:
    connection = ScriptedConnection("6C06", "6C07")
    assert Channel(connection).send(Command(0, 0xB2, 3, 0x28, le=1)).sw == 0x6C07


def test_get_response_may_be_corrected_too() -> None:
    connection = ScriptedConnection("6100", "6C02", "AABB9000")
    assert Channel(connection).send(Command(0, 0xA4, 4, 0, b"\x01")).data == b"\xaa\xbb"
    assert connection.sent[1:] == ["00C0000000", "00C0000002"]


def test_a_command_with_data_is_never_sent_twice() -> None:
    connection = ScriptedConnection("6C06")
    pin = Command(0, 0x20, 0, 0, bytes.fromhex("246810"))
    assert Channel(connection).send(pin).sw == 0x6C06
    assert len(connection.sent) == 1


def test_what_nobody_needs_is_not_fetched() -> None:
    connection = ScriptedConnection("6120", "6A82")
    channel = Channel(connection)
    assert channel.run(Command(0, 0xA4, 4, 0, b"\x01")) == Response(b"", 0x9000)
    assert channel.run(Command(0, 0xA4, 4, 0, b"\x02")).sw == 0x6A82
    assert connection.sent == ["00A404000101", "00A404000102"]


def test_a_card_that_always_promises_more_is_malformed() -> None:
    with pytest.raises(CardDataError, match="GET RESPONSE without an end"):
        Channel(ScriptedConnection(*["6110"] * 5)).send(Command(0, 0xA4, 4, 0))


def test_a_card_that_never_stops_talking_is_malformed() -> None:
    with pytest.raises(CardDataError, match="longer"):
        Channel(ScriptedConnection(*["AA" * 256 + "6100"] * 300)).send(Command(0, 0xA4, 4, 0))


def test_a_card_that_hands_its_answer_out_byte_by_byte_is_stopped_early() -> None:
    connection = ScriptedConnection(*["AA6101"] * 1000)
    with pytest.raises(CardDataError, match="GET RESPONSE without an end"):
        Channel(connection).send(Command(0, 0xA4, 4, 0))
    assert len(connection.sent) < 300


def test_the_traffic_is_counted() -> None:
    channel = Channel(ScriptedConnection("6C06", "0304322E30309000"))
    assert channel.traffic == Traffic(0, 0, 0)
    channel.send(Command(0, 0xB2, 3, 0x28, le=256))
    assert channel.traffic == Traffic(apdus=2, bytes_sent=10, bytes_received=10)
