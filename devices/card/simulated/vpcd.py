"""A simulated card behind the real pcscd: the client's side of vsmartcard's vpcd driver.

Each message is a length of two bytes and the payload. One byte is a control (0 off, 1 on,
2 reset, 4 ATR), anything longer a command APDU. The connection itself is the card's presence.
"""

import logging
import socket
import threading
from types import TracebackType
from typing import Final, Self

from devices.card.simulated.chip import CardPulledError, CardSeizedError, SimulatedChip

_OFF, _ON, _RESET, _ATR = 0, 1, 2, 4
# The driver waits for ever for an answer that does not come, and with it all of pcscd. A card that
# says nothing therefore says something impossible: pcscd then refuses to connect to it.
_NO_ATR: Final = b"\x00"
_NO_ANSWER: Final = bytes.fromhex("6F00")
_RETRY_SECONDS: Final = 0.1
_QUICKACK: Final = getattr(socket, "TCP_QUICKACK", None)

_log = logging.getLogger(__name__)


class VpcdCard:
    """Keeps a card in a virtual reader, in a thread of its own.

    While the card is in, a lost connection (pcscd restarted, not started yet) is tried again
    until the card is taken out.
    """

    def __init__(self, card: SimulatedChip, host: str = "127.0.0.1", port: int = 0x8C7B) -> None:
        self._card = card
        self._address = (host, port)
        self._out = threading.Event()
        self._noticed = threading.Event()
        self._thread: threading.Thread | None = None
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()

    @property
    def inserted(self) -> bool:
        """Whether the card is in the reader, as far as this side is concerned."""
        return self._thread is not None and self._thread.is_alive() and not self._out.is_set()

    def wait_until_noticed(self, seconds: float) -> bool:
        """Whether pcscd has spoken to the card; it never does while another holds the slot."""
        return self._noticed.wait(seconds)

    def insert(self) -> None:
        """Put the card in; pcscd notices at its next look, within about half a second."""
        self.remove()
        self._out.clear()
        self._thread = threading.Thread(target=self._serve, name="vpcd-card", daemon=True)
        self._thread.start()

    def remove(self) -> None:
        """Take the card out and wait until its thread has ended."""
        self._out.set()
        with self._lock:
            if self._socket is not None:
                _shut(self._socket)
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def __enter__(self) -> Self:
        self.insert()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.remove()

    def _serve(self) -> None:
        while not self._out.is_set():
            try:
                self._serve_once()
            except OSError as error:
                _log.debug("virtual reader: %s", type(error).__name__)
            self._card.power_off()
            self._out.wait(_RETRY_SECONDS)

    def _serve_once(self) -> None:
        with socket.create_connection(self._address, timeout=5) as connection:
            connection.settimeout(None)
            # Without both, Nagle and delayed acknowledgement cost 40 ms with each command.
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._socket = connection
            try:
                self._answer_all(connection)
            finally:
                with self._lock:
                    self._socket = None

    def _answer_all(self, connection: socket.socket) -> None:
        while not self._out.is_set():
            message = _read_message(connection)
            if message is None:
                return
            self._noticed.set()
            try:
                answer = self._answer(message)
            except CardPulledError:
                self._out.set()
                return
            if answer is not None:
                connection.sendall(len(answer).to_bytes(2, "big") + answer)

    def _answer(self, message: bytes) -> bytes | None:
        """The reply to one message; power controls have none."""
        if len(message) == 1:
            return self._control(message[0])
        try:
            return self._card.process(message) or _NO_ANSWER
        except CardSeizedError:
            # pcscd alone could tell that somebody has reset it; what the chip shows is the loss.
            self._card.power_on()
            return self._card.process(message) or _NO_ANSWER

    def _control(self, control: int) -> bytes | None:
        if control == _ATR:
            return self._card.atr or _NO_ATR
        if control == _OFF:
            self._card.power_off()
        elif control in (_ON, _RESET):
            self._card.power_on()
        return None


def _read_message(connection: socket.socket) -> bytes | None:
    head = _read(connection, 2)
    return None if head is None else _read(connection, int.from_bytes(head, "big"))


def _read(connection: socket.socket, length: int) -> bytes | None:
    """Exactly that many bytes, or `None` when the other side has closed."""
    data = bytearray()
    while len(data) < length:
        if _QUICKACK is not None:
            connection.setsockopt(socket.IPPROTO_TCP, _QUICKACK, 1)  # the kernel clears it again
        part = connection.recv(length - len(data))
        if not part:
            return None
        data += part
    return bytes(data)


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the other side was quicker
