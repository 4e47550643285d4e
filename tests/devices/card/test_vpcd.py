"""The simulated card's side of the vpcd wire, against a driver played by the test."""

import socket
import threading
from collections.abc import Iterator

import pytest

from devices.card.simulated.card import SimulatedCard
from devices.card.simulated.vpcd import VpcdCard
from tests.devices.card.cards import ATR, SELECT_SSSE, card, faulty, profile

OFF, ON, RESET, GET_ATR = b"\x00", b"\x01", b"\x02", b"\x04"


class Driver:
    """What pcscd's driver does: listen, send lengths and payloads, read answers."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(5)
        self.port = int(self._listener.getsockname()[1])

    def accept(self) -> socket.socket:
        connection, _ = self._listener.accept()
        connection.settimeout(5)
        return connection

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def driver() -> Iterator[Driver]:
    made = Driver()
    yield made
    made.close()


def send(connection: socket.socket, message: bytes) -> None:
    connection.sendall(len(message).to_bytes(2, "big") + message)


def ask(connection: socket.socket, message: bytes) -> bytes:
    send(connection, message)
    length = int.from_bytes(connection.recv(2, socket.MSG_WAITALL), "big")
    return connection.recv(length, socket.MSG_WAITALL)


def test_controls_and_commands_get_their_answers(driver: Driver) -> None:
    with VpcdCard(card(), port=driver.port) as virtual, driver.accept() as connection:
        assert virtual.inserted
        assert ask(connection, GET_ATR) == ATR
        send(connection, ON)
        assert ask(connection, SELECT_SSSE) == bytes.fromhex("611E")
        send(connection, RESET)
        assert ask(connection, bytes.fromhex("00C000001E")) == bytes.fromhex("6985")
        send(connection, OFF)
        assert ask(connection, SELECT_SSSE) == bytes.fromhex("6F00")
    assert not virtual.inserted


def test_messages_may_arrive_in_pieces(driver: Driver) -> None:
    with VpcdCard(card(), port=driver.port), driver.accept() as connection:
        for byte in b"\x00\x01\x01" + b"\x00\x14" + SELECT_SSSE[:-1]:
            connection.sendall(bytes((byte,)))
        assert ask_rest(connection, SELECT_SSSE[-1:]) == bytes.fromhex("611E")


def ask_rest(connection: socket.socket, rest: bytes) -> bytes:
    connection.sendall(rest)
    return connection.recv(4, socket.MSG_WAITALL)[2:]


def test_taking_the_card_out_closes_the_line_and_ends_the_thread(driver: Driver) -> None:
    virtual = VpcdCard(card(), port=driver.port)
    before = threading.active_count()
    virtual.insert()
    with driver.accept() as connection:
        virtual.remove()
        virtual.remove()
        assert connection.recv(1) == b""
    assert threading.active_count() == before
    virtual.insert()
    with driver.accept() as connection:
        assert ask(connection, GET_ATR) == ATR
    virtual.remove()


def test_a_line_that_breaks_is_taken_up_again(driver: Driver) -> None:
    with VpcdCard(card(), port=driver.port) as virtual:
        driver.accept().close()
        with driver.accept() as connection:
            assert ask(connection, GET_ATR) == ATR
        assert virtual.inserted


def test_a_driver_that_is_not_there_yet_is_waited_for() -> None:
    driver = Driver()
    driver.close()
    with VpcdCard(card(), port=driver.port) as virtual:
        assert virtual.inserted
    assert not virtual.inserted


def test_a_card_that_is_pulled_closes_the_line_and_stays_out(driver: Driver) -> None:
    pulled = SimulatedCard(profile(faults=faulty(remove_at_apdu=1)))
    with VpcdCard(pulled, port=driver.port) as virtual, driver.accept() as connection:
        send(connection, ON)
        send(connection, SELECT_SSSE)
        assert connection.recv(1) == b""
        assert not virtual.inserted


def test_a_card_that_loses_its_state_answers_as_after_a_reset(driver: Driver) -> None:
    bounced = SimulatedCard(profile(faults=faulty(reset_at_apdu=2)))
    with VpcdCard(bounced, port=driver.port), driver.accept() as connection:
        send(connection, ON)
        assert ask(connection, SELECT_SSSE) == bytes.fromhex("611E")
        assert ask(connection, bytes.fromhex("00C000001E")) == bytes.fromhex("6985")


def test_a_mute_card_gives_an_impossible_answer_to_reset(driver: Driver) -> None:
    """No answer at all would hold up the driver, and with it every reader."""
    mute = SimulatedCard(profile(faults=faulty(mute=True)))
    with VpcdCard(mute, port=driver.port), driver.accept() as connection:
        assert ask(connection, GET_ATR) == b"\x00"
        send(connection, ON)
        assert ask(connection, SELECT_SSSE) == bytes.fromhex("6F00")
