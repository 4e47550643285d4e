"""A chip at its contacts: power, T=0, time and the faults that any chip can have."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Final

from devices.card.apdu import SHORT_LE, Command, Response, StatusWord
from devices.card.errors import CardDataError
from devices.card.simulated.faults import Faults

ETU_PER_CHARACTER: Final = 12
"""T=0: start bit, eight data bits, parity and two of guard time."""


class CardPulledError(Exception):
    """The fault `remove_at_apdu`: the card left the reader instead of answering."""


class CardSeizedError(Exception):
    """The fault `reset_at_apdu`: somebody else reset the card before it could answer."""


class SimulatedChip(ABC):
    """One chip with its state; the reader calls `power_on`, `process` and `power_off`."""

    def __init__(
        self, atr: bytes, faults: Faults, baud: int, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._atr = b"" if faults.mute else atr
        self._faults = faults
        self._baud = baud
        self._sleep = sleep
        self._wire_seconds = 0.0
        self._powered = False
        self._seized = False
        self._commands = 0
        self._waiting = b""

    @property
    def atr(self) -> bytes:
        """The answer to reset; empty for a mute chip."""
        return self._atr

    @property
    def wire_seconds(self) -> float:
        """Time that the characters alone have needed on the contacts at the chip's baud."""
        return self._wire_seconds

    def power_on(self) -> bytes:
        """Reset: everything proven or selected is forgotten. Returns the answer to reset."""
        self._begin()
        self._powered = not self._faults.mute
        self._pace(len(self._atr))
        return self._atr

    def power_off(self) -> None:
        """Take the power away."""
        self._begin()
        self._powered = False

    def process(self, apdu: bytes) -> bytes:
        """Answer one command; a chip that is mute or without power gives no bytes at all."""
        if not self._powered:
            return b""
        self._commands += 1
        if self._commands == self._faults.remove_at_apdu:
            raise CardPulledError
        if self._commands == self._faults.reset_at_apdu and not self._seized:
            self._seized = True
            raise CardSeizedError
        answer = self._misfit(self._answer(apdu)).to_bytes()
        self._pace(_characters(apdu, answer))
        if self._faults.slow_ms:
            self._sleep(self._faults.slow_ms / 1000)
        return answer

    @abstractmethod
    def forget(self) -> None:
        """Drop what a reset takes away: what was selected and what was proven."""

    @abstractmethod
    def dispatch(self, command: Command) -> Response:
        """Answer a command that is well formed."""

    def send_out(self, command: Command, data: bytes) -> Response:
        """T=0: with data going in, what comes out waits for GET RESPONSE unless Le asked for it."""
        self._waiting = data
        return self._fetch(command.le) if command.le else _more(len(data))

    def get_response(self, command: Command) -> Response:
        """GET RESPONSE: what the command before has left."""
        if not self._waiting:
            return status(StatusWord.CONDITIONS_NOT_SATISFIED)
        if command.p1 or command.p2:
            return status(StatusWord.WRONG_P1P2)
        le = command.le or SHORT_LE
        if le > len(self._waiting):
            return right_length(len(self._waiting))
        return self._fetch(le)

    def drop_waiting(self) -> None:
        """Any other command loses what was left."""
        self._waiting = b""

    def _begin(self) -> None:
        self._commands = 0
        self._waiting = b""
        self.forget()

    def _fetch(self, le: int) -> Response:
        data, self._waiting = self._waiting[:le], self._waiting[le:]
        return Response(data, _more(len(self._waiting)).sw if self._waiting else StatusWord.OK)

    def _answer(self, apdu: bytes) -> Response:
        if self._faults.sw_at_apdu and self._commands == self._faults.sw_at_apdu[0]:
            return Response(b"", self._faults.sw_at_apdu[1])
        for start, sw in self._faults.answers:
            if apdu.startswith(start):
                return Response(b"", sw)
        try:
            command = Command.from_bytes(apdu)
        except CardDataError:
            return status(StatusWord.WRONG_LENGTH)
        return self.dispatch(command)

    def _misfit(self, response: Response) -> Response:
        """The fault `wrong_length`: as many bytes more or fewer than there should be."""
        extra = self._faults.wrong_length
        if not extra or not response.data:
            return response
        data = response.data + bytes(extra) if extra > 0 else response.data[:extra]
        return Response(data, response.sw)

    def _pace(self, characters: int) -> None:
        if self._baud and characters:
            seconds = characters * ETU_PER_CHARACTER / self._baud
            self._wire_seconds += seconds
            self._sleep(seconds)


def status(sw: StatusWord) -> Response:
    """An answer without data."""
    return Response(b"", sw)


def right_length(length: int) -> Response:
    """6Cxx: the length to ask for."""
    return Response(b"", StatusWord.RIGHT_LENGTH | (length & 0xFF))


def tries(left: int) -> Response:
    """63Cx: failed, so many tries left."""
    return Response(b"", StatusWord.TRIES_LEFT | left)


def _more(length: int) -> Response:
    return Response(b"", StatusWord.MORE_DATA | (length & 0xFF if length < SHORT_LE else 0))


def _characters(apdu: bytes, answer: bytes) -> int:
    """Characters of T=0 on the contacts (ISO/IEC 7816-3, clause 10.3).

    A header of five, one procedure byte before the data of either direction, the status word.
    Data both ways are two such exchanges: the second is GET RESPONSE.
    """
    sent, received = apdu[4] if len(apdu) > 5 else 0, len(answer) - 2
    exchanges = 2 if sent and received else 1
    return exchanges * 7 + sent + received + bool(sent) + bool(received)
